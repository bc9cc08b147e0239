//! Eight bytes at once in one word: what a lookup searches and compares is short, and a loop over bytes costs a branch that
//! cannot be foreseen for each of them.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first place of `byte` among the bytes of a little-endian word; 8 if it is not there.
#[inline]
pub(super) const fn find(word: u64, byte: u8) -> usize {
    // A byte of the difference that is zero borrows from its highest bit; only places behind a true one can be wrong.
    let difference = word ^ (LOW * byte as u64);
    let zeros = difference.wrapping_sub(LOW) & !difference & HIGH;
    (zeros.trailing_zeros() / 8) as usize
}

/// The first place of `/` or `%` among the bytes of a little-endian word; 8 if neither is there.
#[inline]
pub(super) const fn end(word: u64) -> usize {
    let (slash, percent) = (word ^ (LOW * b'/' as u64), word ^ (LOW * b'%' as u64));
    let zeros = (slash.wrapping_sub(LOW) & !slash | percent.wrapping_sub(LOW) & !percent) & HIGH;
    (zeros.trailing_zeros() / 8) as usize
}

/// The word with its ASCII letters in lower case.
#[inline]
pub(super) const fn lower(word: u64) -> u64 {
    let low = word & !HIGH;
    // No byte of these sums carries into the next: the highest bit says whether a byte is above `Z`, or `A` at least.
    let above = low + LOW * (0x7f - b'Z' as u64);
    let from = low + LOW * (0x80 - b'A' as u64);
    word | (from & !above & !word & HIGH) >> 2
}

/// The first place of `byte` in `text`; its length if it is not there.
#[inline]
pub(super) fn find_in(text: &[u8], byte: u8) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    for (group, word) in words.iter().enumerate() {
        let at = find(u64::from_le_bytes(*word), byte);
        if at < 8 {
            return group * 8 + at;
        }
    }
    let behind = text.len() - rest.len();
    rest.iter().position(|other| *other == byte).map_or(text.len(), |at| behind + at)
}

#[cfg(test)]
mod tests {
    use super::{end, find_in, lower};

    #[test]
    fn finds_the_end_of_a_segment_and_lower_cases_as_a_loop_does() {
        for byte in 0..=0xff {
            for at in 0..8 {
                for fill in [0, b'.', b'/' + 1, b'%' + 1, b'Z', 0x7f, 0x80, 0xff] {
                    let mut bytes = [fill; 8];
                    if let Some(slot) = bytes.get_mut(at) {
                        *slot = byte;
                    }
                    let word = u64::from_le_bytes(bytes);
                    assert_eq!(lower(word).to_le_bytes().as_slice(), bytes.to_ascii_lowercase(), "{bytes:?}");
                    let expected = bytes.iter().position(|byte| matches!(byte, b'/' | b'%')).unwrap_or(8);
                    assert_eq!(end(word), expected, "{bytes:?}");
                }
            }
        }
    }

    #[test]
    fn finds_what_a_loop_finds() {
        for len in 0..40 {
            for at in 0..=len {
                for (fill, byte) in [(0, 1), (1, 0), (0x80, 0), (0x2e, 0x2f), (0x30, 0x2f), (0xff, 0xfe), (0x2f, 0x2f)]
                {
                    let mut text = vec![fill; len];
                    if let Some(slot) = text.get_mut(at) {
                        *slot = byte;
                    }
                    let expected = text.iter().position(|other| *other == byte).unwrap_or(len);
                    assert_eq!(find_in(&text, byte), expected, "{byte} in {text:?}");
                }
            }
        }
    }
}
