//! What a record tells of a request.

use super::{Host, get};
use crate::http::Method;

#[test]
fn a_record_tells_the_whole_request() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, "GET /users/a%20b?c=d&e HTTP/1.1\r\nHost: h\r\nX-Odd:  spaced \r\nX-Empty:\r\n\r\n");
    let request = host.take_one();
    assert_eq!((request.connection, request.sequence, request.route), (id, 0, 1));
    assert_eq!((request.method, request.http11), (Method::Get, true));
    assert_eq!((request.path.as_str(), request.query.as_str()), ("/users/a%20b", "c=d&e"));
    let fields = [("Host", "h"), ("X-Odd", "spaced"), ("X-Empty", "")].map(|(n, v)| (n.to_owned(), v.to_owned()));
    assert_eq!(request.fields, fields);
    assert_eq!(request.params, [("a%20b".to_owned(), true)]);
    assert_eq!((request.inline, request.body_length), (Some(vec![]), 0));
}

#[test]
fn params_of_an_absolute_target_lie_behind_its_authority() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("http://example.com:80/users/42?x", ""));
    let request = host.take_one();
    assert_eq!((request.path.as_str(), request.query.as_str()), ("/users/42", "x"));
    assert_eq!(request.params, [("42".to_owned(), false)]);
}

#[test]
fn head_is_routed_as_get_and_told_as_head() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, "HEAD / HTTP/1.0\r\n\r\n");
    let request = host.take_one();
    assert_eq!((request.route, request.method, request.http11), (0, Method::Head, false));
}

#[test]
fn a_wildcard_may_be_empty() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, "PUT /files/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nbytes");
    let request = host.take_one();
    assert_eq!((request.route, request.params), (3, vec![(String::new(), false)]));
    assert_eq!(request.inline.unwrap(), b"bytes");
}

#[test]
fn the_largest_head_fits_with_the_largest_inline_body() {
    let mut host = Host::with(crate::engine::Config {
        head: crate::http::HeadLimits { max_head_bytes: 65_535, max_fields: 256, max_target_bytes: 32_767 },
        ..crate::engine::Config::default()
    });
    let id = host.open();
    let target = format!("/files/{}", "p".repeat(32_760));
    let fields = format!("X: {}\r\n", "v".repeat(120)).repeat(254);
    let head = format!("PUT {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 16384\r\n{fields}\r\n");
    assert!(head.len() <= 65_535);
    host.give(id, head + &"b".repeat(16_384));
    let request = host.take_one();
    assert_eq!(request.params, [("p".repeat(32_760), false)]);
    assert_eq!((request.fields.len(), request.inline.unwrap().len()), (256, 16_384));
}
