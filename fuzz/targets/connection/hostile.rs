//! A host that answers in any order, twice and to the wrong, reads bodies late or not at all, writes answers in steps
//! and breaks them, sends in parts, and closes when it likes.

use std::collections::HashMap;

use nexure_core::engine::layout::kind;
use nexure_core::engine::{Answer, Batch, Body, BodyRead, ConnectionId, Engine, Fill, Outcome, Quality, Written};

use crate::records::{self, Request};
use crate::wire;

/// Values taken from the steering bytes; zeros when they are used up.
struct Steering<'a>(std::slice::Iter<'a, u8>);

impl Steering<'_> {
    fn next(&mut self) -> usize {
        self.0.next().map_or(0, |byte| usize::from(*byte))
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let at = self.next();
        from.get(at % from.len().max(1)).copied()
    }
}

#[derive(Default)]
struct Peer {
    output: Vec<u8>,
    /// Numbers of the accepted answers by sequence.
    accepted: HashMap<u32, u32>,
    in_flight: bool,
}

struct Hostile<'a> {
    engine: Engine,
    steering: Steering<'a>,
    stream: &'a [u8],
    arena: Vec<u32>,
    fill: Fill,
    read: usize,
    now_ms: u64,
    open: Vec<ConnectionId>,
    peers: HashMap<ConnectionId, Peer>,
    known: Vec<(ConnectionId, u32)>,
    answers: u32,
    /// Requests that are watched, by token - 1: who they are, and what was told.
    watched: Vec<((ConnectionId, u32), Vec<u32>)>,
    /// Bodies by reference: their lengths, and how often each was released.
    references: Vec<(usize, u32)>,
}

const FIELDS: [&str; 8] = [
    "",
    "x-a: b\r\n",
    "Content-Length: 4\r\n",
    "x-split: a\r\n\r\nHTTP/1.1 200 OK\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Type: a/b\r\nDate: now\r\n",
    "no line",
    "Connection: close\r\n",
];

pub fn run(steering: &[u8], stream: &[u8]) {
    let mut host = Hostile {
        engine: crate::engine(4),
        steering: Steering(steering.iter()),
        stream,
        arena: vec![0; 8 * 1024],
        fill: Fill::default(),
        read: 0,
        now_ms: crate::NOW_MS,
        open: Vec::new(),
        peers: HashMap::new(),
        known: Vec::new(),
        answers: 0,
        watched: Vec::new(),
        references: Vec::new(),
    };
    host.open();
    while host.steering.0.len() > 0 {
        host.step();
        host.collect();
        assert!(host.engine.metrics().queued <= crate::MAX_QUEUED);
    }
    host.finish();
}

impl Hostile<'_> {
    fn step(&mut self) {
        let choice = self.steering.next();
        let open = self.open.clone();
        let any = self.steering.pick(&open);
        match (choice % 24, any) {
            (0, _) => self.open(),
            (1..=3, Some(id)) => {
                let bytes = self.take_bytes();
                self.engine.receive(id, bytes, &mut Batch::new(&mut self.arena, &mut self.fill));
            }
            (4, Some(id)) => {
                let bytes = self.take_bytes();
                self.engine.receive_later(id, bytes);
            }
            (5, Some(id)) => self.engine.end(id),
            (6, Some(id)) => self.close(id),
            (7..=9, _) => self.answer(),
            (10, Some(id)) => self.send(id, false),
            (11, Some(id)) => self.send(id, true),
            (12, Some(id)) => {
                self.peers.entry(id).or_default().in_flight = false;
                self.engine.arrived(id);
            }
            (13, _) => {
                self.now_ms += self.steering.next() as u64 * 700;
                self.engine.set_now(self.now_ms);
                let mut gone = Vec::new();
                self.engine.expire(|id| gone.push(id));
                gone.into_iter().for_each(|id| self.close(id));
            }
            (16, _) => self.watch(),
            (17, _) => self.read(),
            (18..=21, _) => self.write(choice % 24),
            (22, Some(id)) => {
                let filler = vec![b'x'; self.steering.next() * 300];
                self.engine.receive(id, &filler, &mut Batch::new(&mut self.arena, &mut self.fill));
            }
            (23, Some(id)) => {
                let bad = self.steering.next() as u32;
                let _ = self.engine.wants_quality(id);
                self.engine.note_quality(id, Quality { unsent_bytes: bad * 1000, retransmits: bad / 100 });
            }
            (14, _) if choice > 240 => self.engine.drain(self.now_ms % 1000),
            (14, Some(id)) => {
                let _ = (self.engine.take_shutdown(id), self.engine.is_idle(id), self.engine.interest(id));
            }
            _ => self.turn(),
        }
    }

    fn open(&mut self) {
        if let Some(id) = self.engine.open() {
            assert!(!self.peers.contains_key(&id), "a generation is never used twice");
            self.peers.insert(id, Peer::default());
            self.open.push(id);
        }
    }

    fn close(&mut self, id: ConnectionId) {
        self.engine.close(id);
        self.open.retain(|open| *open != id);
        assert_eq!(self.engine.interest(id), None);
    }

    fn take_bytes<'s>(&mut self) -> &'s [u8]
    where
        Self: 's,
    {
        let size = self.steering.next() * 4;
        let (bytes, rest) = self.stream.split_at(size.min(self.stream.len()));
        self.stream = rest;
        bytes
    }

    /// Reads what is new in the arena.
    fn collect(&mut self) {
        let arena = &self.arena[self.read..];
        let records = records::read_all(arena, self.fill.words - self.read, &mut self.engine);
        self.read = self.fill.words;
        for (kind, token) in records.events {
            let (_, told) = &mut self.watched[token as usize - 1];
            let over = [kind::CLIENT_GONE, kind::TIMED_OUT];
            assert!(!told.iter().any(|told| over.contains(told)), "nothing is told behind the end");
            assert!(kind != kind::CLIENT_ENDED || !told.contains(&kind), "told twice");
            told.push(kind);
            let ((id, sequence), is_over) = (self.watched[token as usize - 1].0, over.contains(&kind));
            if is_over {
                assert_eq!(self.engine.write(id, sequence, b"b"), Written::Gone);
                assert_eq!(self.engine.read_body(id, sequence), BodyRead::Gone);
                assert!(!self.engine.watch(id, sequence, token));
            }
        }
        self.known.extend(records.requests.iter().map(|Request { connection, sequence, .. }| (*connection, *sequence)));
    }

    fn turn(&mut self) {
        self.fill = Fill::default();
        self.read = 0;
        self.engine.begin_turn();
        self.engine.resume(&mut Batch::new(&mut self.arena, &mut self.fill));
        while let Some(id) = self.engine.next_touched() {
            assert!(self.engine.interest(id).is_some());
        }
        self.count_released();
    }

    /// A request that was read, answered or not.
    fn pick(&mut self) -> Option<(ConnectionId, u32)> {
        let at = self.steering.next();
        self.known.get(at % self.known.len().max(1)).copied()
    }

    fn watch(&mut self) {
        let Some((id, sequence)) = self.pick() else { return };
        let token = u32::try_from(self.watched.len() + 1).unwrap_or(u32::MAX);
        if self.engine.watch(id, sequence, token) {
            self.watched.push(((id, sequence), Vec::new()));
        }
    }

    fn read(&mut self) {
        let Some((id, sequence)) = self.pick() else { return };
        if let BodyRead::Bytes(bytes) = self.engine.read_body(id, sequence) {
            assert!(!bytes.is_empty() && bytes.len() <= 64 * 1024);
            self.engine.recycle(bytes);
        }
    }

    /// Begins an answer in steps, goes on with one, ends one, breaks one.
    fn write(&mut self, what: usize) {
        let Some((id, sequence)) = self.pick() else { return };
        let twist = self.steering.next();
        match what {
            18 => {
                self.answers += 1;
                let more = ["", "Content-Length: 300\r\n", "Content-Length: 0\r\n", "no line"][twist % 4];
                let fields = format!("x-number: {}\r\n{more}", self.answers);
                let status = [200, 204, 304, 404][twist / 4 % 4];
                let close = twist > 250;
                let answer = Answer { status, header_set: 1, fields: fields.as_bytes(), body: Body::Stream, close };
                if self.engine.answer(id, sequence, &answer) == Outcome::Accepted {
                    let twice = self.peers.entry(id).or_default().accepted.insert(sequence, self.answers);
                    assert_eq!(twice, None, "an answer was taken twice");
                }
            }
            19 => drop(self.engine.write(id, sequence, &vec![b'b'; twist * twist / 20])),
            20 => {
                if self.engine.finish(id, sequence) != Outcome::Gone {
                    assert_eq!(self.engine.finish(id, sequence), Outcome::Gone);
                    assert_eq!(self.engine.write(id, sequence, b"b"), Written::Gone);
                }
            }
            _ => {
                self.engine.break_answer(id, sequence);
                assert_eq!(self.engine.write(id, sequence, b"b"), Written::Gone);
            }
        }
    }

    fn answer(&mut self) {
        let Some((mut id, mut sequence)) = self.pick() else { return };
        let twist = self.steering.next();
        match twist % 8 {
            0 => sequence = sequence.wrapping_add(1),
            1 => id.generation = id.generation.wrapping_add(1),
            2 => id.slot = id.slot.wrapping_sub(1),
            3 => {
                let outcome = self.engine.answer_internal_error(id, sequence);
                assert_ne!(outcome, Outcome::Refused);
                return;
            }
            _ => {}
        }
        let status = [200, 204, 205, 304, 404, 599, 200, 200][twist / 8 % 8];
        let more = FIELDS[self.steering.next() % FIELDS.len()];
        self.answers += 1;
        let fields = format!("x-number: {}\r\n{more}", self.answers);
        let length = self.steering.next() * 8;
        let text = vec![b'b'; length];
        let body = if twist > 127 {
            self.references.push((length, 0));
            Body::Reference { id: u32::try_from(self.references.len() - 1).unwrap_or(u32::MAX), length }
        } else {
            Body::Bytes(&text)
        };
        let answer =
            Answer { status, header_set: length as u32 % 7, fields: fields.as_bytes(), body, close: length % 31 == 30 };
        let outcome = self.engine.answer(id, sequence, &answer);
        if outcome == Outcome::Accepted {
            let twice = self.peers.entry(id).or_default().accepted.insert(sequence, self.answers);
            assert_eq!(twice, None, "an answer was taken twice");
        }
    }

    /// Sends a part of the output, or gives it to a socket that confirms later.
    fn send(&mut self, id: ConnectionId, depart: bool) {
        let portion = self.steering.next();
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let Some(next) = self.engine.output(id) else { return };
        assert!(!peer.in_flight, "nothing is shown while bytes are in flight");
        let mut bytes = next.bytes.to_vec();
        if let Some(reference) = next.reference {
            let (length, released) = self.references[reference.id as usize];
            assert!(reference.at < reference.end && reference.end == length && released == 0);
            bytes.resize(bytes.len() + reference.end - reference.at, b'b');
        }
        let count = (bytes.len() * portion).div_ceil(255);
        peer.output.extend_from_slice(&bytes[..count]);
        if depart {
            self.engine.departed(id, count);
            peer.in_flight = count > 0;
        } else {
            self.engine.sent(id, count);
        }
        self.count_released();
    }

    fn count_released(&mut self) {
        while let Some(id) = self.engine.next_released() {
            self.references[id as usize].1 += 1;
        }
    }

    fn finish(mut self) {
        let id = self.open.clone();
        id.into_iter().for_each(|id| self.close(id));
        while self.engine.has_ready() {
            self.turn();
            self.collect();
        }
        self.turn();
        let metrics = self.engine.metrics();
        assert_eq!((metrics.pending, metrics.in_flight, metrics.queued, metrics.connections), (0, 0, 0, 0));
        for (id, (_, released)) in self.references.iter().enumerate() {
            assert_eq!(*released, 1, "body {id} by reference is released once");
        }
        for peer in self.peers.values() {
            check_order(peer);
        }
    }
}

/// The answers on the wire stand in the order of their requests, and nothing stands behind the one that closes.
fn check_order(peer: &Peer) {
    let messages = wire::read_all(&peer.output);
    let mut sequences: Vec<_> = peer.accepted.iter().map(|(sequence, number)| (*sequence, *number)).collect();
    sequences.sort_unstable();
    let mut expected = sequences.iter().map(|(_, number)| *number);
    for number in messages.iter().filter_map(|message| message.number) {
        assert!(expected.any(|accepted| accepted == number), "an answer out of order");
    }
    let closing = messages.iter().position(|message| message.close);
    assert!(closing.is_none_or(|at| at + 1 == messages.len()), "something stands behind the closing answer");
}
