//! Strings as ECMA-262 §25.5.2.4 (`QuoteJSONString`) writes them.

use super::output::Output;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Bytes that are looked at and copied together, and that must lie behind a text.
pub(super) const CHUNK: usize = 16;

/// 1 for a byte that needs an escape. Without a branch, so that the compiler makes vector instructions of many.
#[inline]
fn escape_mark(byte: u8) -> u8 {
    u8::from(byte < 0x20) | u8::from(byte == b'"') | u8::from(byte == b'\\')
}

#[inline]
fn needs_escape(byte: u8) -> bool {
    escape_mark(byte) != 0
}

/// Whether a byte needs an escape.
#[inline]
fn has_escapes(chunk: &[u8; CHUNK]) -> bool {
    chunk.iter().fold(0, |found, &byte| found | escape_mark(byte)) != 0
}

/// Writes a string of ASCII. `text` begins with its `length` bytes, and goes on for at least [`CHUNK`] more. There is room
/// for them, two more and `more`, and is so behind it.
#[inline]
pub(super) fn write_ascii(text: &[u8], length: usize, more: usize, out: &mut Output) {
    out.push_byte(b'"');
    let mut rest = text;
    let mut left = length;
    while let Some((chunk, behind)) = rest.split_first_chunk::<CHUNK>() {
        // What lies behind the string may look as if it needed some.
        if has_escapes(chunk) && chunk.iter().take(left).copied().any(needs_escape) {
            break;
        }
        out.push_block(chunk, left.min(CHUNK));
        if left <= CHUNK {
            out.push_byte(b'"');
            return;
        }
        rest = behind;
        left -= CHUNK;
    }
    write_escaped(rest.get(..left).unwrap_or_default(), out);
    out.reserve(more);
}

#[cold]
fn write_escaped(text: &[u8], out: &mut Output) {
    // Six bytes for each byte at most.
    out.reserve(text.len().saturating_mul(6).saturating_add(1));
    for &byte in text {
        if needs_escape(byte) {
            write_escape(byte, out);
        } else {
            out.push_byte(byte);
        }
    }
    out.push_byte(b'"');
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
