//! Bodies of requests: in the record, kept beside it, in chunks, too large, announced with Expect.

use super::{Host, get, plain};
use crate::engine::layout::INLINE_BODY_BYTES;
use crate::engine::{Config, Outcome};

fn post(lines: &str, body: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n{body}")
}

fn sized(body: &str) -> String {
    post(&format!("Content-Length: {}\r\n", body.len()), body)
}

fn chunked(body: &str) -> String {
    post("Transfer-Encoding: chunked\r\n", body)
}

#[test]
fn a_body_is_the_same_at_every_split() {
    let bodies = [sized("hello"), chunked("2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: r\r\n\r\n")];
    for body in bodies {
        let stream = body + &get("/users/next", "");
        for cut in 0..=stream.len() {
            let mut host = Host::new();
            let id = host.open();
            host.give(id, &stream[..cut]);
            host.give(id, &stream[cut..]);
            let requests = host.take();
            assert_eq!(requests.len(), 2, "cut at {cut}");
            assert_eq!(requests[0].inline.as_deref(), Some(b"hello".as_slice()));
            assert_eq!(requests[1].path, "/users/next");
            assert_eq!(requests.iter().map(|request| request.sequence).collect::<Vec<_>>(), [0, 1]);
        }
    }
}

#[test]
fn a_long_body_is_kept_until_its_answer() {
    for extra in [0, 1, 100_000] {
        for pieces in [1, 3] {
            let body =
                "0123456789abcdef".repeat((INLINE_BODY_BYTES + extra) / 16 + 1)[..INLINE_BODY_BYTES + extra].to_owned();
            let stream = sized(&body);
            let mut host = Host::new();
            let id = host.open();
            for piece in stream.as_bytes().chunks(stream.len().div_ceil(pieces)) {
                host.give(id, piece);
            }
            let request = host.take_one();
            assert_eq!(request.body_length, body.len());
            let kept = extra > 0;
            assert_eq!(request.inline.is_none(), kept);
            assert_eq!(host.engine.kept_body(id, request.sequence), kept.then_some(body.as_bytes()));
            assert_eq!(host.engine.kept_body(id, request.sequence + 1), None);
            host.text(&request, "x");
            assert_eq!(host.engine.kept_body(id, request.sequence), None);
        }
    }
}

#[test]
fn a_kept_body_stays_with_its_request() {
    let (first, second) = ("1".repeat(20_000), "2".repeat(30_000));
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "") + &sized(&first) + &sized(&second));
    let requests = host.take();
    host.text(&requests[0], "x");
    assert_eq!(host.engine.kept_body(id, requests[2].sequence), Some(second.as_bytes()));
    assert_eq!(host.engine.kept_body(id, requests[1].sequence), Some(first.as_bytes()));
    host.text(&requests[2], "z");
    assert_eq!(host.engine.kept_body(id, requests[2].sequence), None, "answered, though its turn has not come");
    host.engine.close(id);
    assert_eq!(host.engine.kept_body(id, requests[1].sequence), None);
}

#[test]
fn a_body_over_the_limit_is_refused_at_the_head() {
    let mut host = Host::with(Config { max_body_bytes: 10, ..Config::default() });
    let id = host.open();
    host.give(id, sized("0123456789"));
    let request = host.take_one();
    host.text(&request, "x");
    assert_eq!(host.statuses(id), [200], "at the limit");
    host.give(id, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
    let wire = host.wire(id);
    assert!(wire.starts_with("HTTP/1.1 413 ") && wire.contains("Connection: close\r\n"), "{wire}");
    host.give(id, "0123456789a".to_owned() + &get("/", ""));
    assert!(host.take().is_empty() && host.wire(id).is_empty());
}

#[test]
fn chunks_over_the_limit_are_refused_when_they_are_announced() {
    let mut host = Host::with(Config { max_body_bytes: 10, ..Config::default() });
    let id = host.open();
    host.give(id, chunked("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"));
    let request = host.take_one();
    host.text(&request, "x");
    host.give(id, chunked("5\r\nhello\r\n6"));
    assert_eq!(host.statuses(id), [200, 413]);
    assert!(host.take().is_empty());
    assert!(host.interest(id).shutdown);
}

#[test]
fn malformed_chunks_end_the_connection() {
    let cases = [("5\nhello", 400), ("zz\r\n", 400), ("0\r\n A: b\r\n", 400)];
    for (body, status) in cases {
        let mut host = Host::new();
        let id = host.open();
        host.give(id, chunked(body) + &get("/", ""));
        assert!(host.take().is_empty());
        assert_eq!(host.statuses(id), [status], "{body:?}");
        assert!(host.interest(id).shutdown);
    }
    let mut host = Host::new();
    let id = host.open();
    host.give(id, chunked(&format!("0\r\n{}", "A: b\r\n".repeat(33))));
    assert_eq!(host.statuses(id), [431]);
}

#[test]
fn the_refusal_of_a_body_waits_for_the_answers_before_it() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "") + &chunked("zz\r\n"));
    let request = host.take_one();
    assert_eq!(host.wire(id), "");
    host.text(&request, "x");
    assert_eq!(host.statuses(id), [200, 400]);
}

#[test]
fn a_body_is_asked_for_when_its_turn_has_come() {
    // RFC 9110 §10.1.1
    let mut host = Host::new();
    let id = host.open();
    let interim = "HTTP/1.1 100 Continue\r\n\r\n";
    host.give(id, get("/", "") + &post("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
    let first = host.take_one();
    assert_eq!(host.wire(id), "", "the answer before it comes first");
    host.text(&first, "x");
    assert_eq!(host.wire(id), plain("x") + interim);
    host.give(id, "he");
    host.give(id, "llo");
    let second = host.take_one();
    assert_eq!(second.inline.as_deref(), Some(b"hello".as_slice()));
    host.text(&second, "y");
    assert_eq!(host.wire(id), plain("y"));
}

#[test]
fn a_body_that_is_there_is_not_asked_for() {
    for (lines, body) in
        [("Content-Length: 2\r\n", "hi"), ("Content-Length: 3\r\n", "hi"), ("Content-Length: 0\r\n", "")]
    {
        let mut host = Host::new();
        let id = host.open();
        host.give(id, post(&format!("{lines}Expect: 100-continue\r\n"), body));
        assert_eq!(host.wire(id), "", "{lines:?}");
    }
}

#[test]
fn a_request_whose_body_is_arriving_cannot_be_answered() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "") + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    let first = host.take_one();
    let mut early = first.clone();
    early.sequence += 1;
    host.refer(&early, "early");
    host.collect_released();
    assert_eq!(host.released, [0]);
    assert_eq!(host.text(&early, "early"), Outcome::Gone);
    host.give(id, "llo");
    let second = host.take_one();
    host.text(&second, "y");
    host.text(&first, "x");
    assert_eq!(host.wire(id), plain("x") + &plain("y"));
}
