//! Requests that no route answers, where the application has something to say to them.

use super::host::plain_answer;
use super::{Host, get, plain};
use crate::engine::{Answer, Config, NO_ROUTE, RouteRules, miss_kind};

/// The route that misses get.
const MISS: u32 = 8;
const ALL: u32 = miss_kind::NOT_FOUND | miss_kind::METHOD | miss_kind::OPTIONS | miss_kind::ENCODING;

fn host(kinds: u32) -> Host {
    let mut host = Host::new();
    host.engine.set_misses(MISS, kinds);
    host
}

fn request(method: &str, path: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

#[test]
fn each_kind_is_handed_over_with_its_verdict_or_answered_natively() {
    // GET, HEAD, POST and OPTIONS by their numbers.
    let of_root = 1 | 1 << 1 | 1 << 2 | 1 << 6;
    let cases = [
        (miss_kind::NOT_FOUND, request("GET", "/none?q=1"), (404, 0)),
        (miss_kind::NOT_FOUND, request("HEAD", "/none"), (404, 0)),
        (miss_kind::METHOD, request("DELETE", "/"), (405, of_root)),
        (miss_kind::OPTIONS, request("OPTIONS", "/"), (204, of_root)),
        (miss_kind::ENCODING, request("GET", "/users/%zz"), (400, 0)),
    ];
    for (kind, stream, verdict) in cases {
        for kinds in [kind, ALL, ALL & !kind, 0] {
            let mut host = host(kinds);
            let id = host.open();
            host.give(id, &stream);
            if kinds & kind == 0 {
                assert!(host.take().is_empty(), "{stream}");
                assert_eq!(host.statuses(id), [u16::try_from(verdict.0).unwrap()]);
                continue;
            }
            let miss = host.take_one();
            assert_eq!((miss.route, miss.verdict), (MISS, verdict), "{stream}");
            assert!(miss.params.is_empty(), "what a failed lookup has seen is nobody's parameter");
            host.answer(&miss, &Answer { status: 418, ..plain_answer("") });
            assert_eq!(host.statuses(id), [418]);
        }
    }
}

#[test]
fn a_request_with_a_route_has_no_verdict() {
    let mut host = host(ALL);
    let id = host.open();
    host.give(id, get("/users/7", ""));
    let request = host.take_one();
    assert_eq!((request.route, request.verdict), (1, (0, 0)));
    assert_ne!(request.route, NO_ROUTE);
}

#[test]
fn options_of_the_server_is_answered_natively() {
    let mut host = host(ALL);
    let id = host.open();
    host.give(id, request("OPTIONS", "*"));
    assert_eq!(host.statuses(id), [204]);
}

#[test]
fn the_answer_keeps_its_place_among_others_however_the_input_is_cut() {
    let stream = get("/", "") + &request("DELETE", "/") + &get("/none", "") + &get("/users/1", "");
    for piece in [1, 7, 64, stream.len()] {
        let mut host = host(ALL);
        let id = host.open();
        stream.as_bytes().chunks(piece).for_each(|piece| host.give(id, piece));
        let requests = host.take();
        let routes: Vec<_> = requests.iter().map(|request| (request.route, request.verdict.0)).collect();
        assert_eq!(routes, [(0, 0), (MISS, 405), (MISS, 404), (1, 0)]);
        for request in requests.iter().rev() {
            host.text(request, "x");
        }
        assert_eq!(host.wire(id), plain("x").repeat(4));
    }
}

#[test]
fn the_body_of_a_miss_obeys_the_limits_of_its_route() {
    let post = |length: usize| format!("POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
    let mut host = Host::with(Config { max_body_bytes: 10, ..Config::default() });
    host.engine.set_misses(MISS, ALL);
    let id = host.open();
    host.give(id, post(10) + "0123456789");
    let miss = host.take_one();
    assert_eq!((miss.verdict.0, miss.inline.as_deref()), (404, Some(b"0123456789".as_slice())));
    host.text(&miss, "x");
    assert_eq!(host.statuses(id), [200]);
    host.give(id, post(11));
    assert!(host.take().is_empty());
    assert_eq!(host.statuses(id), [413]);
}

#[test]
fn a_miss_that_waits_for_a_place_keeps_its_verdict() {
    let mut host = Host::with(Config { max_in_flight: 1, ..Config::default() });
    host.engine.set_misses(MISS, ALL);
    let id = host.open();
    host.give(id, get("/", "") + &request("DELETE", "/"));
    let first = host.take_one();
    host.text(&first, "x");
    host.settle();
    assert_eq!(host.take_one().verdict.0, 405);
}

#[test]
fn content_that_is_too_long_is_handed_to_a_route_that_asks() {
    let asks = RouteRules { asks_too_large: true, max_body_bytes: Some(5), ..RouteRules::DEFAULT };
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n";
    for piece in [1, 1000] {
        let mut host = Host::with_rules(Config::default(), &[(2, asks)]);
        let id = host.open();
        let stream = format!("{head}123456{}", get("/", ""));
        stream.as_bytes().chunks(piece).for_each(|piece| host.give(id, piece));
        let request = host.take_one();
        assert_eq!((request.route, request.verdict.0, request.body_length), (2, 413, 0));
        host.answer(&request, &Answer { status: 413, ..plain_answer("own") });
        let wire = host.wire(id);
        // Nothing behind such a head can be trusted to be a request.
        assert!(wire.starts_with("HTTP/1.1 413 ") && wire.contains("Connection: close\r\n") && wire.ends_with("own"));
        assert!(host.take().is_empty() && host.interest(id).shutdown);
    }
}
