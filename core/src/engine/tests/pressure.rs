//! What a connection may pile up: unanswered requests, unsent bytes, bytes nobody has read yet.

use super::host::plain_answer;
use super::{Host, get, plain};
use crate::engine::{Answer, Config};

#[test]
fn no_more_than_128_requests_wait_for_answers() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(200));
    host.settle();
    let requests = host.take();
    assert_eq!(requests.len(), 128);
    host.turn();
    assert!(host.take().is_empty(), "a turn alone changes nothing");
    for (answered, request) in requests.iter().enumerate() {
        host.text(request, "x");
        host.settle();
        assert_eq!(host.take().len(), usize::from(answered < 72));
    }
    assert_eq!(host.wire(id), plain("x").repeat(128));
}

#[test]
fn an_answer_out_of_order_makes_no_room() {
    let mut host = Host::with(Config { max_pipelined: 2, ..Config::default() });
    let id = host.open();
    host.give(id, get("/", "").repeat(3));
    let requests = host.take();
    host.text(&requests[1], "1");
    host.settle();
    assert!(host.take().is_empty(), "its bytes are kept until the first is answered");
    host.text(&requests[0], "0");
    host.settle();
    assert_eq!(host.take().len(), 1);
}

#[test]
fn a_peer_that_does_not_read_is_not_read() {
    let mut host = Host::with(Config { max_unsent_bytes: 1000, ..Config::default() });
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.text(&request, &"x".repeat(1000));
    assert!(!host.interest(id).read);
    host.give(id, get("/", ""));
    host.settle();
    assert!(host.take().is_empty(), "what was under way waits");
    while host.send_some(id, 300) > 0 {}
    host.settle();
    assert_eq!(host.take().len(), 1);
    assert!(host.interest(id).read);
}

#[test]
fn bytes_in_flight_count_as_unsent() {
    let mut host = Host::with(Config { max_unsent_bytes: 1000, ..Config::default() });
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.text(&request, &"x".repeat(1000));
    host.depart(id, usize::MAX);
    assert!(host.shown(id).is_empty() && !host.interest(id).read);
    host.give(id, get("/", ""));
    assert!(host.take().is_empty());
    host.engine.arrived(id);
    host.settle();
    assert_eq!(host.take().len(), 1);
}

#[test]
fn requests_that_wait_for_room_are_not_read_without_end() {
    let mut host = Host::with(Config { max_pipelined: 1, ..Config::default() });
    let id = host.open();
    host.give(id, get("/", ""));
    let mut given = 0;
    while host.interest(id).read {
        let request = get("/users/1", "");
        given += request.len();
        host.give(id, request);
        assert!(given <= 128 * 1024, "reading stops");
    }
    assert_eq!(host.take().len(), 1);
}

#[test]
fn bytes_behind_a_closing_answer_never_pile_up() {
    // The peer reads nothing and sends on; the connection is held back by its unsent bytes, and closing.
    let mut host = Host::with(Config { max_unsent_bytes: 1000, ..Config::default() });
    let id = host.open();
    host.give(id, get("/", "").repeat(3));
    let requests = host.take();
    host.text(&requests[0], &"x".repeat(2000));
    host.give(id, get("/", "").repeat(3));
    host.answer(&requests[1], &Answer { close: true, ..plain_answer("last") });
    let mut given = 0;
    while host.interest(id).read {
        host.give(id, vec![b'x'; 16 * 1024]);
        given += 16 * 1024;
        assert!(given <= 512 * 1024, "reading stops");
    }
    host.settle();
    assert_eq!(host.statuses(id), [200, 200]);
    assert!(host.interest(id).close && host.take().is_empty());
}

#[test]
fn the_body_of_the_last_request_there_is_room_for_is_read() {
    let mut host = Host::with(Config { max_pipelined: 1, ..Config::default() });
    let id = host.open();
    host.give(id, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    assert!(host.interest(id).read, "its answer can only come after its body");
    host.give(id, "llo");
    assert_eq!(host.take_one().inline.as_deref(), Some(b"hello".as_slice()));
    assert!(!host.interest(id).read);
}
