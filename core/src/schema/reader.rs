//! Reads a JSON text once, strictly (RFC 8259), and tells a [`Visitor`] what is there. The text may grow between two
//! calls; nothing is read twice but a literal or an escape that was cut.
//!
//! Holds the limits, and refuses what two readers may understand differently: doubled keys, lone surrogates, byte order
//! marks, numbers that no double holds, keys that change prototypes.

use super::json_error::{JsonError, JsonProblem};
use super::keys::Keys;
use super::limits::JsonLimits;
use super::number;
use super::opened::{Open, Opened};
use super::scan::{self, NumberState, Scanned, StringNotes};
use super::straight::{Next, Passed};

/// What a value is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
}

/// A value that has no others in it, or a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scalar {
    pub(super) kind: Kind,
    /// Where it stands; a string without its quotes.
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) escaped: bool,
}

/// What is told. An answer of `false` ends the reading.
pub(super) trait Visitor {
    fn scalar(&mut self, text: &[u8], scalar: Scalar) -> bool;
    fn open(&mut self, text: &[u8], kind: Kind, at: u32) -> bool;
    /// A key, and what it means if that differs from how it is written.
    fn key(&mut self, name: &[u8], key: Scalar) -> bool;
    fn close(&mut self, text: &[u8], kind: Kind, end: u32) -> bool;

    /// Takes an array or object that begins at `at` and may have `depth` levels, or as much of it as it can, by itself.
    fn straight(&mut self, _text: &[u8], _at: usize, _depth: u32, _limits: &JsonLimits) -> Passed {
        Passed::Nothing
    }

    /// Tells what was opened and not closed on the way that `straight` took.
    fn resume(&self, _opened: &mut Opened<'_>) {}
}

/// How far a text has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// To the end of what is there of it.
    More,
    /// To its end.
    Whole,
    /// To where the visitor wanted no more.
    Stopped,
}

/// What comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Begin,
    Value,
    ValueOrClose,
    KeyOrClose,
    Key,
    Colon,
    After,
    End,
    InKey(usize),
    InString(usize),
    InNumber(usize),
}

/// The state of a reading.
#[derive(Debug, Default)]
pub(super) struct Reader {
    limits: JsonLimits,
    at: usize,
    state: State,
    open: Vec<Open>,
    keys: Keys,
    string: StringNotes,
    number: NumberState,
    /// The last key was `constructor`.
    constructor: bool,
}

pub(super) fn offset(at: usize) -> u32 {
    // The length of the text was checked.
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Reader {
    /// Begins with another text.
    pub(super) fn begin(&mut self, limits: JsonLimits) {
        self.limits = limits;
        self.at = 0;
        self.state = State::Begin;
        self.open.clear();
        self.keys.clear();
    }

    /// Reads on. `text` is all that is there of it so far, and `last` says that no more will come.
    pub(super) fn read(&mut self, text: &[u8], last: bool, visitor: &mut impl Visitor) -> Result<Read, JsonError> {
        if u32::try_from(text.len()).is_err() {
            return Err(JsonError::at(JsonProblem::Length, 0));
        }
        loop {
            match self.state {
                State::Begin => {
                    const MARK: &[u8] = b"\xef\xbb\xbf";
                    if !last && text.len() < 3 && MARK.starts_with(text) {
                        return Ok(Read::More);
                    }
                    if text.starts_with(MARK) {
                        if !self.limits.byte_order_mark {
                            return Err(JsonError::at(JsonProblem::ByteOrderMark, 0));
                        }
                        self.at = 3;
                    }
                    self.state = State::Value;
                    continue;
                }
                State::InKey(start) => {
                    if !self.string(text, start, last, true, visitor)? {
                        return Ok(self.halt());
                    }
                    continue;
                }
                State::InString(start) => {
                    if !self.string(text, start, last, false, visitor)? {
                        return Ok(self.halt());
                    }
                    continue;
                }
                State::InNumber(start) => {
                    if !self.number(text, start, last, visitor)? {
                        return Ok(self.halt());
                    }
                    continue;
                }
                _ => {}
            }
            self.at = scan::skip_space(text, self.at);
            let Some(&byte) = text.get(self.at) else {
                return match (self.state, last) {
                    (State::End, true) => Ok(Read::Whole),
                    (_, true) => Err(JsonError::at(JsonProblem::Truncated, self.at)),
                    (_, false) => Ok(Read::More),
                };
            };
            let go_on = match (self.state, byte) {
                (State::ValueOrClose | State::After, b']') | (State::KeyOrClose | State::After, b'}') => {
                    self.close(text, byte, visitor)?
                }
                (State::Value | State::ValueOrClose, _) => match byte {
                    b'"' => {
                        self.string = StringNotes::default();
                        self.at += 1;
                        self.state = State::InString(self.at);
                        true
                    }
                    b'-' | b'0'..=b'9' => {
                        self.number = NumberState::default();
                        self.state = State::InNumber(self.at);
                        true
                    }
                    b'{' | b'[' => self.open(text, byte, visitor)?,
                    _ => match self.literal(text, byte, last, visitor)? {
                        Some(go_on) => go_on,
                        None => return Ok(Read::More),
                    },
                },
                (State::KeyOrClose | State::Key, b'"') => {
                    self.string = StringNotes::default();
                    self.at += 1;
                    self.state = State::InKey(self.at);
                    true
                }
                (State::Colon, b':') => {
                    self.at += 1;
                    self.state = State::Value;
                    true
                }
                (State::After, b',') => {
                    self.at += 1;
                    let object = self.open.last().is_some_and(|open| open.object);
                    self.state = if object { State::Key } else { State::Value };
                    true
                }
                _ => return Err(JsonError::at(JsonProblem::Syntax, self.at)),
            };
            if !go_on {
                return Ok(Read::Stopped);
            }
        }
    }

    /// Why a token did not go on: it is cut, or the visitor has enough.
    fn halt(&self) -> Read {
        match self.state {
            State::InKey(_) | State::InString(_) | State::InNumber(_) => Read::More,
            _ => Read::Stopped,
        }
    }

    fn behind_value(&mut self) {
        self.state = if self.open.is_empty() { State::End } else { State::After };
    }

    fn open(&mut self, text: &[u8], byte: u8, visitor: &mut impl Visitor) -> Result<bool, JsonError> {
        if self.open.len() >= self.limits.max_depth as usize {
            return Err(JsonError::at(JsonProblem::Depth, self.at));
        }
        if !self.constructor {
            // Fewer levels than the stack has room for: what is deeper begins again.
            let depth = (self.limits.max_depth - offset(self.open.len())).min(64);
            match visitor.straight(text, self.at, depth, &self.limits) {
                Passed::Whole(end) => {
                    self.at = end;
                    self.behind_value();
                    return Ok(true);
                }
                Passed::Until(at, next) => {
                    visitor.resume(&mut Opened { open: &mut self.open, keys: &mut self.keys });
                    self.at = at;
                    let object = self.open.last().is_some_and(|open| open.object);
                    self.state = match (next, object) {
                        (Next::First, true) => State::KeyOrClose,
                        (Next::First, false) => State::ValueOrClose,
                        (Next::Value, _) => State::Value,
                        (Next::After, _) => State::After,
                    };
                    return Ok(true);
                }
                Passed::Nothing => {}
            }
        }
        let object = byte == b'{';
        let constructor = self.constructor && self.open.last().is_some_and(|open| open.object);
        self.open.push(Open { object, constructor: constructor && object, first_key: self.keys.count() });
        self.constructor = false;
        let kind = if object { Kind::Object } else { Kind::Array };
        self.state = if object { State::KeyOrClose } else { State::ValueOrClose };
        let go_on = visitor.open(text, kind, offset(self.at));
        self.at += 1;
        Ok(go_on)
    }

    fn close(&mut self, text: &[u8], byte: u8, visitor: &mut impl Visitor) -> Result<bool, JsonError> {
        let open = self.open.pop().filter(|open| open.object == (byte == b'}'));
        let Some(open) = open else { return Err(JsonError::at(JsonProblem::Syntax, self.at)) };
        self.at += 1;
        if open.object {
            if !self.limits.duplicate_keys && self.keys.has_duplicate(text, open.first_key) {
                return Err(JsonError::at(JsonProblem::DuplicateKey, self.at));
            }
            self.keys.truncate(open.first_key);
        }
        self.behind_value();
        Ok(visitor.close(text, if open.object { Kind::Object } else { Kind::Array }, offset(self.at)))
    }

    /// `None` if the literal is cut.
    fn literal(
        &mut self,
        text: &[u8],
        byte: u8,
        last: bool,
        visitor: &mut impl Visitor,
    ) -> Result<Option<bool>, JsonError> {
        let (word, kind): (&[u8], _) = match byte {
            b't' => (b"true", Kind::True),
            b'f' => (b"false", Kind::False),
            b'n' => (b"null", Kind::Null),
            _ => return Err(JsonError::at(JsonProblem::Syntax, self.at)),
        };
        let rest = text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            let cut = word.starts_with(rest);
            return match (cut, last) {
                (true, false) => Ok(None),
                (true, true) => Err(JsonError::at(JsonProblem::Truncated, text.len())),
                _ => Err(JsonError::at(JsonProblem::Syntax, self.at)),
            };
        }
        let start = offset(self.at);
        self.at += word.len();
        self.behind_value();
        Ok(Some(visitor.scalar(text, Scalar { kind, start, end: offset(self.at), escaped: false })))
    }

    fn string(
        &mut self,
        text: &[u8],
        start: usize,
        last: bool,
        key: bool,
        visitor: &mut impl Visitor,
    ) -> Result<bool, JsonError> {
        let limit = if key { self.limits.max_key_bytes } else { self.limits.max_string_bytes } as usize;
        let too_long = if key { JsonProblem::KeyLength } else { JsonProblem::StringLength };
        let scanned =
            scan::string(text, self.at, &mut self.string).map_err(|(problem, at)| JsonError::at(problem, at))?;
        let end = match scanned {
            Scanned::End(end) => end,
            Scanned::More(at) => {
                self.at = at;
                if at - start > limit {
                    return Err(JsonError::at(too_long, start));
                }
                return if last { Err(JsonError::at(JsonProblem::Truncated, text.len())) } else { Ok(false) };
            }
        };
        if end - start > limit {
            return Err(JsonError::at(too_long, start));
        }
        if self.string.high
            && let Err(error) = str::from_utf8(text.get(start..end).unwrap_or_default())
        {
            return Err(JsonError::at(JsonProblem::Encoding, start + error.valid_up_to()));
        }
        if self.string.lone && !self.limits.lone_surrogates {
            return Err(JsonError::at(JsonProblem::LoneSurrogate, start));
        }
        self.at = end + 1;
        let scalar =
            Scalar { kind: Kind::String, start: offset(start), end: offset(end), escaped: self.string.escaped };
        if key {
            self.state = State::Colon;
            return self.key(text, scalar, visitor);
        }
        self.behind_value();
        Ok(visitor.scalar(text, scalar))
    }

    fn key(&mut self, text: &[u8], key: Scalar, visitor: &mut impl Visitor) -> Result<bool, JsonError> {
        let at = key.start as usize;
        let Some(open) = self.open.last().copied() else { return Err(JsonError::at(JsonProblem::Syntax, at)) };
        if self.keys.count() - open.first_key >= self.limits.max_keys {
            return Err(JsonError::at(JsonProblem::Keys, at));
        }
        let place = self.keys.push(text, key);
        if !self.limits.duplicate_keys && self.keys.repeats(text, open.first_key) {
            return Err(JsonError::at(JsonProblem::DuplicateKey, at));
        }
        let name = self.keys.name(text, place);
        if !self.limits.prototype_keys {
            self.constructor = name == b"constructor";
            if name == b"__proto__" || (open.constructor && name == b"prototype") {
                return Err(JsonError::at(JsonProblem::PrototypeKey, at));
            }
        }
        Ok(visitor.key(name, key))
    }

    fn number(&mut self, text: &[u8], start: usize, last: bool, visitor: &mut impl Visitor) -> Result<bool, JsonError> {
        let limit = self.limits.max_number_bytes as usize;
        // One byte more than the limit tells whether it is kept.
        let window = text.get(..(start + limit + 1).min(text.len())).unwrap_or(text);
        let scanned =
            scan::number(window, self.at, &mut self.number).map_err(|(problem, at)| JsonError::at(problem, at))?;
        let end = match scanned {
            Scanned::End(end) => end,
            Scanned::More(at) if at - start > limit => {
                return Err(JsonError::at(JsonProblem::NumberLength, start));
            }
            Scanned::More(at) => {
                self.at = at;
                match (last, self.number.complete()) {
                    (false, _) => return Ok(false),
                    (true, false) => return Err(JsonError::at(JsonProblem::Truncated, at)),
                    (true, true) => at,
                }
            }
        };
        let digits = text.get(start..end).unwrap_or_default();
        if let Some(problem) = number::problem(digits, &self.limits) {
            return Err(JsonError::at(problem, start));
        }
        self.at = end;
        self.behind_value();
        let scalar = Scalar { kind: Kind::Number, start: offset(start), end: offset(end), escaped: false };
        Ok(visitor.scalar(text, scalar))
    }
}
