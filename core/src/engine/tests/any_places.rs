//! Whatever handlers, clients and the clock do: the places in use are those of the requests that run, and none is left.

use std::collections::HashMap;

use proptest::prelude::*;

use super::host::{HEALTH, HIGH, LOW, Request, UP, plain_answer, streaming};
use super::{Host, get};
use crate::engine::layout::kind;
use crate::engine::{Answer, Body, BodyRead, Config, ConnectionId, Outcome, Priority, RouteRules};

#[derive(Clone, Debug)]
enum Step {
    Open,
    Give(String),
    End,
    Close,
    Answer { status: u16, close: bool, fields: &'static str, in_steps: bool },
    Write(usize),
    Finish,
    Break,
    Fail,
    Read,
    Send(usize),
    Pass(u64),
    Drain,
}

fn step() -> impl Strategy<Value = Step> {
    let up = |lines: &str, body: &str| format!("POST /up/x HTTP/1.1\r\nHost: a\r\n{lines}\r\n{body}");
    let given = vec![
        get("/", ""),
        get("/low/x", "").repeat(3),
        get("/high/x", ""),
        get("/health", ""),
        get("/missing", ""),
        get("/low/x", "Connection: close\r\n"),
        "HEAD /low/x HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        up("Content-Length: 5\r\n", "hello"),
        up("Content-Length: 100\r\n", ""),
        up("Content-Length: 100000\r\nExpect: 100-continue\r\n", ""),
        up("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n"),
        "0\r\n\r\n".to_owned(),
        "x".repeat(95),
        "x".repeat(70_000),
        "zz".to_owned(),
    ];
    let answer = (
        prop::sample::select(vec![200, 200, 204, 304, 999]),
        prop::bool::weighted(0.1),
        prop::sample::select(vec!["", "", "Content-Length: 3\r\n", "bad"]),
        any::<bool>(),
    );
    prop_oneof![
        3 => Just(Step::Open),
        14 => prop::sample::select(given).prop_map(Step::Give),
        1 => Just(Step::End),
        2 => Just(Step::Close),
        10 => answer.prop_map(|(status, close, fields, in_steps)| Step::Answer { status, close, fields, in_steps }),
        4 => prop::sample::select(vec![0, 1, 2, 3000, 70_000]).prop_map(Step::Write),
        6 => Just(Step::Finish),
        2 => Just(Step::Break),
        1 => Just(Step::Fail),
        4 => Just(Step::Read),
        6 => (1..90_000_usize).prop_map(Step::Send),
        2 => (0..30_000_u64).prop_map(Step::Pass),
        1 => Just(Step::Drain),
    ]
}

const LOW_PLACES: u32 = 2;
const PLACES: u32 = 4;
const QUEUED: u32 = 5;

fn host() -> Host {
    let rules = [
        (LOW, RouteRules { max_in_flight: LOW_PLACES, priority: Priority::Low, ..RouteRules::DEFAULT }),
        (HIGH, RouteRules { priority: Priority::High, handler_timeout_ms: Some(5_000), ..RouteRules::DEFAULT }),
        (HEALTH, RouteRules { exempt: true, ..RouteRules::DEFAULT }),
        (UP, RouteRules { max_in_flight: 3, max_body_bytes: Some(1 << 20), ..streaming() }),
    ];
    let config =
        Config { max_in_flight: PLACES, max_queued: QUEUED, max_pipelined: 4, max_connections: 6, ..Config::default() };
    Host::with_rules(config, &rules)
}

/// What is known of the requests that run, by the token under which each is watched.
#[derive(Default)]
struct Model {
    running: HashMap<u32, Request>,
    over: u32,
    last_token: u32,
    open: Vec<ConnectionId>,
    /// Broken ones may still be told that they are over.
    broken: Vec<u32>,
}

impl Model {
    fn pick(&self, which: usize) -> Option<(u32, Request)> {
        let mut tokens: Vec<_> = self.running.keys().copied().collect();
        tokens.sort_unstable();
        let token = *tokens.get(which % tokens.len().max(1))?;
        Some((token, self.running[&token].clone()))
    }

    fn act(&mut self, host: &mut Host, step: &Step, which: usize) {
        let id = self.open.get(which % self.open.len().max(1)).copied();
        let picked = self.pick(which);
        match (step, id, picked) {
            (Step::Open, ..) => self.open.extend(host.engine.open()),
            (Step::Give(bytes), Some(id), _) => host.give(id, bytes),
            (Step::End, Some(id), _) => host.engine.end(id),
            (Step::Close, Some(id), _) => self.close(host, id),
            (Step::Answer { status, close, fields, in_steps }, _, Some((token, request))) => {
                let body = if *in_steps { Body::Stream } else { Body::Bytes(b"abc") };
                let answer =
                    Answer { status: *status, fields: fields.as_bytes(), body, close: *close, ..plain_answer("") };
                let outcome = host.answer(&request, &answer);
                let goes_on = *in_steps && outcome == Outcome::Accepted && host.finish_would_work(&request);
                if outcome != Outcome::Gone && !goes_on {
                    self.running.remove(&token);
                }
            }
            (Step::Write(length), _, Some((_, request))) => drop(host.write(&request, &vec![b'x'; *length])),
            (Step::Finish, _, Some((token, request))) => {
                if host.finish(&request) != Outcome::Gone {
                    self.running.remove(&token);
                    self.broken.push(token);
                }
            }
            (Step::Break, _, Some((token, request))) => {
                if host.finish_would_work(&request) {
                    self.running.remove(&token);
                    self.broken.push(token);
                }
                host.break_answer(&request);
            }
            (Step::Fail, _, Some((token, request))) => {
                if host.engine.answer_internal_error(request.connection, request.sequence) != Outcome::Gone {
                    self.running.remove(&token);
                }
            }
            (Step::Read, _, Some((_, request))) => {
                if let BodyRead::Bytes(bytes) = host.read_body(&request) {
                    assert!(bytes.len() <= 64 * 1024);
                    host.engine.recycle(bytes);
                }
            }
            (Step::Send(most), Some(id), _) => drop(host.send_some(id, *most)),
            (Step::Pass(ms), ..) => host.pass(*ms).into_iter().for_each(|id| self.close(host, id)),
            (Step::Drain, ..) if which.is_multiple_of(16) => host.engine.drain(5_000),
            _ => host.turn(),
        }
        for id in self.open.clone() {
            if host.interest(id).close {
                self.close(host, id);
            }
        }
    }

    fn close(&mut self, host: &mut Host, id: ConnectionId) {
        host.engine.close(id);
        self.open.retain(|open| *open != id);
    }

    /// Takes what has come, and compares.
    fn compare(&mut self, host: &mut Host) {
        // Who watches a request whose client has ended is told so, and what is told lies before the next step.
        while self.take(host) {}
        self.check(host);
    }

    /// Takes events and requests; whether there were any.
    fn take(&mut self, host: &mut Host) -> bool {
        let events = host.take_events();
        let requests = host.take();
        let any = !events.is_empty() || !requests.is_empty();
        for (kind, token) in events {
            let request = self.running.get(&token);
            let is_broken = self.broken.contains(&token);
            assert!(request.is_some() || is_broken, "kind {kind} is told behind the end of {token}");
            if matches!(kind, kind::CLIENT_GONE | kind::TIMED_OUT) {
                self.over += 1;
                self.running.remove(&token);
                self.broken.retain(|broken| *broken != token);
            }
        }
        for request in requests {
            self.last_token += 1;
            // It may be over already: then nobody tells.
            if host.watch(&request, self.last_token) {
                self.running.insert(self.last_token, request);
            }
        }
        any
    }

    fn check(&self, host: &Host) {
        let metrics = host.engine.metrics();
        assert_eq!(metrics.in_flight as usize, self.running.len());
        assert!(metrics.queued <= QUEUED);
        let of_route = |route: usize| self.running.values().filter(|request| request.route as usize == route).count();
        assert!(of_route(LOW) <= LOW_PLACES as usize && of_route(UP) <= 3);
        assert!(self.running.len() <= PLACES as usize + of_route(HEALTH));
    }
}

impl Host {
    /// Whether an answer is being written step by step.
    fn finish_would_work(&mut self, request: &Request) -> bool {
        self.write(request, b"") != crate::engine::Written::Gone
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_places_in_use_are_those_of_the_requests_that_run(steps in prop::collection::vec((step(), 0..64_usize), 0..150)) {
        let mut host = host();
        let mut model = Model::default();
        for (step, which) in &steps {
            model.act(&mut host, step, *which);
            model.compare(&mut host);
        }
        for id in model.open.clone() {
            model.close(&mut host, id);
        }
        model.compare(&mut host);
        let metrics = host.engine.metrics();
        prop_assert_eq!((metrics.in_flight, metrics.queued, metrics.pending, metrics.connections), (0, 0, 0, 0));
        prop_assert!(model.running.is_empty() && !host.engine.has_ready());
    }

    #[test]
    fn everybody_who_waits_is_answered_while_handlers_answer(steps in prop::collection::vec((step(), 0..64_usize), 0..100)) {
        let mut host = host();
        let mut model = Model::default();
        for (step, which) in &steps {
            model.act(&mut host, step, *which);
            model.compare(&mut host);
        }
        // From now on every handler answers at once: the queue empties without another request and without time.
        for _ in 0..1000 {
            let Some((token, request)) = model.pick(0) else { break };
            if host.text(&request, "x") == Outcome::Gone {
                host.break_answer(&request);
            }
            model.running.remove(&token);
            model.broken.push(token);
            for id in model.open.clone() {
                host.send(id);
                if host.interest(id).close {
                    model.close(&mut host, id);
                }
            }
            model.compare(&mut host);
        }
        prop_assert_eq!((host.engine.metrics().in_flight, host.engine.metrics().queued), (0, 0));
    }
}
