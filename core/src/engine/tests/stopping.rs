//! A server that stops: it takes no more connections and loses no request it has taken.

use super::client;
use super::host::{UP, streaming};
use super::{Host, get, plain};
use crate::engine::{BodyRead, Config};

fn closing(body: &str) -> String {
    plain(body).replace("Content-Length", "Connection: close\r\nContent-Length")
}

#[test]
fn no_connection_is_taken_while_stopping() {
    let mut host = Host::new();
    host.engine.drain(5_000);
    assert_eq!(host.engine.open(), None);
    assert_eq!(host.engine.metrics().counters.refused_connections, 1);
}

#[test]
fn the_last_answer_ends_its_connection() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    host.engine.drain(5_000);
    assert!(!host.engine.is_idle(id));
    host.text(&requests[0], "0");
    host.text(&requests[1], "1");
    assert_eq!(host.wire(id), plain("0") + &closing("1"));
    assert!(host.interest(id).shutdown && host.engine.is_idle(id));
}

#[test]
fn a_request_of_an_idle_connection_is_answered_and_is_its_last() {
    let mut host = Host::new();
    let id = host.open();
    host.engine.drain(5_000);
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.text(&request, "x");
    assert_eq!(host.wire(id), closing("x"));
}

#[test]
fn no_request_is_taken_behind_an_answer_that_will_close() {
    // The last request is answered before the first: its answer says that it is the last, so nothing may follow.
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    host.engine.drain(5_000);
    host.text(&requests[1], "1");
    host.give(id, get("/", ""));
    assert!(host.take().is_empty(), "a handler whose answer is never sent must not run");
    host.text(&requests[0], "0");
    assert_eq!(host.wire(id), plain("0") + &closing("1"));
}

#[test]
fn a_native_answer_while_stopping_ends_the_connection() {
    for body in
        ["Content-Length: 0\r\n\r\n", "Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]
    {
        let mut host = Host::new();
        let id = host.open();
        host.engine.drain(5_000);
        host.give(id, format!("POST /missing HTTP/1.1\r\nHost: a\r\n{body}{}", get("/", "")));
        host.give(id, get("/", ""));
        host.settle();
        assert!(host.take().is_empty(), "nothing is read behind it: {body:?}");
        let wire = host.wire(id);
        assert!(wire.starts_with("HTTP/1.1 404 ") && wire.contains("Connection: close\r\n"), "{wire}");
        assert!(host.interest(id).shutdown);
    }
}

#[test]
fn requests_that_are_held_back_are_served_before_the_end() {
    let config = Config { max_pipelined: 1, ..Config::default() };
    let mut host = Host::with(config);
    let id = host.open();
    host.give(id, get("/users/1", "") + &get("/users/2", ""));
    host.engine.drain(5_000);
    for path in ["/users/1", "/users/2"] {
        let request = host.take_one();
        assert_eq!(request.path, path);
        host.text(&request, path);
        host.settle();
    }
    assert_eq!(host.wire(id), plain("/users/1") + &closing("/users/2"));
}

#[test]
fn idle_connections_go_after_their_time() {
    let mut host = Host::new();
    let (used, fresh) = (host.open(), host.open());
    host.give(used, get("/", ""));
    let request = host.take_one();
    host.text(&request, "x");
    host.send(used);
    host.engine.drain(5_000);
    assert!(host.engine.is_idle(used) && host.engine.is_idle(fresh));
    // Its requests came at once, so that the next one would have come by then; nothing is known of the other.
    assert_eq!(host.pass(499), []);
    assert_eq!(host.pass(1_001), [used]);
    host.engine.close(used);
    assert_eq!(host.pass(3_499), []);
    assert_eq!(host.pass(1_001), [fresh]);
}

#[test]
fn a_body_under_way_is_awaited() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nup");
    host.engine.drain(5_000);
    assert_eq!(host.pass(4_000), []);
    host.give(id, "load");
    let request = host.take_one();
    assert_eq!(request.inline.as_deref(), Some(b"upload".as_slice()));
    host.text(&request, "x");
    assert_eq!(host.wire(id), closing("x"));
}

#[test]
fn an_answer_in_steps_that_began_before_is_sent_whole_and_the_connection_ends_behind_it() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.begin(&request, "");
    host.write(&request, b"before");
    host.engine.drain(5_000);
    assert_eq!(host.pass(100_000), [], "it is not idle");
    host.write(&request, b" and after");
    host.finish(&request);
    let messages = client::read_all(&host.wire_bytes(id), &[]);
    assert_eq!((messages.len(), messages[0].body.as_slice()), (1, b"before and after".as_slice()));
    assert!(host.engine.is_idle(id));
    assert_eq!(host.pass(5_000 + 1_000), [id]);
}

#[test]
fn an_answer_in_steps_that_begins_later_says_that_it_is_the_last() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.engine.drain(5_000);
    host.begin(&request, "");
    host.give(id, get("/", ""));
    host.finish(&request);
    let messages = client::read_all(&host.wire_bytes(id), &[]);
    assert!(messages.len() == 1 && messages[0].closes() && host.take().is_empty());
    assert!(host.interest(id).shutdown);
}

#[test]
fn a_body_that_is_being_read_and_requests_that_wait_are_not_lost() {
    let config = Config { max_in_flight: 1, ..Config::default() };
    let mut host = Host::with_rules(config, &[(UP, streaming())]);
    let (reading, waiting) = (host.open(), host.open());
    host.give(reading, "POST /up/x HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nup");
    host.give(waiting, get("/", ""));
    host.settle();
    let request = host.take_one();
    host.engine.drain(5_000);
    assert_eq!(host.read_all(&request), (b"up".to_vec(), BodyRead::Wait));
    assert_eq!(host.pass(4_000), []);
    host.give(reading, "load");
    assert_eq!(host.read_all(&request), (b"load".to_vec(), BodyRead::End));
    host.text(&request, "x");
    assert_eq!(host.wire(reading), closing("x"));
    host.settle();
    let request = host.take_one();
    host.text(&request, "y");
    assert_eq!(host.wire(waiting), closing("y"));
}
