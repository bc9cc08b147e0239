//! The contents of strings, where draft-07 has them checked: base64 (RFC 4648 §4) and JSON.

use super::limits::JsonLimits;
use super::tape;

/// Decodes base64; `None` if it is none. Spaces and missing padding are not accepted.
pub(super) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let value = |byte: u8| -> Option<u32> {
        Some(u32::from(match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        }))
    };
    let (groups, rest) = text.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(groups.len() * 3);
    for (at, group) in groups.iter().enumerate() {
        let padding = match group {
            _ if at + 1 < groups.len() => 0,
            [_, _, b'=', b'='] => 2,
            [_, _, _, b'='] => 1,
            _ => 0,
        };
        let mut bits = 0;
        for byte in group.iter().take(4 - padding) {
            bits = (bits << 6) | value(*byte)?;
        }
        let [_, bytes @ ..] = (bits << (6 * padding)).to_be_bytes();
        out.extend_from_slice(bytes.get(..3 - padding)?);
    }
    Some(out)
}

/// Whether bytes are a JSON text.
pub(super) fn is_json(bytes: &[u8]) -> bool {
    let limits = JsonLimits { duplicate_keys: true, prototype_keys: true, not_finite: true, ..JsonLimits::default() };
    tape::index(bytes, limits).is_ok()
}
