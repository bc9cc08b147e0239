//! The scan of a head: the error of the first wrong byte, the same at every split.

use proptest::prelude::*;

use super::mutated;
use crate::http::{HeadError, HeadLimits, HeadScan};

const SMALL: HeadLimits = HeadLimits { max_head_bytes: 90, max_fields: 3, max_target_bytes: 16 };

/// What comes of `bytes` when they arrive in pieces that end at `ends`.
fn scan_in_pieces(
    bytes: &[u8],
    ends: impl IntoIterator<Item = usize>,
    limits: &HeadLimits,
) -> Result<Option<usize>, HeadError> {
    let mut scan = HeadScan::default();
    for end in ends {
        let found = scan.advance(&bytes[..end], limits)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn scan(bytes: &[u8]) -> Result<Option<usize>, HeadError> {
    scan_in_pieces(bytes, [bytes.len()], &HeadLimits::default())
}

#[test]
fn finds_the_end_at_every_split_in_two() {
    let bytes = b"POST /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
    let limits = HeadLimits::default();
    for cut in 0..=bytes.len() {
        assert_eq!(scan_in_pieces(bytes, [cut, bytes.len()], &limits), Ok(Some(bytes.len())), "cut at {cut}");
    }
    assert_eq!(scan_in_pieces(bytes, 1..=bytes.len(), &limits), Ok(Some(bytes.len())), "byte by byte");
    for cut in 0..bytes.len() {
        assert_eq!(scan(&bytes[..cut]), Ok(None), "cut at {cut}");
    }
}

#[test]
fn finds_the_first_of_two_heads() {
    let bytes = b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    assert_eq!(scan(bytes), Ok(Some(18)));
}

#[test]
fn tells_at_the_first_wrong_byte_what_is_wrong() {
    use HeadError::{Malformed, TooLarge, UnknownMethod, Version};
    let many = format!("GET / HTTP/1.1\r\n{}", "A:\r\n".repeat(100));
    let cases: [(&[u8], HeadError); 20] = [
        (b"\x16", Malformed),
        (b"\r", Malformed),
        (b" ", Malformed),
        (b"GET\t", Malformed),
        (b"HTTP/", Malformed),
        (b"GET  ", Malformed),
        (b"GET /\r", Malformed),
        (b"GET /\n", Malformed),
        (b"GET /#", Malformed),
        (b"GET /\xff", Malformed),
        (b"GET / h", Malformed),
        (b"GET / HTTP/1.1 ", Malformed),
        (b"GET / HTTP/1.1\n", Malformed),
        (b"PRI * HTTP/2.0\r\n", Version),
        (b"GET / HTTP/1.1\r\n ", Malformed),
        (b"GET / HTTP/1.1\r\nA ", Malformed),
        (b"GET / HTTP/1.1\r\nA: \n", Malformed),
        (b"GET / HTTP/1.1\r\nA: \r\r", Malformed),
        (&[b'M'; 33], UnknownMethod),
        (&[many.as_bytes(), b"A"].concat(), TooLarge),
    ];
    for (bytes, error) in cases {
        let text = bytes.escape_ascii().to_string();
        assert_eq!(scan(&bytes[..bytes.len() - 1]), Ok(None), "{text} without its last byte");
        assert_eq!(scan(bytes), Err(error), "{text}");
        assert_eq!(scan(&[bytes, b"\0\n\r more"].concat()), Err(error), "{text} and more");
    }
}

#[test]
fn refuses_a_first_byte_that_begins_no_method() {
    for byte in 0..=255_u8 {
        let begins = byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        assert_eq!(scan(&[byte]), if begins { Ok(None) } else { Err(HeadError::Malformed) }, "{byte:#x}");
    }
}

#[test]
fn no_bytes_are_an_incomplete_head() {
    assert_eq!(scan(b""), Ok(None));
}

/// The same without memory: every beginning of `bytes` is judged as a text of lines.
fn naive(bytes: &[u8], limits: &HeadLimits) -> Result<Option<usize>, HeadError> {
    for end in 1..=bytes.len() {
        if judge(&bytes[..end], limits)? {
            return Ok(Some(end));
        }
    }
    Ok(None)
}

/// Whether a beginning, all of whose own beginnings are in order, is a whole head.
fn judge(bytes: &[u8], limits: &HeadLimits) -> Result<bool, HeadError> {
    if bytes.len() > limits.max_head_bytes {
        return Err(HeadError::TooLarge);
    }
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let lines: Vec<&str> = text.split("\r\n").collect();
    for (index, line) in lines.iter().enumerate() {
        let ended = index + 1 < lines.len();
        let (line, complete) = match line.strip_suffix('\r') {
            Some(line) if !ended => (line, true),
            _ => (*line, ended),
        };
        if index == 0 {
            judge_request_line(line, complete, ended, limits)?;
        } else if line.is_empty() {
            if ended {
                return Ok(true);
            }
        } else if index > limits.max_fields {
            return Err(if line.starts_with(is_token) { HeadError::TooLarge } else { HeadError::Malformed });
        } else {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let has_colon = line.contains(':');
            let value_is_good = value.bytes().all(|byte| byte == b'\t' || byte >= 0x20 && byte != 0x7f);
            if name.is_empty() || !name.chars().all(is_token) || !value_is_good || (complete && !has_colon) {
                return Err(HeadError::Malformed);
            }
        }
    }
    Ok(false)
}

fn judge_request_line(line: &str, complete: bool, ended: bool, limits: &HeadLimits) -> Result<(), HeadError> {
    let parts: Vec<&str> = line.splitn(3, ' ').collect();
    let (method, target, version) = (parts[0], parts.get(1).unwrap_or(&""), parts.get(2).unwrap_or(&""));
    let target_is_good = target.chars().all(|byte| byte.is_ascii_graphic() && byte != '#');
    let digits_for = |byte: char| if byte.is_ascii_digit() { '0' } else { byte };
    let shape: String = version.chars().map(digits_for).collect();
    if !method.chars().all(is_token) || !target_is_good || !"HTTP/0.0".starts_with(&shape) {
        return Err(HeadError::Malformed);
    }
    if (parts.len() > 1 && method.is_empty()) || (parts.len() > 2 && target.is_empty()) {
        return Err(HeadError::Malformed);
    }
    if complete && shape != "HTTP/0.0" {
        return Err(HeadError::Malformed);
    }
    if method.len() > 32 {
        return Err(HeadError::UnknownMethod);
    }
    if target.len() > limits.max_target_bytes {
        return Err(HeadError::TargetTooLong);
    }
    if ended && !["HTTP/1.1", "HTTP/1.0"].contains(version) {
        return Err(HeadError::Version);
    }
    Ok(())
}

fn is_token(byte: char) -> bool {
    byte.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(byte)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_a_naive_reader_however_the_head_is_cut(
        bytes in mutated::head(), small in any::<bool>(), cuts in prop::collection::vec(0..200_usize, 0..6),
    ) {
        let limits = if small { SMALL } else { HeadLimits::default() };
        let expected = naive(&bytes, &limits);
        let mut ends: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        ends.push(bytes.len());
        ends.sort_unstable();
        prop_assert_eq!(scan_in_pieces(&bytes, [bytes.len()], &limits), expected);
        prop_assert_eq!(scan_in_pieces(&bytes, ends, &limits), expected);
        prop_assert_eq!(scan_in_pieces(&bytes, 1..=bytes.len(), &limits), expected);
    }
}
