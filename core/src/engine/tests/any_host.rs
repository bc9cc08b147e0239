//! Any host and any peer: nothing panics, nothing is released twice, and nothing is left when all is closed.

use proptest::prelude::*;

use super::host::plain_answer;
use super::{Host, get};
use crate::engine::{Answer, Body, Config, ConnectionId};

#[derive(Clone, Debug)]
enum Step {
    Open,
    Give(Vec<u8>),
    GiveLater(Vec<u8>),
    End,
    Close,
    Answer { skew: u32, status: u16, length: usize, by_reference: bool, close: bool, fields: &'static str },
    Fail,
    Send(usize),
    Depart(usize),
    Arrive,
    Pass(u64),
    Turn,
    Drain,
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let whole = vec![
        get("/", ""),
        get("/users/1", "Connection: close\r\n"),
        get("/missing", "").repeat(3),
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello".to_owned(),
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 17000\r\nExpect: 100-continue\r\n\r\n".to_owned(),
        "POST /missing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".to_owned(),
        "PUT /files/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
        "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n".to_owned(),
        "x".repeat(9000),
        "5\r\nhello\r\n0\r\n\r\n".to_owned(),
        "\r\n".to_owned(),
    ];
    prop_oneof![
        10 => (prop::sample::select(whole), any::<prop::sample::Index>(), any::<bool>()).prop_map(|(text, cut, is_cut)| {
            let end = if is_cut { cut.index(text.len()) } else { text.len() };
            text.as_bytes()[..end].to_vec()
        }),
        1 => prop::collection::vec(any::<u8>(), 0..30),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let fields =
        prop::sample::select(vec!["", "", "", "x-a: b\r\n", "Content-Length: 3\r\n", "bad", "Connection: x\r\n"]);
    let status = prop::sample::select(vec![200, 200, 204, 205, 304, 404, 999]);
    let answer = (
        prop::sample::select(vec![0, 0, 0, 0, 1, u32::MAX]),
        status,
        0..3000_usize,
        any::<bool>(),
        prop::bool::weighted(0.1),
        fields,
    );
    prop_oneof![
        2 => Just(Step::Open),
        8 => bytes().prop_map(Step::Give),
        2 => bytes().prop_map(Step::GiveLater),
        1 => Just(Step::End),
        1 => Just(Step::Close),
        10 => answer.prop_map(|(skew, status, length, by_reference, close, fields)| Step::Answer { skew, status, length, by_reference, close, fields }),
        1 => Just(Step::Fail),
        4 => (0..4000_usize).prop_map(Step::Send),
        2 => (0..4000_usize).prop_map(Step::Depart),
        3 => Just(Step::Arrive),
        2 => (0..100_000_u64).prop_map(Step::Pass),
        4 => Just(Step::Turn),
        1 => Just(Step::Drain),
    ]
}

fn act(
    host: &mut Host,
    step: &Step,
    open: &mut Vec<ConnectionId>,
    known: &mut Vec<super::host::Request>,
    which: usize,
) {
    let id = open.get(which % open.len().max(1)).copied();
    match (step, id) {
        (Step::Open, _) => open.extend(host.engine.open()),
        (Step::Give(bytes), Some(id)) => host.give(id, bytes),
        (Step::GiveLater(bytes), Some(id)) => host.engine.receive_later(id, bytes),
        (Step::End, Some(id)) => host.engine.end(id),
        (Step::Close, Some(id)) => {
            host.engine.close(id);
            open.retain(|other| *other != id);
        }
        (Step::Answer { skew, status, length, by_reference, close, fields }, _) if !known.is_empty() => {
            let mut request = known[which % known.len()].clone();
            request.sequence = request.sequence.wrapping_add(*skew);
            let text = vec![b'x'; *length];
            let body = if *by_reference {
                host.bodies.push(text.clone());
                Body::Reference { id: u32::try_from(host.bodies.len() - 1).unwrap(), length: *length }
            } else {
                Body::Bytes(&text)
            };
            let answer = Answer { status: *status, fields: fields.as_bytes(), body, close: *close, ..plain_answer("") };
            host.answer(&request, &answer);
        }
        (Step::Fail, _) if !known.is_empty() => {
            let request = &known[which % known.len()];
            host.engine.answer_internal_error(request.connection, request.sequence);
        }
        (Step::Send(most), Some(id)) => drop(host.send_some(id, *most)),
        (Step::Depart(most), Some(id)) if !host.shown(id).is_empty() => drop(host.depart(id, *most)),
        (Step::Arrive, Some(id)) => host.engine.arrived(id),
        (Step::Pass(ms), _) => {
            for id in host.pass(*ms) {
                host.engine.close(id);
                open.retain(|other| *other != id);
            }
        }
        (Step::Drain, _) if which.is_multiple_of(8) => host.engine.drain(5_000),
        _ => host.turn(),
    }
    known.extend(host.take());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_left_when_all_is_closed(steps in prop::collection::vec((step(), 0..64_usize), 0..120)) {
        let config = Config { max_connections: 4, max_pipelined: 6, max_unsent_bytes: 4000, max_requests_per_turn: 4, ..Config::default() };
        let mut host = Host::with(config);
        let (mut open, mut known) = (Vec::new(), Vec::new());
        open.extend(host.engine.open());
        for (step, which) in &steps {
            act(&mut host, step, &mut open, &mut known, *which);
            for id in &open {
                prop_assert!(host.engine.interest(*id).is_some());
            }
            prop_assert_eq!(host.engine.connection_count() as usize, open.len());
        }
        for id in open {
            host.engine.close(id);
        }
        host.turn();
        host.collect_released();
        prop_assert_eq!((host.engine.metrics().pending, host.engine.connection_count()), (0, 0));
        prop_assert!(!host.engine.has_ready() && host.engine.next_touched().is_none());
        host.released.sort_unstable();
        prop_assert_eq!(&host.released, &(0..u32::try_from(host.bodies.len()).unwrap()).collect::<Vec<_>>());
    }
}
