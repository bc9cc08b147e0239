//! Request heads: what we accept is a head by httparse and by the letter of the RFC, at every split, within the limits.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nexure_core::http::{FieldSpan, HeadError, HeadLimits, RequestHead, Scan, Target, parse_head, scan_head};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    small: bool,
    bytes: &'a [u8],
}

/// Looks at a growing head as a connection does; the length of the head once it is complete.
fn scan_in_pieces(bytes: &[u8], limits: &HeadLimits, step: usize) -> Result<Option<usize>, HeadError> {
    let (mut seen, mut from) = (0, 0);
    while seen < bytes.len() {
        seen = bytes.len().min(seen + step);
        match scan_head(&bytes[..seen], from, limits)? {
            Scan::Complete(end) => return Ok(Some(end)),
            Scan::Incomplete(scanned) => from = scanned,
        }
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
                Some((_, rest)) if !target.starts_with('/') => rest.find('/').map_or("/", |at| &rest[at..]),
                _ => target,
            };
            let (expected_path, expected_query) = origin.split_once('?').unwrap_or((origin, ""));
            assert_eq!((path, query), (expected_path.as_bytes(), expected_query.as_bytes()));
        }
    }
    let named =
        |name: &str| fields.iter().filter(|span| span.name.slice(text).eq_ignore_ascii_case(name.as_bytes())).count();
    assert!(named("host") == 1 || (!head.http11 && named("host") == 0));
    assert!(named("content-length") + named("transfer-encoding") <= 1);
    assert!(head.http11 || named("transfer-encoding") == 0);
}

fuzz_target!(|input: Input<'_>| {
    let bytes = input.bytes;
    let small = HeadLimits { max_head_bytes: 256, max_fields: 4, max_target_bytes: 64 };
    let limits = if input.small { small } else { HeadLimits::default() };
    let mut fields = Vec::new();
    let mut parse = |bytes: &[u8]| {
        parse_head(bytes, &limits, &mut fields).map(|found| found.map(|(head, end)| (head, end, fields.clone())))
    };
    let pieces = [1, 7, 64].map(|step| scan_in_pieces(bytes, &limits, step));
    match parse(bytes) {
        Ok(Some((head, end, fields))) => {
            check_accepted(bytes, end, &head, &fields, &limits);
            assert_eq!(pieces, [Ok(Some(end)); 3]);
            let step = 1 + end / 128;
            for cut in (0..end).step_by(step).chain(end.saturating_sub(8)..end) {
                assert!(matches!(parse(&bytes[..cut]), Ok(None)), "accepted whole, not incomplete at {cut}");
            }
        }
        Ok(None) => {
            // An incomplete head that is complete to the scanner would be looked at for ever.
            assert!(pieces.iter().all(|scanned| !matches!(scanned, Ok(Some(_)))));
        }
        Err(_) => {}
    }
    assert!(pieces.windows(2).all(|two| two[0].is_ok() == two[1].is_ok()));
    let whole = scan_head(bytes, 0, &limits);
    if !bytes.is_empty() {
        let whole = whole.map(|scan| if let Scan::Complete(end) = scan { Some(end) } else { None });
        assert_eq!(whole.is_ok(), pieces[0].is_ok());
        assert!(whole.is_err() || whole == pieces[0]);
    }
});
