//! Limits of a head, exactly at them and one above.

use super::parse_within;
use crate::http::{HeadError, HeadLimits, HeadScan};

fn scan(bytes: &[u8], limits: &HeadLimits) -> Result<Option<usize>, HeadError> {
    HeadScan::default().advance(bytes, limits)
}

fn head_of(bytes: usize) -> Vec<u8> {
    let (start, end) = ("GET / HTTP/1.1\r\nHost: a\r\nX: ", "\r\n\r\n");
    format!("{start}{}{end}", "x".repeat(bytes - start.len() - end.len())).into_bytes()
}

#[test]
fn a_head_may_be_as_long_as_the_limit() {
    for limit in [64, 1000, 16 * 1024, HeadLimits::MAX_HEAD_BYTES] {
        let limits = HeadLimits { max_head_bytes: limit, ..HeadLimits::default() };
        let (at, above) = (head_of(limit), head_of(limit + 1));
        let parsed = parse_within(&at, &limits).unwrap().unwrap();
        assert_eq!(parsed.fields[1].value.slice(&at).len(), parsed.fields()[1].1.len());
        assert_eq!(scan(&at, &limits), Ok(Some(limit)));
        assert_eq!(parse_within(&above, &limits).err(), Some(HeadError::TooLarge));
        assert_eq!(scan(&above, &limits), Err(HeadError::TooLarge));
    }
}

#[test]
fn an_endless_head_is_refused_once_it_is_too_long() {
    let limits = HeadLimits { max_head_bytes: 100, max_target_bytes: 50, ..HeadLimits::default() };
    let head = head_of(200);
    assert_eq!(scan(&head[..100], &limits), Ok(None));
    assert_eq!(scan(&head[..101], &limits), Err(HeadError::TooLarge));
}

#[test]
fn there_may_be_as_many_fields_as_the_limit() {
    for limit in [1, 2, 100, HeadLimits::MAX_FIELDS] {
        let limits = HeadLimits { max_fields: limit, max_head_bytes: 65_535, ..HeadLimits::default() };
        let head = |count: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(count - 1));
        assert_eq!(parse_within(head(limit).as_bytes(), &limits).unwrap().unwrap().fields.len(), limit);
        assert_eq!(parse_within(head(limit + 1).as_bytes(), &limits).err(), Some(HeadError::TooLarge));
    }
}

#[test]
fn a_target_may_be_as_long_as_the_limit() {
    for limit in [16, 8 * 1024, HeadLimits::MAX_TARGET_BYTES] {
        let limits = HeadLimits { max_target_bytes: limit, max_head_bytes: 65_535, ..HeadLimits::default() };
        let head = |length: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(length - 1));
        assert_eq!(parse_within(head(limit).as_bytes(), &limits).unwrap().unwrap().path().len(), limit);
        assert_eq!(parse_within(head(limit + 1).as_bytes(), &limits).err(), Some(HeadError::TargetTooLong));
    }
}

#[test]
fn a_request_line_without_end_is_a_long_target_however_it_came() {
    let limits = HeadLimits::default();
    let most = "GET ".len() + limits.max_target_bytes;
    let line = format!("GET /{}", "a".repeat(40_000));
    assert_eq!(scan(line.as_bytes(), &limits), Err(HeadError::TargetTooLong), "in one piece");
    let mut grows = HeadScan::default();
    for end in 1..=most {
        assert_eq!(grows.advance(&line.as_bytes()[..end], &limits), Ok(None), "byte by byte");
    }
    assert_eq!(grows.advance(&line.as_bytes()[..=most], &limits), Err(HeadError::TargetTooLong));
}

#[test]
fn a_method_without_end_is_refused_at_33_bytes() {
    let limits = HeadLimits::default();
    assert_eq!(scan(&[b'M'; 32], &limits), Ok(None));
    assert_eq!(scan(&[b'M'; 33], &limits), Err(HeadError::UnknownMethod));
    let head = format!("{} / HTTP/1.1\r\nHost: a\r\n\r\n", "M".repeat(40));
    assert_eq!(parse_within(head.as_bytes(), &limits).err(), Some(HeadError::UnknownMethod));
}
