//! Answers that are given before the body of their request was read: its rest is drained, or the connection ends.

use super::host::{Request, UP, plain_answer, streaming};
use super::{Host, get, plain};
use crate::engine::{Answer, BodyRead, Config, ConnectionId, RouteRules};

const DRAINED: usize = 64 * 1024;

fn host() -> Host {
    let rules = RouteRules { max_body_bytes: Some(1 << 30), ..streaming() };
    Host::with_rules(Config::default(), &[(UP, rules)])
}

fn post(lines: &str) -> String {
    format!("POST /up/x HTTP/1.1\r\nHost: a\r\n{lines}\r\n")
}

/// A host with `before` requests that wait, and one whose body is arriving.
fn begin(before: usize, lines: &str) -> (Host, ConnectionId, Vec<Request>) {
    let mut host = host();
    let id = host.open();
    host.give(id, get("/", "").repeat(before) + &post(lines));
    host.settle();
    let requests = host.take();
    assert_eq!(requests.len(), before + 1);
    (host, id, requests)
}

/// Bytes of a body that look like a request.
fn smuggled(length: usize) -> String {
    get("/users/smuggled", "").repeat(length / 30 + 1)[..length].to_owned()
}

#[test]
fn a_short_rest_is_drained_and_never_taken_for_a_request() {
    let known = (format!("Content-Length: {DRAINED}\r\n"), smuggled(DRAINED));
    let chunked = (
        "Transfer-Encoding: chunked\r\n".to_owned(),
        format!("400\r\n{}\r\n1f\r\n{}\r\n0\r\n\r\n", smuggled(0x400), smuggled(0x1f)),
    );
    for (lines, body) in [known, chunked] {
        for (before, streams) in [(0, false), (1, false), (0, true), (1, true)] {
            let (mut host, id, requests) = begin(before, &lines);
            let request = requests.last().unwrap();
            if streams {
                host.begin(request, "Content-Length: 1\r\n");
                host.write(request, b"x");
                host.finish(request);
            } else {
                host.text(request, "x");
            }
            (body.clone() + &get("/users/next", "")).as_bytes().chunks(777).for_each(|piece| host.give(id, piece));
            host.settle();
            assert_eq!(host.take_one().path, "/users/next");
            assert_ne!(host.read_body(request), BodyRead::End, "it was not read");
            if before > 0 {
                host.text(&requests[0], "y");
            }
            assert_eq!(host.statuses(id), vec![200; before + 1]);
        }
    }
}

#[test]
fn a_long_rest_ends_the_connection() {
    let chunk = format!("{:x}\r\n{}", DRAINED + 2, "x");
    let cases = [
        (format!("Content-Length: {}\r\n", DRAINED + 1), String::new()),
        ("Transfer-Encoding: chunked\r\n".to_owned(), chunk),
        ("Content-Length: 5\r\nExpect: 100-continue\r\n".to_owned(), String::new()),
    ];
    for (lines, bytes) in &cases {
        for (before, streams) in [(0, false), (1, false), (0, true), (1, true)] {
            let (mut host, id, requests) = begin(before, lines);
            host.give(id, bytes);
            let request = requests.last().unwrap();
            if streams {
                host.begin(request, "");
                host.finish(request);
            } else {
                host.text(request, "x");
            }
            host.give(id, get("/", ""));
            host.settle();
            assert!(host.take().is_empty());
            if before > 0 {
                assert!(!host.interest(id).shutdown);
                host.text(&requests[0], "y");
            }
            assert_eq!(host.statuses(id), vec![200; before + 1], "{lines}");
            assert!(host.interest(id).shutdown, "{lines} {before} {streams}");
        }
    }
}

#[test]
fn no_more_than_64_kib_of_any_coding_are_drained() {
    // A chunk announced before the answer was given, and chunks after it.
    for first in [0x100, 0xffff] {
        let (mut host, id, requests) = begin(0, "Transfer-Encoding: chunked\r\n");
        host.give(id, format!("{first:x}\r\n"));
        host.text(&requests[0], "x");
        host.give(id, smuggled(first) + "\r\n");
        assert!(!host.interest(id).shutdown);
        let mut given = first;
        while !host.interest(id).shutdown {
            host.give(id, format!("4000\r\n{}\r\n", smuggled(0x4000)));
            host.send(id);
            given += 0x4000;
            assert!(given <= 2 * DRAINED);
        }
        assert!(host.take().is_empty());
    }
}

#[test]
fn a_rest_that_is_late_costs_no_answer_that_is_still_to_come() {
    // Draining takes two seconds at the most; the request before it has its own time.
    for (lines, streams) in [("Content-Length: 10\r\n", true), ("Content-Length: 10\r\n", false)] {
        let (mut host, id, requests) = begin(1, lines);
        if streams {
            host.text(&requests[1], "1");
        } else {
            host.give(id, "0123456789".to_owned() + "POST /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
            assert_eq!(host.read_all(&requests[1]).1, BodyRead::End);
            host.text(&requests[1], "1");
        }
        assert_eq!(host.pass(10_000), [], "the first request is not lost");
        assert_eq!(host.pass(1_000), []);
        host.give(id, get("/", "").repeat(2));
        assert!(host.take().is_empty());
        host.text(&requests[0], "0");
        assert_eq!(host.statuses(id), if streams { vec![200, 200] } else { vec![200, 200, 404] });
        assert!(host.interest(id).shutdown);
    }
}

#[test]
fn a_request_that_closes_is_the_last_one_though_its_body_was_not_read() {
    for by_answer in [false, true] {
        let lines = if by_answer { "" } else { "Connection: close\r\n" };
        let (mut host, id, requests) = begin(1, &format!("Content-Length: 5\r\n{lines}"));
        host.answer(&requests[1], &Answer { close: by_answer, ..plain_answer("1") });
        host.give(id, "hello".to_owned() + &get("/", ""));
        host.settle();
        assert!(host.take().is_empty(), "a handler whose answer is never sent must not run");
        host.text(&requests[0], "0");
        let wire = host.wire(id);
        assert!(wire.starts_with(&plain("0")) && wire.contains("Connection: close"), "{wire}");
    }
}

#[test]
fn an_answer_that_closes_is_known_to_be_the_last_before_it_is_sent() {
    let mut host = host();
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    host.answer(&requests[1], &Answer { close: true, ..plain_answer("1") });
    host.give(id, get("/", ""));
    host.settle();
    assert!(host.take().is_empty(), "a handler whose answer is never sent must not run");
    host.text(&requests[0], "0");
    assert_eq!(host.statuses(id), [200, 200]);
    assert!(host.interest(id).shutdown);
}

#[test]
fn an_answer_while_the_window_is_full_frees_the_connection() {
    for (rest, goes_on) in [(1000, true), (DRAINED + 1, false)] {
        let (mut host, id, requests) = begin(0, &format!("Content-Length: {}\r\n", DRAINED + rest));
        let body = smuggled(DRAINED + rest);
        host.give(id, &body[..DRAINED]);
        host.give(id, &body[DRAINED..DRAINED + 500]);
        host.settle();
        assert!(!host.interest(id).read);
        host.text(&requests[0], "x");
        host.give(id, body[DRAINED + 500..].to_owned() + &get("/users/next", ""));
        host.settle();
        assert_eq!(host.statuses(id), [200]);
        assert_eq!(host.interest(id).shutdown, !goes_on);
        assert_eq!(host.take().len(), usize::from(goes_on));
    }
}
