//! An index of a value: one entry per value and key in the order of the text, each knowing where the next one behind it
//! stands. It is made of what needs to be looked at more than once, and of schemas; 24 bytes per entry, no strings.

use std::borrow::Cow;

use super::json_error::JsonError;
use super::limits::JsonLimits;
use super::reader::Reader;
use super::reader::{Kind, Scalar, Visitor};
use super::scan;

/// A value or key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// It is a string or key with escapes.
    pub(super) escaped: bool,
    /// Where it stands in the text; a string without its quotes.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The entry behind it and all within it.
    pub(super) next: u32,
    /// Elements of an array, members of an object.
    pub(super) count: u32,
}

/// Entries of one or more values, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Tape {
    entries: Vec<Entry>,
    open: Vec<u32>,
}

impl Tape {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.open.clear();
    }

    /// Whether all that was begun has ended.
    pub(super) fn is_whole(&self) -> bool {
        self.open.is_empty()
    }

    fn len(&self) -> u32 {
        // An entry takes a byte of a text of at most 4 GiB.
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    fn count_in(&mut self) {
        if let Some(entry) = self.open.last().and_then(|at| self.entries.get_mut(*at as usize)) {
            entry.count += 1;
        }
    }

    fn is_in_object(&self) -> bool {
        self.open.last().and_then(|at| self.entries.get(*at as usize)).is_some_and(|entry| entry.kind == Kind::Object)
    }

    pub(super) fn push_scalar(&mut self, scalar: Scalar) {
        if !self.is_in_object() {
            self.count_in();
        }
        self.push_entry(scalar);
    }

    fn push_entry(&mut self, scalar: Scalar) {
        let Scalar { kind, start, end, escaped } = scalar;
        let next = self.len() + 1;
        self.entries.push(Entry { kind, escaped, start, end, next, count: 0 });
    }

    pub(super) fn push_key(&mut self, key: Scalar) {
        self.count_in();
        self.push_entry(key);
    }

    pub(super) fn push_open(&mut self, kind: Kind, start: u32) {
        if !self.is_in_object() {
            self.count_in();
        }
        self.open.push(self.len());
        self.entries.push(Entry { kind, escaped: false, start, end: start, next: 0, count: 0 });
    }

    pub(super) fn push_close(&mut self, end: u32) {
        let next = self.len();
        if let Some(entry) = self.open.pop().and_then(|at| self.entries.get_mut(at as usize)) {
            entry.end = end;
            entry.next = next;
        }
    }

    /// What is indexed, with its text.
    pub(super) fn values<'t>(&'t self, text: &'t [u8]) -> Values<'t> {
        Values { text, entries: &self.entries }
    }
}

impl Visitor for Tape {
    fn scalar(&mut self, _: &[u8], scalar: Scalar) -> bool {
        self.push_scalar(scalar);
        true
    }

    fn open(&mut self, _: &[u8], kind: Kind, at: u32) -> bool {
        self.push_open(kind, at);
        true
    }

    fn key(&mut self, _: &[u8], key: Scalar) -> bool {
        self.push_key(key);
        true
    }

    fn close(&mut self, _: &[u8], _: Kind, end: u32) -> bool {
        self.push_close(end);
        true
    }
}

/// Reads a whole text into an index.
pub(super) fn index(text: &[u8], limits: JsonLimits) -> Result<Tape, JsonError> {
    let (mut reader, mut tape) = (Reader::default(), Tape::default());
    reader.begin(limits);
    reader.read(text, true, &mut tape)?;
    Ok(tape)
}

const NOTHING: Entry = Entry { kind: Kind::Null, escaped: false, start: 0, end: 0, next: u32::MAX, count: 0 };

/// Indexed values. A value is named by the number of its entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'t> {
    text: &'t [u8],
    entries: &'t [Entry],
}

impl<'t> Values<'t> {
    /// No values.
    pub(super) const fn empty(text: &'t [u8]) -> Self {
        Self { text, entries: &[] }
    }

    #[inline]
    pub(super) fn entry(&self, value: u32) -> Entry {
        self.entries.get(value as usize).copied().unwrap_or(NOTHING)
    }

    #[inline]
    pub(super) fn kind(&self, value: u32) -> Kind {
        self.entry(value).kind
    }

    /// The bytes of a value as they are written; of a string, what is between its quotes.
    #[inline]
    pub(super) fn raw(&self, value: u32) -> &'t [u8] {
        let entry = self.entry(value);
        self.text.get(entry.start as usize..entry.end as usize).unwrap_or_default()
    }

    /// What a string or key means.
    #[inline]
    pub(super) fn string(&self, value: u32) -> Cow<'t, [u8]> {
        let raw = self.raw(value);
        if !self.entry(value).escaped {
            return Cow::Borrowed(raw);
        }
        let mut decoded = Vec::with_capacity(raw.len());
        scan::decode(raw, &mut decoded);
        Cow::Owned(decoded)
    }

    /// What a string means, as text, if it is a string.
    pub(super) fn text(&self, value: u32) -> Option<String> {
        (self.kind(value) == Kind::String).then(|| String::from_utf8_lossy(&self.string(value)).into_owned())
    }

    /// The elements of an array.
    pub(super) fn elements(&self, array: u32) -> Elements<'t> {
        let entry = self.entry(array);
        Elements { values: *self, next: array + 1, left: if entry.kind == Kind::Array { entry.count } else { 0 } }
    }

    /// The members of an object, each the entries of its key and of its value.
    pub(super) fn members(&self, object: u32) -> Members<'t> {
        let entry = self.entry(object);
        Members { values: *self, next: object + 1, left: if entry.kind == Kind::Object { entry.count } else { 0 } }
    }

    /// The value of a member; of a doubled key, the last.
    pub(super) fn member(&self, object: u32, name: &[u8]) -> Option<u32> {
        self.members(object).filter(|(key, _)| *self.string(*key) == *name).map(|(_, value)| value).last()
    }
}

/// The elements of an array.
#[derive(Clone, Debug)]
pub(super) struct Elements<'t> {
    values: Values<'t>,
    next: u32,
    left: u32,
}

impl Iterator for Elements<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        let value = self.next;
        self.next = self.values.entry(value).next;
        Some(value)
    }
}

/// The members of an object.
#[derive(Clone, Debug)]
pub(super) struct Members<'t> {
    values: Values<'t>,
    next: u32,
    left: u32,
}

impl Iterator for Members<'_> {
    type Item = (u32, u32);

    #[inline]
    fn next(&mut self) -> Option<(u32, u32)> {
        self.left = self.left.checked_sub(1)?;
        let key = self.next;
        self.next = self.values.entry(key + 1).next;
        Some((key, key + 1))
    }
}
