//! The router against a naive oracle: a list of patterns, each compared with the path segment by segment, the best of
//! those that match taken by priority.

use proptest::prelude::*;

use super::find;
use crate::http::{Method, MethodSet};
use crate::router::percent::validate;
use crate::router::{Lookup, RouteError, Router};

/// Kinds of segments in order of priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Static,
    Param,
    Wildcard,
}

fn decode(raw: &str) -> Option<Vec<u8>> {
    let mut bytes = raw.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            decoded.push(u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    Some(decoded)
}

fn is_valid(raw: &str) -> bool {
    decode(raw).is_some_and(|bytes| !bytes.contains(&0) && String::from_utf8(bytes).is_ok())
}

/// The kinds of the segments and the captures, if the pattern matches.
fn match_one<'p>(pattern: &str, path: &'p str) -> Option<(Vec<Kind>, Vec<&'p str>)> {
    let (mut kinds, mut captures) = (Vec::new(), Vec::new());
    let mut rest = Some(path.strip_prefix('/')?);
    for segment in pattern[1..].split('/') {
        let here = rest?;
        if segment.starts_with('*') {
            kinds.push(Kind::Wildcard);
            captures.push(here);
            return Some((kinds, captures));
        }
        let (raw, after) = here.split_once('/').map_or((here, None), |(raw, after)| (raw, Some(after)));
        if segment.starts_with(':') {
            if raw.is_empty() {
                return None;
            }
            kinds.push(Kind::Param);
            captures.push(raw);
        } else {
            if decode(raw)? != segment.as_bytes() {
                return None;
            }
            kinds.push(Kind::Static);
        }
        rest = after;
    }
    rest.is_none().then_some((kinds, captures))
}

fn expected<'p>(routes: &[(Method, String)], method: Method, path: &'p str) -> (Lookup, Vec<&'p str>) {
    if !is_valid(path) {
        return (Lookup::BadEncoding, vec![]);
    }
    let mut matches: Vec<_> = (0..)
        .zip(routes)
        .filter_map(|(id, (m, pattern))| match_one(pattern, path).map(|(kinds, captures)| (kinds, *m, id, captures)))
        .collect();
    // Of one shape, the route of the method itself comes before the GET route that serves HEAD.
    matches.sort_by_key(|(kinds, m, ..)| (kinds.clone(), *m != method));
    let serves = |m: Method| m == method || (method == Method::Head && m == Method::Get);
    if let Some((_, _, id, captures)) = matches.iter().find(|(_, m, ..)| serves(*m)) {
        return (Lookup::Found(*id), captures.clone());
    }
    if matches.is_empty() {
        return (Lookup::NotFound, vec![]);
    }
    let mut allowed = matches.iter().fold(MethodSet::EMPTY.with(Method::Options), |set, (_, m, ..)| set.with(*m));
    if allowed.contains(Method::Get) {
        allowed = allowed.with(Method::Head);
    }
    (if method == Method::Options { Lookup::Options(allowed) } else { Lookup::MethodNotAllowed(allowed) }, vec![])
}

fn shape(pattern: &str) -> Vec<&str> {
    let shape = |segment| match str::as_bytes(segment).first() {
        Some(b':') => ":",
        Some(b'*') => "*",
        _ => segment,
    };
    pattern.split('/').map(shape).collect()
}

/// Patterns over few, similar texts, so that they overlap, share bytes and conflict often.
fn pattern() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec!["a", "ab", "abc", "b", "", "é", "è", "%", "a b", "."]);
    let segment = prop_oneof![3 => text.prop_map(str::to_owned), 2 => "[pq]".prop_map(|name| format!(":{name}"))];
    let last = prop_oneof![4 => Just(None), 1 => Just(Some("/*")), 1 => Just(Some("/*rest"))];
    (prop::collection::vec(segment, 0..5), last).prop_map(|(segments, last)| {
        let mut pattern = String::new();
        for (at, segment) in segments.iter().enumerate() {
            // Numbered, for names must differ within a pattern.
            let number = if segment.starts_with(':') { at.to_string() } else { String::new() };
            pattern += &format!("/{segment}{number}");
        }
        pattern += last.unwrap_or(if pattern.is_empty() { "/" } else { "" });
        pattern
    })
}

fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(Method::ALL.to_vec())
}

/// Paths over the same texts, some spelt with escapes, some malformed.
fn path() -> impl Strategy<Value = String> {
    let plain = vec!["a", "ab", "abc", "b", "abd", "", ".", "%61", "a%62", "%C3%A9", "%c3%A8", "%25", "a%20b"];
    let odd = vec!["a%2Fb", "%2f", "%C3", "%", "%4", "%zz", "%00", "a+b", "%61b%63"];
    let segment = prop_oneof![20 => prop::sample::select(plain), 1 => prop::sample::select(odd)];
    prop::collection::vec(segment, 1..6).prop_map(|segments| format!("/{}", segments.join("/")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_oracle(
        candidates in prop::collection::vec((method(), pattern()), 0..24),
        requests in prop::collection::vec((method(), path()), 1..24),
    ) {
        let mut router = Router::new();
        let mut routes: Vec<(Method, String)> = Vec::new();
        for (method, pattern) in candidates {
            let twin = routes.iter().find(|(m, other)| *m == method && shape(other) == shape(&pattern));
            let id = u32::try_from(routes.len()).unwrap_or(u32::MAX);
            let added = router.add(method, &pattern, id);
            if let Some((_, existing)) = twin {
                let existing = existing.clone();
                prop_assert_eq!(added, Err(RouteError::Conflict { method, pattern, existing, conditions: String::new() }));
            } else {
                prop_assert_eq!(added, Ok(()));
                routes.push((method, pattern));
            }
        }
        for (method, path) in requests {
            prop_assert_eq!(find(&router, method, &path), expected(&routes, method, &path), "{:?} {}", method, path);
            let (steps, nodes) = router.steps(method, path.as_bytes());
            prop_assert!(steps <= nodes);
        }
    }

    #[test]
    fn finds_what_was_added_by_filling_its_params(
        pattern in pattern(), value in "[a-z0-9._~-]{1,12}", rest in "[a-z/]{0,12}",
    ) {
        let mut router = Router::new();
        prop_assert_eq!(router.add(Method::Get, &pattern, 5), Ok(()));
        let fill = |segment: &str| match segment.as_bytes().first() {
            Some(b':') => value.clone(),
            Some(b'*') => rest.clone(),
            _ => segment.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        };
        let path = pattern.split('/').map(fill).collect::<Vec<_>>().join("/");
        let (lookup, captures) = find(&router, Method::Get, &path);
        prop_assert_eq!(lookup, Lookup::Found(5));
        prop_assert_eq!(captures.len(), router.params(&pattern).map_or(0, |params| params.len()));
    }

    #[test]
    fn never_fails_on_any_pattern_or_path(pattern in ".{0,40}", path in prop::collection::vec(any::<u8>(), 0..60)) {
        let mut router = Router::new();
        let _ = router.add(Method::Get, &pattern, 0);
        let _ = router.add(Method::Get, "/:a/*", 1);
        let mut captures = crate::router::Captures::new();
        let _ = router.find(Method::Get, &path, &mut captures);
        let within = |start: u32, len: u32| (start as usize).checked_add(len as usize).is_some_and(|end| end <= path.len());
        prop_assert!(captures.as_slice().iter().all(|capture| within(capture.start, capture.len)));
    }

    #[test]
    fn validate_agrees_with_decoding(raw in "(%[0-9A-Fa-f]{2}|%[C-Fc-f][0-9]%[89ABab][0-9]|[a-z%/]){0,12}") {
        prop_assert_eq!(validate(raw.as_bytes()), is_valid(&raw));
    }
}
