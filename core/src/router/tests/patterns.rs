//! Optional segments, constraints, several params in a segment, and the options.

use super::find;
use crate::http::Method::Get;
use crate::router::Lookup::{Found, NotFound};
use crate::router::{ParamKind, Router, RouterOptions};

type Expected = Option<(u32, &'static [&'static str])>;
type Case = (&'static [&'static str], &'static [(&'static str, Expected)]);

pub(super) fn router(options: RouterOptions, patterns: &[&str]) -> Router {
    let mut router = Router::with_options(options);
    for (id, pattern) in (0..).zip(patterns) {
        router.add(Get, pattern, id).expect(pattern);
    }
    router
}

fn check(options: &RouterOptions, cases: &[Case]) {
    for (patterns, paths) in cases {
        let router = router(options.clone(), patterns);
        for (path, expected) in *paths {
            let expected = expected.map_or((NotFound, vec![]), |(id, params)| (Found(id), params.to_vec()));
            assert_eq!(find(&router, Get, path), expected, "{path:?} in {patterns:?}");
        }
    }
}

const CASES: &[Case] = &[
    // The last segments may be missing, with their slashes.
    (
        &["/a/:b?", "/:x?", "/y/:m/:d?/:h?"],
        &[
            ("/a", Some((0, &[]))),
            ("/a/1", Some((0, &["1"]))),
            ("/a/", None),
            ("/", Some((1, &[]))),
            ("/b", Some((1, &["b"]))),
            ("/y/1", Some((2, &["1"]))),
            ("/y/1/2", Some((2, &["1", "2"]))),
            ("/y/1/2/3", Some((2, &["1", "2", "3"]))),
            ("/y/1/2/3/4", None),
        ],
    ),
    (&["/a/:x-:y?"], &[("/a", Some((0, &[]))), ("/a/1-2", Some((0, &["1", "2"]))), ("/a/1", None)]),
    // Types.
    (
        &["/i/:x(int)", "/f/:x(float)", "/b/:x(bool)", "/u/:x(uuid)", "/d/:x(date)", "/s/:x(slug)"],
        &[
            ("/i/0", Some((0, &["0"]))),
            ("/i/-12", Some((0, &["-12"]))),
            ("/i/9007199254740991", Some((0, &["9007199254740991"]))),
            ("/i/-9007199254740991", Some((0, &["-9007199254740991"]))),
            ("/i/%31%32", Some((0, &["%31%32"]))),
            ("/i/9007199254740992", None),
            ("/i/99999999999999999999", None),
            ("/i/-0", None),
            ("/i/01", None),
            ("/i/+1", None),
            ("/i/1.0", None),
            ("/i/1e3", None),
            ("/i/0x1", None),
            ("/i/%C2%B2", None),
            ("/i/", None),
            ("/i/1a", None),
            ("/f/1", Some((1, &["1"]))),
            ("/f/-0.5e-3", Some((1, &["-0.5e-3"]))),
            ("/f/1e308", Some((1, &["1e308"]))),
            ("/f/1e309", None),
            ("/f/.5", None),
            ("/f/1.", None),
            ("/f/01.5", None),
            ("/f/NaN", None),
            ("/f/Infinity", None),
            ("/b/true", Some((2, &["true"]))),
            ("/b/false", Some((2, &["false"]))),
            ("/b/TRUE", None),
            ("/b/1", None),
            ("/u/0f8fad5b-d9cb-469f-A165-70867728950E", Some((3, &["0f8fad5b-d9cb-469f-A165-70867728950E"]))),
            ("/u/0f8fad5b-d9cb-469f-a165-70867728950", None),
            ("/u/0f8fad5bd9cb469fa16570867728950e", None),
            ("/u/gf8fad5b-d9cb-469f-a165-70867728950e", None),
            ("/d/2024-02-29", Some((4, &["2024-02-29"]))),
            ("/d/2000-02-29", Some((4, &["2000-02-29"]))),
            ("/d/1900-02-29", None),
            ("/d/2023-02-29", None),
            ("/d/2023-04-31", None),
            ("/d/2023-13-01", None),
            ("/d/2023-1-1", None),
            ("/d/2023-01-00", None),
            ("/s/a-b-2c", Some((5, &["a-b-2c"]))),
            ("/s/a--b", None),
            ("/s/-a", None),
            ("/s/A", None),
            ("/s/a_b", None),
        ],
    ),
    // Expressions match a whole param, as JavaScript reads them.
    (
        &[
            r"/a/:x(\d+)",
            r"/b/:x(^\d+$)",
            r"/c/:x((?:ab|c){2,3})",
            r"/d/:x(.)",
            r"/e/:x([^/]+\.png)",
            r"/f/:x([[&&~a]+)",
            r"/g/:x(\w\s\S)",
            r"/h/:x([\d-]{3})",
            r"/i/:x((?!new$)[a-z]+)",
            r"/j/:x(^((?!abc).)*$)",
            r"/k/:x(é+|\u00fc)",
            r"/l/:x(a/b:c)",
            r"/m/:x(\bend\b)",
        ],
        &[
            ("/a/12", Some((0, &["12"]))),
            ("/a/12a", None),
            ("/a/a12", None),
            ("/a/%D9%A1", None),
            ("/b/12", Some((1, &["12"]))),
            ("/b/1%0A", None),
            ("/c/abc", Some((2, &["abc"]))),
            ("/c/ab", None),
            ("/d/x", Some((3, &["x"]))),
            ("/d/%E2%82%AC", Some((3, &["%E2%82%AC"]))),
            ("/d/%0A", None),
            ("/d/xy", None),
            ("/e/a.png", Some((4, &["a.png"]))),
            ("/e/apng", None),
            ("/f/[&~", Some((5, &["[&~"]))),
            ("/g/a%C2%A0b", Some((6, &["a%C2%A0b"]))),
            ("/g/a_b", None),
            ("/h/1-2", Some((7, &["1-2"]))),
            ("/i/newer", Some((8, &["newer"]))),
            ("/i/new", None),
            ("/j/xxabxx", Some((9, &["xxabxx"]))),
            ("/j/xxabcxx", None),
            ("/k/%C3%A9%C3%A9", Some((10, &["%C3%A9%C3%A9"]))),
            ("/k/%C3%BC", Some((10, &["%C3%BC"]))),
            ("/l/a%2Fb:c", Some((11, &["a%2Fb:c"]))),
            ("/l/a/b:c", None),
            ("/m/end", Some((12, &["end"]))),
        ],
    ),
    // Several params, and text around them.
    (
        &[
            "/a/:x-:y",
            "/b/:file.:ext",
            r"/c/:h(\d+)h:m(\d+)m",
            "/d/v:major.x",
            "/e/:a-static-:b",
            "/f/:a--:b--:c",
            "/g/:n-:id(int)",
            "/h/:a(.*)-:b(.*)",
            "/i/:a@:b",
            "/j/:x(uuid)-:y(slug)",
            "/k/:a::b",
        ],
        &[
            ("/a/1-2", Some((0, &["1", "2"]))),
            ("/a/1-2-3", Some((0, &["1-2", "3"]))),
            ("/a/1", None),
            ("/a/-1", None),
            ("/a/1-", None),
            ("/a/-", None),
            ("/a/1%2D2", Some((0, &["1", "2"]))),
            ("/a/%C3%A9-%2F", Some((0, &["%C3%A9", "%2F"]))),
            ("/b/a.tar.gz", Some((1, &["a.tar", "gz"]))),
            ("/b/.gz", None),
            ("/c/10h05m", Some((2, &["10", "05"]))),
            ("/c/10h05", None),
            ("/c/h05m", None),
            ("/d/v12.x", Some((3, &["12"]))),
            ("/d/v.x", None),
            ("/e/static-static-static-static", Some((4, &["static", "static-static"]))),
            ("/e/1-static-2", Some((4, &["1", "2"]))),
            ("/f/1--2--3--4", Some((5, &["1--2", "3", "4"]))),
            ("/f/1--2", None),
            ("/g/a-b-12", Some((6, &["a-b", "12"]))),
            ("/g/a-b", None),
            ("/g/a-01", None),
            ("/h/1-2-3", Some((7, &["1-2", "3"]))),
            ("/i/me@here", Some((8, &["me", "here"]))),
            (
                "/j/0f8fad5b-d9cb-469f-a165-70867728950e-a-title",
                Some((9, &["0f8fad5b-d9cb-469f-a165-70867728950e", "a-title"])),
            ),
            ("/k/x:b", Some((10, &["x"]))),
        ],
    ),
    // Static text before text and params before constraints before params before wildcards; the more text, the earlier.
    (
        &["/*", "/:a", "/:a(int)", "/:a(float)", "/:a.png", "/:a.b.png", "/12", r"/:a(\d\d\d)", "/:a-:b", "/x*"],
        &[
            ("/12", Some((6, &[]))),
            ("/13", Some((2, &["13"]))),
            ("/123", Some((2, &["123"]))),
            ("/012", Some((7, &["012"]))),
            ("/1.5", Some((3, &["1.5"]))),
            ("/1.png", Some((4, &["1"]))),
            ("/1.b.png", Some((5, &["1"]))),
            ("/a-b", Some((8, &["a", "b"]))),
            ("/ab", Some((1, &["ab"]))),
            ("/ab/c", Some((0, &["ab/c"]))),
            ("/xy/z", Some((9, &["y/z"]))),
            ("/x", Some((9, &[""]))),
            ("/", Some((0, &[""]))),
        ],
    ),
    // What fails further on gives way, and its captures go.
    (
        &["/:a(int)/x", "/:a-:b/y", "/:a/z", "/1-2/w"],
        &[
            ("/1/x", Some((0, &["1"]))),
            ("/1-2/y", Some((1, &["1", "2"]))),
            ("/1-2/z", Some((2, &["1-2"]))),
            ("/1/z", Some((2, &["1"]))),
            ("/1-2/w", Some((3, &[]))),
            ("/1-2/v", None),
        ],
    ),
    (&["*"], &[("/", Some((0, &["/"]))), ("/a/b", Some((0, &["/a/b"]))), ("", None), ("*", None)]),
    (&["*all", "/a/*"], &[("/a/b", Some((1, &["b"]))), ("/a", Some((0, &["/a"])))]),
    (&["*", "/:a/:b-:c/x"], &[("/1/2-3/y", Some((0, &["/1/2-3/y"])))]),
    (&["/::a", "/:a", "/b::c"], &[("/:a", Some((0, &[]))), ("/a", Some((1, &["a"]))), ("/b:c", Some((2, &[])))]),
];

#[test]
fn finds_the_pattern_and_its_params() {
    check(&RouterOptions::default(), CASES);
}

#[test]
fn letter_case_may_not_matter_to_text_and_always_does_to_params() {
    let cases: &[Case] = &[(
        &["/Foo/:x", "/a/:x.PNG", "/É", "/b/:x(bool)"],
        &[
            ("/fOO/Bar", Some((0, &["Bar"]))),
            ("/A/X.png", Some((1, &["X"]))),
            ("/%46oo/Bar", Some((0, &["Bar"]))),
            ("/%C3%89", Some((2, &[]))),
            ("/%C3%A9", None),
            ("/B/true", Some((3, &["true"]))),
            ("/B/TRUE", None),
        ],
    )];
    check(&RouterOptions { ignore_case: true, ..RouterOptions::default() }, cases);
}

#[test]
fn a_last_slash_may_not_matter() {
    let cases: &[Case] = &[(
        &["/", "/a", "/b/", "/c/:x", "/d/*", "/d"],
        &[
            ("/", Some((0, &[]))),
            ("/a/", Some((1, &[]))),
            ("/b", Some((2, &[]))),
            ("/b/", Some((2, &[]))),
            ("/c/1/", Some((3, &["1"]))),
            ("/c/", None),
            ("/d", Some((5, &[]))),
            ("/d/", Some((4, &[""]))),
            ("/d/x/", Some((4, &["x/"]))),
            ("/a//", None),
        ],
    )];
    let options = RouterOptions { ignore_trailing_slash: true, ..RouterOptions::default() };
    check(&options, cases);
    let mut router = router(options, &["/a"]);
    assert_eq!(router.add(Get, "/a/", 1).expect_err("the same").code(), "ERR_NEXURE_ROUTE_CONFLICT");
}

#[test]
fn slashes_may_be_merged() {
    let cases: &[Case] = &[(
        &["/", "//a", "/b//c", "/d/:x/e", "/f/*", "/g/"],
        &[
            ("///", Some((0, &[]))),
            ("/a", Some((1, &[]))),
            ("//a", Some((1, &[]))),
            ("/b/c", Some((2, &[]))),
            ("//b///c", Some((2, &[]))),
            ("/d//1///e", Some((3, &["1"]))),
            ("/f//a//b", Some((4, &["a//b"]))),
            ("/g//", Some((5, &[]))),
            ("/a/", None),
            ("/a%2F/", None),
        ],
    )];
    check(&RouterOptions { merge_slashes: true, ..RouterOptions::default() }, cases);
    let both = RouterOptions { merge_slashes: true, ignore_trailing_slash: true, ..RouterOptions::default() };
    check(&both, &[(&["/a", "/:x/b"], &[("//a//", Some((0, &[]))), ("/1//b///", Some((1, &["1"])))])]);
}

#[test]
fn long_params_may_not_match() {
    let options = RouterOptions { max_param_bytes: Some(3), ..RouterOptions::default() };
    let cases: &[Case] = &[(
        &["/:x", "/a/:x-:y", "/a/*", "/i/:x(int)", "/long"],
        &[
            ("/abc", Some((0, &["abc"]))),
            ("/abcd", None),
            ("/%61b", None),
            ("/long", Some((4, &[]))),
            ("/a/abc-abc", Some((1, &["abc", "abc"]))),
            ("/a/abcd-a", Some((2, &["abcd-a"]))),
            ("/i/123", Some((3, &["123"]))),
            ("/i/1234", None),
        ],
    )];
    check(&options, cases);
}

#[test]
fn params_may_be_empty() {
    let options = RouterOptions { empty_params: true, ..RouterOptions::default() };
    let cases: &[Case] = &[(
        &["/a/:x", "/b/:x/c", "/d/:x-:y", "/e/:x.png", "/f/:x(int)", "/g/:x?"],
        &[
            ("/a/", Some((0, &[""]))),
            ("/a", None),
            ("/b//c", Some((1, &[""]))),
            ("/d/-", Some((2, &["", ""]))),
            ("/e/.png", Some((3, &[""]))),
            ("/f/", None),
            ("/g", Some((5, &[]))),
            ("/g/", Some((5, &[""]))),
        ],
    )];
    check(&options, cases);
}

#[test]
fn constraints_have_names() {
    let mut options = RouterOptions::default();
    options.constraints.define("year", r"\d{4}", false).expect("a constraint");
    options.constraints.define("hex", "[a-f0-9]+", true).expect("a constraint");
    for (name, source) in [("int", "x"), ("year", "x"), ("", "x"), ("a-b", "x"), ("1", "x"), ("bad", "(")] {
        options.constraints.define(name, source, false).expect_err(name);
    }
    check(&options, &[(&["/:y(year)/:h(hex)"], &[("/2026/FFa", Some((0, &["2026", "FFa"]))), ("/26/ff", None)])]);
    let router = Router::with_options(options);
    let error = router.params("/:y(yaer)").expect_err("unknown").to_string();
    assert!(error.contains("yaer") && error.contains("int") && error.contains("routing.constraints"), "{error}");
}

#[test]
fn says_what_params_are() {
    let kinds = |pattern: &str| -> Vec<ParamKind> {
        Router::new().params(pattern).expect(pattern).iter().map(|param| param.kind).collect()
    };
    assert_eq!(
        kinds("/:a(int)/:b(float)-:c(bool)/:d?"),
        [ParamKind::Number, ParamKind::Number, ParamKind::Boolean, ParamKind::Text]
    );
    assert_eq!(kinds("/:a(uuid).:b(date)/:c(slug)/*"), [ParamKind::Text; 4]);
}

#[test]
fn what_no_automaton_can_do_is_refused_by_name() {
    for source in [
        r"(a)\1",
        "(?<=a)b",
        "a(?!b)",
        "(?=a)a",
        "[",
        "a{2,1}",
        "*",
        r"\p{L}",
        "(?i)a",
        "((?:a{40}){40}){40}",
        "(?:.{99}a?){50}",
        r"(?<n>a)\k<n>",
    ] {
        let pattern = format!("/:x({source})");
        let Err(error) = Router::new().add(Get, &pattern, 0) else { continue };
        assert_eq!(error.code(), "ERR_NEXURE_ROUTE_SYNTAX", "{error}");
        assert!(error.to_string().contains(":x("), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    for source in [r"(a)\1", "(?<=a)b", "a(?!b)", "a{2,1}", "((?:a{40}){40}){40}"] {
        Router::new().add(Get, &format!("/:x({source})"), 0).expect_err(source);
    }
}
