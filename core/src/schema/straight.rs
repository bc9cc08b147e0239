//! The straight way through an array or object: as long as a text holds what its schema expects, it is read and checked
//! in one step, without a call for each token. At the first thing that is not expected it stops before it and leaves
//! open frames as if the reader and the checker had come there, who go on and say what is wrong, if anything is.
//!
//! It takes known keys without escapes, in any order. Nothing is decided here that is decided differently there; tests
//! hold both equal.

use super::decimal::Decimal;
use super::leaf::{self, Scratch};
use super::limits::JsonLimits;
use super::number;
use super::program::{NodeId, Program, Types};
use super::reader::{Kind, Scalar, offset};
use super::report::{Flow, Report};
use super::scan::{self, NumberState, Scanned, StringNotes};
use super::stream::{ANYTHING, Frame};
use super::violation::Params;
use super::ways::{ArrayWay, NumberWay, ObjectWay, StringWay, Way, choice};

/// What the reader expects where the straight way stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The first thing in an array or object, or its end.
    First,
    /// A value.
    Value,
    /// What stands behind a value.
    After,
}

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passed {
    /// It is right, and ends here.
    Whole(usize),
    /// It was right up to here, and what is open stands in the frames.
    Until(usize, Next),
    /// Nothing was done.
    Nothing,
}

/// Who is told what a value holds while it is checked. A value that is right may be told before it is known to be so: all is
/// void if the straight way stops.
pub(super) trait Sink {
    /// An array or object begins. Gives what `close` is to be called with.
    fn open(&mut self, id: NodeId, kind: Kind) -> usize;
    /// It ends: members that were there, as bits, or elements.
    fn close(&mut self, place: usize, content: u64);
    /// A key comes before one that stands before it in its schema.
    fn disorder(&mut self);
    /// A number, and its value if that is a decimal of few digits.
    fn number(&mut self, id: NodeId, raw: &[u8], value: Option<Decimal>);
    /// A string without its quotes.
    fn string(&mut self, id: NodeId, raw: &[u8], string: Scalar, high: bool);
    /// One of the values of an `enum`.
    fn choice(&mut self, id: NodeId, place: usize);
    fn literal(&mut self, id: NodeId, kind: Kind);
}

/// Nobody is told.
pub(super) struct Nobody;

impl Sink for Nobody {
    fn open(&mut self, _: NodeId, _: Kind) -> usize {
        0
    }
    fn close(&mut self, _: usize, _: u64) {}
    fn disorder(&mut self) {}
    fn number(&mut self, _: NodeId, _: &[u8], _: Option<Decimal>) {}
    fn string(&mut self, _: NodeId, _: &[u8], _: Scalar, _: bool) {}
    fn choice(&mut self, _: NodeId, _: usize) {}
    fn literal(&mut self, _: NodeId, _: Kind) {}
}

/// Only whether a value is right counts here; what is wrong is said by the checker.
struct Quiet;

impl Report for Quiet {
    fn fail(&mut self, _: &'static str, _: impl FnOnce() -> Params) -> Flow {
        Flow::Break(())
    }
}

/// A text and what it is held against.
pub(super) struct Straight<'s, S> {
    pub(super) program: &'s Program,
    pub(super) text: &'s [u8],
    pub(super) limits: &'s JsonLimits,
    pub(super) scratch: &'s mut Scratch,
    /// Those that are open when the way stops are added.
    pub(super) frames: &'s mut Vec<Frame>,
    pub(super) sink: &'s mut S,
    stop: (usize, Next),
}

impl<'s, S: Sink> Straight<'s, S> {
    pub(super) fn new(
        program: &'s Program,
        text: &'s [u8],
        limits: &'s JsonLimits,
        scratch: &'s mut Scratch,
        frames: &'s mut Vec<Frame>,
        sink: &'s mut S,
    ) -> Self {
        Self { program, text, limits, scratch, frames, sink, stop: (0, Next::Value) }
    }

    /// Goes through the array or object at `at`, which may have `depth` levels.
    pub(super) fn pass(&mut self, id: NodeId, at: usize, depth: u32) -> Passed {
        let base = self.frames.len();
        if let Some(end) = self.value(id, at, depth) {
            return Passed::Whole(end);
        }
        if self.frames.len() == base {
            return Passed::Nothing;
        }
        // The innermost came first.
        self.frames.get_mut(base..).unwrap_or_default().reverse();
        Passed::Until(self.stop.0, self.stop.1)
    }

    #[cold]
    fn stop(&mut self, at: usize, next: Next) -> Option<usize> {
        self.stop = (at, next);
        None
    }

    /// Where the value at `at` ends.
    #[expect(clippy::inline_always, reason = "a call for each scalar would cost as much as the scalar")]
    #[inline(always)]
    fn value(&mut self, id: NodeId, at: usize, depth: u32) -> Option<usize> {
        let Some(way) = self.program.ways.get(id as usize) else { return self.stop(at, Next::Value) };
        match self.text.get(at) {
            Some(b'"') if way.types.has(Types::STRING) => self.string(way, id, at),
            Some(b'-' | b'0'..=b'9') => self.number(way, id, at),
            Some(b'{') if way.types.has(Types::OBJECT) && depth > 0 => match &way.object {
                Some(object) => self.object(object, id, at, depth - 1),
                None => self.stop(at, Next::Value),
            },
            Some(b'[') if way.types.has(Types::ARRAY) && depth > 0 => match &way.array {
                Some(array) => self.array(array, id, at, depth - 1),
                None => self.stop(at, Next::Value),
            },
            Some(b't') => self.literal(way, id, at, b"true", Kind::True),
            Some(b'f') => self.literal(way, id, at, b"false", Kind::False),
            Some(b'n') => self.literal(way, id, at, b"null", Kind::Null),
            _ => self.stop(at, Next::Value),
        }
    }

    /// The next byte that is no space, and where it stands.
    #[inline]
    fn token(&self, at: usize) -> (Option<u8>, usize) {
        match self.text.get(at) {
            Some(byte) if *byte > b' ' => (Some(*byte), at),
            _ => {
                let at = scan::skip_space(self.text, at);
                (self.text.get(at).copied(), at)
            }
        }
    }

    #[inline(never)]
    fn object(&mut self, way: &ObjectWay, id: NodeId, begin: usize, depth: u32) -> Option<usize> {
        let key = Scalar { kind: Kind::String, start: 0, end: 0, escaped: false };
        let mut frame = Frame { node: id, object: true, count: 0, seen: 0, hint: 0, member: ANYTHING, key };
        let place = self.sink.open(id, Kind::Object);
        let max = way.max.min(u64::from(self.limits.max_keys));
        // Where the reader would begin to read the next member, and what it expects there.
        let mut resume = (begin + 1, Next::First);
        let (mut byte, mut at) = self.token(begin + 1);
        if byte != Some(b'}') {
            loop {
                let may_be = byte == Some(b'"') && u64::from(frame.count) < max;
                let Some(value) = (if may_be { self.key(way, &mut frame, at) } else { None }) else {
                    self.frames.push(frame);
                    return self.stop(resume.0, resume.1);
                };
                frame.count += 1;
                let end = match self.text.get(value) {
                    Some(0..=b' ') => self.value(frame.member, scan::skip_space(self.text, value), depth),
                    _ => self.value(frame.member, value, depth),
                };
                let Some(end) = end else {
                    self.frames.push(frame);
                    return None;
                };
                (byte, at) = self.token(end);
                resume = (at, Next::After);
                if byte != Some(b',') {
                    break;
                }
                (byte, at) = self.token(at + 1);
            }
        }
        let is_right = frame.seen & way.required == way.required && u64::from(frame.count) >= way.min;
        if byte != Some(b'}') || !is_right {
            self.frames.push(frame);
            return self.stop(resume.0, resume.1);
        }
        self.sink.close(place, frame.seen);
        Some(at + 1)
    }

    /// Takes a key and the colon behind it. Gives where the value begins, or a space before it.
    #[inline]
    fn key(&mut self, way: &ObjectWay, frame: &mut Frame, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let (number, end, behind) = match way.members.get(frame.hint as usize) {
            Some(member) if member.begins(rest) => (frame.hint, at + member.len() - 2, at + member.len()),
            _ => self.search(way, frame, at)?,
        };
        let bit = 1u64 << (number & 63);
        if frame.seen & bit != 0 || end - at > self.limits.max_key_bytes as usize + 1 {
            return None;
        }
        if number < frame.hint {
            self.sink.disorder();
        }
        frame.seen |= bit;
        frame.hint = number + 1;
        frame.member = way.members.get(number as usize).and_then(|member| member.node).unwrap_or(ANYTHING);
        frame.key = Scalar { kind: Kind::String, start: offset(at + 1), end: offset(end), escaped: false };
        Some(behind)
    }

    /// Finds a key that is not the expected one. Gives its number, where it ends, and where the colon does.
    #[cold]
    fn search(&mut self, way: &ObjectWay, frame: &Frame, at: usize) -> Option<(u32, usize, usize)> {
        let rest = self.text.get(at..)?;
        let from = frame.hint as usize + 1;
        let later = (frame.hint + 1..).zip(way.members.get(from..).unwrap_or_default());
        if let Some((number, member)) = later.take(8).find(|(_, member)| member.begins(rest)) {
            return Some((number, at + member.len() - 2, at + member.len()));
        }
        let mut notes = StringNotes::default();
        let Ok(Scanned::End(end)) = scan::string(self.text, at + 1, &mut notes) else { return None };
        let names = &self.program.node(frame.node).object.as_ref()?.names;
        let number = names.find(self.text.get(at + 1..end)?, frame.hint)?;
        let (colon, behind) = self.token(end + 1);
        (!notes.escaped && colon == Some(b':')).then_some((number, end, behind + 1))
    }

    #[inline(never)]
    fn array(&mut self, way: &ArrayWay, id: NodeId, begin: usize, depth: u32) -> Option<usize> {
        let key = Scalar { kind: Kind::String, start: 0, end: 0, escaped: false };
        let mut frame = Frame { node: id, object: false, count: 0, seen: 0, hint: 0, member: ANYTHING, key };
        let place = self.sink.open(id, Kind::Array);
        let (mut byte, mut at) = self.token(begin + 1);
        let mut next = Next::First;
        if byte != Some(b']') {
            loop {
                let element = way.prefix.get(frame.count as usize).copied().or(way.rest).unwrap_or(ANYTHING);
                let open = self.frames.len();
                let is_one_more = u64::from(frame.count) < way.max;
                let end = if is_one_more { self.value(element, at, depth) } else { None };
                let Some(end) = end else {
                    if self.frames.len() == open {
                        // It has not begun, so the reader begins it; `]` is only right for it in place of the first.
                        self.frames.push(frame);
                        return self.stop(at, if next == Next::First { next } else { Next::Value });
                    }
                    frame.count += 1;
                    self.frames.push(frame);
                    return None;
                };
                frame.count += 1;
                (byte, at) = self.token(end);
                next = Next::After;
                if byte != Some(b',') {
                    break;
                }
                (_, at) = self.token(at + 1);
            }
        }
        if byte != Some(b']') || u64::from(frame.count) < way.min {
            self.frames.push(frame);
            return self.stop(at, next);
        }
        self.sink.close(place, u64::from(frame.count));
        Some(at + 1)
    }

    #[expect(clippy::inline_always, reason = "a call for each scalar would cost as much as the scalar")]
    #[inline(always)]
    fn literal(&mut self, way: &Way, id: NodeId, at: usize, word: &[u8], kind: Kind) -> Option<usize> {
        let end = at + word.len();
        let is_there = self.text.get(at..end).is_some_and(|bytes| bytes == word) && way.types.has(Types::of(kind));
        let scalar = || Scalar { kind, start: offset(at), end: offset(end), escaped: false };
        if !is_there || !(way.plain || self.leaf(id, scalar())) {
            return self.stop(at, Next::Value);
        }
        self.sink.literal(id, kind);
        Some(end)
    }

    #[inline]
    fn string(&mut self, way: &Way, id: NodeId, at: usize) -> Option<usize> {
        let mut notes = StringNotes::default();
        let start = at + 1;
        let Ok(Scanned::End(end)) = scan::string(self.text, start, &mut notes) else {
            return self.stop(at, Next::Value);
        };
        let raw = self.text.get(start..end).unwrap_or_default();
        let length = raw.len() as u64;
        if length > u64::from(self.limits.max_string_bytes)
            || (notes.high && str::from_utf8(raw).is_err())
            || (notes.lone && !self.limits.lone_surrogates)
        {
            return self.stop(at, Next::Value);
        }
        let scalar = Scalar { kind: Kind::String, start: offset(start), end: offset(end), escaped: notes.escaped };
        let is_right = match way.strings {
            _ if notes.escaped => self.leaf(id, scalar),
            // A character has one to four bytes.
            StringWay::Length(min, max) if length <= max && length / 4 >= min => true,
            StringWay::Length(min, max) if !notes.high => (min..=max).contains(&length),
            StringWay::Choice => match choice(self.program.node(id), raw) {
                Some(place) => {
                    self.sink.choice(id, place);
                    return Some(end + 1);
                }
                None => false,
            },
            _ => {
                let node = self.program.node(id);
                leaf::check_string(self.program, node, raw, self.scratch, &mut Quiet).is_continue()
            }
        };
        if !is_right {
            return self.stop(at, Next::Value);
        }
        self.sink.string(id, raw, scalar, notes.high);
        Some(end + 1)
    }

    /// Whether a value holds all rules of its node.
    #[inline(never)]
    fn leaf(&mut self, id: NodeId, scalar: Scalar) -> bool {
        let node = self.program.node(id);
        leaf::check(self.program, node, scalar, self.text, self.scratch, &mut Quiet).is_continue()
    }

    #[expect(clippy::inline_always, reason = "a call for each scalar would cost as much as the scalar")]
    #[inline(always)]
    fn number(&mut self, way: &Way, id: NodeId, at: usize) -> Option<usize> {
        let Some((value, end)) = Decimal::read(self.text, at) else { return self.long_number(way, id, at) };
        let is_wanted = way.types.has(Types::NUMBERS) || (way.types.has(Types::INTEGER) && value.is_integer());
        let is_right = is_wanted
            && end - at <= self.limits.max_number_bytes as usize
            && match way.numbers {
                // `1.0` where only integers are wanted is for the rules, which know which of them JavaScript can hold.
                NumberWay::Range(min, max) if value.is_plain() || way.types.has(Types::NUMBERS) => {
                    value.is_within(min, max)
                }
                _ => self.leaf(id, number_at(at, end)),
            };
        if !is_right {
            return self.stop(at, Next::Value);
        }
        self.sink.number(id, self.text.get(at..end).unwrap_or_default(), Some(value));
        Some(end)
    }

    #[cold]
    fn long_number(&mut self, way: &Way, id: NodeId, at: usize) -> Option<usize> {
        let window = self.text.get(at..).unwrap_or_default();
        let window = window.get(..=self.limits.max_number_bytes as usize).unwrap_or(window);
        let Ok(Scanned::End(length)) = scan::number(window, 0, &mut NumberState::default()) else {
            return self.stop(at, Next::Value);
        };
        let raw = window.get(..length).unwrap_or_default();
        let is_right = way.types.has(Types::INTEGER)
            && number::problem(raw, self.limits).is_none()
            && self.leaf(id, number_at(at, at + length));
        if !is_right {
            return self.stop(at, Next::Value);
        }
        self.sink.number(id, raw, None);
        Some(at + length)
    }
}

fn number_at(start: usize, end: usize) -> Scalar {
    Scalar { kind: Kind::Number, start: offset(start), end: offset(end), escaped: false }
}
