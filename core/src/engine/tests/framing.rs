//! Heads of answers: lengths, bodies that are not sent, and what becomes of the connection.

use super::host::{DATE, plain_answer};
use super::{Host, get, plain};
use crate::engine::layout::header_set;
use crate::engine::{Answer, Body, Outcome};

/// What one request and its answer put on the wire.
fn exchange(request: &str, answer: &Answer<'_>) -> (Outcome, String) {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, request);
    let request = host.take_one();
    let outcome = host.answer(&request, answer);
    (outcome, host.wire(id))
}

#[test]
fn a_status_without_content_has_none() {
    // RFC 9110 §6.4.1 and §8.6
    let cases = [(204, ""), (205, "Content-Length: 0\r\n"), (304, "")];
    for (status, length) in cases {
        let (outcome, wire) = exchange(&get("/", ""), &Answer { status, ..plain_answer("content") });
        let line = wire.lines().next().unwrap();
        assert_eq!(wire, format!("{line}\r\n{DATE}{length}\r\n"));
        assert_eq!(outcome, Outcome::Accepted);
    }
}

#[test]
fn the_answer_to_head_has_the_length_and_no_content() {
    for body in [Body::Bytes(b"content"), Body::Reference { id: 7, length: 7 }] {
        let mut host = Host::new();
        let id = host.open();
        host.give(id, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        let request = host.take_one();
        host.answer(&request, &Answer { body, ..plain_answer("") });
        assert_eq!(host.wire(id), plain("content").replace("\r\n\r\ncontent", "\r\n\r\n"));
        assert_eq!(host.released, if matches!(body, Body::Bytes(_)) { vec![] } else { vec![7] });
    }
}

#[test]
fn a_length_that_is_told_must_be_true() {
    let tell = |length: usize| format!("Content-Length: {length}\r\n");
    let head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
    let cases = [
        (get("/", ""), 200, 4, Outcome::Accepted),
        (get("/", ""), 200, 3, Outcome::Refused),
        (get("/", ""), 200, 5, Outcome::Refused),
        (head.to_owned(), 200, 1000, Outcome::Accepted),
        (get("/", ""), 304, 1000, Outcome::Accepted),
        (get("/", ""), 204, 0, Outcome::Refused),
        (get("/", ""), 205, 4, Outcome::Refused),
        (get("/", ""), 205, 0, Outcome::Accepted),
    ];
    for (request, status, length, expected) in cases {
        let fields = tell(length);
        let (outcome, wire) = exchange(&request, &Answer { status, fields: fields.as_bytes(), ..plain_answer("four") });
        assert_eq!(outcome, expected, "{status} {length}");
        assert_eq!(wire.contains(&fields), expected == Outcome::Accepted, "{wire}");
        assert_eq!(wire.matches("Content-Length").count(), usize::from(wire.contains("Content-Length")));
        assert_eq!(wire.starts_with("HTTP/1.1 500 "), expected == Outcome::Refused);
    }
}

#[test]
fn fields_that_must_not_be_sent_become_a_500() {
    for fields in
        ["X: a\nb\r\n", "X: y\r\n\r\nHTTP/1.1 200 OK\r\n", "Connection: close\r\n", "Transfer-Encoding: chunked\r\n"]
    {
        let (outcome, wire) = exchange(&get("/", ""), &Answer { fields: fields.as_bytes(), ..plain_answer("x") });
        assert_eq!(outcome, Outcome::Refused);
        assert!(wire.starts_with("HTTP/1.1 500 ") && wire.contains("ERR_NEXURE_HEADER_INVALID"), "{wire}");
        assert!(!wire.contains(fields.trim_end()), "not a byte of them is sent");
    }
}

#[test]
fn fields_of_the_application_replace_those_of_the_server() {
    let fields = b"date: x\r\ncontent-type: a/b\r\nSet-Cookie: c=d\r\n";
    let (_, wire) = exchange(&get("/", ""), &Answer { header_set: header_set::JSON, fields, ..plain_answer("{}") });
    assert_eq!(
        wire,
        "HTTP/1.1 200 OK\r\ndate: x\r\ncontent-type: a/b\r\nSet-Cookie: c=d\r\nContent-Length: 2\r\n\r\n{}"
    );
    let (_, wire) = exchange(&get("/", ""), &Answer { header_set: header_set::JSON, ..plain_answer("{}") });
    assert_eq!(wire.matches("Content-Type: application/json\r\n").count(), 1);
}

#[test]
fn the_connection_goes_on_or_closes_by_version_and_options() {
    // RFC 9112 §9.3
    let cases = [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "", false),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "Connection: close\r\n", true),
        ("GET / HTTP/1.0\r\n\r\n", "Connection: close\r\n", true),
        ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "Connection: keep-alive\r\n", false),
    ];
    for (head, line, closes) in cases {
        let mut host = Host::new();
        let id = host.open();
        host.give(id, head);
        let request = host.take_one();
        host.text(&request, "x");
        let wire = host.wire(id);
        assert_eq!(wire, plain("x").replace("Content-Length", &format!("{line}Content-Length")));
        assert_eq!(host.interest(id).shutdown, closes, "{head:?}");
    }
}

#[test]
fn bytes_behind_the_last_request_are_ignored() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "Connection: close\r\n") + "garbage\0\n\n" + &get("/", ""));
    host.give(id, "more garbage");
    let request = host.take_one();
    host.text(&request, "x");
    assert_eq!(host.statuses(id), [200]);
    assert!(host.interest(id).shutdown, "the client sees the end, and its bytes are read until it ends");
    host.engine.end(id);
    assert!(host.interest(id).close);
}

#[test]
fn a_close_by_the_server_lingers_so_that_the_answer_is_read() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.answer(&request, &Answer { close: true, ..plain_answer("x") });
    assert!(!host.interest(id).shutdown, "not before the answer has left");
    host.send(id);
    let interest = host.interest(id);
    assert!(interest.shutdown && interest.read && !interest.close);
    assert!(host.engine.take_shutdown(id));
    assert!(!host.engine.take_shutdown(id) && !host.interest(id).shutdown, "once");
    host.give(id, vec![b'x'; 255 * 1024]);
    host.send(id);
    assert!(host.interest(id).read && !host.interest(id).close);
    host.give(id, vec![b'x'; 1024]);
    assert_eq!(host.engine.next_touched(), Some(id), "the host is told");
    assert!(host.interest(id).close, "enough was read");
}
