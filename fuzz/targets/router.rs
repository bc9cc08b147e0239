//! The router against a list of patterns that are compared with the path one by one.

#![no_main]

use std::cmp::Reverse;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nexure_core::http::{Method, MethodSet};
use nexure_core::router::{Captures, Circumstances, Conditions, Lookup, Router, RouterOptions};

#[derive(Arbitrary, Clone, Debug)]
enum Segment {
    Static(u8),
    Param,
}

#[derive(Arbitrary, Debug)]
struct Route {
    method: u8,
    segments: Vec<Segment>,
    wildcard: bool,
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    routes: Vec<Route>,
    paths: Vec<(u8, Vec<u8>)>,
    manner: u8,
    dynamic: Vec<Vec<u8>>,
    raw_pattern: &'a str,
    raw_path: &'a [u8],
}

/// Few and similar texts, so that patterns overlap.
const TEXTS: [&str; 8] = ["a", "ab", "abc", "b", "", "é", "%", "."];
/// Spellings of segments, some of them escaped or malformed.
const SPELLINGS: [&str; 16] =
    ["a", "ab", "abc", "b", "", "%C3%A9", "%25", ".", "%61", "a%62", "%c3%a9", "a%2Fb", "%2f", "%zz", "%C3", "%00"];

/// Pieces of patterns with constraints, several params in a segment, optional ones and wildcards.
const PIECES: [&str; 24] = [
    "a",
    "B",
    "/",
    "/",
    ":",
    "::",
    ":a",
    ":b",
    ":c",
    "(int)",
    "(float)",
    "(uuid)",
    "(date)",
    "(slug)",
    "(bool)",
    "(\\d+)",
    "(^[a-z]{2}$)",
    "(.*)",
    "((?!x).)",
    "-",
    ".",
    "?",
    "*",
    "(a|",
];

fn method(number: u8) -> Method {
    Method::ALL[usize::from(number) % Method::ALL.len()]
}

fn pattern(route: &Route) -> String {
    let mut text = String::new();
    for (at, segment) in route.segments.iter().take(6).enumerate() {
        match segment {
            Segment::Static(number) => text = text + "/" + TEXTS[usize::from(*number) % TEXTS.len()],
            Segment::Param => text = text + &format!("/:p{at}"),
        }
    }
    if route.wildcard {
        text += "/*";
    }
    if text.is_empty() { "/".to_owned() } else { text }
}

fn decode(raw: &str) -> Option<Vec<u8>> {
    let mut bytes = raw.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        let digits = if byte == b'%' { Some([bytes.next()?, bytes.next()?]) } else { None };
        decoded.push(match digits {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => {
                u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?
            }
            Some(_) => return None,
            None => byte,
        });
    }
    Some(decoded)
}

/// The priority of each segment (static 0, param 1, wildcard 2) and the captures, if the pattern matches.
fn match_one<'p>(pattern: &str, path: &'p str) -> Option<(Vec<u8>, Vec<&'p str>)> {
    let (mut kinds, mut captures) = (Vec::new(), Vec::new());
    let mut rest = path.strip_prefix('/');
    for segment in pattern[1..].split('/') {
        let here = rest?;
        if segment == "*" {
            kinds.push(2);
            captures.push(here);
            return Some((kinds, captures));
        }
        let (raw, after) = here.split_once('/').map_or((here, None), |(raw, after)| (raw, Some(after)));
        if segment.starts_with(':') {
            if raw.is_empty() {
                return None;
            }
            kinds.push(1);
            captures.push(raw);
        } else {
            if decode(raw)? != segment.as_bytes() {
                return None;
            }
            kinds.push(0);
        }
        rest = after;
    }
    rest.is_none().then_some((kinds, captures))
}

fn expected<'p>(routes: &[(Method, String)], method: Method, path: &'p str) -> (Lookup, Vec<&'p str>) {
    if !decode(path).is_some_and(|bytes| !bytes.contains(&0) && String::from_utf8(bytes).is_ok()) {
        return (Lookup::BadEncoding, vec![]);
    }
    let mut matches: Vec<_> = (0..)
        .zip(routes)
        .filter_map(|(id, (m, pattern))| match_one(pattern, path).map(|(kinds, captures)| (kinds, *m, id, captures)))
        .collect();
    matches.sort_by_key(|(kinds, m, ..)| (kinds.clone(), Reverse(*m == method)));
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

fuzz_target!(|input: Input<'_>| {
    let mut router = Router::new();
    let mut routes: Vec<(Method, String)> = Vec::new();
    for route in input.routes.iter().take(24) {
        let (method, pattern) = (method(route.method), pattern(route));
        let twin = routes.iter().any(|(m, other)| *m == method && *other == pattern);
        let added = router.add(method, &pattern, u32::try_from(routes.len()).unwrap_or(u32::MAX));
        assert_eq!(added.is_err(), twin, "{method:?} {pattern}: {added:?}");
        if !twin {
            routes.push((method, pattern));
        }
    }
    let mut captures = Captures::new();
    for (number, spelling) in input.paths.iter().take(24) {
        let segments = spelling.iter().take(8).map(|number| SPELLINGS[usize::from(*number) % SPELLINGS.len()]);
        let path = format!("/{}", segments.collect::<Vec<_>>().join("/"));
        let method = method(*number);
        let found = router.find(method, path.as_bytes(), &mut captures);
        let texts =
            captures.iter().map(|capture| &path[capture.start as usize..(capture.start + capture.len) as usize]);
        assert_eq!((found, texts.collect()), expected(&routes, method, &path), "{method:?} {path}");
    }
    // Anything at all, in every manner: no panic, captures lie in the path, and what was added can be removed.
    let options = RouterOptions {
        ignore_case: input.manner & 1 != 0,
        ignore_trailing_slash: input.manner & 2 != 0,
        merge_slashes: input.manner & 4 != 0,
        empty_params: input.manner & 8 != 0,
        permissive_patterns: input.manner & 16 != 0,
        max_param_bytes: (input.manner & 32 != 0).then_some(3),
        ..RouterOptions::default()
    };
    let mut router = Router::with_options(options);
    let mut added: Vec<(u32, String)> = Vec::new();
    for (id, pieces) in (0..).zip(input.dynamic.iter().take(8)) {
        let text: String = pieces.iter().take(8).map(|at| PIECES[usize::from(*at) % PIECES.len()]).collect();
        let pattern = format!("/{text}");
        if router.add(Method::Get, &pattern, id).is_ok() {
            assert!(router.params(&pattern).is_ok());
            added.push((id, pattern));
        }
    }
    if router.add(Method::Get, input.raw_pattern, 1000).is_ok() {
        added.push((1000, input.raw_pattern.to_owned()));
    }
    let circumstances = Circumstances { host: Some(input.raw_path), version: None };
    let found = router.find_under(Method::Get, input.raw_path, circumstances, &mut captures);
    assert!(captures.iter().all(|capture| capture.start as usize + capture.len as usize <= input.raw_path.len()));
    if let Lookup::Found(id) = found {
        let pattern = &added.iter().find(|(other, _)| *other == id).expect("an added route").1;
        assert!(captures.len() <= router.params(pattern).map_or(0, |params| params.len()));
        assert_eq!(router.remove(Method::Get, pattern, &Conditions::default()), Ok(Some(id)));
        let again = router.find_under(Method::Get, input.raw_path, circumstances, &mut captures);
        assert_ne!(again, Lookup::Found(id));
    }
});
