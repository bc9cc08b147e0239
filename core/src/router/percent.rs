//! Percent escapes (RFC 3986 §2.1), judged and compared without a decoded copy. `+` is an ordinary character here: it
//! stands for a space only in form data.

/// Whether every percent escape of `raw` is well-formed and the decoded bytes are valid UTF-8 without a NUL.
#[must_use]
pub fn validate(raw: &[u8]) -> bool {
    let mut rest = raw;
    while !rest.is_empty() {
        let Some((lead, after)) = split_first(rest) else { return false };
        let len = match lead {
            1..=0x7f => 1,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return false,
        };
        rest = after;
        let mut sequence = [lead, 0, 0, 0];
        for slot in sequence.iter_mut().take(len).skip(1) {
            let Some((byte, after)) = split_first(rest) else { return false };
            *slot = byte;
            rest = after;
        }
        if len > 1 && sequence.get(..len).is_none_or(|bytes| str::from_utf8(bytes).is_err()) {
            return false;
        }
    }
    true
}

/// The first byte of `raw` after decoding and what follows it; `None` at the end and at a malformed escape.
fn split_first(raw: &[u8]) -> Option<(u8, &[u8])> {
    match raw {
        [b'%', high, low, rest @ ..] => Some((hex(*high)? << 4 | hex(*low)?, rest)),
        [b'%', ..] | [] => None,
        [byte, rest @ ..] => Some((*byte, rest)),
    }
}

/// The first byte of `raw` after decoding, as static text of a pattern may match it. An escaped `/` is data and the
/// `/` of a pattern is not, so that `%2F` equals nothing.
pub(super) fn first_of_text(raw: &[u8]) -> Option<(u8, &[u8])> {
    let (byte, rest) = split_first(raw)?;
    (byte != b'/' || raw.first() == Some(&b'/')).then_some((byte, rest))
}

/// Decodes a well-formed text that is no longer than `text`, with the place in `raw` of each byte and of the end; the
/// length, `None` if it is longer.
pub(super) fn decode(raw: &[u8], text: &mut [u8], places: &mut [u16]) -> Option<usize> {
    let (mut rest, mut len) = (raw, 0);
    loop {
        *places.get_mut(len)? = u16::try_from(raw.len() - rest.len()).ok()?;
        let Some((byte, after)) = split_first(rest) else { return Some(len) };
        *text.get_mut(len)? = byte;
        len += 1;
        rest = after;
    }
}

const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
