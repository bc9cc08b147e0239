//! Opening, ending and closing, and what stays behind: nothing.

use super::{Host, get, plain};
use crate::engine::{Config, ConnectionId};

#[test]
fn there_are_no_more_connections_than_the_limit() {
    let mut host = Host::with(Config { max_connections: 2, ..Config::default() });
    let first = host.open();
    host.open();
    assert_eq!(host.engine.open(), None);
    assert_eq!(host.engine.metrics().counters.refused_connections, 1);
    host.engine.close(first);
    assert_eq!(host.engine.connection_count(), 1);
    assert!(host.engine.open().is_some());
}

#[test]
fn a_closed_connection_takes_nothing() {
    let mut host = Host::new();
    let id = host.open();
    host.engine.close(id);
    host.engine.close(id);
    host.give(id, get("/", ""));
    host.engine.receive_later(id, b"x");
    host.engine.end(id);
    host.engine.sent(id, 5);
    host.engine.departed(id, 5);
    host.engine.arrived(id);
    assert!(host.take().is_empty() && host.shown(id).is_empty());
    assert!(host.engine.interest(id).is_none() && host.engine.next_touched().is_none());
    assert_eq!(host.engine.connection_count(), 0);
    let never = ConnectionId { slot: 1000, generation: 1 };
    host.give(never, get("/", ""));
    assert!(host.engine.interest(never).is_none());
}

#[test]
fn a_slot_has_another_generation_each_time() {
    let mut host = Host::new();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let id = host.open();
        assert!(seen.insert(id));
        assert_eq!(id.slot, 0);
        host.engine.close(id);
    }
}

#[test]
fn a_half_closed_peer_gets_its_answers() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/users/1", "") + &get("/users/2", ""));
    host.engine.end(id);
    let requests = host.take();
    assert!(!host.interest(id).read && !host.interest(id).close);
    host.text(&requests[1], "2");
    host.text(&requests[0], "1");
    assert!(!host.interest(id).close, "not before they have left");
    assert_eq!(host.wire(id), plain("1") + &plain("2"));
    assert!(host.interest(id).close);
}

#[test]
fn an_end_before_any_request_closes() {
    for start in ["", "GET / HT", "\r", "POST /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe"] {
        let mut host = Host::new();
        let id = host.open();
        host.give(id, start);
        host.send(id);
        host.engine.end(id);
        assert!(host.interest(id).close, "{start:?}");
    }
}

#[test]
fn an_end_within_a_body_drops_the_request() {
    for framing in ["Content-Length: 5\r\n\r\nhe", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"] {
        let mut host = Host::new();
        let id = host.open();
        host.give(id, get("/", "") + "POST / HTTP/1.1\r\nHost: a\r\n" + framing);
        host.engine.end(id);
        let request = host.take_one();
        host.text(&request, "x");
        assert_eq!(host.wire(id), plain("x"));
        assert!(host.interest(id).close && host.engine.metrics().pending == 0);
    }
}

#[test]
fn requests_that_were_held_back_are_taken_after_the_end() {
    let mut host = Host::with(Config { max_pipelined: 1, ..Config::default() });
    let id = host.open();
    host.give(id, get("/users/1", "") + &get("/users/2", "") + "GET /par");
    host.engine.end(id);
    for path in ["/users/1", "/users/2"] {
        assert!(!host.interest(id).close);
        let request = host.take_one();
        assert_eq!(request.path, path);
        host.text(&request, path);
        host.settle();
    }
    assert_eq!(host.wire(id), plain("/users/1") + &plain("/users/2"));
    assert!(host.interest(id).close);
}

#[test]
fn buffers_come_back_to_the_pool() {
    let mut host = Host::new();
    let kept = |host: &Host| host.engine.shared.pool.kept();
    for round in 0..20 {
        let ids: Vec<_> = (0..10).map(|_| host.open()).collect();
        for id in &ids {
            host.give(*id, get("/", "").repeat(3) + "GET / HTTP/1.1\r\nX-Long");
            let requests = host.take();
            host.text(&requests[2], "2");
            host.text(&requests[1], "1");
            if round % 2 == 0 {
                host.text(&requests[0], "0");
            }
        }
        for id in ids {
            if round % 3 == 0 {
                host.send(id);
            }
            host.engine.close(id);
        }
        host.turn();
        assert!(kept(&host) >= 10 && kept(&host) <= 60, "round {round}: {}", kept(&host));
    }
    assert_eq!((host.engine.metrics().pending, host.engine.connection_count()), (0, 0));
}

#[test]
fn buffers_of_a_rush_are_given_back_when_nobody_is_left() {
    let mut host = Host::new();
    assert!(!host.engine.needs_timer());
    let ids: Vec<_> = (0..2000).map(|_| host.open()).collect();
    for id in &ids {
        host.give(*id, "GET / HTTP/1.1\r\nX-Long: ".to_owned() + &"x".repeat(3000));
    }
    for id in ids {
        host.engine.close(id);
    }
    assert!(host.engine.shared.pool.kept_bytes() > 6_000_000);
    let mut seconds = 0;
    while host.engine.needs_timer() {
        seconds += 1;
        host.now_ms += 1000;
        host.engine.set_now(host.now_ms);
        host.engine.expire(|_| {});
    }
    assert!(seconds <= 30 && host.engine.shared.pool.kept_bytes() <= 64 * 1024, "{seconds}");
}

#[test]
fn a_connection_is_looked_at_early_only_when_all_is_answered() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    host.text(&requests[0], "0");
    assert!(!host.engine.take_touched(id), "an answer is still awaited");
    host.text(&requests[1], "1");
    assert!(host.engine.take_touched(id));
    assert!(!host.engine.take_touched(id), "once");
    assert_eq!(host.engine.next_touched(), None, "nor is it given again");
    assert_eq!(host.wire(id), plain("0") + &plain("1"));
}

#[test]
fn a_buffer_whose_front_has_left_does_not_grow() {
    // One byte always stays: the buffer is never empty, and must not keep what has left all the same.
    let mut host = Host::new();
    let id = host.open();
    for _ in 0..1000 {
        host.give(id, get("/", ""));
        let request = host.take_one();
        host.text(&request, &"x".repeat(100));
        let shown = host.shown(id).len();
        host.send_some(id, shown - 1);
        host.turn();
    }
    let before = host.engine.shared.pool.kept_bytes();
    host.send(id);
    let after = host.engine.shared.pool.kept_bytes();
    assert!(after > before && after - before <= 4096, "the buffer is as large as it was: {}", after - before);
}
