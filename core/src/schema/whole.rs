//! Integers of a width: the formats `int32`, `uint32`, `int64` and `uint64` of the registry of `OpenAPI`, and what becomes of
//! those that no double holds: a string that keeps their digits.

use std::cmp::Ordering;

use super::number::{self, Number};

/// The greatest integer that JavaScript's numbers hold with all below it.
const MAX_SAFE: u64 = 9_007_199_254_740_991;
const MAX_SAFE_TEXT: &[u8] = b"9007199254740991";

/// A format of integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    Int32,
    Uint32,
    Int64,
    Uint64,
}

/// Whether a text is an integer in the only way to write it, without a fraction or an exponent.
pub(super) fn is_plain(text: &[u8]) -> bool {
    match text.strip_prefix(b"-").unwrap_or(text) {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Whether a plain integer is one that JavaScript's numbers hold.
pub(super) fn is_safe(text: &[u8]) -> bool {
    number::small(text).is_some_and(|value| value.unsigned_abs() <= MAX_SAFE)
}

/// Whether a number that passed the scanner is an integer that JavaScript would read as another. What is written with a
/// point or an exponent is a double to whoever wrote it, unless only integers are asked for.
#[inline]
pub(super) fn is_unsafe(text: &[u8], only_integers: bool) -> bool {
    // Fifteen digits are always safe.
    if text.len() < 16 && (!only_integers || number::small(text).is_some()) {
        return false;
    }
    if is_plain(text) {
        return !is_safe(text);
    }
    let magnitude = text.strip_prefix(b"-").unwrap_or(text);
    only_integers
        && match (Number::read(magnitude), Number::read(MAX_SAFE_TEXT)) {
            (Some(value), Some(max)) => value.is_integer() && value.compare(&max) == Ordering::Greater,
            _ => true,
        }
}

impl Whole {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "int32" => Self::Int32,
            "uint32" => Self::Uint32,
            "int64" => Self::Int64,
            "uint64" => Self::Uint64,
            _ => return None,
        })
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Int32 => "int32",
            Self::Uint32 => "uint32",
            Self::Int64 => "int64",
            Self::Uint64 => "uint64",
        }
    }

    /// Whether it has integers that no double holds.
    pub(super) const fn is_wide(self) -> bool {
        matches!(self, Self::Int64 | Self::Uint64)
    }

    const fn bounds(self) -> (&'static [u8], &'static [u8]) {
        match self {
            Self::Int32 => (b"-2147483648", b"2147483647"),
            Self::Uint32 => (b"0", b"4294967295"),
            Self::Int64 => (b"-9223372036854775808", b"9223372036854775807"),
            Self::Uint64 => (b"0", b"18446744073709551615"),
        }
    }

    /// Whether a number that passed the scanner is an integer of this width.
    pub(super) fn holds(self, text: &[u8]) -> bool {
        let (min, max) = self.bounds();
        match (Number::read(text), Number::read(min), Number::read(max)) {
            (Some(value), Some(min), Some(max)) => {
                value.is_integer() && value.compare(&min) != Ordering::Less && value.compare(&max) != Ordering::Greater
            }
            _ => false,
        }
    }

    /// Whether a text is an integer of this width that only a string can bring to JavaScript.
    pub(super) fn is_beyond(self, text: &[u8]) -> bool {
        // 2^64 has 20 digits.
        self.is_wide() && (16..=20).contains(&text.len()) && is_plain(text) && !is_safe(text) && self.holds(text)
    }
}
