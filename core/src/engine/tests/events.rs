//! What the handler of a request is told: each thing once, in order, and nothing once it has answered.

use super::host::{UP, plain_answer, streaming};
use super::{Host, get};
use crate::engine::layout::kind;
use crate::engine::{Answer, Body, BodyRead, Config};

#[test]
fn every_watched_request_is_told_once_that_its_client_ends_and_once_that_it_has_gone() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(4));
    let requests = host.take();
    for (token, request) in (10..).zip(&requests[..3]) {
        assert!(host.watch(request, token));
    }
    host.text(&requests[1], "answered, and waits");
    host.engine.end(id);
    host.engine.end(id);
    assert_eq!(host.take_events(), [(kind::CLIENT_ENDED, 10), (kind::CLIENT_ENDED, 12)]);
    host.engine.close(id);
    host.engine.close(id);
    assert_eq!(host.take_events(), [(kind::CLIENT_GONE, 10), (kind::CLIENT_GONE, 12)]);
}

#[test]
fn who_watches_late_is_told_what_has_happened_once() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.engine.end(id);
    assert!(host.watch(&request, 7) && host.watch(&request, 7));
    assert_eq!(host.take_events(), [(kind::CLIENT_ENDED, 7)]);
    host.text(&request, "x");
    assert!(!host.watch(&request, 8), "it is over");
    host.engine.close(id);
    assert_eq!(host.take_events(), []);
}

#[test]
fn who_watches_no_longer_is_told_nothing() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.watch(&request, 7);
    assert!(host.watch(&request, 0));
    host.engine.end(id);
    host.engine.close(id);
    assert_eq!(host.take_events(), []);
}

#[test]
fn nothing_is_told_behind_the_answer() {
    for index in [0, 1] {
        for steps in [false, true] {
            let mut host = Host::new();
            let id = host.open();
            host.give(id, get("/", "").repeat(2));
            let requests = host.take();
            let request = &requests[index];
            host.watch(request, 7);
            if steps {
                host.begin(request, "");
                host.write(request, &vec![b'x'; 100_000]);
                host.finish(request);
            } else {
                host.text(request, &"x".repeat(100_000));
            }
            assert!(!host.watch(request, 8));
            host.send(id);
            host.engine.end(id);
            host.pass(1_000_000);
            host.engine.close(id);
            assert_eq!(host.take_events(), [], "{index} {steps}");
        }
    }
}

#[test]
fn an_answer_that_is_being_written_is_still_told_that_its_client_goes() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.begin(&request, "");
    assert!(host.watch(&request, 7), "also once it has begun");
    host.engine.end(id);
    assert_eq!(host.take_events(), [(kind::CLIENT_ENDED, 7)]);
    host.engine.close(id);
    assert_eq!(host.take_events(), [(kind::CLIENT_GONE, 7)]);
}

#[test]
fn a_request_whose_time_is_over_is_told_so_and_nothing_else() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    host.watch(&requests[0], 7);
    host.watch(&requests[1], 8);
    host.pass(62_000);
    assert_eq!(host.take_events(), [(kind::TIMED_OUT, 7), (kind::CLIENT_GONE, 8)]);
    host.engine.end(id);
    host.engine.close(id);
    assert_eq!(host.take_events(), []);
}

#[test]
fn a_request_behind_the_closing_answer_is_told_that_it_is_over() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    host.watch(&requests[1], 8);
    host.answer(&requests[0], &Answer { close: true, ..plain_answer("x") });
    assert_eq!(host.take_events(), [(kind::CLIENT_GONE, 8)]);
    assert_eq!(host.engine.metrics().in_flight, 0);
}

#[test]
fn an_answer_without_content_ends_the_watch_of_who_would_have_written() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    for (token, request) in (7..).zip(&requests) {
        host.watch(request, token);
    }
    host.answer(&requests[1], &Answer { status: 204, body: Body::Stream, ..plain_answer("") });
    host.answer(&requests[0], &Answer { status: 204, body: Body::Stream, ..plain_answer("") });
    host.engine.end(id);
    host.engine.close(id);
    assert_eq!(host.take_events(), []);
}

#[test]
fn events_wait_for_room_in_the_batch_and_none_is_lost() {
    let mut host = Host::with_rules(Config::default(), &[(UP, streaming())]);
    let ids: Vec<_> = (0..2000).map(|_| host.open()).collect();
    for (token, id) in (1..).zip(&ids) {
        host.give(*id, "POST /up/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
        host.settle();
        let request = host.take_one();
        host.watch(&request, token);
        assert_eq!(host.read_body(&request), BodyRead::Wait);
    }
    for id in &ids {
        host.give(*id, "hello");
        host.engine.close(*id);
    }
    host.settle();
    let events = std::mem::take(&mut host.events);
    let expected: Vec<_> = (1..=2000).flat_map(|token| [(kind::READABLE, token), (kind::CLIENT_GONE, token)]).collect();
    assert_eq!(events, expected);
}
