//! The schemas that apply to a value, collected from those that apply to what it stands in.

use super::rewriter::{Frame, Rewriter};
use crate::schema::options::Unknown;
use crate::schema::program::{NodeId, Types};

impl Rewriter<'_, '_> {
    /// Adds the schemas of a value to the set of the next one.
    pub(super) fn add(&mut self, id: NodeId, first: usize) {
        for (id, when) in &self.forms().form(id).members {
            match self.sets.iter_mut().skip(first).find(|(known, _)| known == id) {
                Some((_, known)) => *known = known.with(*when),
                None => self.sets.push((*id, *when)),
            }
        }
    }

    /// Collects the schemas of an element.
    pub(super) fn add_element(&mut self, frame: Frame, place: usize) {
        for at in frame.set..frame.set_end {
            let form = self.form_at(at);
            if let Some(id) = form.prefix.get(place).copied().or(form.rest) {
                self.add(id, frame.set_end);
            }
        }
        self.drop_idle(frame.set_end);
    }

    /// Collects the schemas of a member. Whether any schema knows its name, and its number in the first.
    pub(super) fn add_member(&mut self, frame: Frame, name: &[u8], notes: bool) -> (bool, Option<u32>) {
        let (mut known, mut number) = (false, None);
        let mut seen = frame.seen;
        for at in frame.set..frame.set_end {
            let form = self.form_at(at);
            let found = form.names.find(name, if at == frame.set { frame.hint } else { 0 });
            known |= found.is_some();
            if at == frame.set {
                number = found;
            }
            let own = found.and_then(|number| form.names.get(number)?.node);
            if let Some(id) = own {
                self.add(id, frame.set_end);
            }
            if let Some(place) = found.and_then(|number| form.default_at(number)).filter(|_| notes)
                && let Some(word) = self.seen.get_mut(seen + place / 64)
            {
                *word |= 1 << (place % 64);
            }
            seen += form.defaults.len().div_ceil(64);
            let mut matched = own.is_some();
            for (pattern, id) in &form.patterns {
                if self.scratch.pattern(self.task.program, *pattern, name) {
                    known = true;
                    if let Some(id) = id {
                        matched = true;
                        self.add(*id, frame.set_end);
                    }
                }
            }
            if let (false, Some(id)) = (matched, form.additional) {
                self.add(id, frame.set_end);
            }
        }
        self.drop_idle(frame.set_end);
        (known, number)
    }

    /// Empties the next value's set if there is nothing to do in the value. Until then all count, also those schemas that
    /// only know names or types.
    fn drop_idle(&mut self, set: usize) {
        let (forms, wanted) = (self.forms(), self.task.wanted);
        if !self.sets.iter().skip(set).any(|(id, _)| forms.has(*id, wanted)) {
            self.sets.truncate(set);
        }
    }

    /// Leaves out of the next value's set what says nothing of values of this type.
    pub(super) fn narrow(&mut self, set: usize, types: Types) {
        let mut kept = set;
        for at in set..self.sets.len() {
            let Some(member) = self.sets.get(at).copied() else { break };
            if !member.1.both(types).is_empty() {
                self.sets.get_mut(kept).into_iter().for_each(|place| *place = member);
                kept += 1;
            }
        }
        self.sets.truncate(kept);
        self.drop_idle(set);
    }

    /// Whether an object of the next value's set loses what nobody knows.
    pub(super) fn strips(&self, set: usize) -> bool {
        let forms = || (set..self.sets.len()).map(|at| self.form_at(at));
        let policy = forms().find_map(|form| form.shape.unknown).unwrap_or(self.task.options.unknown);
        policy == Unknown::Strip && forms().any(|form| form.speaks) && !forms().any(|form| form.open)
    }
}
