//! What single bytes and numbers of HTTP are made of (RFC 9110 §5); one definition for requests, trailers and answers.

/// `tchar` (RFC 9110 §5.6.2).
pub(crate) const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

/// `field-vchar`, SP or HTAB (RFC 9110 §5.5).
pub(super) const fn is_value_byte(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x20..=0x7e | 0x80..)
}

/// The value of `Content-Length`: digits up to 2^53 - 1, the largest count JavaScript holds exactly.
///
/// Stricter than `1*DIGIT` (RFC 9110 §8.6): `010` is ten to us and eight to a reader of octal numbers, and no client
/// writes it.
pub(super) fn parse_content_length(value: &[u8]) -> Option<u64> {
    if value.is_empty() || value.len() > 16 || (value.len() > 1 && value.starts_with(b"0")) {
        return None;
    }
    let mut length: u64 = 0;
    for &digit in value {
        if !digit.is_ascii_digit() {
            return None;
        }
        length = length.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))?;
    }
    (length < 1 << 53).then_some(length)
}
