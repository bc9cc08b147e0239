//! The search for the end of a head: the same at every split.

use proptest::prelude::*;

use crate::http::{HeadError, HeadLimits, Scan, scan_head};

/// What comes of `bytes` when they arrive in pieces that end at `ends`.
fn scan_in_pieces(bytes: &[u8], ends: impl IntoIterator<Item = usize>) -> Result<Option<usize>, HeadError> {
    let mut from = 0;
    for end in ends {
        match scan_head(&bytes[..end], from, &HeadLimits::default())? {
            Scan::Complete(end) => return Ok(Some(end)),
            Scan::Incomplete(scanned) => from = scanned,
        }
    }
    Ok(None)
}

#[test]
fn finds_the_end_at_every_split_in_two() {
    let bytes = b"POST /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
    for cut in 0..=bytes.len() {
        assert_eq!(scan_in_pieces(bytes, [cut, bytes.len()]), Ok(Some(bytes.len())), "cut at {cut}");
    }
    assert_eq!(scan_in_pieces(bytes, 1..=bytes.len()), Ok(Some(bytes.len())), "byte by byte");
    for cut in 1..bytes.len() {
        assert_eq!(scan_in_pieces(bytes, [cut]), Ok(None), "cut at {cut}");
    }
}

#[test]
fn finds_the_first_of_two_heads() {
    let bytes = b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    for cut in 0..=bytes.len() {
        assert_eq!(scan_in_pieces(bytes, [cut, bytes.len()]), Ok(Some(18)), "cut at {cut}");
    }
}

#[test]
fn refuses_a_bare_lf_at_every_split() {
    for bytes in [
        b"GET / HTTP/1.1\nHost: a\r\n\r\n".as_slice(),
        b"GET / HTTP/1.1\r\nHost: a\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n\n",
    ] {
        for cut in 0..=bytes.len() {
            assert_eq!(scan_in_pieces(bytes, [cut, bytes.len()]), Err(HeadError::Malformed), "cut at {cut}");
        }
    }
}

#[test]
fn refuses_a_first_byte_that_begins_no_method() {
    for byte in 0..=255_u8 {
        let begins = byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let found = scan_head(&[byte], 0, &HeadLimits::default());
        assert_eq!(found, if begins { Ok(Scan::Incomplete(1)) } else { Err(HeadError::Malformed) }, "{byte:#x}");
    }
}

#[test]
fn no_bytes_are_an_incomplete_head() {
    assert_eq!(scan_head(b"", 0, &HeadLimits::default()), Ok(Scan::Incomplete(0)));
}

/// The same search without memory or shortcuts.
fn naive(bytes: &[u8]) -> Result<Option<usize>, HeadError> {
    for at in 0..bytes.len() {
        if bytes[at] == b'\n' && (at == 0 || bytes[at - 1] != b'\r') {
            return Err(HeadError::Malformed);
        }
        if bytes[..=at].ends_with(b"\r\n\r\n") {
            return Ok(Some(at + 1));
        }
    }
    Ok(None)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_a_naive_search(rest in "[a\r\n]{0,40}|([a:]{0,4}(\r\n){1,2}){0,6}", cuts in prop::collection::vec(0..60_usize, 0..6)) {
        let bytes = [b"G", rest.as_bytes()].concat();
        let expected = naive(&bytes);
        let mut ends: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        ends.push(bytes.len());
        ends.sort_unstable();
        prop_assert_eq!(scan_in_pieces(&bytes, [bytes.len()]), expected);
        prop_assert_eq!(scan_in_pieces(&bytes, ends), expected);
    }
}
