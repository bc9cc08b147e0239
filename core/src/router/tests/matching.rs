//! Which route answers: shapes, priority, backtracking, methods.

use super::{find, get, gets, set};
use crate::http::Method::{self, Delete, Get, Head, Options, Patch, Post, Put};
use crate::router::Lookup::{self, Found, MethodNotAllowed, NotFound};
use crate::router::{Captures, MAX_PARAMS, Router};

/// A table of patterns and, for each path, the pattern that GET finds with its captures, or `None` for 404.
type Case = (&'static [&'static str], &'static [(&'static str, Option<(u32, &'static [&'static str])>)]);

const CASES: &[Case] = &[
    // Static text is matched whole, case-sensitively, and a trailing slash counts.
    (
        &["/", "/a", "/ab", "/abc/", "/abd", "/a//b"],
        &[
            ("/", Some((0, &[]))),
            ("/a", Some((1, &[]))),
            ("/ab", Some((2, &[]))),
            ("/abc/", Some((3, &[]))),
            ("/abd", Some((4, &[]))),
            ("/a//b", Some((5, &[]))),
            ("/A", None),
            ("/abc", None),
            ("/ab/", None),
            ("/a/b", None),
            ("//", None),
            ("//a", None),
            ("", None),
            ("a", None),
            ("*", None),
        ],
    ),
    // A param is one whole segment and never empty.
    (
        &["/:a", "/u/:id", "/u/:id/p/:post", "/u/:id/"],
        &[
            ("/x", Some((0, &["x"]))),
            ("/u", Some((0, &["u"]))),
            ("/u/7", Some((1, &["7"]))),
            ("/u/:id", Some((1, &[":id"]))),
            ("/u/7/", Some((3, &["7"]))),
            ("/u/7/p/long-name.txt", Some((2, &["7", "long-name.txt"]))),
            ("/", None),
            ("/u/", None),
            ("/u//p/1", None),
            ("/u/7/p/", None),
            ("/u/7/p", None),
            ("/u/7/p/1/", None),
            ("/x/", None),
        ],
    ),
    // A wildcard takes the rest with its slashes, also an empty one, but needs the slash before it.
    (
        &["/files/*", "/img/:size/*path", "/exact/", "/exact/*"],
        &[
            ("/files/", Some((0, &[""]))),
            ("/files/a", Some((0, &["a"]))),
            ("/files/a/b//c/", Some((0, &["a/b//c/"]))),
            ("/files//", Some((0, &["/"]))),
            ("/img/9/", Some((1, &["9", ""]))),
            ("/img/9/a/b", Some((1, &["9", "a/b"]))),
            ("/exact/", Some((2, &[]))),
            ("/exact/x", Some((3, &["x"]))),
            ("/files", None),
            ("/img/9", None),
            ("/img//x", None),
        ],
    ),
    (&["/*"], &[("/", Some((0, &[""]))), ("/a/b", Some((0, &["a/b"]))), ("", None), ("*", None)]),
    // Static before param before wildcard, segment by segment, and back when a way ends.
    (
        &["/a/:x/c", "/a/b/d", "/a/*", "/:p/b/c", "/*", "/a/b/:z/e"],
        &[
            ("/a/b/c", Some((0, &["b"]))),
            ("/a/b/d", Some((1, &[]))),
            ("/a/x/c", Some((0, &["x"]))),
            ("/a/b/e", Some((2, &["b/e"]))),
            ("/a/b/q/e", Some((5, &["q"]))),
            ("/a/b/q/f", Some((2, &["b/q/f"]))),
            ("/a/", Some((2, &[""]))),
            ("/a", Some((4, &["a"]))),
            ("/q/b/c", Some((3, &["q"]))),
            ("/q/b/d", Some((4, &["q/b/d"]))),
        ],
    ),
    // The first segment that differs decides, however specific the rest is.
    (
        &["/:a/b/c/d", "/x/*"],
        &[("/x/b/c/d", Some((1, &["b/c/d"]))), ("/y/b/c/d", Some((0, &["y"]))), ("/y/b/c/e", None)],
    ),
    // Captures of a way that ended are dropped.
    (
        &["/:a/:b/:c/x", "/:a/:b/*r", "/*all"],
        &[
            ("/1/2/3/x", Some((0, &["1", "2", "3"]))),
            ("/1/2/3/y", Some((1, &["1", "2", "3/y"]))),
            ("/1/2", Some((2, &["1/2"]))),
        ],
    ),
    // Text that shares bytes with static text is still a param.
    (
        &["/users/me", "/users/:id", "/users/members/all", "/users/:id/x"],
        &[
            ("/users/me", Some((0, &[]))),
            ("/users/m", Some((1, &["m"]))),
            ("/users/mexico", Some((1, &["mexico"]))),
            ("/users/members", Some((1, &["members"]))),
            ("/users/members/all", Some((2, &[]))),
            ("/users/me/x", Some((3, &["me"]))),
            ("/users/members/x", Some((3, &["members"]))),
        ],
    ),
    // Dots mean nothing here.
    (
        &["/a/:x", "/b", "/.well-known/x"],
        &[
            ("/a/..", Some((0, &[".."]))),
            ("/a/.", Some((0, &["."]))),
            ("/a/../b", None),
            ("/.well-known/x", Some((2, &[]))),
        ],
    ),
];

#[test]
fn finds_the_pattern_of_highest_priority() {
    for (patterns, paths) in CASES {
        // The order in which routes are added must not matter.
        let forward = gets(patterns);
        let mut backward = Router::new();
        for (id, pattern) in (0..).zip(*patterns).collect::<Vec<(u32, _)>>().into_iter().rev() {
            backward.add(Get, pattern, id).expect(pattern);
        }
        for (path, expected) in *paths {
            let expected = expected.map_or((NotFound, vec![]), |(id, captures)| (Found(id), captures.to_vec()));
            assert_eq!(get(&forward, path), expected, "{path:?} in {patterns:?}");
            assert_eq!(get(&backward, path), expected, "{path:?} in {patterns:?}, added backwards");
        }
    }
}

fn router_of(table: &[(Method, &str)]) -> Router {
    let mut router = Router::new();
    for (id, (method, pattern)) in (0..).zip(table) {
        router.add(*method, pattern, id).expect(pattern);
    }
    router
}

#[test]
fn a_pattern_without_the_method_gives_way_to_the_next() {
    let router = router_of(&[(Get, "/users/me"), (Delete, "/users/:id"), (Post, "/*"), (Patch, "/users/:key")]);
    let cases: &[(Method, &str, Lookup, &[&str])] = &[
        (Get, "/users/me", Found(0), &[]),
        (Delete, "/users/me", Found(1), &["me"]),
        (Patch, "/users/me", Found(3), &["me"]),
        (Post, "/users/me", Found(2), &["users/me"]),
        (Put, "/users/me", MethodNotAllowed(set(&[Get, Head, Delete, Patch, Post, Options])), &[]),
        (Get, "/users/1", MethodNotAllowed(set(&[Delete, Patch, Post, Options])), &[]),
        (Get, "/other", MethodNotAllowed(set(&[Post, Options])), &[]),
    ];
    for (method, path, lookup, captures) in cases {
        assert_eq!(find(&router, *method, path), (*lookup, captures.to_vec()), "{method:?} {path}");
    }
}

#[test]
fn head_is_served_by_get_unless_it_has_a_route() {
    let router =
        router_of(&[(Get, "/a"), (Get, "/b"), (Head, "/b"), (Head, "/c"), (Get, "/c"), (Head, "/d"), (Put, "/e")]);
    assert_eq!(find(&router, Head, "/a").0, Found(0));
    assert_eq!(find(&router, Head, "/b").0, Found(2));
    assert_eq!(find(&router, Head, "/c").0, Found(3));
    assert_eq!(get(&router, "/c").0, Found(4));
    assert_eq!(get(&router, "/d").0, MethodNotAllowed(set(&[Head, Options])));
    assert_eq!(find(&router, Head, "/e").0, MethodNotAllowed(set(&[Put, Options])));
}

#[test]
fn head_takes_the_get_route_of_the_pattern_that_get_would_take() {
    let router = router_of(&[(Get, "/users/me"), (Head, "/users/:id")]);
    assert_eq!(find(&router, Head, "/users/me"), (Found(0), vec![]));
    assert_eq!(find(&router, Head, "/users/1"), (Found(1), vec!["1"]));
}

#[test]
fn options_without_a_route_lists_the_methods_of_every_pattern_that_matches() {
    let router = router_of(&[(Get, "/a"), (Delete, "/:x"), (Options, "/own"), (Get, "/own"), (Put, "/deep/*")]);
    assert_eq!(find(&router, Options, "/a").0, Lookup::Options(set(&[Get, Head, Delete, Options])));
    assert_eq!(find(&router, Options, "/z"), (Lookup::Options(set(&[Delete, Options])), vec![]));
    assert_eq!(find(&router, Options, "/own").0, Found(2));
    assert_eq!(find(&router, Options, "/deep/a/b").0, Lookup::Options(set(&[Put, Options])));
    assert_eq!(find(&router, Options, "/nothing/here").0, NotFound);
    assert_eq!(find(&router, Put, "/own").0, MethodNotAllowed(set(&[Get, Head, Delete, Options])));
}

#[test]
fn one_shape_may_name_its_params_differently_per_method() {
    let router = router_of(&[(Get, "/a/:id"), (Post, "/a/:key"), (Get, "/a/:other/b/:more"), (Put, "/a/:x/b/*rest")]);
    assert_eq!(get(&router, "/a/1"), (Found(0), vec!["1"]));
    assert_eq!(find(&router, Post, "/a/1"), (Found(1), vec!["1"]));
    assert_eq!(get(&router, "/a/1/b/2"), (Found(2), vec!["1", "2"]));
    assert_eq!(find(&router, Put, "/a/1/b/2"), (Found(3), vec!["1", "2"]));
}

#[test]
fn captures_up_to_the_limit_and_clears_those_of_the_lookup_before() {
    let pattern: String = (0..MAX_PARAMS).map(|i| format!("/:p{i}")).collect();
    let router = gets(&[&pattern, "/static"]);
    let path = "/v".repeat(MAX_PARAMS);
    let mut captures = Captures::new();
    assert_eq!(router.find(Get, path.as_bytes(), &mut captures), Found(0));
    assert_eq!(captures.len(), MAX_PARAMS);
    for path in ["/static", "/v/v", "/%zz", "no-slash"] {
        let _ = router.find(Get, b"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", &mut captures);
        assert!(!captures.is_empty());
        let _ = router.find(Get, path.as_bytes(), &mut captures);
        assert!(captures.is_empty(), "{path}");
    }
}

#[test]
fn an_empty_router_finds_nothing() {
    for path in ["/", "/a", "", "/%41"] {
        assert_eq!(get(&Router::new(), path).0, NotFound);
    }
}

#[test]
fn a_node_may_have_a_child_for_every_byte() {
    let patterns: Vec<String> = ('!'..='\u{17f}')
        .filter(|c| !"/:*?#{}".contains(*c) && !c.is_control())
        .flat_map(|c| [format!("/{c}"), format!("/{c}x/y")])
        .collect();
    let router = gets(&patterns.iter().map(String::as_str).collect::<Vec<_>>());
    for (id, pattern) in (0..).zip(&patterns) {
        let path: String =
            pattern.bytes().map(|b| if b == b'/' { "/".to_owned() } else { format!("%{b:02x}") }).collect();
        assert_eq!(get(&router, &path).0, Found(id), "{pattern}");
    }
}
