//! Cuts a UTF-8 text into pieces that JavaScript counted in UTF-16 units.
//!
//! Strings are joined in JavaScript before they cross, so a lone high surrogate at the end of one and a lone low one at
//! the beginning of the next arrive as one character. The cut then goes through it, and each side is what it would have
//! been alone: U+FFFD.

const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// Takes the first `units` UTF-16 units of `rest` off it. Where the cut goes through a character, the piece is built in
/// `repaired` and the other half is noted in the length of nothing else: `rest` then begins with the half that is left,
/// which the next cut replaces.
pub fn split_units<'r, 'a: 'r>(rest: &mut &'a [u8], units: usize, repaired: &'r mut Vec<u8>) -> &'r [u8] {
    let whole = *rest;
    let mut at = 0;
    let mut left = units;
    // Bytes 0x80..=0xbf at the beginning are what an earlier cut left of a character: one unit.
    let mut begins_with_half = false;
    if left > 0 && whole.first().is_some_and(|&byte| (0x80..=0xbf).contains(&byte)) {
        begins_with_half = true;
        at = 3;
        left -= 1;
    }
    let start = at;
    while left > 0 {
        let Some(&byte) = whole.get(at) else { break };
        let (bytes, counted) = match byte {
            0..=0x7f => (1, 1),
            0x80..=0xdf => (2, 1),
            0xe0..=0xef => (3, 1),
            _ => (4, 2),
        };
        if counted > left {
            // Half a pair: leave the three continuation bytes as the sign for the next piece.
            repaired.clear();
            if begins_with_half {
                repaired.extend_from_slice(REPLACEMENT);
            }
            repaired.extend_from_slice(whole.get(start..at).unwrap_or_default());
            repaired.extend_from_slice(REPLACEMENT);
            *rest = whole.get(at + 1..).unwrap_or_default();
            return repaired;
        }
        at += bytes;
        left -= counted;
    }
    *rest = whole.get(at..).unwrap_or_default();
    if begins_with_half {
        repaired.clear();
        repaired.extend_from_slice(REPLACEMENT);
        repaired.extend_from_slice(whole.get(start..at).unwrap_or_default());
        return repaired;
    }
    whole.get(..at).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test that meets the unexpected should fail loudly")]
mod tests {
    use super::split_units;

    /// Letters of one to three bytes, the halves of a pair, and the halves of another.
    const UNITS: [u16; 7] = [0x61, 0xe9, 0x20ac, 0xd83d, 0xde00, 0xdbff, 0xdfff];

    /// Joins pieces as JavaScript does, lets them cross as UTF-8, and compares what is cut off again.
    fn check(pieces: &[&[u16]]) {
        let joined = String::from_utf16_lossy(&pieces.concat());
        let mut rest = joined.as_bytes();
        for piece in pieces {
            // What an earlier cut left in the buffer must not show.
            let mut repaired = b"left over".to_vec();
            let cut = split_units(&mut rest, piece.len(), &mut repaired);
            assert_eq!(cut, String::from_utf16_lossy(piece).as_bytes(), "{pieces:x?}");
        }
        assert!(rest.is_empty(), "{pieces:x?}");
    }

    /// Gives every text of `length` units.
    fn each_text(length: u32, mut give: impl FnMut(&[u16])) {
        for number in 0..UNITS.len().pow(length) {
            let text: Vec<u16> =
                (0..length).map(|place| UNITS[number / UNITS.len().pow(place) % UNITS.len()]).collect();
            give(&text);
        }
    }

    #[test]
    fn cuts_every_short_text_at_every_two_places() {
        for length in 0..=5 {
            each_text(length, |text| {
                for first in 0..=text.len() {
                    for second in first..=text.len() {
                        check(&[&text[..first], &text[first..second], &text[second..]]);
                    }
                }
            });
        }
    }

    #[test]
    fn cuts_unit_by_unit_with_empty_pieces_between() {
        each_text(4, |text| {
            let units: Vec<&[u16]> = text.iter().flat_map(|unit| [std::slice::from_ref(unit), &[]]).collect();
            check(&units);
        });
    }

    #[test]
    fn a_pair_that_is_cut_becomes_two_replacements() {
        let pair = "\u{1f600}".as_bytes();
        let mut rest = pair;
        assert_eq!(split_units(&mut rest, 1, &mut Vec::new()), "\u{fffd}".as_bytes());
        assert_eq!(split_units(&mut rest, 1, &mut Vec::new()), "\u{fffd}".as_bytes());
        assert!(rest.is_empty());
    }

    #[test]
    fn gives_what_there_is_of_a_text_that_is_too_short() {
        let mut rest = b"ab".as_slice();
        assert_eq!(split_units(&mut rest, 5, &mut Vec::new()), b"ab");
        assert_eq!(split_units(&mut rest, 1, &mut Vec::new()), b"");
    }
}
