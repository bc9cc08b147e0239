//! Heads a server must take, and what they mean.

use super::{get_with, parse};
use crate::http::{BodyLength, HeadLimits, Method, Target};

#[test]
fn reads_every_method_as_it_is_spelt() {
    for method in Method::ALL {
        let head = format!("{} /x HTTP/1.1\r\nHost: a\r\n\r\n", method.as_str());
        assert_eq!(parse(head.as_bytes()).unwrap().head.method, method);
    }
}

#[test]
fn gives_names_and_values_without_the_white_space_around_them() {
    let bytes =
        b"GET / HTTP/1.1\r\nHost: a\r\nX-One:1\r\nx-two: \t two words \t \r\nX-Empty:\r\nX-Blank:  \r\n\r\nBODY";
    let parsed = parse(bytes).unwrap();
    assert_eq!(parsed.end, bytes.len() - 4);
    assert_eq!(
        parsed.fields(),
        [("Host", "a"), ("X-One", "1"), ("x-two", "two words"), ("X-Empty", ""), ("X-Blank", "")]
    );
}

#[test]
fn keeps_octets_above_ascii_in_a_value() {
    let head = [b"GET / HTTP/1.1\r\nHost: a\r\nX: \xe9\xff\x80\r\n\r\n".as_slice()].concat();
    let parsed = parse(&head).unwrap();
    assert_eq!(parsed.fields[1].value.slice(&parsed.bytes), b"\xe9\xff\x80");
}

#[test]
fn takes_a_target_apart() {
    // RFC 9112 §3.2.1 and §3.2.2
    let cases = [
        ("/", "/", ""),
        ("/a/b?c=d&e", "/a/b", "c=d&e"),
        ("/a?", "/a", ""),
        ("/?a?b", "/", "a?b"),
        ("//double/./..", "//double/./..", ""),
        ("/%C3%A9%2F", "/%C3%A9%2F", ""),
        ("/*", "/*", ""),
        ("http://a/b?c", "/b", "c"),
        ("HTTPS://a:443/", "/", ""),
        ("http://[::1]:80/x", "/x", ""),
        ("http://a", "/", ""),
        ("http://a/?", "/", ""),
        ("http://a?b=c", "/", "b=c"),
        ("http://a:?", "/", ""),
    ];
    for (target, path, query) in cases {
        let head = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        let parsed = parse(head.as_bytes()).expect(target);
        assert_eq!((parsed.path(), parsed.query()), (path, query), "{target}");
    }
}

#[test]
fn takes_an_asterisk_for_options() {
    let parsed = parse(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert_eq!((parsed.head.target, parsed.head.method), (Target::Asterisk, Method::Options));
    // RFC 9112 §3.2: a target without authority has an empty Host.
    assert!(parse(b"OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n").is_ok());
}

#[test]
fn takes_every_form_of_host() {
    let hosts = [
        "a",
        "example.com",
        "example.com:8080",
        "a:",
        "127.0.0.1:1",
        "[::1]",
        "[2001:db8::1]:65535",
        "xn--bcher-kva.de",
        "a_b",
        "caf%C3%A9",
        "a:00080",
    ];
    for host in hosts {
        assert!(parse(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).is_ok(), "{host:?}");
    }
}

#[test]
fn http_1_0_needs_no_host() {
    let parsed = parse(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    assert!(!parsed.head.http11 && !parsed.head.keep_alive);
    assert!(parsed.fields.is_empty());
}

#[test]
fn keeps_the_connection_by_version_and_options() {
    // RFC 9112 §9.3
    let cases = [
        ("1.1", "", true),
        ("1.1", "Connection: close\r\n", false),
        ("1.1", "Connection: CLOSE\r\n", false),
        ("1.1", "Connection: x, close ,y\r\n", false),
        ("1.1", "Connection: x\r\nConnection: close\r\n", false),
        ("1.1", "Connection: keep-alive, close\r\n", false),
        ("1.1", "Connection: closed\r\n", true),
        ("1.1", "Connection: keep-alive\r\n", true),
        ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.0", "Connection: keep-alive, close\r\n", false),
        ("1.0", "Connection: close\r\n", false),
    ];
    for (version, lines, keep_alive) in cases {
        let head = format!("GET / HTTP/{version}\r\nHost: a\r\n{lines}\r\n");
        assert_eq!(parse(head.as_bytes()).unwrap().head.keep_alive, keep_alive, "{version} {lines:?}");
    }
}

#[test]
fn delimits_the_content() {
    // RFC 9112 §6.3
    let cases = [
        ("", BodyLength::Known(0)),
        ("Content-Length: 0\r\n", BodyLength::Known(0)),
        ("Content-Length: 42\r\n", BodyLength::Known(42)),
        ("content-length:\t7 \t\r\n", BodyLength::Known(7)),
        ("Content-Length: 9007199254740991\r\n", BodyLength::Known((1 << 53) - 1)),
        ("Transfer-Encoding: chunked\r\n", BodyLength::Chunked),
        ("TRANSFER-ENCODING: Chunked\r\n", BodyLength::Chunked),
    ];
    for (lines, body) in cases {
        assert_eq!(parse(&get_with(lines)).unwrap().head.body, body, "{lines:?}");
    }
}

#[test]
fn waits_for_100_continue_only_in_http_1_1() {
    // RFC 9110 §10.1.1
    assert!(parse(&get_with("Expect: 100-Continue\r\n")).unwrap().head.expects_continue);
    assert!(!parse(&get_with("")).unwrap().head.expects_continue);
    let old = parse(b"GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").unwrap();
    assert!(!old.head.expects_continue);
}

#[test]
fn a_head_is_incomplete_at_every_cut() {
    let head = b"POST /a?b HTTP/1.1\r\nHost: example.com\r\nContent-Length: 3\r\nX-Empty:\r\n\r\n";
    for cut in 0..head.len() {
        assert!(super::parse_within(&head[..cut], &HeadLimits::default()).expect("no error").is_none(), "cut at {cut}");
    }
    assert_eq!(parse(head).unwrap().end, head.len());
}

#[test]
fn the_authority_of_an_absolute_target_takes_the_place_of_the_host_field() {
    for target in ["http://good.example:99/a?b", "http://good.example:99", "HTTPS://good.example:99/"] {
        let head = format!("GET {target} HTTP/1.1\r\nX: 1\r\nhOST: evil.example\r\n\r\n");
        let parsed = parse(head.as_bytes()).unwrap();
        assert_eq!(parsed.fields(), [("X", "1"), ("hOST", "good.example:99")], "{target}");
    }
}
