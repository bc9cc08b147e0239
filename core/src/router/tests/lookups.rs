//! What is true for patterns of every kind: their methods, taking them out again, and how long a segment may be.

use super::find;
use super::patterns::router;
use crate::http::Method::{Get, Head, Options, Post};
use crate::router::Lookup::{self, Found, MethodNotAllowed, NotFound};
use crate::router::{MAX_DIVIDED_BYTES, RouterOptions};

#[test]
fn methods_are_told_for_every_kind_of_pattern() {
    for (pattern, path) in
        [("/a/:x?", "/a"), ("/a/:x?", "/a/1"), ("/:x(int)", "/1"), ("/:x-:y", "/1-2"), ("/a/*", "/a/b/c"), ("*", "/x")]
    {
        let router = router(RouterOptions::default(), &[pattern]);
        let allowed = super::set(&[Get, Head, Options]);
        assert_eq!(find(&router, Post, path).0, MethodNotAllowed(allowed), "{pattern}");
        assert_eq!(find(&router, Options, path).0, Lookup::Options(allowed), "{pattern}");
        assert_eq!(find(&router, Head, path).0, Found(0), "{pattern}");
    }
    // A path that the constraint refuses is not there for any method.
    assert_eq!(find(&router(RouterOptions::default(), &["/:x(int)"]), Post, "/a").0, NotFound);
}

#[test]
fn removes_what_was_added() {
    let none = crate::router::Conditions::default();
    let mut router = router(RouterOptions::default(), &["/a/:x?", "/a/b", "/:x-:y", "*"]);
    assert_eq!(router.remove(Get, "/a/:other?", &none), Ok(Some(0)));
    assert_eq!(router.remove(Get, "/a/:x?", &none), Ok(None));
    assert_eq!(router.remove(Post, "/a/b", &none), Ok(None));
    router.remove(Get, "a", &none).expect_err("no pattern");
    assert_eq!(find(&router, Get, "/a").0, Found(3));
    assert_eq!(find(&router, Get, "/a/b").0, Found(1));
    assert_eq!(find(&router, Get, "/1-2").0, Found(2));
    router.add(Get, "/a/:x?", 9).expect("free again");
    assert_eq!(find(&router, Get, "/a/1").0, Found(9));
}

#[test]
fn a_segment_beyond_the_limit_is_not_divided() {
    let router = router(RouterOptions::default(), &["/:a-:b", r"/x/:a(\w+)-:b(\w+)", r"/y/:a(\w+)"]);
    let text = |count: usize| "a".repeat(count);
    for prefix in ["/", "/x/"] {
        assert!(matches!(find(&router, Get, &format!("{prefix}{}-b", text(MAX_DIVIDED_BYTES - 2))).0, Found(_)));
        assert_eq!(find(&router, Get, &format!("{prefix}{}-b", text(MAX_DIVIDED_BYTES - 1))).0, NotFound);
    }
    assert_eq!(find(&router, Get, &format!("/y/{}", text(10_000))).0, Found(2));
}
