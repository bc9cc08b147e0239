//! What is answered without JavaScript: paths without a route, methods without one, and heads that are refused.

use super::{Host, get, plain};
use crate::engine::Outcome;

/// What a stream gets while nobody answers requests.
fn wire_of(stream: &str) -> String {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, stream);
    assert!(host.take().is_empty());
    host.wire(id)
}

#[test]
fn a_path_without_route_is_404() {
    let wire = wire_of(&get("/missing?secret", ""));
    assert!(wire.starts_with("HTTP/1.1 404 Not Found\r\n") && wire.contains("ERR_NEXURE_ROUTE_NOT_FOUND"));
    assert!(wire.contains("Content-Type: application/problem+json\r\n"));
    assert!(!wire.contains("secret") && !wire.contains("Connection: close"));
}

#[test]
fn a_method_without_route_is_405_with_allow() {
    // RFC 9110 §15.5.6
    let wire = wire_of("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(wire.starts_with("HTTP/1.1 405 ") && wire.contains("\r\nAllow: GET, HEAD, POST, OPTIONS\r\n"), "{wire}");
}

#[test]
fn options_is_answered_with_allow() {
    // RFC 9110 §9.3.7
    for (target, allow) in [("/", "GET, HEAD, POST, OPTIONS"), ("*", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")] {
        let wire = wire_of(&format!("OPTIONS {target} HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert!(wire.starts_with("HTTP/1.1 204 ") && wire.contains(&format!("\r\nAllow: {allow}\r\n")), "{wire}");
        assert!(!wire.contains("Content-Length"));
    }
}

#[test]
fn head_without_route_has_no_content() {
    let wire = wire_of("HEAD /missing HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(wire.starts_with("HTTP/1.1 404 ") && wire.ends_with("\r\n\r\n"), "{wire}");
}

#[test]
fn an_escape_that_is_none_is_400_and_the_connection_goes_on() {
    let wire = wire_of(&(get("/users/%zz", "") + &get("/users/%00", "") + &get("/missing", "")));
    assert_eq!(wire.matches("ERR_NEXURE_PATH_ENCODING").count(), 2);
    assert_eq!(wire.matches("HTTP/1.1 404 ").count(), 1);
}

#[test]
fn a_body_nobody_reads_is_drained() {
    let bodies = [
        format!("Content-Length: 65536\r\n\r\n{}", "x".repeat(65_536)),
        format!("Transfer-Encoding: chunked\r\n\r\n10000\r\n{}\r\n0\r\nT: r\r\n\r\n", "x".repeat(65_536)),
        "Content-Length: 0\r\n\r\n".to_owned(),
    ];
    for body in bodies {
        for piece in [1 << 20, 1000] {
            let mut host = Host::new();
            let id = host.open();
            let stream = format!("POST /missing HTTP/1.1\r\nHost: a\r\n{body}{}", get("/", ""));
            stream.as_bytes().chunks(piece).for_each(|piece| host.give(id, piece));
            let request = host.take_one();
            host.text(&request, "x");
            assert_eq!(host.statuses(id), [404, 200]);
        }
    }
}

#[test]
fn a_body_too_long_to_drain_ends_the_connection() {
    let bodies = [
        "Content-Length: 65537\r\n\r\n".to_owned(),
        format!("Transfer-Encoding: chunked\r\n\r\n10000\r\n{}\r\n1\r\n", "x".repeat(65_536)),
        "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
    ];
    for body in bodies {
        let mut host = Host::new();
        let id = host.open();
        host.give(id, format!("POST /missing HTTP/1.1\r\nHost: a\r\n{body}"));
        assert_eq!(host.statuses(id), [404]);
        assert!(host.interest(id).shutdown, "{}", &body[..30]);
        host.give(id, get("/", ""));
        assert!(host.take().is_empty());
    }
}

#[test]
fn a_refused_head_ends_the_connection_behind_the_answers_before_it() {
    let heads = [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 417),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("\0", 400),
    ];
    for (head, status) in heads {
        let mut host = Host::new();
        let id = host.open();
        host.give(id, get("/", "") + head + &get("/", ""));
        let request = host.take_one();
        assert_eq!(host.wire(id), "");
        host.text(&request, "x");
        assert_eq!(host.statuses(id), [200, status], "{head:?}");
        assert!(host.interest(id).shutdown);
        assert_eq!(host.engine.metrics().counters.refused, 1);
    }
}

#[test]
fn two_empty_lines_may_stand_before_a_request() {
    // RFC 9112 §2.2
    for lines in 0..5 {
        let stream = get("/", "") + &"\r\n".repeat(lines) + &get("/", "");
        for piece in [1 << 20, 1, 3] {
            let mut host = Host::new();
            let id = host.open();
            stream.as_bytes().chunks(piece).for_each(|piece| host.give(id, piece));
            let taken = host.take();
            for request in &taken {
                assert_eq!(host.text(request, "x"), Outcome::Accepted);
            }
            let expected: &[u16] = if lines <= 2 { &[200, 200] } else { &[200, 400] };
            assert_eq!(host.statuses(id), expected, "{lines} lines in pieces of {piece}");
        }
    }
}

#[test]
fn empty_lines_are_counted_anew_before_each_request() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, format!("\r\n\r\n{}", get("/missing", "")).repeat(5));
    assert_eq!(host.statuses(id), [404; 5]);
}

#[test]
fn refusals_do_not_depend_on_the_split() {
    let streams = [
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
        "GET / HTTP/3.0\r\nHost: a\r\n\r\n",
    ];
    for stream in streams {
        let whole = wire_of(stream);
        for cut in 0..=stream.len() {
            let mut host = Host::new();
            let id = host.open();
            host.give(id, &stream[..cut]);
            host.give(id, &stream[cut..]);
            assert_eq!(host.wire(id), whole, "cut at {cut} of {stream:?}");
        }
    }
    assert_ne!(wire_of(streams[0]), plain(""));
}
