//! The parser: bytes in, events out, the same events however the bytes were cut (RFC 2046 §5.1.1).
//!
//! A delimiter begins with CR and has no other, so what may be the beginning of one needs no copy and no second look:
//! its length says which bytes it was, and when it turns out to be content all of it is.

use std::ops::Range;

use memchr::memmem::{self, Finder};

use super::boundary::Boundary;
use super::budget::{Budget, Kind};
use super::error::MultipartError;
use super::head::{PartHead, parse_head};
use super::limits::Limits;

/// The CRLF of a delimiter, which may have ended the line before.
const CRLF_BYTES: usize = 2;

/// What a parser found.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// A part with a name begins.
    Part(Box<PartHead>),
    /// Content of it: a range of the bytes that were pushed.
    Data(Range<usize>),
    /// Content of it that came with earlier pushes and could have been the beginning of a delimiter: a range of
    /// [`Parser::delimiter`].
    Held(Range<usize>),
    /// The part is complete.
    PartEnd,
    /// The closing delimiter: no more parts.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first delimiter.
    Preamble,
    /// Behind a delimiter.
    Delimiter,
    /// Behind the first hyphen of a closing delimiter.
    Hyphen,
    /// In the padding of a delimiter (RFC 2046 `transport-padding`).
    Padding,
    DelimiterLf,
    /// At the line behind a delimiter, which may be another one.
    HeadStart,
    Head,
    Content(Kind),
    /// Behind the closing delimiter.
    Closed,
    ClosedLf,
    Epilogue,
}

/// A parser of one body.
#[derive(Debug)]
pub struct Parser {
    finder: Finder<'static>,
    budget: Budget,
    state: State,
    /// Bytes of the delimiter that have been seen, and are held back.
    matched: usize,
    /// Those of them that were no bytes of their own: the line end before a delimiter may be that of the line before.
    borrowed: usize,
    head: Vec<u8>,
    failed: Option<MultipartError>,
}

impl Parser {
    /// A parser of a body with this boundary.
    #[must_use]
    pub fn new(boundary: &Boundary, limits: Limits) -> Self {
        let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
        Self {
            finder: Finder::new(&delimiter).into_owned(),
            budget: Budget::new(limits),
            state: State::Preamble,
            matched: CRLF_BYTES,
            borrowed: CRLF_BYTES,
            head: Vec::new(),
            failed: None,
        }
    }

    /// CRLF, two hyphens and the boundary.
    #[must_use]
    pub fn delimiter(&self) -> &[u8] {
        self.finder.needle()
    }

    /// Takes the next bytes of the body, giving what they hold to `sink`.
    ///
    /// # Errors
    /// A [`MultipartError`] behind the events that came before it, and again at each call from then on.
    pub fn push(&mut self, input: &[u8], mut sink: impl FnMut(Event)) -> Result<(), MultipartError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let allowed = self.budget.admit(input);
        let mut result = self.advance(allowed, &mut sink);
        if allowed.len() < input.len() {
            result = result.and(Err(MultipartError::TooLarge));
        }
        self.failed = result.err();
        result
    }

    /// The body is over.
    ///
    /// # Errors
    /// [`MultipartError::Truncated`] if its closing delimiter has not come, and the error that [`Parser::push`] gave.
    pub fn finish(&mut self) -> Result<(), MultipartError> {
        let closed = matches!(self.state, State::Closed | State::ClosedLf | State::Epilogue);
        if self.failed.is_none() && !closed {
            self.failed = Some(MultipartError::Truncated);
        }
        self.failed.map_or(Ok(()), Err)
    }

    fn advance(&mut self, input: &[u8], sink: &mut impl FnMut(Event)) -> Result<(), MultipartError> {
        let mut at = 0;
        while let Some((&byte, _)) = input.get(at..).and_then(<[u8]>::split_first) {
            at = match self.state {
                State::Preamble | State::Content(_) => self.find_delimiter(input, at, sink)?,
                State::HeadStart => self.start_head(input, at),
                State::Head => self.read_head(input, at, sink)?,
                State::Epilogue => {
                    let rest = input.len().saturating_sub(at);
                    self.budget.charge_overhead(rest)?;
                    input.len()
                }
                _ => {
                    self.state = self.step(byte, sink)?;
                    at.saturating_add(1)
                }
            };
        }
        Ok(())
    }

    /// The lines of delimiters, byte by byte.
    fn step(&mut self, byte: u8, sink: &mut impl FnMut(Event)) -> Result<State, MultipartError> {
        Ok(match (self.state, byte) {
            (State::Delimiter, b'-') => State::Hyphen,
            (State::Hyphen, b'-') => {
                // A form without parts is what browsers send; with something before it, its delimiters were others.
                if self.budget.has_only_overhead() {
                    return Err(MultipartError::Malformed);
                }
                sink(Event::End);
                State::Closed
            }
            (State::Delimiter | State::Padding, b' ' | b'\t') => {
                self.budget.charge_overhead(1)?;
                State::Padding
            }
            (State::Delimiter | State::Padding, b'\r') => State::DelimiterLf,
            (State::DelimiterLf, b'\n') => {
                self.budget.count_part()?;
                self.matched = CRLF_BYTES;
                State::HeadStart
            }
            (State::Closed, b' ' | b'\t') => {
                self.budget.charge_overhead(1)?;
                State::Closed
            }
            (State::Closed, b'\r') => State::ClosedLf,
            (State::ClosedLf, b'\n') => State::Epilogue,
            // No line of content begins with a delimiter (RFC 2046 §5.1.1), so this is none either.
            _ => return Err(MultipartError::Malformed),
        })
    }

    /// Looks for the next delimiter in the preamble or in content; returns where to go on.
    fn find_delimiter(
        &mut self,
        input: &[u8],
        at: usize,
        sink: &mut impl FnMut(Event),
    ) -> Result<usize, MultipartError> {
        let rest = input.get(at..).unwrap_or_default();
        if self.matched > 0 {
            match self.go_on_matching(rest) {
                Match::Complete(taken) => {
                    self.end_content(sink);
                    return Ok(at.saturating_add(taken));
                }
                Match::Open => return Ok(input.len()),
                Match::Other => self.give_held(sink)?,
            }
        }
        if let Some(found) = self.finder.find(rest) {
            let end = at.saturating_add(found);
            self.give(at..end, sink)?;
            self.end_content(sink);
            return Ok(end.saturating_add(self.finder.needle().len()));
        }
        let kept = beginning_at_end(rest, self.finder.needle());
        self.give(at..input.len().saturating_sub(kept), sink)?;
        self.matched = kept;
        Ok(input.len())
    }

    /// Compares `rest` with what is left of the delimiter.
    fn go_on_matching(&mut self, rest: &[u8]) -> Match {
        let left = self.finder.needle().get(self.matched..).unwrap_or_default();
        let same = left.iter().zip(rest).take_while(|(one, other)| one == other).count();
        if same == left.len() {
            self.matched = 0;
            self.borrowed = 0;
            Match::Complete(same)
        } else if same == rest.len() {
            self.matched = self.matched.saturating_add(same);
            Match::Open
        } else {
            Match::Other
        }
    }

    /// What was held back is content after all.
    fn give_held(&mut self, sink: &mut impl FnMut(Event)) -> Result<(), MultipartError> {
        let held = self.borrowed..self.matched;
        self.matched = 0;
        self.borrowed = 0;
        self.charge_and_give(held, Event::Held, sink)
    }

    fn give(&mut self, range: Range<usize>, sink: &mut impl FnMut(Event)) -> Result<(), MultipartError> {
        self.charge_and_give(range, Event::Data, sink)
    }

    /// Gives what is within the limit, also when the rest is not: every cut gives the same.
    fn charge_and_give(
        &mut self,
        range: Range<usize>,
        event: fn(Range<usize>) -> Event,
        sink: &mut impl FnMut(Event),
    ) -> Result<(), MultipartError> {
        let State::Content(kind) = self.state else { return self.budget.charge_overhead(range.len()) };
        let (allowed, result) = self.budget.charge_content(kind, range.len());
        if allowed > 0 && kind != Kind::Nameless {
            sink(event(range.start..range.start.saturating_add(allowed)));
        }
        result
    }

    fn end_content(&mut self, sink: &mut impl FnMut(Event)) {
        if matches!(self.state, State::Content(Kind::Field | Kind::File)) {
            sink(Event::PartEnd);
        }
        self.state = State::Delimiter;
    }

    /// Tells a head from a delimiter right behind another: a part without head and content, which is passed over.
    fn start_head(&mut self, input: &[u8], at: usize) -> usize {
        let rest = input.get(at..).unwrap_or_default();
        match self.go_on_matching(rest) {
            Match::Complete(taken) => {
                self.state = State::Delimiter;
                at.saturating_add(taken)
            }
            Match::Open => input.len(),
            Match::Other => {
                let held = self.finder.needle().get(CRLF_BYTES..self.matched).unwrap_or_default();
                self.head.clear();
                self.head.extend_from_slice(held);
                self.matched = 0;
                self.state = State::Head;
                at
            }
        }
    }

    /// Reads to the end of a head, in place if all of it is in `input`.
    fn read_head(&mut self, input: &[u8], at: usize, sink: &mut impl FnMut(Event)) -> Result<usize, MultipartError> {
        let rest = input.get(at..).unwrap_or_default();
        let most = self.budget.limits.max_head_bytes;
        let before = self.head.len();
        let window = rest.get(..most.saturating_sub(before)).unwrap_or(rest);
        if before == 0
            && let Some(end) = end_of_head(window, 0)
        {
            let head = parse_head(window.get(..end).unwrap_or_default(), &self.budget.limits)?;
            self.begin_content(head, sink)?;
            return Ok(at.saturating_add(end));
        }
        self.head.extend_from_slice(window);
        let Some(end) = end_of_head(&self.head, before) else {
            if self.head.len() >= most {
                return Err(MultipartError::HeadTooLarge);
            }
            return Ok(input.len());
        };
        let head = parse_head(self.head.get(..end).unwrap_or_default(), &self.budget.limits)?;
        self.head.clear();
        self.begin_content(head, sink)?;
        Ok(at.saturating_add(end.saturating_sub(before)))
    }

    fn begin_content(&mut self, head: Option<PartHead>, sink: &mut impl FnMut(Event)) -> Result<(), MultipartError> {
        let kind = match &head {
            None => Kind::Nameless,
            Some(head) if head.filename.is_some() => Kind::File,
            Some(_) => Kind::Field,
        };
        self.budget.begin_content(kind)?;
        if let Some(head) = head {
            sink(Event::Part(Box::new(head)));
        }
        self.state = State::Content(kind);
        self.matched = CRLF_BYTES;
        self.borrowed = CRLF_BYTES;
        Ok(())
    }
}

enum Match {
    /// The delimiter is complete after this many bytes.
    Complete(usize),
    /// All bytes fit, and more are needed.
    Open,
    /// It is not the delimiter.
    Other,
}

/// How many bytes at the end of `bytes` may begin a delimiter, which is not in them. Only its first byte is a CR.
fn beginning_at_end(bytes: &[u8], delimiter: &[u8]) -> usize {
    let most = delimiter.len().saturating_sub(1).min(bytes.len());
    let tail = bytes.get(bytes.len().saturating_sub(most)..).unwrap_or_default();
    let beginning = memchr::memrchr(b'\r', tail).and_then(|from| tail.get(from..));
    beginning.filter(|beginning| delimiter.starts_with(beginning)).map_or(0, <[u8]>::len)
}

/// Where a head ends: behind its empty line, which may be all of it. The first `seen` bytes have been looked at.
fn end_of_head(bytes: &[u8], seen: usize) -> Option<usize> {
    if bytes.starts_with(b"\r\n") {
        return Some(2);
    }
    let from = seen.saturating_sub(3);
    let found = memmem::find(bytes.get(from..)?, b"\r\n\r\n")?;
    Some(from.saturating_add(found).saturating_add(4))
}
