//! What cannot be added, and what the error says.

use super::{find, get, gets};
use crate::http::Method::{Delete, Get, Head, Post};
use crate::router::Lookup::Found;
use crate::router::{MAX_PARAMS, MAX_PATTERN_BYTES, MAX_ROUTES, PatternProblem, RouteError, RouteLimit, Router};

#[test]
fn the_same_shape_and_method_conflicts_and_both_patterns_are_named() {
    let cases = [
        ("/", "/"),
        ("/a", "/a"),
        ("/a/:id", "/a/:key"),
        ("/a/:id/b/:x", "/a/:x/b/:id"),
        ("/a/*", "/a/*rest"),
        ("/*", "/*all"),
        ("/:a/*", "/:b/*c"),
        ("/café", "/café"),
        ("/*", "*"),
        ("*all", "/*"),
        ("/:a?", "/"),
        ("/:a?", "/:b"),
        ("/x/:a?", "/x"),
        ("/x", "/x/:a?"),
        ("/x/:a?/:b?", "/x/:c"),
        ("/:a-:b", "/:c-:d"),
        ("/:a.png", "/:b.png"),
        ("/:a(int)", "/:b(int)"),
        ("/:a(\\d+)x", "/:b(\\d+)x"),
        ("/::a", "/::a"),
    ];
    for (first, second) in cases {
        let mut router = gets(&["/unrelated/:x", first]);
        let error = router.add(Get, second, 9).expect_err(second);
        assert_eq!(error.code(), "ERR_NEXURE_ROUTE_CONFLICT");
        let expected = RouteError::Conflict {
            method: Get,
            pattern: second.to_owned(),
            existing: first.to_owned(),
            conditions: String::new(),
        };
        assert_eq!(error, expected);
        let message = error.to_string();
        assert!(message.contains(&format!("{first:?}")) && message.contains(&format!("{second:?}")), "{message}");
        router.add(Post, second, 9).expect("another method");
    }
}

#[test]
fn other_shapes_do_not_conflict() {
    let patterns = [
        "/",
        "/*",
        "/:a",
        "/:a/",
        "/:a/*",
        "/:a/b",
        "/:a/:b",
        "/a",
        "/a/",
        "/a/*",
        "/a/:b",
        "/a/b",
        "/A",
        "/aa",
        "//",
        "/:a-:b",
        "/:a.:b",
        "/:a(int)",
        "/:a(float)",
        "/:a(\\d+)",
        "/:a.png",
        "/v:a",
        "/a*",
        "/::a",
    ];
    let router = gets(&patterns);
    assert_eq!(get(&router, "/a/b").0, Found(11));
}

#[test]
fn a_refused_route_changes_nothing() {
    let mut router = gets(&["/a/:id", "/a"]);
    router.add(Get, "/a/:key", 7).expect_err("conflict");
    router.add(Get, "/b/:x/:x", 7).expect_err("syntax");
    assert_eq!(get(&router, "/a/1"), (Found(0), vec!["1"]));
    assert_eq!(get(&router, "/b/1/2").0, crate::router::Lookup::NotFound);
    router.add(Get, "/b/:x/:y", 3).expect("the refused pattern left nothing behind");
}

#[test]
fn head_conflicts_with_head_only() {
    let mut router = gets(&["/a"]);
    router.add(Head, "/a", 1).expect("HEAD beside GET");
    assert_eq!(router.add(Head, "/a", 2).expect_err("twice").code(), "ERR_NEXURE_ROUTE_CONFLICT");
    assert_eq!(router.add(Get, "/a", 2).expect_err("twice").code(), "ERR_NEXURE_ROUTE_CONFLICT");
    assert_eq!(find(&router, Head, "/a").0, Found(1));
}

#[test]
fn malformed_patterns_are_refused() {
    use PatternProblem as P;
    let name = |name: &str| P::InvalidName(name.to_owned());
    let twice = |name: &str| P::DuplicateName(name.to_owned());
    let cases = [
        ("", P::NoLeadingSlash),
        ("a", P::NoLeadingSlash),
        (":a", P::NoLeadingSlash),
        ("/:", P::EmptyParamName),
        ("/a/:/b", P::EmptyParamName),
        ("/:-a", P::EmptyParamName),
        ("/:1a", name("1a")),
        ("/:é", name("é")),
        ("/:aé", name("aé")),
        ("/:a:b", P::AdjacentParams),
        ("/:a(int):b", P::AdjacentParams),
        ("/**", name("*")),
        ("/*a-b", name("a-b")),
        ("/*1", name("1")),
        ("*/", P::InvalidName("/".to_owned())),
        ("/:a/:a", twice("a")),
        ("/:a-:a", twice("a")),
        ("/:a/b/*a", twice("a")),
        ("/*/a", P::WildcardNotLast),
        ("/*a/", P::WildcardNotLast),
        ("/*/*", P::WildcardNotLast),
        ("/:a*", P::WildcardBehindParam),
        ("/:a-*", P::WildcardBehindParam),
        ("/:a?/b", P::OptionalNotLast),
        ("/:a?/:b", P::OptionalNotLast),
        ("/v:a?", P::OptionalNotSegment),
        ("/:a?b", P::OptionalNotSegment),
        ("/:a?-:b", P::OptionalNotSegment),
        ("/:a(", P::OpenParenthesis),
        ("/:a(\\d+/b", P::OpenParenthesis),
        ("/:a([)]", P::OpenParenthesis),
        ("/:a(integer)", P::UnknownConstraint("integer".to_owned())),
        ("/a?", P::ForbiddenCharacter('?')),
        ("/a#b", P::ForbiddenCharacter('#')),
        ("/a\0", P::ForbiddenCharacter('\0')),
        ("/{id}", P::ForbiddenCharacter('{')),
        ("/:a{/:b}", P::ForbiddenCharacter('{')),
        ("/caf%C3%A9", P::PercentEscape("%C3".to_owned())),
        ("/a%2fb", P::PercentEscape("%2f".to_owned())),
    ];
    for (pattern, problem) in cases {
        let expected = RouteError::Syntax { pattern: pattern.to_owned(), problem };
        assert_eq!(expected.code(), "ERR_NEXURE_ROUTE_SYNTAX");
        assert!(expected.to_string().contains(&format!("{pattern:?}")), "{expected}");
        assert_eq!(Router::new().params(pattern), Err(expected.clone()));
        assert_eq!(Router::new().add(Get, pattern, 0), Err(expected));
    }
}

#[test]
fn limits_hold_at_their_value_and_refuse_one_more() {
    let params = |count: usize| (0..count).map(|i| format!("/:p{i}")).collect::<String>();
    let length = |count: usize| format!("/{}", "x".repeat(count - 1));
    let limit = |pattern: &str, limit| RouteError::Limit { pattern: pattern.to_owned(), limit };
    let mut router = Router::new();
    router.add(Get, &params(MAX_PARAMS), 0).expect("most params");
    router.add(Get, &format!("{}/*", params(MAX_PARAMS - 1)), 0).expect("most params with a wildcard");
    router.add(Get, &length(MAX_PATTERN_BYTES), 0).expect("longest pattern");
    for (pattern, which) in [
        (params(MAX_PARAMS + 1), RouteLimit::Params),
        (format!("{}/*", params(MAX_PARAMS)), RouteLimit::Params),
        (length(MAX_PATTERN_BYTES + 1), RouteLimit::PatternBytes),
    ] {
        let error = router.add(Get, &pattern, 0).expect_err("too large");
        assert_eq!(error, limit(&pattern, which));
        assert_eq!(error.code(), "ERR_NEXURE_ROUTE_LIMIT");
    }
}

#[test]
fn the_number_of_routes_is_limited() {
    let mut router = Router::new();
    for id in 0..u32::try_from(MAX_ROUTES).expect("fits") {
        router.add(Delete, &format!("/r/{id}"), id).expect("below the limit");
    }
    let error = router.add(Delete, "/one-more", 0).expect_err("too many");
    assert_eq!(error, RouteError::Limit { pattern: "/one-more".to_owned(), limit: RouteLimit::Routes });
    assert_eq!(find(&router, Delete, "/r/65535").0, Found(65535));
}

#[test]
fn names_params_in_pattern_order() {
    let cases: [(&str, &[&str]); 10] = [
        ("/", &[]),
        ("/a/b", &[]),
        ("/:b/x/:a_1/:_", &["b", "a_1", "_"]),
        ("/files/*", &["*"]),
        ("/:dir/*path", &["dir", "path"]),
        ("/:dir/*", &["dir", "*"]),
        ("*", &["*"]),
        ("/:$a-:_b.:c(a/b:c)/:d?", &["$a", "_b", "c", "d"]),
        ("/at/:hour(\\d+)h:minute(\\d+)m", &["hour", "minute"]),
        ("/::no/:a([)(]\\))", &["a"]),
    ];
    for (pattern, names) in cases {
        let params = Router::new().params(pattern).expect(pattern);
        assert_eq!(params.iter().map(|param| param.name.as_str()).collect::<Vec<_>>(), names);
    }
}
