//! Heads against httparse, and against themselves however they are cut.

use proptest::prelude::*;

use super::mutated;
use crate::http::{FieldSpan, HeadError, HeadLimits, HeadScan, RequestHead, Target, parse_head};

type Found = Result<Option<(RequestHead, usize, Vec<FieldSpan>)>, HeadError>;

/// What a connection makes of `bytes` that arrive in pieces that end at `ends`.
fn arrive(bytes: &[u8], ends: &[usize], limits: &HeadLimits) -> Found {
    let (mut scan, mut fields) = (HeadScan::default(), Vec::new());
    for end in ends.iter().copied().chain([bytes.len()]) {
        let here = &bytes[..end];
        if scan.has_begun() && scan.advance(here, limits)?.is_none() {
            continue;
        }
        if let Some((head, end)) = parse_head(here, limits, &mut fields)? {
            return Ok(Some((head, end, fields)));
        }
        assert_eq!(scan.advance(here, limits)?, None, "what is complete to the scan is complete to the parser");
    }
    Ok(None)
}

fn check_against_httparse(bytes: &[u8], head: &RequestHead, end: usize, fields: &[FieldSpan]) {
    let mut storage = [httparse::EMPTY_HEADER; HeadLimits::MAX_FIELDS];
    let mut oracle = httparse::Request::new(&mut storage);
    assert_eq!(oracle.parse(bytes), Ok(httparse::Status::Complete(end)), "accepted where httparse refuses");
    assert_eq!(oracle.method, Some(head.method.as_str()));
    assert_eq!(oracle.version, Some(u8::from(head.http11)));
    let target = oracle.path.unwrap_or_default();
    let absolute = !target.starts_with(['/', '*']);
    if let (Target::Path { path, query }, false) = (head.target, absolute) {
        let (expected_path, expected_query) = target.split_once('?').unwrap_or((target, ""));
        assert_eq!((path.slice(bytes), query.slice(bytes)), (expected_path.as_bytes(), expected_query.as_bytes()));
    }
    assert_eq!(oracle.headers.len(), fields.len());
    for (field, span) in oracle.headers.iter().zip(fields) {
        assert_eq!(field.name.as_bytes(), span.name.slice(bytes));
        if !(absolute && field.name.eq_ignore_ascii_case("host")) {
            assert_eq!(field.value, span.value.slice(bytes), "{}", field.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn never_accepts_what_httparse_refuses_and_reads_the_rest_alike(bytes in mutated::head()) {
        if let Ok(Some((head, end, fields))) = arrive(&bytes, &[], &HeadLimits::default()) {
            check_against_httparse(&bytes, &head, end, &fields);
        }
    }

    #[test]
    fn gives_the_same_however_the_head_arrives(
        bytes in mutated::head(), small in any::<bool>(), cuts in prop::collection::vec(0..200_usize, 0..6),
    ) {
        let small_limits = HeadLimits { max_head_bytes: 90, max_fields: 3, max_target_bytes: 16 };
        let limits = if small { small_limits } else { HeadLimits::default() };
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.sort_unstable();
        let every: Vec<usize> = (0..bytes.len()).collect();
        let whole = format!("{:?}", arrive(&bytes, &[], &limits));
        prop_assert_eq!(&whole, &format!("{:?}", arrive(&bytes, &cuts, &limits)));
        prop_assert_eq!(&whole, &format!("{:?}", arrive(&bytes, &every, &limits)));
    }
}
