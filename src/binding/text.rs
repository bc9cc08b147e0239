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
mod tests;
