//! Deadlines, by a time that is a parameter.

use super::host::{UP, plain_answer, streaming};
use super::{Host, get, plain};
use crate::engine::layout::kind;
use crate::engine::{Answer, Body, BodyRead, Config, Problem};

const HEAD_MS: u64 = 10_000;
const BODY_MS: u64 = 300_000;
const HANDLER_MS: u64 = 60_000;
const IDLE_MS: u64 = 65_000;
const SEND_MS: u64 = 60_000;
const LINGER_MS: u64 = 2_000;
const DRAIN_MS: u64 = 2_000;
const STALL_MS: u64 = 15_000;
/// The wheel turns by seconds: a deadline is noticed up to this much late, and never early.
const GRAIN_MS: u64 = 1_000;

#[test]
fn a_silent_connection_is_dropped() {
    let mut host = Host::new();
    let id = host.open();
    assert_eq!(host.pass(HEAD_MS - 1), []);
    assert_eq!(host.pass(GRAIN_MS + 1), [id]);
    assert_eq!(host.engine.metrics().counters.timeouts, 1);
}

#[test]
fn a_long_pause_loses_no_deadline() {
    for pause in [130_000, 1_000_000, 100_000_000_000] {
        let mut host = Host::new();
        let ids = [host.open(), host.open()];
        let mut gone = host.pass(pause);
        gone.sort_by_key(|id| id.slot);
        assert_eq!(gone, ids);
    }
}

#[test]
fn bytes_do_not_extend_the_time_of_a_head() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, "GET / HTTP/1.1\r\nX: ");
    for _ in 0..9 {
        assert_eq!(host.pass(1_000), []);
        host.give(id, "y");
        assert_eq!(host.wire(id), "");
    }
    assert_eq!(host.pass(GRAIN_MS * 2), []);
    let wire = host.wire(id);
    assert!(wire.starts_with("HTTP/1.1 408 ") && wire.contains("Connection: close\r\n"), "{wire}");
    assert!(host.interest(id).shutdown);
}

#[test]
fn each_head_has_its_own_time() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, "GET /missing");
    for _ in 0..5 {
        assert_eq!(host.pass(HEAD_MS - 2_000), []);
        // The rest of a head comes with the beginning of the next one.
        host.give(id, " HTTP/1.1\r\nHost: a\r\n\r\nGET /missing");
        assert_eq!(host.statuses(id), [404]);
    }
    assert_eq!(host.pass(HEAD_MS + GRAIN_MS), []);
    assert_eq!(host.statuses(id), [408]);
}

#[test]
fn an_idle_connection_is_dropped() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.text(&request, "x");
    assert_eq!(host.wire(id), plain("x"));
    assert_eq!(host.pass(IDLE_MS - 1), []);
    assert_eq!(host.pass(GRAIN_MS + 1), [id]);
}

#[test]
fn a_request_on_an_idle_connection_has_the_time_of_a_head() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/missing", ""));
    host.send(id);
    assert_eq!(host.pass(IDLE_MS - 5_000), []);
    host.give(id, "GET / HT");
    assert_eq!(host.pass(HEAD_MS - 1), []);
    assert_eq!(host.statuses(id), [404]);
    assert_eq!(host.pass(GRAIN_MS + 1), []);
    assert_eq!(host.statuses(id), [408]);
}

#[test]
fn bytes_do_not_extend_the_time_of_a_body() {
    for framing in ["Content-Length: 100000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nffff\r\n"] {
        let mut host = Host::with(Config { min_body_bytes_per_second: 0, ..Config::default() });
        let id = host.open();
        host.give(id, format!("POST / HTTP/1.1\r\nHost: a\r\n{framing}"));
        for _ in 0..BODY_MS / 10_000 - 1 {
            assert_eq!(host.pass(10_000), []);
            host.give(id, "x");
        }
        assert_eq!(host.wire(id), "");
        assert_eq!(host.pass(10_000 + GRAIN_MS), []);
        assert_eq!(host.statuses(id), [408]);
        assert!(host.interest(id).shutdown && host.take().is_empty());
    }
}

#[test]
fn a_body_that_stalls_is_refused() {
    let mut host = Host::with(Config { min_body_bytes_per_second: 0, ..Config::default() });
    let id = host.open();
    host.give(id, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
    for _ in 0..3 {
        host.give(id, "x");
        assert_eq!(host.pass(STALL_MS - 1), []);
        assert_eq!(host.wire(id), "");
    }
    assert_eq!(host.pass(GRAIN_MS + 1), []);
    assert_eq!(host.statuses(id), [408]);
}

#[test]
fn a_body_that_comes_too_slowly_is_refused() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    // 600 bytes a second are enough, whatever the time.
    for _ in 0..30 {
        host.give(id, "x".repeat(600));
        assert_eq!(host.pass(1_000), []);
    }
    assert_eq!(host.wire(id), "");
    // 400 are not, once they bring the average below 500.
    let mut seconds = 0;
    while host.wire(id).is_empty() {
        host.give(id, "x".repeat(400));
        host.pass(1_000);
        seconds += 1;
        assert!(seconds < 100);
    }
    assert!((29..=33).contains(&seconds), "{seconds}");
}

#[test]
fn a_body_that_nobody_reads_is_drained_for_two_seconds() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, "POST /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
    assert_eq!(host.statuses(id), [404]);
    assert_eq!(host.pass(DRAIN_MS - 1), []);
    assert_eq!(host.pass(GRAIN_MS + 1), [id]);
}

#[test]
fn a_handler_that_is_late_costs_a_503_and_the_connection() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    assert_eq!(host.pass(HANDLER_MS - 1), []);
    assert_eq!(host.wire(id), "");
    assert_eq!(host.pass(GRAIN_MS + 1), []);
    let wire = host.wire(id);
    assert!(wire.starts_with("HTTP/1.1 503 ") && wire.contains("Connection: close\r\n"), "{wire}");
    assert!(host.interest(id).shutdown);
    assert_eq!(host.text(&requests[0], "late"), crate::engine::Outcome::Gone);
    assert_eq!(host.text(&requests[1], "late"), crate::engine::Outcome::Gone);
    assert_eq!(host.engine.metrics().pending, 0);
}

#[test]
fn a_late_handler_releases_the_bodies_behind_it() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    let body = host.refer(&requests[1], "behind");
    host.pass(HANDLER_MS + GRAIN_MS);
    assert_eq!(host.statuses(id), [503]);
    assert_eq!(host.released, [body]);
}

#[test]
fn the_time_of_a_handler_begins_with_the_end_of_the_body() {
    let mut host =
        Host::with(Config { min_body_bytes_per_second: 0, body_stall_timeout_ms: BODY_MS, ..Config::default() });
    let id = host.open();
    host.give(id, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx");
    host.pass(HANDLER_MS - 1_000);
    host.give(id, "y");
    assert_eq!(host.take().len(), 1);
    assert_eq!(host.pass(HANDLER_MS - 1), []);
    assert_eq!(host.wire(id), "");
    host.pass(GRAIN_MS + 1);
    assert_eq!(host.statuses(id), [503]);
}

#[test]
fn a_peer_that_stops_reading_is_dropped() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.text(&request, &"x".repeat(100_000));
    // As long as bytes leave, it stays.
    for _ in 0..3 {
        host.depart(id, 1000);
        assert_eq!(host.pass(SEND_MS - 1), []);
        host.engine.arrived(id);
    }
    host.depart(id, 1000);
    assert_eq!(host.pass(SEND_MS - 1), []);
    assert_eq!(host.pass(GRAIN_MS + 1), [id]);
}

#[test]
fn a_closed_conversation_lingers_two_seconds() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.answer(&request, &Answer { close: true, body: Body::Bytes(b"x"), ..plain_answer("") });
    host.send(id);
    assert_eq!(host.pass(LINGER_MS - 1), []);
    host.give(id, "bytes do not extend it");
    assert_eq!(host.pass(GRAIN_MS + 1), [id]);
}

#[test]
fn time_never_goes_back() {
    let mut host = Host::new();
    let id = host.open();
    host.engine.set_now(0);
    assert_eq!(host.pass(HEAD_MS - 1), []);
    assert_eq!(host.pass(GRAIN_MS + 1), [id]);
}

fn streaming_host() -> Host {
    Host::with_rules(Config::default(), &[(UP, streaming())])
}

fn upload(host: &mut Host, lines: &str) -> (crate::engine::ConnectionId, super::host::Request) {
    let id = host.open();
    host.give(id, format!("POST /up/x HTTP/1.1\r\nHost: a\r\n{lines}\r\n"));
    host.settle();
    (id, host.take_one())
}

#[test]
fn a_reader_whose_client_stalls_is_told_and_answers_for_itself() {
    let mut host = streaming_host();
    let (id, request) = upload(&mut host, "Content-Length: 100000\r\n");
    host.watch(&request, 4);
    for _ in 0..70 {
        host.give(id, "x".repeat(1000));
        assert_eq!(host.read_all(&request).1, BodyRead::Wait);
        host.pass(1_000);
    }
    assert_eq!(host.wire(id), "", "a handler is not late while it reads");
    host.take_events();
    assert_eq!(host.pass(STALL_MS + GRAIN_MS), []);
    assert_eq!(host.take_events(), [(kind::READABLE, 4)]);
    assert_eq!(host.read_body(&request), BodyRead::Failed(Problem::REQUEST_TIMEOUT));
    // Nor is it late already because the body took long.
    assert_eq!(host.pass(HANDLER_MS - GRAIN_MS), []);
    assert_eq!(host.wire(id), "");
    host.answer(&request, &Answer { status: 408, ..plain_answer("") });
    assert_eq!(host.statuses(id), [408]);
    assert!(host.interest(id).shutdown && host.take_events().is_empty());
}

#[test]
fn a_client_is_not_late_while_nobody_reads() {
    let mut host = streaming_host();
    let (id, request) = upload(&mut host, "Content-Length: 100000\r\n");
    host.give(id, "x".repeat(70_000));
    host.pass(HANDLER_MS - GRAIN_MS);
    assert_eq!(host.wire(id), "");
    assert_eq!(host.read_all(&request).0.len(), 70_000);
    host.pass(4_000);
    host.give(id, "x".repeat(30_000));
    assert_eq!(host.read_all(&request), (vec![b'x'; 30_000], BodyRead::End));
    host.text(&request, "x");
    assert_eq!(host.wire(id), plain("x"));
}

#[test]
fn a_handler_that_does_not_read_is_late() {
    let mut host = streaming_host();
    let (id, request) = upload(&mut host, "Content-Length: 100000\r\n");
    host.watch(&request, 4);
    host.give(id, "x".repeat(70_000));
    host.pass(HANDLER_MS + GRAIN_MS);
    assert_eq!(host.statuses(id), [503]);
    assert_eq!(host.take_events(), [(kind::TIMED_OUT, 4)]);
    assert_eq!(host.read_body(&request), BodyRead::Gone);
}

#[test]
fn a_client_that_was_not_asked_for_its_body_is_not_late() {
    // Only the handler knows when it asks; then the time of the body begins.
    let expects = "Content-Length: 5\r\nExpect: 100-continue\r\n";
    let mut host = streaming_host();
    let (id, request) = upload(&mut host, expects);
    host.pass(30_000);
    assert_eq!(host.wire(id), "");
    assert_eq!(host.read_body(&request), BodyRead::Wait);
    host.send(id);
    host.pass(4_000);
    host.give(id, "hello");
    assert_eq!(host.read_all(&request), (b"hello".to_vec(), BodyRead::End));

    // Nor while the answer before it is not there.
    let mut host = Host::new();
    let id = host.open();
    host.give(id, format!("{}POST / HTTP/1.1\r\nHost: a\r\n{expects}\r\n", get("/", "")));
    let first = host.take_one();
    host.pass(30_000);
    host.text(&first, "x");
    assert_eq!(host.wire(id), plain("x") + "HTTP/1.1 100 Continue\r\n\r\n");
    host.pass(4_000);
    host.give(id, "hello");
    assert_eq!(host.take_one().inline.as_deref(), Some(b"hello".as_slice()));

    // A handler that never asks is late itself.
    let mut host = streaming_host();
    let (id, _) = upload(&mut host, expects);
    host.pass(HANDLER_MS + GRAIN_MS);
    assert_eq!(host.statuses(id), [503]);
}

#[test]
fn a_client_that_was_asked_and_sends_nothing_is_late() {
    let mut host = streaming_host();
    let (id, request) = upload(&mut host, "Content-Length: 5\r\nExpect: 100-continue\r\n");
    host.watch(&request, 4);
    host.pass(30_000);
    host.read_body(&request);
    host.send(id);
    host.pass(STALL_MS + GRAIN_MS);
    assert_eq!(host.take_events(), [(kind::READABLE, 4)]);
    assert_eq!(host.read_body(&request), BodyRead::Failed(Problem::REQUEST_TIMEOUT));
}

#[test]
fn an_answer_in_steps_may_take_as_long_as_its_client_takes_it() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.begin(&request, "");
    for _ in 0..100 {
        host.write(&request, b"event");
        host.send(id);
        assert_eq!(host.pass(HANDLER_MS), []);
    }
    host.write(&request, b"event");
    host.depart(id, 3);
    assert_eq!(host.pass(SEND_MS + GRAIN_MS), [id], "a client that takes nothing is dropped");
}

#[test]
fn a_connection_that_has_lived_long_enough_ends_behind_its_next_answer() {
    const LIFE_MS: u64 = 3_600_000;
    let mut host = Host::new();
    let ids = [host.open(), host.open(), host.open()];
    let [busy, pipelining, idle] = ids;
    for minute in 0..LIFE_MS / 60_000 {
        for id in ids {
            host.give(id, get("/", ""));
            host.settle();
            let request = host.take_one();
            host.text(&request, "x");
            assert_eq!(host.wire(id), plain("x"));
        }
        assert_eq!(host.pass(if minute < 59 { 60_000 } else { 30_000 }), []);
    }
    host.give(busy, get("/", ""));
    host.give(pipelining, get("/", ""));
    let requests = host.take();
    assert_eq!(host.pass(30_000 + GRAIN_MS), [idle]);
    host.give(pipelining, get("/", "").repeat(2));
    let last = host.take_one();
    for request in requests.iter().chain([&last]) {
        host.text(request, "x");
    }
    let closing = plain("x").replace("Content-Length", "Connection: close\r\nContent-Length");
    assert_eq!(host.wire(busy), closing, "no request has come behind it");
    assert_eq!(host.wire(pipelining), plain("x") + &closing);
}
