//! What a text may become without loss: `42`, `true` and `null`, where a schema asks for nothing that is written so as a
//! string. Never `""`, ` 1`, `+1`, `01`, `0x10`, `1e999`, nor an integer that JavaScript would read as another.

use super::number;
use super::program::Types;
use super::scan::{self, NumberState, Scanned};
use super::whole;

/// Bytes of a number; those of a body have the same limit by default.
const MAX_NUMBER_BYTES: usize = 1024;

fn is_number(text: &[u8]) -> bool {
    let mut state = NumberState::default();
    text.len() <= MAX_NUMBER_BYTES
        && matches!(scan::number(text, 0, &mut state), Ok(Scanned::More(_)))
        && state.complete()
        && number::Number::read(text).is_some()
        && number::is_finite(text)
}

/// Whether a text, written without quotes, is a value of one of these types: the first that fits of integer, number,
/// boolean and null.
pub(super) fn fits(text: &[u8], types: Types) -> bool {
    let has = |name: Types| !types.both(name).is_empty();
    match text {
        b"true" | b"false" => has(Types::BOOLEAN),
        b"null" => has(Types::NULL),
        [b'-' | b'0'..=b'9', ..] if has(Types::NUMBERS) => {
            if whole::is_plain(text) {
                whole::is_safe(text)
            } else {
                types.has(Types::NUMBERS) && is_number(text)
            }
        }
        _ => false,
    }
}
