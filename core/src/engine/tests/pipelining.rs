//! Answers in the order of the requests, and answers nobody waits for.

use super::host::plain_answer;
use super::{Host, get, plain};
use crate::engine::{Answer, Outcome};

fn three(host: &mut Host) -> (crate::engine::ConnectionId, Vec<super::host::Request>) {
    let id = host.open();
    host.give(id, get("/users/0", "") + &get("/users/1", "") + &get("/users/2", ""));
    (id, host.take())
}

#[test]
fn answers_leave_in_the_order_of_the_requests() {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for order in orders {
        let mut host = Host::new();
        let (id, requests) = three(&mut host);
        for index in order {
            assert_eq!(host.text(&requests[index], &index.to_string()), Outcome::Accepted);
        }
        assert_eq!(host.wire(id), plain("0") + &plain("1") + &plain("2"), "{order:?}");
        assert_eq!(host.engine.metrics().pending, 0);
    }
}

#[test]
fn a_second_answer_is_dropped_and_counted() {
    let mut host = Host::new();
    let (id, requests) = three(&mut host);
    for index in [1, 0] {
        host.text(&requests[index], "first");
        assert_eq!(host.text(&requests[index], "second"), Outcome::Gone);
    }
    assert_eq!(host.engine.metrics().counters.dropped_answers, 2);
    assert_eq!(host.wire(id), plain("first").repeat(2));
}

#[test]
fn an_answer_to_no_request_is_dropped() {
    let mut host = Host::new();
    let (id, requests) = three(&mut host);
    let mut wrong = requests[0].clone();
    for sequence in [3, 4, u32::MAX] {
        wrong.sequence = sequence;
        assert_eq!(host.text(&wrong, "?"), Outcome::Gone);
    }
    assert_eq!(host.wire(id), "");
}

#[test]
fn an_answer_to_a_closed_connection_is_dropped_and_counted() {
    let mut host = Host::new();
    let (id, requests) = three(&mut host);
    host.engine.close(id);
    assert_eq!(host.engine.metrics().counters.abandoned, 3);
    assert_eq!(host.text(&requests[0], "late"), Outcome::Gone);
    assert_eq!(host.engine.answer_internal_error(id, 1), Outcome::Gone);
    assert!(host.engine.metrics().counters.dropped_answers >= 1);
}

#[test]
fn an_answer_to_the_last_tenant_of_a_slot_is_dropped() {
    let mut host = Host::new();
    let (old, requests) = three(&mut host);
    host.engine.close(old);
    let new = host.open();
    assert_eq!((new.slot, new == old), (old.slot, false), "the slot is used again");
    host.give(new, get("/", ""));
    let request = host.take_one();
    assert_eq!(host.text(&requests[0], "for the old"), Outcome::Gone);
    assert_eq!(host.engine.interest(old), None);
    host.text(&request, "for the new");
    assert_eq!(host.wire(new), plain("for the new"));
}

#[test]
fn nothing_stands_behind_the_closing_answer() {
    let mut host = Host::new();
    let (id, requests) = three(&mut host);
    host.text(&requests[2], "2");
    host.answer(&requests[1], &Answer { close: true, ..plain_answer("1") });
    host.text(&requests[0], "0");
    let closing = plain("1").replace("Content-Length", "Connection: close\r\nContent-Length");
    assert_eq!(host.wire(id), plain("0") + &closing);
    assert_eq!(host.text(&requests[2], "again"), Outcome::Gone);
    assert_eq!(host.engine.metrics().pending, 0);
    host.give(id, get("/", ""));
    assert!(host.take().is_empty(), "no request is taken behind it");
    assert_eq!(host.wire(id), "");
}

#[test]
fn an_internal_error_ends_the_connection() {
    let mut host = Host::new();
    let (id, requests) = three(&mut host);
    assert_eq!(host.engine.answer_internal_error(id, requests[0].sequence), Outcome::Accepted);
    let wire = host.wire(id);
    assert!(
        wire.starts_with("HTTP/1.1 500 ")
            && wire.contains("Connection: close\r\n")
            && wire.contains("ERR_NEXURE_INTERNAL")
    );
    assert!(host.interest(id).shutdown);
}

#[test]
fn native_answers_stand_in_their_place() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/users/0", "") + &get("/missing", "") + &get("/users/2", ""));
    let requests = host.take();
    assert_eq!(host.wire(id), "", "the 404 waits for the answer before it");
    host.text(&requests[1], "2");
    host.text(&requests[0], "0");
    assert_eq!(host.statuses(id), [200, 404, 200]);
}
