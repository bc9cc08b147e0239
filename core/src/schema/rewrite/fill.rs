//! Fills in defaults at the end of the arrays and objects that lack them.

use super::change::ChangeKind;
use super::forms::Member;
use super::read;
use super::rewriter::{Frame, Outcome, Rewriter, Task};
use crate::schema::program::NodeId;
use crate::schema::quote::quote;

/// Defaults within defaults; chosen. A default that needs itself is found when its schema is compiled.
const MAX_NESTED: u32 = 16;

impl Rewriter<'_, '_> {
    pub(super) fn fill_object(&mut self, frame: Frame) {
        let (mut seen, mut count) = (frame.seen, frame.count);
        for at in frame.set..frame.set_end {
            let form = self.form_at(at);
            for (place, (number, source)) in form.defaults.iter().enumerate() {
                let word = self.seen.get(seen + place / 64).copied().unwrap_or_default();
                let Some(name) = form.names.get(*number).filter(|_| word & (1 << (place % 64)) == 0) else { continue };
                let is_filled = (frame.set..at).any(|before| {
                    let form = self.form_at(before);
                    form.names.find(&name.text, 0).is_some_and(|number| form.default_at(number).is_some())
                });
                let Some(text) = str::from_utf8(&name.text).ok().filter(|_| !is_filled) else { continue };
                self.add_member(frame, &name.text, false);
                let set = self.sets.split_off(frame.set_end);
                self.change_at(frame.last_end);
                if count > 0 {
                    self.out.push(b',');
                }
                count += 1;
                quote(text, &mut self.out);
                self.out.push(b':');
                self.fill(*source, set);
                self.note(ChangeKind::Default, Some(text));
            }
            seen += form.defaults.len().div_ceil(64);
        }
    }

    /// As far as each place has a default: JSON has no holes.
    pub(super) fn fill_array(&mut self, frame: Frame) {
        let forms = self.forms();
        for place in frame.count as usize.. {
            let find = |at: usize| self.form_at(at).prefix.get(place).and_then(|id| forms.default_source(*id));
            let Some(source) = (frame.set..frame.set_end).find_map(find) else { break };
            self.add_element(frame, place);
            let set = self.sets.split_off(frame.set_end);
            self.change_at(frame.last_end);
            if place > 0 {
                self.out.push(b',');
            }
            self.fill(source, set);
            self.note(ChangeKind::Default, Some(&place.to_string()));
        }
    }

    /// Writes a default, itself rewritten: it may have properties that lack theirs.
    fn fill(&mut self, source: NodeId, set: Vec<Member>) {
        let Some(text) = self.forms().form(source).shape.default.as_deref() else { return };
        match self.room.checked_sub(text.len()) {
            Some(left) => *self.room = left,
            None => self.overflow = true,
        }
        // There is no end to a default that needs itself.
        self.overflow |= self.task.nested >= MAX_NESTED && matches!(text, [b'{' | b'[', ..]) && !set.is_empty();
        if self.overflow || set.is_empty() {
            self.out.extend_from_slice(text);
            return;
        }
        let task = Task { nested: self.task.nested + 1, fields: false, ..self.task };
        let rewriter = Rewriter::new(task, text, set, None, self.room);
        match read(rewriter, text) {
            Some(Outcome::Changed(text)) => self.out.extend_from_slice(&text),
            Some(Outcome::TooLong) => self.overflow = true,
            Some(Outcome::Same) | None => self.out.extend_from_slice(text),
        }
    }
}
