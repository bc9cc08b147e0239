//! Goes along with the reader of a text and changes it on the way. What applies to a value is a set of schemas: those of
//! its property or place, and all that certainly apply with them. Where nothing is to be done in a value, it is passed by.

use std::borrow::Cow;

use super::change::{Change, ChangeKind, Changes};
use super::forms::{self, Effects, Form, Forms, Member};
use super::sanitise::sanitise;
use crate::schema::leaf::Scratch;
use crate::schema::options::RewriteOptions;
use crate::schema::program::{NodeId, Program, Types};
use crate::schema::quote::quote;
use crate::schema::reader::{Kind, Scalar, Visitor};
use crate::schema::{coerce, scan};

/// What applies to a text and all that is made of it.
#[derive(Clone, Copy)]
pub(super) struct Task<'r> {
    pub(super) program: &'r Program,
    pub(super) options: RewriteOptions,
    pub(super) wanted: Effects,
    /// The text was made of fields: each string may mean another value.
    pub(super) fields: bool,
    /// Defaults that this text stands in.
    pub(super) nested: u32,
}

/// An array or object that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    object: bool,
    /// Its schemas among all sets.
    pub(super) set: usize,
    pub(super) set_end: usize,
    /// Its notes of the defaults that are not needed.
    pub(super) seen: usize,
    /// Behind its bracket or its last value.
    pub(super) last_end: usize,
    /// Elements, or members that stay.
    pub(super) count: u32,
    /// The member whose key was read is left out.
    gone: bool,
    /// Members that are not known are left out.
    strips: bool,
    /// The number that the next name likely has.
    pub(super) hint: u32,
    /// The last key.
    key: Scalar,
}

/// A rewriting that goes on.
pub(super) struct Rewriter<'r, 'c> {
    pub(super) task: Task<'r>,
    text: &'r [u8],
    pub(super) out: Vec<u8>,
    /// How much of the text was copied or left out.
    copied: usize,
    changed: bool,
    frames: Vec<Frame>,
    /// The sets of all frames, and behind them that of the next value.
    pub(super) sets: Vec<Member>,
    /// Bits of defaults, for each schema of each frame.
    pub(super) seen: Vec<u64>,
    /// Arrays and objects that are open in a value that is passed by.
    passing: u32,
    pub(super) scratch: Scratch,
    changes: Option<Changes<'c>>,
    /// Bytes that defaults may still take.
    pub(super) room: &'c mut usize,
    /// They would have taken more.
    pub(super) overflow: bool,
}

/// What a rewriting comes to.
pub(super) enum Outcome {
    Same,
    Changed(Vec<u8>),
    /// Defaults take more room than they may.
    TooLong,
}

impl<'r, 'c> Rewriter<'r, 'c> {
    /// Begins with a text to which a set of schemas applies.
    pub(super) fn new(
        task: Task<'r>,
        text: &'r [u8],
        set: Vec<Member>,
        changes: Option<&'c mut Vec<Change>>,
        room: &'c mut usize,
    ) -> Self {
        Self {
            task,
            text,
            out: Vec::new(),
            copied: 0,
            changed: false,
            frames: Vec::new(),
            sets: set,
            seen: Vec::new(),
            passing: 0,
            scratch: Scratch::default(),
            changes: changes.map(Changes::new),
            room,
            overflow: false,
        }
    }

    pub(super) fn finish(mut self) -> Outcome {
        if self.overflow {
            return Outcome::TooLong;
        }
        if !self.changed {
            return Outcome::Same;
        }
        self.out.extend_from_slice(self.text.get(self.copied..).unwrap_or_default());
        Outcome::Changed(self.out)
    }

    pub(super) fn forms(&self) -> &'r Forms {
        &self.task.program.forms
    }

    /// The forms of a set, with their members.
    pub(super) fn form_at(&self, at: usize) -> &'r Form {
        self.forms().form(self.sets.get(at).map_or(NodeId::MAX, |(id, _)| *id))
    }

    /// Copies up to here, where something changes.
    pub(super) fn change_at(&mut self, at: usize) {
        if !self.changed {
            self.out.reserve(self.text.len() + 64);
        }
        self.changed = true;
        self.out.extend_from_slice(self.text.get(self.copied..at).unwrap_or_default());
        self.copied = at;
    }

    /// Notes what changes in the value that is being read, or beside it.
    #[cold]
    pub(super) fn note(&mut self, kind: ChangeKind, name: Option<&str>) {
        if let Some(changes) = &mut self.changes {
            let text = self.text;
            let way = self.frames.iter().map(|frame| (frame.object, frame.key, frame.count));
            changes.add(kind, text, way, name);
        }
    }

    /// Where the set of the next value begins, which is collected now if it is an element.
    fn begin_value(&mut self) -> usize {
        let Some(frame) = self.frames.last_mut() else { return 0 };
        if frame.object {
            return frame.set_end;
        }
        let before = *frame;
        frame.count += 1;
        self.add_element(before, before.count as usize);
        before.set_end
    }

    fn end_value(&mut self, end: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.last_end = end;
            if std::mem::take(&mut frame.gone) {
                self.copied = end;
            }
        }
    }

    /// Whether the value that begins now is one that is left out.
    fn is_gone(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.gone)
    }

    fn string(&mut self, set: usize, scalar: Scalar) {
        let forms = self.forms();
        let members = self.sets.get(set..).unwrap_or_default();
        let cleans =
            members.iter().any(|(id, when)| when.has(Types::STRING) && !forms.form(*id).shape.sanitise.is_empty());
        let coerces = members.iter().find_map(|(id, _)| forms.form(*id).shape.coerce);
        let always = members.iter().filter(|(_, when)| *when == Types::ALL);
        let types = always.fold(Types::ALL, |types, (id, _)| types.both(forms.form(*id).types));
        let coerces = coerces.unwrap_or(self.task.options.coerce)
            && types != Types::ALL
            && (self.task.fields || !types.has(Types::STRING));
        if !cleans && !coerces {
            return;
        }
        let (start, end) = (scalar.start as usize, scalar.end as usize);
        let raw = self.text.get(start..end).unwrap_or_default();
        let mut meant = Cow::Borrowed(raw);
        if scalar.escaped {
            let mut decoded = Vec::with_capacity(raw.len());
            scan::decode(raw, &mut decoded);
            meant = Cow::Owned(decoded);
        }
        // Halves of surrogate pairs, where they are accepted at all, cannot be part of what is cleaned.
        let mut text = match (str::from_utf8(&meant), cleans) {
            (Ok(text), _) => Cow::Borrowed(text),
            (Err(_), true) => String::from_utf8_lossy(&meant),
            (Err(_), false) => return,
        };
        let mut cleaned = matches!(text, Cow::Owned(_));
        if cleans {
            for (id, when) in members {
                if when.has(Types::STRING) {
                    text = sanitise(text, &forms.form(*id).shape.sanitise);
                }
            }
            cleaned |= *text.as_bytes() != *meant;
        }
        let fits = coerces && coerce::fits(text.as_bytes(), types);
        if !cleaned && !fits {
            return;
        }
        self.change_at(start - 1);
        if fits {
            self.out.extend_from_slice(text.as_bytes());
        } else {
            quote(&text, &mut self.out);
        }
        self.copied = end + 1;
        if cleaned {
            self.note(ChangeKind::Sanitised, None);
        }
        if fits {
            self.note(ChangeKind::Coerced, None);
        }
    }

    fn number(&mut self, set: usize, scalar: Scalar) {
        let (start, end) = (scalar.start as usize, scalar.end as usize);
        let raw = self.text.get(start..end).unwrap_or_default();
        let is_beyond = |(id, _): &Member| {
            let form = self.forms().form(*id);
            form.beyond && form.shape.whole.is_some_and(|whole| whole.is_beyond(raw))
        };
        if self.sets.get(set..).unwrap_or_default().iter().any(is_beyond) {
            self.change_at(start);
            self.out.push(b'"');
            self.out.extend_from_slice(raw);
            self.out.push(b'"');
            self.copied = end;
            self.note(ChangeKind::Coerced, None);
        }
    }
}

impl Visitor for Rewriter<'_, '_> {
    fn scalar(&mut self, _: &[u8], scalar: Scalar) -> bool {
        if self.passing > 0 {
            return true;
        }
        if !self.is_gone() {
            let set = self.begin_value();
            if self.sets.len() > set {
                match scalar.kind {
                    Kind::String => self.string(set, scalar),
                    Kind::Number => self.number(set, scalar),
                    _ => {}
                }
                self.sets.truncate(set);
            }
        }
        self.end_value(scalar.end as usize + usize::from(scalar.kind == Kind::String));
        true
    }

    fn open(&mut self, _: &[u8], kind: Kind, at: u32) -> bool {
        if self.passing > 0 {
            self.passing += 1;
            return true;
        }
        if self.is_gone() {
            self.passing = 1;
            return true;
        }
        let set = self.begin_value();
        self.narrow(set, Types::of(kind));
        if self.sets.len() == set {
            self.passing = 1;
            return true;
        }
        let object = kind == Kind::Object;
        let seen = self.seen.len();
        let words = |at: usize| self.form_at(at).defaults.len().div_ceil(64);
        let all: usize = if object { (set..self.sets.len()).map(words).sum() } else { 0 };
        self.seen.resize(seen + all, 0);
        self.frames.push(Frame {
            object,
            set,
            set_end: self.sets.len(),
            seen,
            last_end: at as usize + 1,
            count: 0,
            gone: false,
            strips: object && self.strips(set),
            hint: 0,
            key: Scalar { kind: Kind::String, start: 0, end: 0, escaped: false },
        });
        true
    }

    fn key(&mut self, name: &[u8], key: Scalar) -> bool {
        let Some(frame) = self.frames.last().copied().filter(|_| self.passing == 0) else { return true };
        let (known, number) = self.add_member(frame, name, true);
        let gone = frame.strips && !known;
        let quote = key.start as usize - 1;
        if gone {
            self.sets.truncate(frame.set_end);
            self.change_at(frame.last_end);
        } else if frame.count == 0 && self.copied == frame.last_end && self.changed {
            // All members before it were left out; the comma goes with them.
            self.copied = quote;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.key = key;
            frame.gone = gone;
            frame.count += u32::from(!gone);
            frame.hint = number.map_or(frame.hint, |number| number + 1);
        }
        if gone {
            self.note(ChangeKind::Stripped, None);
        }
        true
    }

    fn close(&mut self, _: &[u8], _: Kind, end: u32) -> bool {
        if self.passing > 0 {
            self.passing -= 1;
        } else if let Some(frame) = self.frames.pop() {
            if self.task.wanted & forms::DEFAULT != 0 {
                if frame.object {
                    self.fill_object(frame);
                } else {
                    self.fill_array(frame);
                }
            }
            self.sets.truncate(frame.set);
            self.seen.truncate(frame.seen);
        }
        if self.passing == 0 {
            self.end_value(end as usize);
        }
        !self.overflow
    }
}
