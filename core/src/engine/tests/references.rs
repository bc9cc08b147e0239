//! Bodies by reference: sent in their place, in parts, and released once.

use super::host::{Request, plain_answer};
use super::{Host, get, plain};
use crate::engine::{Answer, Body, Outcome};

#[test]
fn is_sent_behind_its_head_and_released() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(3));
    let requests = host.take();
    host.refer(&requests[0], "first");
    host.text(&requests[1], "second");
    host.refer(&requests[2], "third");
    assert_eq!(host.wire(id), plain("first") + &plain("second") + &plain("third"));
    assert_eq!(host.released, [0, 1]);
}

#[test]
fn is_sent_whole_in_parts_of_any_size() {
    for part in 1..40 {
        let mut host = Host::new();
        let id = host.open();
        host.give(id, get("/", "").repeat(4));
        let requests = host.take();
        let mut expected = String::new();
        for (index, request) in requests.iter().enumerate() {
            let body = format!("body {index}");
            if index == 2 {
                host.text(request, &body);
            } else {
                host.refer(request, &body);
            }
            expected += &plain(&body);
            // A part leaves between one answer and the next.
            host.send_some(id, part);
        }
        while host.send_some(id, part) > 0 {}
        assert_eq!(host.wire(id), expected, "parts of {part}");
        host.released.sort_unstable();
        assert_eq!(host.released, [0, 1, 2]);
    }
}

#[test]
fn waits_behind_earlier_answers() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    host.refer(&requests[1], "second");
    assert!(host.shown(id).is_empty());
    host.refer(&requests[0], "first");
    assert_eq!(host.wire(id), plain("first") + &plain("second"));
}

#[test]
fn a_recalled_part_is_in_flight_until_it_arrives() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.refer(&request, "body");
    let sent = host.send_some(id, usize::MAX);
    host.engine.recall(id, sent);
    assert!(!host.engine.is_idle(id));
    host.engine.arrived(id);
    assert!(host.engine.is_idle(id));
    assert_eq!(host.released, [0]);
}

/// What became of the body with number 0, once the connection is closed.
fn released_once(host: &mut Host, id: crate::engine::ConnectionId) {
    host.send_some(id, 5);
    host.engine.close(id);
    host.turn();
    host.collect_released();
    assert_eq!(host.released, [0]);
}

/// Does something with two requests that are not answered.
type Act = fn(&mut Host, &[Request]);

#[test]
fn is_released_once_on_every_way() {
    let ways: [(&str, Act); 9] = [
        ("not sent", |host, requests| {
            host.refer(&requests[0], "body");
        }),
        ("waiting", |host, requests| {
            host.refer(&requests[1], "body");
        }),
        ("sent in part", |host, requests| {
            host.refer(&requests[0], "body");
            host.send_some(requests[0].connection, plain("body").len() - 2);
        }),
        ("sent", |host, requests| {
            host.refer(&requests[0], "body");
            host.send(requests[0].connection);
        }),
        ("departed", |host, requests| {
            host.refer(&requests[0], "body");
            host.depart(requests[0].connection, usize::MAX);
        }),
        ("answered before", |host, requests| {
            host.text(&requests[0], "x");
            host.refer(&requests[0], "body");
        }),
        ("behind a closing answer", |host, requests| {
            host.refer(&requests[1], "body");
            host.answer(&requests[0], &Answer { close: true, ..plain_answer("") });
        }),
        ("refused", |host, requests| {
            let body = Body::Reference { id: 0, length: 4 };
            let outcome = host.answer(&requests[0], &Answer { body, fields: b"bad", ..plain_answer("") });
            assert_eq!(outcome, Outcome::Refused);
        }),
        ("of no length", |host, requests| {
            host.refer(&requests[0], "");
        }),
    ];
    for (way, act) in ways {
        println!("{way}");
        let mut host = Host::new();
        let id = host.open();
        host.give(id, get("/", "").repeat(2));
        let requests = host.take();
        act(&mut host, &requests);
        released_once(&mut host, id);
    }
}

#[test]
fn is_released_when_the_status_or_the_method_has_no_content() {
    for (head, status) in [("HEAD", 200), ("GET", 204), ("GET", 205), ("GET", 304)] {
        let mut host = Host::new();
        let id = host.open();
        host.give(id, format!("{head} / HTTP/1.1\r\nHost: a\r\n\r\n"));
        let request = host.take_one();
        let body = Body::Reference { id: 0, length: 1000 };
        assert_eq!(host.answer(&request, &Answer { status, body, ..plain_answer("") }), Outcome::Accepted);
        host.collect_released();
        assert_eq!(host.released, [0], "{head} {status}");
        assert!(host.wire(id).ends_with("\r\n\r\n"));
        host.engine.close(id);
        host.collect_released();
        assert_eq!(host.released, [0]);
    }
}

#[test]
fn is_released_when_its_connection_has_gone() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.engine.close(id);
    host.refer(&request, "late");
    host.collect_released();
    assert_eq!(host.released, [0]);
}
