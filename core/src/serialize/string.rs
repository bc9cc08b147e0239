//! Strings as ECMA-262 §25.5.2.4 (`QuoteJSONString`) writes them.

use super::output::{Output, put_block, put_byte};
use super::write::ColumnsError;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Bytes that are looked at and copied together, and that must lie behind a text. Most strings have no more: one such step
/// for all of them costs less than as many as a string needs, which the processor cannot foresee.
pub(super) const CHUNK: usize = 32;

/// Room for what becomes of a chunk: six bytes for each byte at most, and a character that begins in it.
const CHUNK_ROOM: usize = 6 * CHUNK + 4;

/// What stands for half a surrogate pair where a text crosses as UTF-8, and also for itself.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// All ones for a byte that is not copied as it is: it needs an escape, or more bytes than itself. That and no branch is what
/// the compiler makes vector instructions of.
#[inline]
fn mark(byte: u8) -> u8 {
    if byte.cast_signed() < 0x20 || byte == b'"' || byte == b'\\' { 0xff } else { 0 }
}

/// Whether one of the first `length` bytes is not copied as it is.
#[expect(clippy::inline_always, reason = "the vectors stay in their registers")]
#[inline(always)]
fn is_particular(chunk: &[u8; CHUNK], length: usize) -> bool {
    // What lies behind them may look as if it was.
    chunk.map(mark).iter().fold(0, |marks, mark| marks | mark) != 0 && has_mark(chunk, length)
}

#[cold]
fn has_mark(chunk: &[u8; CHUNK], length: usize) -> bool {
    chunk.iter().take(length).any(|&byte| mark(byte) != 0)
}

/// Puts a string of at most [`CHUNK`] bytes of ASCII without escapes, and its second quote, to `at`, where there is room for
/// them. `text` begins with it. Returns the end of it; `None` for other strings.
#[inline]
pub(super) fn put_short(text: &[u8; 2 * CHUNK], length: usize, room: &mut [u8], at: usize) -> Option<usize> {
    let chunk = text.first_chunk::<CHUNK>()?;
    if length > CHUNK || is_particular(chunk, length) {
        return None;
    }
    let end = put_block(room, at, chunk, length);
    Some(put_byte(room, end, b'"'))
}

/// Writes a string of so many UTF-16 units, with which `text` begins, and [`CHUNK`] more bytes lie behind it. Returns how many
/// bytes it has.
pub(super) fn write_utf8(text: &[u8], units: usize, out: &mut Output<'_>) -> Result<usize, ColumnsError> {
    out.reserve(1);
    out.push_byte(b'"');
    let (mut at, mut left) = (0, units);
    while left > 0 {
        let rest = text.get(at..).unwrap_or_default();
        let chunk = rest.first_chunk::<CHUNK>().ok_or(ColumnsError::Foreign)?;
        out.reserve(CHUNK_ROOM);
        let length = left.min(CHUNK);
        if is_particular(chunk, length) {
            let (bytes, units) = write_characters(rest, left, out)?;
            at += bytes;
            left -= units;
        } else {
            out.push_block(chunk, length);
            at += length;
            left -= length;
        }
    }
    out.reserve(1);
    out.push_byte(b'"');
    Ok(at)
}

/// Writes the characters that begin in a chunk, or those of so many units. Returns their bytes and units.
fn write_characters(text: &[u8], most: usize, out: &mut Output<'_>) -> Result<(usize, usize), ColumnsError> {
    let (mut at, mut units) = (0, 0);
    while at < CHUNK && units < most {
        let (character, wide) = character(text, at)?;
        match character {
            [byte] if mark(*byte) != 0 => write_escape(*byte, out),
            _ => out.push(character),
        }
        at += character.len();
        units += wide;
    }
    if units > most { Err(ColumnsError::Halves) } else { Ok((at, units)) }
}

/// Bytes of JSON text of so many UTF-16 units, with which `text` begins.
pub(super) fn raw_length(text: &[u8], units: usize) -> Result<usize, ColumnsError> {
    if text.get(..units).is_some_and(<[u8]>::is_ascii) {
        return Ok(units);
    }
    let (mut at, mut counted) = (0, 0);
    while counted < units {
        let (character, wide) = character(text, at)?;
        at += character.len();
        counted += wide;
    }
    if counted > units { Err(ColumnsError::Halves) } else { Ok(at) }
}

/// The character that begins at a place, and how many UTF-16 units it has.
fn character(text: &[u8], at: usize) -> Result<(&[u8], usize), ColumnsError> {
    let rest = text.get(at..).unwrap_or_default();
    let (length, units) = match rest.first() {
        Some(0..0x80) => (1, 1),
        Some(0xc0..0xe0) => (2, 1),
        Some(0xe0..0xf0) => (3, 1),
        Some(0xf0..0xf8) => (4, 2),
        _ => return Err(ColumnsError::Foreign),
    };
    let character = rest.get(..length).ok_or(ColumnsError::Foreign)?;
    if character == REPLACEMENT { Err(ColumnsError::Halves) } else { Ok((character, units)) }
}

fn write_escape(byte: u8, out: &mut Output) {
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        0x08 => b'b',
        0x0c => b'f',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => return write_unit_escape(u16::from(byte), out),
    };
    out.push_byte(b'\\');
    out.push_byte(short);
}

fn write_unit_escape(unit: u16, out: &mut Output) {
    out.push_byte(b'\\');
    out.push_byte(b'u');
    for shift in [12, 8, 4, 0] {
        out.push_byte(HEX.get(usize::from((unit >> shift) & 15)).copied().unwrap_or(b'0'));
    }
}

/// Writes a string of UTF-16 units; half a surrogate pair becomes an escape.
pub(super) fn write_units(units: &[u16], out: &mut Output) {
    out.reserve(units.len().saturating_mul(6).saturating_add(2));
    out.push_byte(b'"');
    for decoded in char::decode_utf16(units.iter().copied()) {
        match decoded {
            Ok(character) => match u8::try_from(u32::from(character)) {
                Ok(byte) if byte < 0x20 || byte == b'"' || byte == b'\\' => write_escape(byte, out),
                Ok(byte) if byte < 0x80 => out.push_byte(byte),
                _ => write_character(character, out),
            },
            Err(lone) => write_unit_escape(lone.unpaired_surrogate(), out),
        }
    }
    out.push_byte(b'"');
}

/// Writes JSON text in UTF-16 units as it is; it holds no half of a surrogate pair.
pub(super) fn write_raw_units(units: &[u16], out: &mut Output) {
    out.reserve(units.len().saturating_mul(3));
    for character in char::decode_utf16(units.iter().copied()) {
        write_character(character.unwrap_or(char::REPLACEMENT_CHARACTER), out);
    }
}

fn write_character(character: char, out: &mut Output) {
    let mut block = [0; 4];
    let length = character.encode_utf8(&mut block).len();
    out.push_block(&block, length);
}
