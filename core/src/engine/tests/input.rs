//! Routes that declare their input: what does not fit is answered at once, and what fits comes as it was checked.

use std::rc::Rc;

use super::host::{Request, UP};
use super::{Host, get, plain};
use crate::engine::{Config, ConnectionId, Interest, RouteRules};
use crate::input::{BodyRules, InputRules, PartRules};
use crate::schema::{RewriteOptions, Schema, SchemaOptions};

const ORDER: &str = r#"{"type":"object","required":["id"],"properties":{"id":{"type":"integer","minimum":1}}}"#;
const PAGED: &str = r#"{"type":"object","properties":{"page":{"type":"string","maxLength":3}}}"#;
/// `GET /users/:id`
const USER: usize = 1;

fn part(schema: &str) -> PartRules {
    PartRules::new(Schema::compile(schema.as_bytes(), &SchemaOptions::default()).unwrap(), RewriteOptions::default())
}

fn body(schema: &str) -> BodyRules {
    let form = RewriteOptions { coerce: true, ..RewriteOptions::default() };
    BodyRules { part: part(schema), form, optional: false, is_filter: false }
}

fn rules() -> InputRules {
    InputRules { body: Some(body(ORDER)), max_errors: 1, ..InputRules::default() }
}

/// A host whose `POST /up/...` has these rules.
fn host_with(config: Config, input: InputRules, asks_invalid: bool) -> Host {
    let rules = RouteRules { asks_invalid, max_body_bytes: Some(1 << 30), ..RouteRules::DEFAULT };
    let mut host = Host::with_rules(config, &[(UP, rules)]);
    host.engine.set_input(u32::try_from(UP).unwrap(), Rc::new(input));
    host
}

fn host() -> Host {
    host_with(Config::default(), rules(), false)
}

fn post(body: &str) -> String {
    post_as("application/json", body)
}

fn post_as(kind: &str, body: &str) -> String {
    let length = body.len();
    format!("POST /up/x HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}")
}

fn chunked(body: &str) -> String {
    let chunks: String = body
        .as_bytes()
        .chunks(body.len().div_ceil(20).max(1))
        .map(|chunk| format!("{:x}\r\n{}\r\n", chunk.len(), String::from_utf8_lossy(chunk)))
        .collect();
    format!(
        "POST /up/x HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n"
    )
}

/// What comes of a stream that is given in these pieces: the requests as JavaScript sees them, and what was sent.
fn outcome(mut host: Host, stream: &str, cuts: &[usize]) -> (Vec<Request>, String) {
    let id = host.open();
    let mut from = 0;
    for &cut in cuts.iter().chain([&stream.len()]) {
        host.give(id, &stream[from..cut]);
        from = cut;
    }
    host.settle();
    let requests = host.take();
    for request in &requests {
        host.text(request, "ok");
    }
    host.settle();
    (requests, host.wire(id))
}

#[test]
fn every_cut_gives_the_same_answer_and_the_connection_goes_on() {
    let bodies = [
        (r#"{"id":1}"#, "200"),
        (r#"{"id":0}"#, "422"),
        (r#"{"id":0}  "#, "422"),
        (r"{}", "422"),
        (r#"{"id":1"#, "400"),
        (r#"{"id":1]"#, "400"),
        (r#"{"id":1,"id":2}"#, "400"),
        ("", "400"),
    ];
    for (body, status) in bodies {
        for stream in [post(body), chunked(body)] {
            for asks in [false, true] {
                let stream = stream.clone() + &get("/users/next", "");
                let whole = outcome(host_with(Config::default(), rules(), asks), &stream, &[]);
                assert_eq!(whole.0.last().unwrap().path, "/users/next", "{body} {:?}", whole.1);
                assert!(whole.1.ends_with(&plain("ok")), "{}", whole.1);
                if !asks {
                    assert!(whole.1.starts_with(&format!("HTTP/1.1 {status} ")), "{body} {}", whole.1);
                }
                for cut in 0..stream.len() {
                    let cut_up = outcome(host_with(Config::default(), rules(), asks), &stream, &[cut]);
                    assert_eq!(cut_up, whole, "{body} at {cut}");
                }
                let singly: Vec<usize> = (1..stream.len()).collect();
                assert_eq!(outcome(host_with(Config::default(), rules(), asks), &stream, &singly), whole);
            }
        }
    }
}

#[test]
fn what_is_wrong_before_the_framing_breaks_is_told_however_it_was_cut() {
    for (body, status) in [(r#"{"id":0}"#, "422"), (r#"{"id":1}"#, "400")] {
        for end in ["zz\r\n", "0\r\nx\r\n", "fffffffffff\r\n"] {
            // A chunk that is longer than any body may be is well-formed.
            let status = if status == "400" && end.starts_with('f') { "413" } else { status };
            for asks in [false, true] {
                let stream = chunked(body).replace("0\r\n\r\n", end);
                let whole = outcome(host_with(Config::default(), rules(), asks), &stream, &[]);
                let is_told = asks && status == "422";
                assert_eq!(whole.0.len(), usize::from(is_told), "{end:?}");
                assert!(is_told || whole.1.starts_with(&format!("HTTP/1.1 {status} ")), "{end:?} {}", whole.1);
                for cut in 0..stream.len() {
                    let cut_up = outcome(host_with(Config::default(), rules(), asks), &stream, &[cut]);
                    assert_eq!((cut_up.0, &cut_up.1[..13]), (whole.0.clone(), &whole.1[..13]), "{end:?} at {cut}");
                }
            }
        }
    }
}

#[test]
fn what_fits_is_marked_and_what_does_not_never_reaches_a_handler() {
    let mut host = host();
    let id = host.open();
    host.give(id, post(r#"{"id":1}"#));
    let request = host.take_one();
    assert_eq!((request.checked, request.inline.as_deref()), ((true, false), Some(&br#"{"id":1}"#[..])));
    host.text(&request, "ok");
    host.give(id, post(r#"{"id":0}"#) + &post(r#"{"id":"x"}"#));
    assert!(host.take().is_empty());
    let wire = host.wire(id);
    assert!(wire.contains(r#""errors":[{"in":"body","pointer":"/id","code":"minimum","#), "{wire}");
    assert!(wire.contains("Content-Type: application/problem+json\r\n"), "{wire}");
    assert_eq!(wire.matches("HTTP/1.1 422 ").count(), 2);
    assert_eq!(host.engine.metrics().counters.native_answers, 2);
    assert_eq!(host.engine.metrics().pending, 0);
}

#[test]
fn only_json_and_forms_are_taken_and_only_where_one_field_says_so() {
    let lines = |lines: &str, body: &str| {
        format!("POST /up/x HTTP/1.1\r\nHost: a\r\n{lines}Content-Length: {}\r\n\r\n{body}", body.len())
    };
    let json = "Content-Type: application/json\r\n";
    for (fields, status) in [
        (json.to_owned(), "200"),
        ("Content-Type: application/merge-patch+json;charset=UTF-8\r\n".to_owned(), "200"),
        (String::new(), "415"),
        ("Content-Type:\r\n".to_owned(), "415"),
        // One head, two types: that is refused whatever the route declares.
        (json.repeat(2), "400"),
        ("Content-Type: application/json, text/plain\r\n".to_owned(), "415"),
        ("Content-Type: text/plain\r\n".to_owned(), "415"),
        ("Content-Type: application/json;charset=latin1\r\n".to_owned(), "415"),
        ("Content-Type: multipart/form-data; boundary=x\r\n".to_owned(), "415"),
    ] {
        let (_, wire) = outcome(host(), &lines(&fields, r#"{"id":1}"#), &[]);
        assert!(wire.starts_with(&format!("HTTP/1.1 {status} ")), "{fields:?} {wire}");
    }
}

#[test]
fn parts_of_the_head_are_answered_before_the_body_is_read() {
    let input = || InputRules { query: Some(part(PAGED)), ..rules() };
    let head = |length: usize, lines: &str| {
        format!(
            "POST /up/x?page=1234 HTTP/1.1\r\nHost: a\r\n{lines}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        )
    };
    for asks in [false, true] {
        let begin = |length: usize, lines: &str| {
            let mut host = host_with(Config::default(), input(), asks);
            let id = host.open();
            host.give(id, head(length, lines));
            for request in host.take() {
                assert_eq!((request.verdict.0, request.checked), (422, (false, true)));
                let document = String::from_utf8(request.inline.clone().unwrap()).unwrap();
                assert!(document.contains(r#""in":"query","pointer":"/page","code":"maxLength""#), "{document}");
                host.engine.answer(
                    request.connection,
                    request.sequence,
                    &crate::engine::Answer { status: 422, ..super::host::plain_answer("no") },
                );
            }
            let wire = host.wire(id);
            assert!(wire.starts_with("HTTP/1.1 422 "), "{wire}");
            (host, id, wire)
        };
        // A short body is drained.
        let (mut host, id, wire) = begin(100, "");
        assert!(!wire.contains("Connection: close"), "{wire}");
        host.give(id, "x".repeat(100) + &get("/users/next", ""));
        assert_eq!(host.take_one().path, "/users/next");
        // For a long one, and one that was not sent yet, the connection ends.
        for (length, lines) in [(1_000_000, ""), (100, "Expect: 100-continue\r\n")] {
            let (host, id, wire) = begin(length, lines);
            assert!(wire.contains("Connection: close") && !wire.contains("100 Continue"), "{wire}");
            assert_eq!(host.interest(id), Interest { read: true, shutdown: true, close: false, reset: false });
        }
    }
}

#[test]
fn a_body_that_waits_to_be_asked_for_is_asked_for_when_the_head_fits() {
    let mut host = host();
    let id = host.open();
    let all = post(r#"{"id":0}"#).replace("Host: a\r\n", "Host: a\r\nExpect: 100-continue\r\n");
    let (head, body) = all.split_at(all.len() - 8);
    host.give(id, head);
    assert_eq!(host.wire(id), "HTTP/1.1 100 Continue\r\n\r\n");
    host.give(id, body);
    assert!(host.wire(id).starts_with("HTTP/1.1 422 "));
}

#[test]
fn a_long_body_is_refused_at_the_piece_that_decides_and_not_collected() {
    for (rest, goes_on) in [(40_000, true), (5_000_000, false)] {
        let mut host = host();
        let id = host.open();
        let wrong = format!(r#"{{"a":"{}","id":0,"#, "x".repeat(80));
        let head = post(&" ".repeat(wrong.len() + rest));
        host.give(id, head.trim_end_matches(' '));
        host.give(id, &wrong);
        let wire = host.wire(id);
        assert!(wire.starts_with("HTTP/1.1 422 "), "{wire}");
        assert_eq!(wire.contains("Connection: close"), !goes_on, "{wire}");
        assert!(
            host.engine.shared.pool.stats().classes.iter().all(|class| class.in_use <= 1),
            "its memory is given back"
        );
        let before = host.engine.shared.pool.kept_bytes();
        host.give(id, " ".repeat(rest.min(200_000)));
        assert_eq!(host.engine.shared.pool.kept_bytes(), before);
        if goes_on {
            host.give(id, get("/users/next", ""));
            assert_eq!(host.take_one().path, "/users/next");
        }
    }
}

#[test]
fn a_body_that_is_longer_than_what_is_buffered_is_collected_all_the_same() {
    let config = Config { max_buffered_body_bytes: 1000, ..Config::default() };
    let long = format!(r#"{{"id":1,"a":"{}"}}"#, "x".repeat(50_000));
    for stream in [post(&long), chunked(&long)] {
        let mut host = host_with(config, rules(), false);
        let id = host.open();
        stream.as_bytes().chunks(999).for_each(|piece| host.give(id, piece));
        let request = host.take_one();
        assert_eq!((request.streams, request.checked, request.body_length), (false, (true, false), long.len()));
        assert_eq!(host.engine.kept_body(id, request.sequence), Some(long.as_bytes()));
    }
}

#[test]
fn a_body_with_a_content_coding_is_handed_over_unchecked() {
    let stream = post("not json").replace("Host: a\r\n", "Host: a\r\nContent-Encoding: gzip\r\n");
    let (requests, _) = outcome(host(), &stream, &[]);
    assert_eq!((requests.len(), requests[0].checked), (1, (false, false)));
    let stream = post("not json").replace("Host: a\r\n", "Host: a\r\nContent-Encoding: identity\r\n");
    assert!(outcome(host(), &stream, &[]).0.is_empty());
}

#[test]
fn forms_are_checked_as_the_objects_they_are() {
    let input =
        || InputRules { body: Some(body(r#"{"type":"object","properties":{"a":{"const":"b c"}}}"#)), ..rules() };
    let kind = "application/x-www-form-urlencoded";
    let (requests, _) = outcome(host_with(Config::default(), input(), false), &post_as(kind, "a=b+c&d=1"), &[]);
    assert_eq!(requests[0].inline.as_deref(), Some(&br#"{"a":"b c","d":"1"}"#[..]));
    let (requests, wire) = outcome(host_with(Config::default(), input(), false), &post_as(kind, "a=b&a=c"), &[]);
    assert!(requests.is_empty() && wire.starts_with("HTTP/1.1 422 "), "{wire}");
    let many = "a=1&".repeat(1001);
    let (_, wire) = outcome(host_with(Config::default(), input(), false), &post_as(kind, &many), &[]);
    assert!(wire.contains("ERR_NEXURE_TOO_MANY_PARAMETERS"), "{wire}");
}

#[test]
fn what_was_made_of_the_head_comes_behind_the_body() {
    let all = InputRules {
        params: Some(part("{}")),
        param_names: vec!["id".to_owned()],
        query: Some(part(PAGED)),
        headers: Some(part(r#"{"required":["host"]}"#)),
        cookies: Some(part("{}")),
        max_errors: 1,
        ..InputRules::default()
    };
    let mut host = Host::new();
    host.engine.set_input(u32::try_from(USER).unwrap(), Rc::new(all));
    let id = host.open();
    host.give(id, get("/users/a%20b?page=1&page=2&x", "Cookie: a=1; b=%41\r\nX-Y: 1\r\nx-y: 2\r\n"));
    assert!(host.take().is_empty(), "a page is one text");
    host.wire(id);
    host.give(id, get("/users/a%20b?page=1&x", "Cookie: a=1; b=%41; a=2\r\nX-Y: 1\r\nx-y: 2\r\n"));
    let request = host.take_one();
    assert_eq!(
        request.input,
        concat!(
            r#"{"params":{"id":"a b"},"query":{"page":"1","x":""},"#,
            r#""headers":{"host":"a","cookie":"a=1; b=%41; a=2","x-y":"1, 2"},"cookies":{"a":"1","b":"A"}}"#
        )
    );
}

#[test]
fn all_parts_of_the_head_are_told_up_to_the_number_asked_for() {
    for (max_errors, expected) in [(1, 1), (2, 2), (3, 3), (9, 3)] {
        let input = InputRules {
            params: Some(part(r#"{"properties":{"id":{"maxLength":1}}}"#)),
            param_names: vec!["id".to_owned()],
            query: Some(part(r#"{"required":["b","c"]}"#)),
            max_errors,
            ..InputRules::default()
        };
        let mut host = Host::new();
        host.engine.set_input(u32::try_from(USER).unwrap(), Rc::new(input));
        let id = host.open();
        host.give(id, get("/users/long", ""));
        assert_eq!(host.wire(id).matches("\"pointer\"").count(), expected);
    }
}

#[test]
fn a_refusal_that_finds_no_room_is_handed_over_in_the_next_turn() {
    let rules_ = RouteRules { asks_invalid: true, ..RouteRules::DEFAULT };
    let mut host = Host::with_rules(Config { max_requests_per_turn: 1, ..Config::default() }, &[(UP, rules_)]);
    host.engine.set_input(u32::try_from(UP).unwrap(), Rc::new(rules()));
    let id = host.open();
    let invalid = post(r#"{"id":0}"#);
    let (head, tail) = invalid.split_at(invalid.len() - 4);
    host.give(id, get("/", ""));
    host.give(id, head);
    host.fill.limit = host.fill.requests;
    host.give(id, tail);
    host.settle();
    let requests = host.take();
    assert_eq!(requests.iter().map(|request| request.verdict.0).collect::<Vec<_>>(), [0, 422]);
}

#[test]
fn refusals_are_answered_in_their_order_and_replaced_as_others_are() {
    let mut host = host();
    host.engine
        .replace_problem("ERR_NEXURE_SCHEMA_INVALID", "X-A: b\r\nContent-Type: text/plain\r\n", Some(b"no"))
        .unwrap();
    let id: ConnectionId = host.open();
    host.give(id, get("/", "") + &post(r#"{"id":0}"#) + &get("/", ""));
    let requests = host.take();
    assert!(host.wire(id).is_empty(), "the first is not answered");
    for request in &requests {
        assert_eq!(host.text(request, "ok"), crate::engine::Outcome::Accepted);
    }
    let wire = host.wire(id);
    assert_eq!(wire.matches("HTTP/1.1 ").count(), 3);
    assert!(wire.contains("X-A: b\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno"), "{wire}");
}
