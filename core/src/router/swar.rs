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
    use super::find_in;

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
