//! Bodies that are read while they arrive.

use super::client;
use super::host::{Request, UP, streaming};
use super::{Host, get, plain};
use crate::engine::layout::kind;
use crate::engine::{BodyRead, Config, Problem, RouteRules};

const WINDOW: usize = 64 * 1024;
const INTERIM: &str = "HTTP/1.1 100 Continue\r\n\r\n";

fn host() -> Host {
    let rules = RouteRules { max_body_bytes: Some(10_000_000), ..streaming() };
    Host::with_rules(Config::default(), &[(UP, rules)])
}

fn post(lines: &str) -> String {
    format!("POST /up/x HTTP/1.1\r\nHost: a\r\n{lines}\r\n")
}

/// A body that differs at every place.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at * 7 + at / 251) % 251).unwrap()).collect()
}

/// The two framings of a content; chunks of 1, 2, 3, ... bytes.
fn framings(content: &[u8]) -> [Vec<u8>; 2] {
    let known = [post(&format!("Content-Length: {}\r\n", content.len())).as_bytes(), content].concat();
    let mut chunked = post("Transfer-Encoding: chunked\r\n").into_bytes();
    let (mut rest, mut size) = (content, 1);
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(size.min(rest.len()));
        chunked.extend_from_slice(
            format!("{:X}{}\r\n", chunk.len(), if size < 100 { ";e=\"\\\"\"" } else { "" }).as_bytes(),
        );
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(b"\r\n");
        (rest, size) = (after, size + 1);
    }
    chunked.extend_from_slice(b"0\r\nT: r\r\n\r\n");
    [known, chunked]
}

fn begin(host: &mut Host, lines: &str) -> (crate::engine::ConnectionId, Request) {
    let id = host.open();
    host.give(id, post(lines));
    host.settle();
    let request = host.take_one();
    assert!(request.streams);
    (id, request)
}

#[test]
fn the_handler_runs_at_the_end_of_the_head() {
    for lines in ["Content-Length: 100000\r\n", "Transfer-Encoding: chunked\r\n"] {
        let mut host = host();
        let (_, request) = begin(&mut host, lines);
        assert_eq!((request.route as usize, request.inline, request.body_length), (UP, Some(vec![]), 0));
    }
}

#[test]
fn a_body_is_the_same_at_every_split() {
    for stream in framings(&content(60)) {
        let stream = [&stream[..], get("/", "").as_bytes()].concat();
        for cut in 0..=stream.len() {
            let mut host = host();
            let id = host.open();
            host.give(id, &stream[..cut]);
            host.give(id, &stream[cut..]);
            host.settle();
            let requests = host.take();
            assert_eq!(requests.len(), 2, "cut at {cut}");
            let body = match &requests[0] {
                request if request.streams => {
                    let (body, end) = host.read_all(request);
                    assert_eq!(end, BodyRead::End);
                    body
                }
                request => request.inline.clone().unwrap(),
            };
            assert_eq!(body, content(60), "cut at {cut}");
        }
    }
}

#[test]
fn a_window_that_is_full_stops_the_reading_and_loses_nothing() {
    for stream in framings(&content(300_000)) {
        let mut host = host();
        let id = host.open();
        let mut rest = &stream[..];
        let mut seen = Vec::new();
        let mut request = None;
        for turn in 0.. {
            assert!(turn < 10_000);
            while host.interest(id).read && !rest.is_empty() {
                let (piece, after) = rest.split_at(rest.len().min(4000));
                host.give(id, piece);
                rest = after;
            }
            host.settle();
            let request: &Request = request.get_or_insert_with(|| host.take_one());
            match host.read_body(request) {
                BodyRead::Bytes(bytes) => {
                    assert!(bytes.len() <= WINDOW);
                    seen.extend_from_slice(&bytes);
                    host.engine.recycle(bytes);
                }
                BodyRead::Wait => {}
                other => {
                    assert_eq!(other, BodyRead::End);
                    break;
                }
            }
        }
        assert_eq!(seen, content(300_000));
        let request = request.unwrap();
        host.text(&request, "x");
        assert_eq!(host.wire(id), plain("x"));
        assert!(host.engine.is_idle(id));
    }
}

#[test]
fn a_reader_that_waits_is_told_once_when_bytes_come_and_when_the_body_ends() {
    let mut host = host();
    let (id, request) = begin(&mut host, "Content-Length: 6\r\n");
    assert!(host.watch(&request, 9));
    assert_eq!(host.read_body(&request), BodyRead::Wait);
    assert_eq!(host.read_body(&request), BodyRead::Wait);
    host.give(id, "ab");
    host.give(id, "cd");
    assert_eq!(host.take_events(), [(kind::READABLE, 9)]);
    assert_eq!(host.read_body(&request), BodyRead::Bytes(b"abcd".to_vec()));
    host.give(id, "e");
    assert_eq!(host.take_events(), [], "nobody waits");
    assert_eq!(host.read_all(&request), (b"e".to_vec(), BodyRead::Wait));
    host.give(id, "f");
    assert_eq!(host.take_events(), [(kind::READABLE, 9)]);
    assert_eq!(host.read_all(&request), (b"f".to_vec(), BodyRead::End));
    assert_eq!(host.read_body(&request), BodyRead::End);
}

#[test]
fn the_end_of_a_body_without_further_bytes_is_told() {
    let mut host = host();
    let (id, request) = begin(&mut host, "Transfer-Encoding: chunked\r\n");
    host.watch(&request, 1);
    assert_eq!(host.read_body(&request), BodyRead::Wait);
    host.give(id, "0\r\n");
    assert_eq!(host.take_events(), []);
    host.give(id, "\r\n");
    assert_eq!(host.take_events(), [(kind::READABLE, 1)]);
    assert_eq!(host.read_body(&request), BodyRead::End);
}

#[test]
fn requests_behind_a_body_are_taken_when_it_is_complete_and_answered_in_order() {
    let mut host = host();
    let (id, request) = begin(&mut host, "Content-Length: 5\r\n");
    host.give(
        id,
        "hello".to_owned() + &get("/users/1", "") + &post("Content-Length: 3\r\n") + "abc" + &get("/users/2", ""),
    );
    host.settle();
    let behind = host.take();
    assert_eq!(
        behind.iter().map(|request| request.path.as_str()).collect::<Vec<_>>(),
        ["/users/1", "/up/x", "/users/2"]
    );
    for (text, request) in ["1", "3", "2"].iter().zip(behind.iter().rev()) {
        host.text(request, text);
    }
    assert_eq!(host.wire(id), "");
    assert_eq!(host.read_all(&request), (b"hello".to_vec(), BodyRead::End), "also behind later answers");
    host.text(&request, "0");
    assert_eq!(host.wire(id), plain("0") + &plain("2") + &plain("3") + &plain("1"));
}

#[test]
fn what_breaks_a_body_is_told_once_and_ends_the_connection_behind_the_answer() {
    let chunked = "Transfer-Encoding: chunked\r\n";
    let cases = [
        (chunked, "3\r\nabc\r\nzz\r\n", b"abc".to_vec(), Problem::CHUNKED),
        (chunked, "3\r\nabc\r\n989680\r\n", b"abc".to_vec(), Problem::BODY_TOO_LARGE),
        (chunked, &format!("0\r\n{}", "A: b\r\n".repeat(33)), Vec::new(), Problem::TRAILERS_TOO_LARGE),
    ];
    for (lines, bytes, content, problem) in cases {
        for piece in [1, 1 << 20] {
            let mut host = host();
            let (id, request) = begin(&mut host, lines);
            host.watch(&request, 3);
            assert_eq!(host.read_body(&request), BodyRead::Wait);
            bytes.as_bytes().chunks(piece).for_each(|piece| host.give(id, piece));
            host.give(id, get("/", ""));
            assert_eq!(host.take_events(), [(kind::READABLE, 3)]);
            let (seen, end) = host.read_all(&request);
            assert!(content.starts_with(&seen), "{seen:?}");
            assert_eq!(end, BodyRead::Failed(problem));
            assert_eq!(host.wire(id), "", "the handler answers");
            host.text(&request, "x");
            let messages = client::read_all(&host.wire_bytes(id), &[]);
            assert_eq!(messages.len(), 1);
            assert!(messages[0].closes() && host.interest(id).shutdown);
            assert!(host.take().is_empty() && host.take_events().is_empty());
            assert_eq!(host.engine.metrics().in_flight, 0);
        }
    }
}

#[test]
fn a_client_that_ends_within_a_body_is_told_once() {
    for waits in [false, true] {
        let mut host = host();
        let (id, request) = begin(&mut host, "Content-Length: 10\r\n");
        host.watch(&request, 3);
        host.give(id, "abc");
        if waits {
            assert_eq!(host.read_all(&request).1, BodyRead::Wait);
        }
        host.engine.end(id);
        host.engine.end(id);
        let readable = [(kind::CLIENT_ENDED, 3), (kind::READABLE, 3)];
        assert_eq!(host.take_events(), readable[..=usize::from(waits)]);
        let (seen, end) = host.read_all(&request);
        assert_eq!((seen.len(), end), (if waits { 0 } else { 3 }, BodyRead::Gone));
        host.text(&request, "x");
        assert!(host.wire(id).ends_with('x') && host.interest(id).close);
        assert_eq!(host.take_events(), []);
    }
}

#[test]
fn an_end_behind_a_full_window_comes_after_the_bytes() {
    let mut host = host();
    let body = content(WINDOW + 3000);
    let (id, request) = begin(&mut host, &format!("Content-Length: {}\r\n", body.len()));
    host.give(id, &body[..WINDOW]);
    host.give(id, &body[WINDOW..]);
    host.engine.end(id);
    host.settle();
    assert_eq!(host.read_all(&request), (body, BodyRead::End));
    host.text(&request, "x");
    assert!(host.wire(id).ends_with('x') && host.interest(id).close);
}

#[test]
fn a_client_that_goes_leaves_a_reader_with_nothing_to_read() {
    let mut host = host();
    let (id, request) = begin(&mut host, "Content-Length: 10\r\n");
    host.watch(&request, 3);
    host.give(id, "abc");
    host.engine.close(id);
    assert_eq!(host.take_events(), [(kind::CLIENT_GONE, 3)]);
    assert_eq!(host.read_body(&request), BodyRead::Gone);
    assert!(!host.watch(&request, 4));
}

#[test]
fn a_body_longer_than_is_collected_is_read_while_it_arrives() {
    for limit in [10, 100_000] {
        let config = Config { max_buffered_body_bytes: limit, ..Config::default() };
        for stream in framings(&content(200_000)) {
            let mut host = Host::with(config);
            let id = host.open();
            let stream = String::from_utf8_lossy(&stream[..30])
                .replace("/up/x", "/")
                .into_bytes()
                .into_iter()
                .chain(stream[30..].iter().copied())
                .collect::<Vec<_>>();
            let (mut rest, mut seen, mut request) = (&stream[..], Vec::new(), None);
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(rest.len().min(10_000));
                host.give(id, piece);
                rest = after;
                host.settle();
                request = host.take().pop().or(request);
                if let Some(request) = &request {
                    seen.extend(host.read_all(request).0);
                }
            }
            assert_eq!(seen, content(200_000));
            assert_eq!(host.read_body(&request.unwrap()), BodyRead::End);
        }
    }
}

#[test]
fn a_reader_is_asked_before_the_client_sends() {
    // RFC 9110 §10.1.1
    let mut host = host();
    let (id, request) = begin(&mut host, "Content-Length: 5\r\nExpect: 100-continue\r\n");
    assert_eq!(host.wire(id), "", "nobody has asked for the body");
    assert_eq!(host.read_body(&request), BodyRead::Wait);
    assert_eq!(host.read_body(&request), BodyRead::Wait);
    assert_eq!(host.wire(id), INTERIM, "once");
    host.give(id, "he");
    assert_eq!(host.read_all(&request), (b"he".to_vec(), BodyRead::Wait));
    host.give(id, "llo");
    assert_eq!(host.read_all(&request), (b"llo".to_vec(), BodyRead::End));
    host.text(&request, "x");
    assert_eq!(host.wire(id), plain("x"));
}

#[test]
fn a_body_is_asked_for_behind_the_answers_before_it() {
    let mut host = host();
    let id = host.open();
    host.give(id, get("/", "") + &post("Content-Length: 5\r\nExpect: 100-continue\r\n"));
    host.settle();
    let requests = host.take();
    assert_eq!(host.read_body(&requests[1]), BodyRead::Wait);
    assert_eq!(host.wire(id), "");
    host.text(&requests[0], "x");
    assert_eq!(host.wire(id), plain("x") + INTERIM);
}

#[test]
fn a_body_that_comes_unasked_is_not_asked_for() {
    let mut host = host();
    let (id, request) = begin(&mut host, "Content-Length: 5\r\nExpect: 100-continue\r\n");
    host.give(id, "he");
    assert_eq!(host.read_all(&request), (b"he".to_vec(), BodyRead::Wait));
    assert_eq!(host.wire(id), "", "the client waits for nothing");
}

#[test]
fn nothing_is_asked_for_behind_the_beginning_of_the_answer() {
    // An interim response may not stand within or behind the final one (RFC 9110 §15.2).
    for fields in ["", "Content-Length: 2\r\n"] {
        let mut host = host();
        let (id, request) = begin(&mut host, "Content-Length: 5\r\nExpect: 100-continue\r\n");
        host.begin(&request, fields);
        assert_eq!(host.read_body(&request), BodyRead::Wait);
        host.write(&request, b"ok");
        host.finish(&request);
        let messages = client::read_all(&host.wire_bytes(id), &[]);
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(host.interest(id).shutdown, "nobody can tell what the client sends next");
    }
}

#[test]
fn windows_count_against_what_a_connection_may_hold() {
    // Handlers that never read: the bodies of what is pipelined must not pile up.
    let mut host = host();
    let id = host.open();
    let mut given = 0;
    for _ in 0..200 {
        let mut rest = &framings(&content(30_000))[0][..];
        while host.interest(id).read && !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(8_000));
            host.give(id, piece);
            host.settle();
            given += piece.len();
            rest = after;
        }
    }
    assert!(given < 4 * WINDOW, "{given}");
    for request in host.take() {
        assert_eq!(host.read_all(&request).1, BodyRead::End);
    }
    assert!(host.interest(id).read, "room again");
}

#[test]
fn a_request_that_closes_is_the_last_one_behind_its_body_too() {
    for framing in ["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"] {
        let body = if framing.starts_with('C') { "hello" } else { "5\r\nhello\r\n0\r\n\r\n" };
        let mut host = host();
        let id = host.open();
        host.give(id, get("/", "") + &post(&format!("{framing}Connection: close\r\n")));
        host.give(id, body.to_owned() + &get("/", ""));
        host.settle();
        let requests = host.take();
        assert_eq!(requests.len(), 2, "what stands behind it is not read");
        assert_eq!(host.read_all(&requests[1]), (b"hello".to_vec(), BodyRead::End));
        host.text(&requests[1], "1");
        host.text(&requests[0], "0");
        assert_eq!(host.statuses(id), [200, 200]);
    }
}
