//! Whatever the splits, the readers and the writers do: bodies are those a server that collects them sees, and answers
//! those their writers gave, in order.

use std::collections::HashMap;

use proptest::prelude::*;

use super::client::{self, End};
use super::host::{Request, UP, plain_answer, streaming};
use super::{Host, get};
use crate::engine::{Answer, BodyRead, Config, Outcome, RouteRules, Written};

#[derive(Clone, Debug)]
enum Asked {
    Get,
    Head,
    Known(usize),
    Chunked(Vec<usize>),
}

fn asked() -> impl Strategy<Value = Asked> {
    let length = || prop_oneof![3 => 0..2000_usize, 1 => 15_000..18_000_usize, 1 => 60_000..200_000_usize];
    prop_oneof![
        2 => Just(Asked::Get),
        1 => Just(Asked::Head),
        3 => length().prop_map(Asked::Known),
        3 => prop::collection::vec(prop_oneof![1..9_usize, length()], 0..12).prop_map(Asked::Chunked),
    ]
}

/// Bytes that differ at every place and between requests.
fn content(number: usize, length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at * 11 + at / 256 + number * 83) % 256).unwrap()).collect()
}

fn stream_of(asked: &[Asked]) -> Vec<u8> {
    let mut stream = Vec::new();
    for (number, asked) in asked.iter().enumerate() {
        let head = |lines: &str| format!("POST /up/{number} HTTP/1.1\r\nHost: a\r\n{lines}\r\n").into_bytes();
        match asked {
            Asked::Get => stream.extend(get(&format!("/users/{number}"), "").into_bytes()),
            Asked::Head => stream.extend(format!("HEAD /users/{number} HTTP/1.1\r\nHost: a\r\n\r\n").into_bytes()),
            Asked::Known(length) => {
                stream.extend(head(&format!("Content-Length: {length}\r\n")));
                stream.extend(content(number, *length));
            }
            Asked::Chunked(sizes) => {
                stream.extend(head("Transfer-Encoding: chunked\r\n"));
                let content = content(number, sizes.iter().sum());
                let mut rest = &content[..];
                for size in sizes.iter().filter(|size| **size > 0) {
                    let (chunk, after) = rest.split_at(*size);
                    stream.extend(format!("{size:x}\r\n").into_bytes());
                    stream.extend_from_slice(chunk);
                    stream.extend_from_slice(b"\r\n");
                    rest = after;
                }
                stream.extend_from_slice(b"0\r\n\r\n");
            }
        }
    }
    stream
}

/// The bodies as a server sees them that collects each before its handler runs: the oracle.
fn collected(stream: &[u8]) -> Vec<Vec<u8>> {
    let limits = (1 << 30, usize::MAX);
    let mut host = Host::with(Config {
        max_body_bytes: limits.0,
        max_buffered_body_bytes: limits.0,
        max_unsent_bytes: limits.1,
        max_pipelined: 1000,
        ..Config::default()
    });
    let id = host.open();
    host.give(id, stream);
    host.settle();
    let body = |request: &Request| match &request.inline {
        Some(body) => body.clone(),
        None => host.engine.kept_body(id, request.sequence).unwrap().to_vec(),
    };
    std::mem::take(&mut host.requests).iter().map(body).collect()
}

/// A handler: what it has read, and how much of its answer it has written.
struct Handler {
    request: Request,
    body: Vec<u8>,
    read: bool,
    steps: Option<usize>,
}

fn number_of(request: &Request) -> usize {
    request.path.rsplit('/').next().unwrap().parse().unwrap()
}

/// What the handler of request `number` writes in its step `step`.
fn part(number: usize, step: usize) -> Vec<u8> {
    content(number + step, (number * 977 + step * 313) % 5000)
}

const PARTS: usize = 4;

fn whole(number: usize) -> Vec<u8> {
    (0..PARTS).flat_map(|step| part(number, step)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bodies_and_answers_are_those_of_a_server_that_collects(
        asked in prop::collection::vec(asked(), 1..14),
        steps in prop::collection::vec((0..6_u8, any::<prop::sample::Index>()), 60..200),
        sizes in prop::collection::vec(prop_oneof![1..40_usize, 1000..70_000_usize], 1..10),
    ) {
        let stream = stream_of(&asked);
        let expected = collected(&stream);
        let rules = RouteRules { max_body_bytes: Some(1 << 30), ..streaming() };
        let mut host = Host::with_rules(Config { max_pipelined: 4, max_unsent_bytes: 20_000, ..Config::default() }, &[(UP, rules)]);
        let id = host.open();
        // Short ones for short streams only, so that it comes to an end.
        let (mut rest, mut sizes) = (&stream[..], sizes.into_iter().map(|size| size.max(stream.len() / 200)).cycle());
        let mut handlers: Vec<Handler> = Vec::new();
        let mut bodies: HashMap<usize, Vec<u8>> = HashMap::new();
        let (mut done, mut in_flight, mut idle) = (0, false, 0);
        // Each kind of step is there, and so each run comes to an end.
        let all = (0..6).map(|action| (action, steps[0].1));
        for (action, index) in steps.iter().copied().chain(all).collect::<Vec<_>>().iter().cycle() {
            idle += 1;
            prop_assert!(idle < 20_000, "it comes to an end");
            match action {
                0 if host.interest(id).read => {
                    let (piece, after) = rest.split_at(rest.len().min(sizes.next().unwrap()));
                    host.give(id, piece);
                    rest = after;
                }
                1 => host.turn(),
                2 if !handlers.is_empty() => {
                    let at = index.index(handlers.len());
                    let handler = &mut handlers[at];
                    match host.read_body(&handler.request) {
                        BodyRead::Bytes(bytes) => {
                            prop_assert!(bytes.len() <= 64 * 1024);
                            handler.body.extend_from_slice(&bytes);
                        }
                        BodyRead::End => handler.read = true,
                        other => prop_assert_eq!(other, BodyRead::Wait),
                    }
                }
                3 | 4 if !handlers.is_empty() => {
                    let at = index.index(handlers.len());
                    let handler = &mut handlers[at];
                    let number = number_of(&handler.request);
                    let head = matches!(asked[number], Asked::Head);
                    let fields = if number.is_multiple_of(2) { format!("Content-Length: {}\r\n", whole(number).len()) } else { String::new() };
                    let over = match handler.steps {
                        None if number.is_multiple_of(5) && (handler.read || !handler.request.streams) => {
                            let body = whole(number);
                            let answer = Answer { body: crate::engine::Body::Bytes(&body), ..plain_answer("") };
                            prop_assert_eq!(host.answer(&handler.request, &answer), Outcome::Accepted);
                            true
                        }
                        None => {
                            prop_assert_eq!(host.begin(&handler.request, &fields), Outcome::Accepted);
                            handler.steps = Some(0);
                            head && (handler.read || !handler.request.streams)
                        }
                        Some(PARTS) if handler.read || !handler.request.streams => {
                            prop_assert_eq!(host.finish(&handler.request), Outcome::Accepted);
                            true
                        }
                        Some(PARTS) => false,
                        Some(step) => {
                            let written = host.write(&handler.request, &part(number, step));
                            prop_assert!(matches!(written, Written::Open | Written::Full));
                            handler.steps = Some(step + 1);
                            false
                        }
                    };
                    if over {
                        let handler = handlers.swap_remove(at);
                        bodies.insert(number, if handler.request.streams { handler.body } else { vec![] });
                        done += 1;
                    }
                }
                5 if in_flight => {
                    host.engine.arrived(id);
                    in_flight = false;
                }
                _ if index.index(2) == 0 => drop(host.send_some(id, sizes.next().unwrap())),
                _ => in_flight = in_flight || host.depart(id, sizes.next().unwrap()) > 0,
            }
            for request in host.take() {
                let number = number_of(&request);
                let buffered = request.inline.clone().filter(|_| !request.streams);
                if let Some(body) = buffered {
                    prop_assert_eq!(&body, &expected[number]);
                }
                handlers.push(Handler { request, body: Vec::new(), read: false, steps: None });
            }
            host.events.clear();
            if done == asked.len() {
                break;
            }
        }
        host.engine.arrived(id);
        host.settle();
        for (number, body) in bodies.iter().filter(|(_, body)| !body.is_empty()) {
            prop_assert_eq!(body, &expected[*number], "request {}", number);
        }
        let heads: Vec<_> = asked.iter().map(|asked| matches!(asked, Asked::Head)).collect();
        let messages = client::read_all(&host.wire_bytes(id), &heads);
        prop_assert_eq!(messages.len(), asked.len());
        for (number, message) in messages.iter().enumerate() {
            prop_assert_eq!(message.end, End::Whole);
            prop_assert!(message.body == if heads[number] { vec![] } else { whole(number) }, "answer {}", number);
        }
        prop_assert!(host.engine.is_idle(id));
        prop_assert_eq!(host.engine.metrics().in_flight, 0);
    }
}
