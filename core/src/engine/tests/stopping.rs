//! A server that stops: it takes no more connections and loses no request it has taken.

use super::{Host, get, plain};

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
    let config = crate::engine::Config { max_pipelined: 1, ..crate::engine::Config::default() };
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
