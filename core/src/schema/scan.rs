//! The tokens of JSON (RFC 8259): where strings and numbers end, and what is known of them then.
//!
//! Each scanner can be stopped at any byte and goes on there with what it has noted, so that a token that arrives byte
//! by byte is read once. Nothing is copied or decoded.

use super::json_error::JsonProblem;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// What is noted of a string between two pieces of a text, and what is known of it at its end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StringNotes {
    /// A byte of it is not ASCII.
    pub(super) high: bool,
    /// It has an escape.
    pub(super) escaped: bool,
    /// It has half of a surrogate pair.
    pub(super) lone: bool,
}

/// Where a scanner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    /// The token ends here; for a string this is the place of its closing quote.
    End(usize),
    /// The text is not long enough; go on from here.
    More(usize),
}

/// The first byte from `at` on that is no space.
#[inline]
pub(super) fn skip_space(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = text.get(at) {
        at += 1;
    }
    at
}

/// The first byte from `at` on that is a quote, a backslash or a control character.
#[inline]
fn plain(text: &[u8], mut at: usize, high: &mut bool) -> usize {
    while let Some(chunk) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        // None of the three has the highest bit, so what has it is no hit. A borrow makes false hits only above a true
        // one, and only the lowest counts.
        let quote = (word ^ (ONES * 0x22)).wrapping_sub(ONES);
        let backslash = (word ^ (ONES * 0x5c)).wrapping_sub(ONES);
        let control = word.wrapping_sub(ONES * 0x20);
        let hits = (quote | backslash | control) & !word & HIGHS;
        if hits != 0 {
            let bits = hits.trailing_zeros() & !7;
            *high |= word & HIGHS & ((1 << bits) - 1) != 0;
            return at + (bits / 8) as usize;
        }
        *high |= word & HIGHS != 0;
        at += 8;
    }
    while let Some(byte) = text.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..0x20) {
            break;
        }
        *high |= *byte >= 0x80;
        at += 1;
    }
    at
}

/// Goes on with a string whose content begins at or before `at`.
#[inline]
pub(super) fn string(text: &[u8], mut at: usize, notes: &mut StringNotes) -> Result<Scanned, (JsonProblem, usize)> {
    loop {
        at = plain(text, at, &mut notes.high);
        match text.get(at) {
            Some(b'"') => return Ok(Scanned::End(at)),
            Some(b'\\') => {
                notes.escaped = true;
                match escape(text, at) {
                    Escape::Char(_, next) => at = next,
                    Escape::Lone(_, next) => {
                        notes.lone = true;
                        at = next;
                    }
                    Escape::Short => return Ok(Scanned::More(at)),
                    Escape::Bad => return Err((JsonProblem::Syntax, at)),
                }
            }
            Some(_) => return Err((JsonProblem::Syntax, at)),
            None => return Ok(Scanned::More(at)),
        }
    }
}

/// One escape of a string.
enum Escape {
    Char(char, usize),
    /// Half of a surrogate pair.
    Lone(u16, usize),
    /// The text ends before it can be told.
    Short,
    Bad,
}

fn hex4(text: &[u8], at: usize) -> Result<u16, Escape> {
    let mut value = 0u16;
    for place in at..at + 4 {
        let Some(byte) = text.get(place) else { return Err(Escape::Short) };
        let Some(digit) = char::from(*byte).to_digit(16) else { return Err(Escape::Bad) };
        // Lossless: a digit is below 16.
        value = (value << 4) | (digit & 15) as u16;
    }
    Ok(value)
}

fn escape(text: &[u8], at: usize) -> Escape {
    let Some(letter) = text.get(at + 1) else { return Escape::Short };
    let char = match letter {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_escape(text, at),
        _ => return Escape::Bad,
    };
    Escape::Char(char, at + 2)
}

fn unicode_escape(text: &[u8], at: usize) -> Escape {
    let first = match hex4(text, at + 2) {
        Ok(unit) => unit,
        Err(escape) => return escape,
    };
    if let Some(char) = char::from_u32(u32::from(first)) {
        return Escape::Char(char, at + 6);
    }
    if first >= 0xdc00 {
        return Escape::Lone(first, at + 6);
    }
    match (text.get(at + 6), text.get(at + 7)) {
        (None, _) | (Some(b'\\'), None) => return Escape::Short,
        (Some(b'\\'), Some(b'u')) => {}
        _ => return Escape::Lone(first, at + 6),
    }
    let second = match hex4(text, at + 8) {
        Ok(unit) => unit,
        Err(escape) => return escape,
    };
    match char::decode_utf16([first, second]).next() {
        Some(Ok(char)) => Escape::Char(char, at + 12),
        _ => Escape::Lone(first, at + 6),
    }
}

/// Appends what a checked string means. Half of a surrogate pair becomes the three bytes that UTF-8 would give it, which
/// are no UTF-8: it differs from every other string, and no pattern finds a character there.
pub(super) fn decode(raw: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(rest) = raw.get(at..) {
        let Some(next) = memchr::memchr(b'\\', rest) else {
            out.extend_from_slice(rest);
            return;
        };
        out.extend_from_slice(rest.get(..next).unwrap_or_default());
        match escape(raw, at + next) {
            Escape::Char(char, next) => {
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                at = next;
            }
            Escape::Lone(unit, next) => {
                let [low, high] = [unit & 0x3f, unit >> 6].map(|part| 0x80 | (part & 0x3f) as u8);
                out.extend_from_slice(&[0xed, high, low]);
                at = next;
            }
            // At the end of a text a first half stands alone, where in the middle of one it waits.
            Escape::Short => {
                let unit = hex4(raw, at + next + 2).unwrap_or(0xd800);
                let [low, high] = [unit & 0x3f, unit >> 6].map(|part| 0x80 | (part & 0x3f) as u8);
                out.extend_from_slice(&[0xed, high, low]);
                at += next + 6;
            }
            Escape::Bad => return,
        }
    }
}

/// The grammar of numbers, one state per place between two bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum NumberState {
    #[default]
    Start,
    Minus,
    Zero,
    Whole,
    Dot,
    Fraction,
    E,
    Sign,
    Exponent,
}

impl NumberState {
    /// Whether the number may end here.
    pub(super) fn complete(self) -> bool {
        matches!(self, Self::Zero | Self::Whole | Self::Fraction | Self::Exponent)
    }
}

/// Goes on with a number. `End` stands behind its last byte, and comes with a complete state only.
#[inline]
pub(super) fn number(text: &[u8], mut at: usize, state: &mut NumberState) -> Result<Scanned, (JsonProblem, usize)> {
    use NumberState::{Dot, E, Exponent, Fraction, Minus, Sign, Start, Whole, Zero};
    while let Some(byte) = text.get(at) {
        *state = match (*state, byte) {
            (Start, b'-') => Minus,
            (Start | Minus, b'0') => Zero,
            (Start | Minus, b'1'..=b'9') | (Whole, b'0'..=b'9') => Whole,
            (Zero | Whole, b'.') => Dot,
            (Dot | Fraction, b'0'..=b'9') => Fraction,
            (Zero | Whole | Fraction, b'e' | b'E') => E,
            (E, b'+' | b'-') => Sign,
            (E | Sign | Exponent, b'0'..=b'9') => Exponent,
            _ if state.complete() => return Ok(Scanned::End(at)),
            _ => return Err((JsonProblem::Syntax, at)),
        };
        at += 1;
    }
    Ok(Scanned::More(at))
}
