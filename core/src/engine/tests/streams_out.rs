//! Answers that are written step by step.

use super::client::{self, End};
use super::host::{DATE, Request, plain_answer};
use super::{Host, get, plain};
use crate::engine::layout::kind;
use crate::engine::{Answer, Body, Config, ConnectionId, Outcome, Written};

fn begin(requests: &str) -> (Host, ConnectionId, Vec<Request>) {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, requests);
    let requests = host.take();
    (host, id, requests)
}

#[test]
fn every_framing_is_byte_exact() {
    let (close, keep) = ("Connection: close\r\n", "Connection: keep-alive\r\n");
    let (chunked, known) = ("Transfer-Encoding: chunked\r\n", "Content-Length: 21\r\n");
    let text = "5\r\nhello\r\n10\r\n, streaming peer\r\n0\r\n\r\n";
    let plain = "hello, streaming peer";
    let old = "GET / HTTP/1.0\r\n";
    let cases = [
        (get("/", ""), "", chunked.to_owned(), text),
        (get("/", ""), known, known.to_owned(), plain),
        (get("/", "Connection: close\r\n"), "", close.to_owned() + chunked, text),
        (format!("{old}\r\n"), "", close.to_owned(), plain),
        (format!("{old}{keep}\r\n"), "", close.to_owned(), plain),
        (format!("{old}{keep}\r\n"), known, known.to_owned() + keep, plain),
    ];
    for (request, fields, lines, body) in cases {
        let (mut host, id, requests) = begin(&request);
        assert_eq!(host.begin(&requests[0], fields), Outcome::Accepted);
        assert_eq!(host.wire(id), format!("HTTP/1.1 200 OK\r\n{DATE}{lines}\r\n"), "the head is sent at once");
        for part in ["hello", "", ", streaming peer"] {
            assert_eq!(host.write(&requests[0], part.as_bytes()), Written::Open);
        }
        assert_eq!(host.finish(&requests[0]), Outcome::Accepted);
        assert_eq!(host.wire(id), body);
        let interest = host.interest(id);
        assert_eq!(interest.close || interest.shutdown, lines.contains("close"), "{request:?}");
        assert_eq!(host.finish(&requests[0]), Outcome::Gone);
        assert_eq!(host.write(&requests[0], b"x"), Written::Gone);
        assert_eq!(host.engine.metrics().in_flight, 0);
    }
}

#[test]
fn an_answer_without_content_is_whole_with_its_head() {
    let head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
    let old_head = "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    let cases = [
        (get("/", ""), 204, "", ""),
        (get("/", ""), 205, "", "Content-Length: 0\r\n"),
        (get("/", ""), 304, "", ""),
        (get("/", ""), 304, "Content-Length: 7\r\n", "Content-Length: 7\r\n"),
        (head.to_owned(), 200, "", "Transfer-Encoding: chunked\r\n"),
        (head.to_owned(), 200, "Content-Length: 7\r\n", "Content-Length: 7\r\n"),
        // The length is unknown and the body is not sent, so the connection may go on.
        (old_head.to_owned(), 200, "", "Connection: keep-alive\r\n"),
    ];
    for (request, status, fields, lines) in cases {
        let (mut host, id, requests) = begin(&(request.clone() + &get("/", "")));
        let answer = Answer { status, fields: fields.as_bytes(), body: Body::Stream, ..plain_answer("") };
        assert_eq!(host.answer(&requests[0], &answer), Outcome::Accepted);
        assert_eq!(host.write(&requests[0], b"content"), Written::Gone);
        assert_eq!(host.finish(&requests[0]), Outcome::Gone);
        host.break_answer(&requests[0]);
        assert_eq!(host.engine.metrics().in_flight, 1, "{status}: its place is free");
        host.text(&requests[1], "next");
        let wire = host.wire(id);
        let (first, next) = wire.split_at(wire.len() - plain("next").len());
        assert!(first.ends_with(&format!("{DATE}{lines}\r\n")) && next == plain("next"), "{request:?}: {wire}");
        assert!(!host.interest(id).close && !host.interest(id).shutdown && host.engine.is_idle(id));
    }
}

#[test]
fn an_answer_without_content_leaves_no_place_behind_other_answers_either() {
    let (mut host, id, requests) = begin(&get("/", "").repeat(2));
    host.answer(&requests[1], &Answer { status: 204, body: Body::Stream, ..plain_answer("") });
    assert_eq!(host.engine.metrics().in_flight, 1);
    host.text(&requests[0], "x");
    assert_eq!(host.statuses(id), [200, 204]);
    assert_eq!(host.engine.metrics().in_flight, 0);
}

#[test]
fn an_answer_with_bad_fields_is_a_500_that_is_whole() {
    for index in [0, 1] {
        let (mut host, id, requests) = begin(&get("/", "").repeat(2));
        assert_eq!(host.begin(&requests[index], "bad"), Outcome::Refused);
        assert_eq!(host.write(&requests[index], b"x"), Written::Gone);
        host.text(&requests[1 - index], "x");
        let mut statuses = host.statuses(id);
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 500]);
        assert_eq!((host.engine.metrics().in_flight, host.engine.metrics().pending), (0, 0));
    }
}

#[test]
fn answers_in_steps_stand_in_the_order_of_their_requests() {
    let (mut host, id, requests) = begin(&get("/", "").repeat(4));
    for (request, fields) in requests.iter().zip(["", "Content-Length: 6\r\n", "", ""]) {
        host.begin(request, fields);
    }
    for step in ["ab", "cd", "ef"] {
        for request in requests.iter().rev() {
            host.write(request, step.as_bytes());
        }
    }
    for request in [2, 1, 3, 0] {
        let before = host.wire_bytes(id);
        assert_eq!(String::from_utf8_lossy(&before).matches("HTTP/1.1").count(), usize::from(request == 2));
        assert!(before.is_empty() || client::read_all(&before, &[])[0].end == End::Cut);
        host.finish(&requests[request]);
        if request == 0 {
            let wire = [before, b"0\r\n\r\n".to_vec()].concat();
            assert!(wire.ends_with(b"0\r\n\r\n"));
        }
    }
    let rest = host.wire(id);
    let rest = rest.strip_prefix("0\r\n\r\n").unwrap();
    let messages = client::read_all(rest.as_bytes(), &[]);
    assert_eq!(messages.len(), 3);
    assert!(messages.iter().all(|message| message.body == b"abcdef" && message.end == End::Whole));
    assert!(host.engine.is_idle(id));
}

#[test]
fn a_writer_is_told_to_wait_and_when_there_is_room_again() {
    let mut host = Host::with(Config { max_unsent_bytes: 1000, ..Config::default() });
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.watch(&request, 5);
    host.begin(&request, "");
    host.send(id);
    assert_eq!(host.write(&request, &[b'x'; 500]), Written::Open);
    assert_eq!(host.write(&request, &[b'x'; 600]), Written::Full);
    assert_eq!(host.take_events(), []);
    while host.send_some(id, 100) > 0 {}
    assert_eq!(host.take_events(), [(kind::WRITABLE, 5)], "once");
    assert_eq!(host.write(&request, &[b'x'; 2000]), Written::Full, "nothing is refused");
    assert_eq!(host.depart(id, usize::MAX), 2000 + 7);
    assert_eq!(host.take_events(), [], "bytes in flight count");
    host.engine.arrived(id);
    assert_eq!(host.take_events(), [(kind::WRITABLE, 5)]);
    host.finish(&request);
    let messages = client::read_all(&host.wire_bytes(id), &[]);
    assert_eq!(messages[0].body.len(), 3100);
}

#[test]
fn a_writer_behind_others_is_told_when_its_turn_has_come() {
    let mut host = Host::with(Config { max_unsent_bytes: 1000, ..Config::default() });
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    host.watch(&requests[1], 6);
    host.begin(&requests[1], "");
    assert_eq!(host.write(&requests[1], &[b'x'; 1000]), Written::Full);
    host.send(id);
    assert_eq!(host.take_events(), []);
    host.text(&requests[0], "first");
    host.send(id);
    assert_eq!(host.take_events(), [(kind::WRITABLE, 6)]);
}

#[test]
fn answers_that_wait_behind_it_do_not_stop_the_first_writer() {
    // What waits can only leave once the first is done.
    let mut host = Host::with(Config { max_unsent_bytes: 1000, ..Config::default() });
    let id = host.open();
    host.give(id, get("/", "").repeat(2));
    let requests = host.take();
    host.text(&requests[1], &"y".repeat(5000));
    host.begin(&requests[0], "");
    host.send(id);
    for _ in 0..5 {
        assert_eq!(host.write(&requests[0], b""), Written::Open);
        assert_eq!(host.write(&requests[0], &[b'x'; 100]), Written::Open);
        host.send(id);
    }
    host.finish(&requests[0]);
    assert_eq!(client::read_all(&host.wire_bytes(id), &[]).len(), 2);
}

#[test]
fn a_promised_length_is_kept_to() {
    for index in [0, 1] {
        let (mut host, id, requests) = begin(&get("/", "").repeat(2));
        let (request, other) = (&requests[index], &requests[1 - index]);
        host.begin(request, "Content-Length: 5\r\n");
        assert_eq!(host.write(request, b"hel"), Written::Open);
        assert_eq!(host.write(request, b"lo!"), Written::TooMany);
        assert_eq!(host.write(request, b"lo"), Written::Open);
        assert_eq!(host.write(request, b"!"), Written::TooMany);
        host.finish(request);
        host.text(other, "other");
        let messages = client::read_all(&host.wire_bytes(id), &[]);
        assert_eq!((messages.len(), messages[index].body.as_slice()), (2, b"hello".as_slice()));
    }
}

#[test]
fn an_answer_that_is_too_short_is_seen_to_be() {
    for index in [0, 1] {
        let (mut host, id, requests) = begin(&get("/", "").repeat(2));
        host.begin(&requests[index], "Content-Length: 5\r\n");
        host.write(&requests[index], b"hel");
        assert_eq!(host.finish(&requests[index]), Outcome::Refused);
        assert_eq!(host.finish(&requests[index]), Outcome::Gone);
        host.text(&requests[1 - index], "other");
        let messages = client::read_all(&host.wire_bytes(id), &[]);
        if index == 0 {
            assert_eq!((messages.len(), messages[0].end), (1, End::Cut), "{messages:?}");
            assert!(host.interest(id).close);
        } else {
            assert_eq!(messages.iter().map(|message| message.status).collect::<Vec<_>>(), [200, 500]);
            assert!(messages[1].closes() && host.interest(id).shutdown);
        }
        host.engine.close(id);
        assert_eq!(host.engine.metrics().in_flight, 0);
    }
}

#[test]
fn an_answer_that_breaks_is_never_completed() {
    for fields in ["", "Content-Length: 5\r\n"] {
        let (mut host, id, requests) = begin(&get("/", "").repeat(2));
        host.begin(&requests[0], fields);
        host.write(&requests[0], b"hel");
        host.break_answer(&requests[0]);
        assert_eq!(host.write(&requests[0], b"lo"), Written::Gone);
        assert_eq!(host.finish(&requests[0]), Outcome::Gone);
        host.text(&requests[1], "x");
        let messages = client::read_all(&host.wire_bytes(id), &[]);
        assert_eq!((messages.len(), messages[0].end), (1, End::Cut), "{messages:?}");
        assert!(host.interest(id).close);
        host.engine.close(id);
        assert_eq!((host.engine.metrics().in_flight, host.engine.metrics().pending), (0, 0));
    }
}

#[test]
fn an_answer_of_which_nothing_was_sent_becomes_a_500_when_it_breaks() {
    let (mut host, id, requests) = begin(&get("/", "").repeat(3));
    host.begin(&requests[1], "");
    host.write(&requests[1], b"hel");
    host.break_answer(&requests[1]);
    host.break_answer(&requests[1]);
    host.text(&requests[2], "2");
    host.text(&requests[0], "0");
    let messages = client::read_all(&host.wire_bytes(id), &[]);
    assert_eq!(messages.iter().map(|message| message.status).collect::<Vec<_>>(), [200, 500]);
    assert!(messages[1].closes() && host.interest(id).shutdown);
    assert_eq!(host.engine.metrics().in_flight, 0);
}

#[test]
fn only_an_answer_under_way_can_be_finished_or_broken() {
    let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    let (mut host, id, requests) = begin(&(get("/", "").repeat(2) + post));
    let mut arriving = requests[0].clone();
    arriving.sequence = 2;
    host.refer(&requests[1], "kept");
    for request in requests.iter().chain([&arriving]) {
        host.break_answer(request);
        assert_eq!(host.finish(request), Outcome::Gone);
    }
    host.give(id, "hello");
    let last = host.take_one();
    host.text(&requests[0], "first");
    host.text(&last, "last");
    assert_eq!(host.wire(id), plain("first") + &plain("kept") + &plain("last"));
    host.collect_released();
    assert_eq!(host.released, [0]);
}

#[test]
fn a_body_is_read_while_its_answer_is_written() {
    let mut host = Host::with_rules(Config::default(), &[(super::host::UP, super::host::streaming())]);
    let id = host.open();
    host.give(id, "POST /up/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    host.settle();
    let request = host.take_one();
    host.begin(&request, "");
    for part in ["one", "two", "three"] {
        host.give(id, format!("{:x}\r\n{part}\r\n", part.len()));
        let (bytes, _) = host.read_all(&request);
        assert_eq!(bytes, part.as_bytes());
        host.write(&request, &bytes);
    }
    host.give(id, "0\r\n\r\n".to_owned() + &get("/", ""));
    host.settle();
    let next = host.take_one();
    host.text(&next, "next");
    host.finish(&request);
    let messages = client::read_all(&host.wire_bytes(id), &[]);
    assert_eq!(
        messages.iter().map(|message| message.body.as_slice()).collect::<Vec<_>>(),
        [&b"onetwothree"[..], b"next"]
    );
}

#[test]
fn an_answer_that_has_just_begun_is_not_late() {
    // The host has not looked at the connection since: what it waited for is no longer what it waits for.
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.watch(&request, 1);
    host.send(id);
    host.begin(&request, "");
    host.engine.set_now(host.now_ms + 100_000);
    host.engine.expire(|id| panic!("{id:?} is dropped"));
    assert_eq!(host.take_events(), []);
    assert_eq!(host.write(&request, b"x"), Written::Open);
}
