//! The straight way against the walk, which knows nothing of it: over tables and paths that overlap, in every manner of
//! reading paths, both find the same route with the same captures.

use proptest::prelude::*;

use super::gets;
use crate::http::Method;
use crate::router::{Captures, Circumstances, Conditions, Lookup, Router, RouterOptions};

fn assert_same(router: &Router, method: Method, path: &[u8], circumstances: Circumstances<'_>) -> Lookup {
    let (mut straight, mut walked) = (Captures::new(), Captures::new());
    let found = router.find_under(method, path, circumstances, &mut straight);
    let expected = router.search(method, path, circumstances, &mut walked);
    let places = (straight.as_slice(), walked.as_slice());
    assert_eq!((found, places.0), (expected, places.1), "{method:?} {:?}", path.escape_ascii().to_string());
    found
}

fn options() -> impl Strategy<Value = RouterOptions> {
    (any::<[bool; 4]>(), prop::option::of(0_usize..20)).prop_map(|(bits, max_param_bytes)| {
        let [ignore_case, ignore_trailing_slash, merge_slashes, empty_params] = bits;
        let base = RouterOptions { ignore_case, ignore_trailing_slash, merge_slashes, ..RouterOptions::default() };
        RouterOptions { empty_params: empty_params && max_param_bytes.is_some(), max_param_bytes, ..base }
    })
}

fn pattern() -> impl Strategy<Value = String> {
    let text = "[aB]{1,2}|a|aa|aaaaaaaa|aaaaaaaab|aaaaaaaaaaaaaaaaB|é|%";
    let dynamic = prop::sample::select(vec![":p", ":p(int)", r":p(^a+$)", ":p-:q", ":p.a", "a:p", r":p(\d+)b:q"]);
    let segment = prop_oneof![6 => text, 4 => dynamic.prop_map(str::to_owned), 1 => Just(String::new())];
    (prop::collection::vec(segment, 0..5), prop::sample::select(vec!["", "", "/", "/*"])).prop_map(
        |(segments, last)| {
            let mut pattern = String::new();
            for (at, segment) in segments.iter().enumerate() {
                pattern += &format!("/{}", segment.replace(":p", &format!(":p{at}")).replace(":q", &format!(":q{at}")));
            }
            if pattern.is_empty() && last.is_empty() { "/".to_owned() } else { pattern + last }
        },
    )
}

fn path() -> impl Strategy<Value = String> {
    let segment = "[aAbB]{1,2}|a|aa|aaaaaaaa|aaaaaaaab|aaaaaaaaaaaaaaaaB|é|[0-9]{1,10}|a-a|12b-|%61|%2F|%|x.a||[\\x00-\\xff]{1,9}";
    prop::collection::vec(segment, 0..6).prop_map(|segments| format!("/{}", segments.join("/")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn finds_what_the_walk_finds(
        options in options(),
        patterns in prop::collection::vec((pattern(), 0..3_u8, prop::option::weighted(0.1, "[12]")), 1..30),
        paths in prop::collection::vec((path(), 0..4_u8, prop::option::weighted(0.2, "[12]")), 1..30),
    ) {
        let methods = [Method::Get, Method::Post, Method::Head, Method::Options];
        let mut router = Router::with_options(options);
        for (id, (pattern, method, version)) in (0..).zip(&patterns) {
            let conditions = Conditions { version: version.as_deref(), ..Conditions::default() };
            let _ = router.add_all(&[(methods[usize::from(*method)], id)], pattern, &conditions);
            // A lookup between makes the straight ways; the next route must make them anew.
            let _ = router.find(Method::Get, b"/a", &mut Captures::new());
        }
        for (path, method, version) in &paths {
            let circumstances = Circumstances { version: version.as_deref().map(str::as_bytes), host: None };
            let _ = assert_same(&router, methods[usize::from(*method)], path.as_bytes(), circumstances);
        }
    }
}

#[test]
fn every_byte_and_every_cut_of_a_path_is_read_alike() {
    let router = gets(&[
        "/",
        "/a",
        "/ab/:p/cd",
        "/abcdefgh",
        "/abcdefghi/:p",
        "/abcdefghijklmnopq",
        "/:p/x",
        "/w/*",
        "/:p(int)/y",
    ]);
    for path in
        ["/ab/0123456789/cd", "/abcdefgh", "/abcdefghi/jklmnopqr", "/abcdefghijklmnopq", "/12/y", "/w/a/b/c/d", "//"]
    {
        for len in 0..=path.len() {
            for byte in 0..=u8::MAX {
                let mut bytes = path.as_bytes()[..len].to_vec();
                let _ = assert_same(&router, Method::Get, &bytes, Circumstances::default());
                bytes.push(byte);
                let _ = assert_same(&router, Method::Get, &bytes, Circumstances::default());
            }
        }
    }
}

#[test]
fn a_large_table_goes_straight() {
    let long = "x".repeat(40);
    let patterns: Vec<String> =
        (0..3000).map(|number| format!("/r{number}/:id/{long}{number}/:p(int)/{number}{long}")).collect();
    let router = gets(&patterns.iter().map(String::as_str).collect::<Vec<_>>());
    for (id, pattern) in (0..).zip(&patterns) {
        let path = pattern.replace("/:id", "/some-name").replace(":p(int)", "77");
        assert_eq!(assert_same(&router, Method::Get, path.as_bytes(), Circumstances::default()), Lookup::Found(id));
        assert!(router.goes_straight(path.as_bytes()), "{path}");
    }
}

#[test]
fn what_is_asked_for_most_goes_straight() {
    let router = gets(&[
        "/",
        "/users/:id",
        "/users/me",
        "/files/*",
        "/v/:n(int)",
        "/v/:name",
        "/:a-:b",
        "/notifications/threads/all",
    ]);
    for path in [
        "/",
        "/users/12",
        "/users/me",
        "/users/mike",
        "/files/",
        "/files/a/b",
        "/v/1",
        "/v/x",
        "/a-b",
        "/notifications/threads/all",
    ] {
        assert!(router.goes_straight(path.as_bytes()), "{path}");
        assert!(matches!(
            assert_same(&router, Method::Get, path.as_bytes(), Circumstances::default()),
            Lookup::Found(_)
        ));
    }
}
