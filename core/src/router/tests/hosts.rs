//! Routes for hosts and versions.

use crate::http::Method::{self, Delete, Get, Head, Options, Post};
use crate::router::Lookup::{self, Found, MethodNotAllowed, NotFound};
use crate::router::{Captures, Circumstances, Conditions, HostCondition, Router};

fn host(name: &str) -> Conditions<'_> {
    Conditions { host: Some(HostCondition::Name(name)), version: None }
}

fn expression(source: &str) -> Conditions<'_> {
    Conditions { host: Some(HostCondition::Expression { source, ignore_case: false }), version: None }
}

fn version(version: &str) -> Conditions<'_> {
    Conditions { host: None, version: Some(version) }
}

fn table(declared: &[(Method, &str, Conditions<'_>)]) -> Router {
    let mut router = Router::new();
    for (id, (method, pattern, conditions)) in (0..).zip(declared) {
        router.add_all(&[(*method, id)], pattern, conditions).expect(pattern);
    }
    router
}

fn ask(router: &Router, method: Method, path: &str, host: Option<&str>, version: Option<&str>) -> Lookup {
    let circumstances = Circumstances { host: host.map(str::as_bytes), version: version.map(str::as_bytes) };
    router.find_under(method, path.as_bytes(), circumstances, &mut Captures::new())
}

#[test]
fn the_most_certain_host_wins() {
    let router = table(&[
        (Get, "/", Conditions::default()),
        (Get, "/", host("Example.com")),
        (Get, "/", host("*.example.com")),
        (Get, "/", host("*.a.example.com")),
        (Get, "/", host("b.example.com")),
        (Get, "/", host("b.example.com:8080")),
        (Get, "/", expression(r"^c\d+\.")),
        (Get, "/", expression("example")),
        (Get, "/", host("[::1]")),
    ]);
    for (host, id) in [
        (None, 0),
        (Some(""), 0),
        (Some("other.org"), 0),
        (Some("example.com"), 1),
        (Some("EXAMPLE.COM:80"), 1),
        (Some("x.example.com"), 2),
        (Some("x.a.example.com:1"), 3),
        (Some("b.example.com"), 4),
        (Some("b.example.com:1"), 4),
        (Some("b.example.com:8080"), 5),
        (Some("c1.org"), 6),
        (Some("c1.example.org"), 6),
        (Some("myexample.org"), 7),
        (Some("notexample.com"), 7),
        (Some("[::1]:3000"), 8),
        (Some(".example.com"), 7),
    ] {
        assert_eq!(ask(&router, Get, "/", host, None), Found(id), "{host:?}");
    }
    assert_eq!(ask(&router, Get, "/", Some(&"a".repeat(300)), None), Found(0));
}

#[test]
fn many_hosts_on_one_path() {
    let names: Vec<String> = (0..500).map(|number| format!("h{number}.test")).collect();
    let mut router = Router::new();
    for (id, name) in (0..).zip(&names) {
        router.add_all(&[(Get, id)], "/", &host(name)).expect(name);
    }
    for (id, name) in (0..).zip(&names) {
        assert_eq!(ask(&router, Get, "/", Some(name), None), Found(id));
    }
    assert_eq!(ask(&router, Get, "/", Some("h500.test"), None), NotFound);
}

#[test]
fn versions_fit_where_no_part_contradicts() {
    let router = table(&[
        (Get, "/", Conditions::default()),
        (Get, "/", version("1.2.3")),
        (Get, "/", version("1.4.0")),
        (Get, "/", version("1.x")),
        (Get, "/", version("2.3")),
        (Get, "/", version("10.0.0")),
    ]);
    for (asked, expected) in [
        (None, Found(0)),
        (Some("1.2.3"), Found(1)),
        (Some("1.x"), Found(2)),
        (Some("1"), Found(2)),
        (Some("1.2"), Found(1)),
        (Some("1.2.*"), Found(1)),
        (Some("1.9.9"), Found(3)),
        (Some("2.3.7"), Found(4)),
        (Some("*"), Found(5)),
        (Some(" 2.x "), Found(4)),
        (Some("2.4"), NotFound),
        (Some("3.x"), NotFound),
        (Some(""), NotFound),
        (Some("1.x.3"), NotFound),
        (Some("1.2.3.4"), NotFound),
        (Some("v1"), NotFound),
        (Some("99999999999"), NotFound),
    ] {
        assert_eq!(ask(&router, Get, "/", None, asked), expected, "{asked:?}");
    }
}

#[test]
fn a_host_and_a_version_are_asked_for_together() {
    let both = |name, version| Conditions { host: Some(HostCondition::Name(name)), version: Some(version) };
    let router = table(&[
        (Get, "/", both("a.test", "1.0.0")),
        (Get, "/", host("a.test")),
        (Get, "/", version("2.0.0")),
        (Get, "/", Conditions::default()),
    ]);
    assert_eq!(ask(&router, Get, "/", Some("a.test"), Some("1.x")), Found(0));
    assert_eq!(ask(&router, Get, "/", Some("a.test"), None), Found(1));
    assert_eq!(ask(&router, Get, "/", Some("a.test"), Some("2.x")), Found(2));
    assert_eq!(ask(&router, Get, "/", Some("b.test"), None), Found(3));
    assert_eq!(ask(&router, Get, "/", Some("b.test"), Some("1.x")), NotFound);
}

#[test]
fn only_what_fits_is_allowed() {
    let router = table(&[
        (Get, "/a", host("a.test")),
        (Post, "/a", host("b.test")),
        (Delete, "/a", version("1.0.0")),
        (Get, "/:x", Conditions::default()),
    ]);
    let allow = |methods: &[Method]| super::set(methods);
    let on = |method, host| ask(&router, method, "/a", Some(host), None);
    assert_eq!(on(Get, "a.test"), Found(0));
    assert_eq!(on(Head, "a.test"), Found(0));
    assert_eq!(on(Get, "b.test"), Found(3));
    assert_eq!(on(Post, "b.test"), Found(1));
    assert_eq!(on(Post, "a.test"), MethodNotAllowed(allow(&[Get, Head, Options])));
    assert_eq!(on(Delete, "b.test"), MethodNotAllowed(allow(&[Get, Head, Post, Options])));
    assert_eq!(on(Options, "b.test"), Lookup::Options(allow(&[Get, Head, Post, Options])));
    assert_eq!(ask(&router, Delete, "/a", None, Some("1.x")), Found(2));
    assert_eq!(ask(&router, Get, "/a", None, Some("1.x")), MethodNotAllowed(allow(&[Delete, Options])));
    assert_eq!(ask(&router, Get, "/a", None, Some("2.x")), NotFound);
}

#[test]
fn the_same_conditions_conflict() {
    let mut router =
        table(&[(Get, "/:a", host("a.test")), (Get, "/:a", version("1.x")), (Get, "/:a", expression("x"))]);
    for (conditions, shown) in [
        (host("A.test"), r#"for the host "a.test""#),
        (version("1"), "in version 1.x.x"),
        (expression("x"), "for the host /x/"),
    ] {
        let error = router.add_all(&[(Get, 9)], "/:b", &conditions).expect_err(shown);
        assert_eq!(error.code(), "ERR_NEXURE_ROUTE_CONFLICT");
        let message = error.to_string();
        assert!(message.contains(r#""/:a""#) && message.contains(r#""/:b""#) && message.contains(shown), "{message}");
    }
    router.add_all(&[(Get, 9)], "/:b", &host("b.test")).expect("another host");
    assert_eq!(router.remove(Get, "/:x", &host("a.test")), Ok(Some(0)));
    assert_eq!(ask(&router, Get, "/1", Some("a.test"), None), NotFound);
}

#[test]
fn what_is_no_condition_is_refused() {
    for conditions in [
        host(""),
        host("*"),
        host("*."),
        host("a b"),
        host("http://a"),
        host("a/*"),
        expression("("),
        version(""),
        version("1.x.2"),
        version("^1.2"),
        version("latest"),
    ] {
        let error = Router::new().add_all(&[(Get, 0)], "/a", &conditions).expect_err("no condition");
        assert_eq!(error.code(), "ERR_NEXURE_ROUTE_CONDITION");
        assert!(error.to_string().contains("/a"), "{error}");
    }
}
