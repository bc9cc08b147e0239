//! Request heads: what we accept is a head by httparse and by the letter of the RFC, within the limits; and whatever is
//! made of a head, accepted or refused, is the same at every split.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nexure_core::http::{FieldSpan, HeadError, HeadLimits, HeadScan, RequestHead, Target, parse_head};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    small: bool,
    bytes: &'a [u8],
}

type Found = Result<Option<(RequestHead, usize, Vec<FieldSpan>)>, HeadError>;

/// What a connection makes of a head that arrives `step` bytes at a time.
fn arrive(bytes: &[u8], limits: &HeadLimits, step: usize) -> Found {
    let (mut scan, mut fields, mut seen) = (HeadScan::default(), Vec::new(), 0);
    while seen < bytes.len() {
        seen = bytes.len().min(seen + step);
        let here = &bytes[..seen];
        if scan.has_begun() && scan.advance(here, limits)?.is_none() {
            continue;
        }
        if let Some((head, end)) = parse_head(here, limits, &mut fields)? {
            return Ok(Some((head, end, fields)));
        }
        // A head that is complete to the scan alone would be looked at for ever.
        assert_eq!(scan.advance(here, limits)?, None);
    }
    Ok(None)
}

fn check_accepted(bytes: &[u8], end: usize, head: &RequestHead, fields: &[FieldSpan], limits: &HeadLimits) {
    let text = &bytes[..end];
    assert!(end <= limits.max_head_bytes && fields.len() <= limits.max_fields);
    assert!(text.ends_with(b"\r\n\r\n"));
    for (at, byte) in text.iter().enumerate() {
        assert!(*byte != b'\n' || at > 0 && text[at - 1] == b'\r', "a bare LF");
        assert!(*byte != b'\r' || text.get(at + 1) == Some(&b'\n'), "a bare CR");
        assert!(*byte != 0, "a NUL");
    }
    assert!(!text.windows(3).any(|three| matches!(three, b"\r\n " | b"\r\n\t")), "a folded line");

    let mut storage = [httparse::EMPTY_HEADER; HeadLimits::MAX_FIELDS];
    let mut oracle = httparse::Request::new(&mut storage);
    assert_eq!(oracle.parse(bytes), Ok(httparse::Status::Complete(end)));
    assert_eq!(oracle.method, Some(head.method.as_str()));
    assert_eq!(oracle.version, Some(u8::from(head.http11)));
    assert_eq!(oracle.headers.len(), fields.len());
    let target = oracle.path.unwrap_or_default();
    let authority = match target.split_once("://") {
        Some((_, rest)) if !target.starts_with('/') => rest.split(['/', '?']).next(),
        _ => None,
    };
    for (span, field) in fields.iter().zip(oracle.headers.iter()) {
        assert_eq!(span.name.slice(text), field.name.as_bytes());
        // The authority of an absolute target stands for the Host field (RFC 9112 §3.2.2).
        let authority = authority.filter(|_| field.name.eq_ignore_ascii_case("host"));
        assert_eq!(span.value.slice(text), authority.map_or(field.value, str::as_bytes));
    }
    assert!(target.len() <= limits.max_target_bytes && target.bytes().all(|byte| byte.is_ascii_graphic()));
    match head.target {
        Target::Asterisk => assert_eq!(target, "*"),
        Target::Path { path, query } => {
            let (path, query) = (path.slice(text), query.slice(text));
            assert!(path.starts_with(b"/") && !path.contains(&b'?'));
            let origin = match target.split_once("://") {
                Some((_, rest)) if !target.starts_with('/') => rest.find(['/', '?']).map_or("/", |at| &rest[at..]),
                _ => target,
            };
            let (expected_path, expected_query) = origin.split_once('?').unwrap_or((origin, ""));
            // No path stands for "/".
            let expected_path = if expected_path.is_empty() { "/" } else { expected_path };
            assert_eq!((path, query), (expected_path.as_bytes(), expected_query.as_bytes()));
        }
    }
    let named =
        |name: &str| fields.iter().filter(|span| span.name.slice(text).eq_ignore_ascii_case(name.as_bytes())).count();
    assert!(named("host") == 1 || (!head.http11 && named("host") == 0));
    assert!(named("content-length") + named("transfer-encoding") <= 1 && named("content-type") <= 1);
    assert!(head.http11 || named("transfer-encoding") == 0);
}

fuzz_target!(|input: Input<'_>| {
    let bytes = input.bytes;
    let small = HeadLimits { max_head_bytes: 256, max_fields: 4, max_target_bytes: 64 };
    let limits = if input.small { small } else { HeadLimits::default() };
    let whole = arrive(bytes, &limits, usize::MAX / 2);
    let shown = format!("{whole:?}");
    for step in [1, 7, 64] {
        assert_eq!(shown, format!("{:?}", arrive(bytes, &limits, step)), "in pieces of {step}");
    }
    if let Ok(Some((head, end, fields))) = whole {
        check_accepted(bytes, end, &head, &fields, &limits);
        let step = 1 + end / 128;
        for cut in (0..end).step_by(step).chain(end.saturating_sub(8)..end) {
            let found = arrive(&bytes[..cut], &limits, usize::MAX / 2);
            assert!(matches!(found, Ok(None)), "accepted whole, not incomplete at {cut}");
        }
    }
});
