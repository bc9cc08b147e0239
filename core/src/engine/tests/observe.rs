//! What those are told who watch: a row for each answer that has left or was given up, in that order.

use std::cell::Cell;

use super::host::plain_answer;
use super::{Host, get};
use crate::engine::layout::{finished, finished_flag};
use crate::engine::{Answer, Body, Config, NO_ROUTE, miss_kind};
use crate::http::Method;

thread_local! {
    static NOW_US: Cell<u64> = const { Cell::new(0) };
}

fn clock() -> u64 {
    NOW_US.get()
}

fn pass_us(us: u64) {
    NOW_US.set(NOW_US.get() + us);
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    number: u32,
    route: u32,
    status: u32,
    method: String,
    path: String,
    peer: String,
    body_bytes: u64,
    duration_us: u64,
    is_native: bool,
    is_aborted: bool,
}

impl Row {
    fn summary(&self) -> (u32, &str, &str, u64) {
        (self.status, &self.method, &self.path, self.body_bytes)
    }
}

fn watched() -> Host {
    watched_with(Config::default())
}

fn watched_with(config: Config) -> Host {
    let mut host = Host::with(config);
    host.engine.observe(Some(clock));
    host
}

fn rows(host: &mut Host) -> Vec<Row> {
    let mut words = Vec::new();
    host.engine.take_finished(&mut words);
    let mut rows = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let row = &words[at..at + words[at + finished::WORDS] as usize];
        let bytes: Vec<u8> = row[finished::COLUMNS..].iter().flat_map(|word| word.to_ne_bytes()).collect();
        let (head, lengths) = (row[finished::HEAD], row[finished::LENGTHS]);
        let (token, path) = ((lengths >> 16 & 0xff) as usize, (lengths & 0xffff) as usize);
        let text = |at: usize, length: usize| String::from_utf8(bytes[at..at + length].to_vec()).unwrap();
        let long = |at: usize| u64::from(row[at]) | u64::from(row[at + 1]) << 32;
        let known = Method::from_number(u8::try_from(head >> 16 & 0xff).unwrap());
        rows.push(Row {
            number: row[finished::NUMBER],
            route: row[finished::ROUTE],
            status: head & 0xffff,
            method: known.map_or_else(|| text(0, token), |method| method.as_str().to_owned()),
            path: text(token, path),
            peer: text(token + path, (lengths >> 24) as usize),
            body_bytes: long(finished::BODY_BYTES),
            duration_us: long(finished::DURATION),
            is_native: head >> 24 & finished_flag::NATIVE != 0,
            is_aborted: head >> 24 & finished_flag::ABORTED != 0,
        });
        at += row.len();
    }
    rows
}

#[test]
fn nothing_is_kept_while_nobody_watches() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/none", "") + &get("/", ""));
    let request = host.take_one();
    assert_eq!(request.watched, 0);
    host.text(&request, "x");
    host.send(id);
    assert!(rows(&mut host).is_empty() && !host.engine.has_ready());
}

#[test]
fn an_answer_of_a_handler_is_told_once_it_has_left() {
    let mut host = watched();
    let id = host.open();
    host.engine.note_peer(id, "192.0.2.7");
    host.give(id, get("/users/7?x=1", ""));
    let request = host.take_one();
    assert_ne!(request.watched, 0);
    pass_us(1500);
    host.text(&request, "hello");
    assert!(rows(&mut host).is_empty(), "its bytes have not left");
    host.send(id);
    let expected = Row {
        number: request.watched,
        route: 1,
        status: 200,
        method: "GET".into(),
        path: "/users/7".into(),
        peer: "192.0.2.7".into(),
        body_bytes: 5,
        duration_us: 1500,
        is_native: false,
        is_aborted: false,
    };
    assert_eq!(rows(&mut host), [expected]);
    assert!(rows(&mut host).is_empty(), "each row is given once");
}

#[test]
fn what_rust_answers_is_told_with_what_was_asked() {
    let too_long = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", 2 << 20);
    let long_target = get(&format!("/{}", "a".repeat(9000)), "");
    let cut = format!("/{}", "a".repeat(1023));
    let cases: [(&str, u32, &str, &str); 13] = [
        (&get("/none?q", ""), 404, "GET", "/none"),
        ("HEAD /none HTTP/1.1\r\nHost: a\r\n\r\n", 404, "HEAD", "/none"),
        ("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", 405, "DELETE", "/"),
        ("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n", 204, "OPTIONS", "/"),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 204, "OPTIONS", "*"),
        (&get("/users/%zz", ""), 400, "GET", "/users/%zz"),
        (&too_long, 413, "POST", "/"),
        (&long_target, 414, "GET", &cut),
        ("GET /x HTTP/1.1\r\n\r\n", 400, "GET", "/x"),
        ("BREW /pot?a HTTP/1.1\r\nHost: a\r\n\r\n", 501, "BREW", "/pot"),
        ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505, "GET", "/"),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417, "GET", "/"),
        ("\u{1}\u{2}\r\n\r\n", 400, "", ""),
    ];
    for (stream, status, method, path) in cases {
        for piece in [1, 100, 100_000] {
            let mut host = watched();
            let id = host.open();
            stream.as_bytes().chunks(piece).for_each(|piece| host.give(id, piece));
            let wire = host.wire(id);
            let body = wire.split_once("\r\n\r\n").unwrap().1.len() as u64;
            let rows = rows(&mut host);
            assert_eq!(rows.iter().map(Row::summary).collect::<Vec<_>>(), [(status, method, path, body)], "{stream}");
            assert!(rows[0].is_native && !rows[0].is_aborted && rows[0].number == 0);
            assert_eq!(rows[0].route, if status == 413 { 2 } else { NO_ROUTE });
        }
    }
}

#[test]
fn rows_come_in_the_order_in_which_answers_leave() {
    let mut host = watched();
    let id = host.open();
    host.give(id, get("/", "") + &get("/none", "") + &get("/users/1", ""));
    let requests = host.take();
    host.text(&requests[1], "last");
    host.send(id);
    assert!(rows(&mut host).is_empty(), "the first answer is not there yet");
    host.text(&requests[0], "first");
    // The first answer leaves, and a part of the second.
    let first = super::plain("first").len();
    host.send_some(id, first - 1);
    assert!(rows(&mut host).is_empty());
    host.send_some(id, 1);
    assert_eq!(rows(&mut host).iter().map(|row| row.number).collect::<Vec<_>>(), [requests[0].watched]);
    host.send(id);
    let rest = rows(&mut host);
    assert_eq!(rest.iter().map(|row| row.number).collect::<Vec<_>>(), [0, requests[1].watched]);
}

#[test]
fn what_was_handed_over_and_not_confirmed_has_not_left() {
    let mut host = watched();
    let id = host.open();
    host.give(id, get("/none", ""));
    host.depart(id, usize::MAX);
    assert!(rows(&mut host).is_empty());
    host.engine.arrived(id);
    assert_eq!(rows(&mut host).len(), 1);
}

#[test]
fn a_connection_that_goes_gives_up_what_was_under_way() {
    let mut host = watched();
    let id = host.open();
    host.give(id, get("/", "") + &get("/users/1", "") + &get("/", ""));
    let requests = host.take();
    host.text(&requests[0], &"x".repeat(1000));
    host.text(&requests[1], "never sent");
    let head = host.shown(id).len() - 1000;
    // 300 of the thousand bytes of the first, which the second stands behind.
    let second = super::plain("never sent").len();
    host.send_some(id, head - second + 300);
    host.engine.close(id);
    let rows = rows(&mut host);
    assert_eq!(
        rows.iter().map(|row| (row.number, row.status, row.body_bytes, row.is_aborted)).collect::<Vec<_>>(),
        [(requests[0].watched, 200, 300, true), (requests[1].watched, 200, 0, true), (requests[2].watched, 0, 0, true)]
    );
}

#[test]
fn an_answer_in_steps_is_told_with_all_its_bytes_and_without_their_framing() {
    let mut host = watched();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.begin(&request, "");
    host.write(&request, b"12345");
    host.send(id);
    pass_us(70_000_000_000);
    host.write(&request, b"678");
    assert!(rows(&mut host).is_empty());
    host.finish(&request);
    host.send(id);
    let rows = rows(&mut host);
    assert_eq!((rows[0].status, rows[0].body_bytes, rows[0].duration_us), (200, 8, 70_000_000_000));
}

#[test]
fn an_answer_that_is_broken_off_is_told_as_aborted() {
    let mut host = watched();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.begin(&request, "");
    host.write(&request, b"12345");
    host.send(id);
    host.break_answer(&request);
    assert!(host.interest(id).reset);
    host.engine.close(id);
    let rows = rows(&mut host);
    assert_eq!((rows[0].status, rows[0].body_bytes, rows[0].is_aborted), (200, 5, true));
}

#[test]
fn a_handler_that_is_late_is_told_as_answered_natively_under_its_number() {
    let mut host = watched();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.pass(61_000);
    host.send(id);
    let rows = rows(&mut host);
    assert_eq!((rows[0].number, rows[0].status, rows[0].is_native), (request.watched, 503, true));
    assert_eq!(host.text(&request, "late"), crate::engine::Outcome::Gone);
}

#[test]
fn timeouts_and_overload_are_told() {
    let mut host = watched();
    let id = host.open();
    host.give(id, "GET / HT");
    host.pass(11_000);
    host.send(id);
    assert_eq!(rows(&mut host)[0].status, 408);
    let mut host = watched_with(Config { max_in_flight: 1, max_queued: 0, ..Config::default() });
    let id = host.open();
    let other = host.open();
    host.give(id, get("/", ""));
    host.give(other, get("/users/1", ""));
    host.send(other);
    let rows = rows(&mut host);
    assert_eq!((rows[0].status, rows[0].route, rows[0].path.as_str()), (503, 1, "/users/1"));
}

#[test]
fn an_answer_without_content_has_no_bytes() {
    let mut host = watched();
    for (stream, status) in [("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 200), (&*get("/", ""), 304)] {
        let id = host.open();
        host.give(id, stream);
        let request = host.take_one();
        host.answer(&request, &Answer { status, body: Body::Bytes(b"four"), ..plain_answer("") });
        host.send(id);
        assert_eq!(rows(&mut host)[0].body_bytes, 0);
    }
}

#[test]
fn a_body_by_reference_counts_like_any_other() {
    let mut host = watched();
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.refer(&request, "referenced");
    host.send(id);
    assert_eq!(rows(&mut host)[0].body_bytes, 10);
}

#[test]
fn javascript_is_told_once_that_there_are_rows() {
    let mut host = watched();
    let id = host.open();
    host.give(id, get("/none", "") + &get("/none", ""));
    host.send(id);
    assert!(host.engine.has_ready());
    assert_eq!(host.take_events(), [(crate::engine::layout::kind::FINISHED, 2)]);
    host.give(id, get("/none", ""));
    host.send(id);
    assert!(!host.engine.has_ready(), "those that came meanwhile are taken with the others");
    assert_eq!(rows(&mut host).len(), 3);
    host.give(id, get("/none", ""));
    host.send(id);
    assert_eq!(host.take_events(), [(crate::engine::layout::kind::FINISHED, 1)]);
}

#[test]
fn a_flood_of_native_answers_is_bounded_and_counted_and_handlers_lose_none() {
    let mut host = watched();
    let id = host.open();
    for _ in 0..1500 {
        host.give(id, get("/none", ""));
        host.send(id);
        host.turn();
    }
    host.give(id, get("/", ""));
    let request = host.take_one();
    host.text(&request, "x");
    host.send(id);
    let rows = rows(&mut host);
    assert_eq!(rows.len(), 1025);
    assert_eq!(rows[1024].number, request.watched);
    assert_eq!(host.engine.metrics().counters.dropped_events, 1500 - 1024);
}

#[test]
fn watching_may_begin_and_end_while_requests_are_under_way() {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/", ""));
    let before = host.take_one();
    host.engine.observe(Some(clock));
    host.give(id, get("/users/1", ""));
    let during = host.take_one();
    host.text(&before, "a");
    host.text(&during, "b");
    host.send(id);
    assert_eq!(rows(&mut host).iter().map(|row| row.number).collect::<Vec<_>>(), [during.watched]);
    host.give(id, get("/", ""));
    let last = host.take_one();
    host.engine.observe(None);
    host.text(&last, "c");
    host.send(id);
    assert!(rows(&mut host).is_empty());
    host.engine.observe(Some(clock));
    host.give(id, get("/none", ""));
    host.send(id);
    assert_eq!(rows(&mut host).len(), 1);
}

#[test]
fn whoever_watches_again_is_not_given_a_number_that_is_under_way() {
    let mut host = watched();
    let id = host.open();
    host.give(id, get("/", ""));
    let before = host.take_one();
    host.engine.observe(None);
    host.engine.observe(Some(clock));
    let other = host.open();
    host.give(other, get("/", ""));
    assert_ne!(host.take_one().watched, before.watched);
}

#[test]
fn a_miss_that_javascript_answers_is_told_by_its_number() {
    let mut host = watched();
    host.engine.set_misses(8, miss_kind::NOT_FOUND);
    let id = host.open();
    host.give(id, get("/none", ""));
    let miss = host.take_one();
    host.answer(&miss, &Answer { status: 404, ..plain_answer("own") });
    host.send(id);
    let rows = rows(&mut host);
    assert_eq!((rows[0].number, rows[0].route, rows[0].status, rows[0].is_native), (miss.watched, 8, 404, false));
}
