//! One stream to an honest host, whole and in pieces: the requests and the answers are the same.

use nexure_core::engine::{Answer, Batch, Body, BodyRead, ConnectionId, Engine, Fill, Outcome};

use crate::records::{self, Request};
use crate::wire::{self, Message};

struct Honest {
    engine: Engine,
    id: ConnectionId,
    arena: Vec<u32>,
    /// Whole requests.
    requests: Vec<Request>,
    /// Requests whose body is being read.
    readers: Vec<Request>,
    output: Vec<u8>,
}

impl Honest {
    fn new() -> Self {
        let mut engine = crate::engine(10_000);
        let id = engine.open().expect("room for one");
        Self { engine, id, arena: vec![0; 8 * 1024], requests: Vec::new(), readers: Vec::new(), output: Vec::new() }
    }

    /// Gives bytes, and turns until all that follows from them is done.
    fn give(&mut self, bytes: &[u8]) {
        let mut fill = Fill::default();
        self.engine.begin_turn();
        self.engine.receive(self.id, bytes, &mut Batch::new(&mut self.arena, &mut fill));
        for turn in 0.. {
            assert!(turn < 100_000, "the engine comes to rest");
            for request in records::read_all(&self.arena, fill.words, &mut self.engine).requests {
                if request.streams {
                    self.readers.push(request);
                } else {
                    self.answer(request);
                }
            }
            self.read_bodies();
            self.send_all();
            if !self.engine.has_ready() {
                return;
            }
            fill = Fill::default();
            self.engine.begin_turn();
            self.engine.resume(&mut Batch::new(&mut self.arena, &mut fill));
        }
    }

    /// Answers, every other request step by step.
    fn answer(&mut self, mut request: Request) {
        let body = [b"<", &request.path[..], b">"].concat();
        let in_steps = request.sequence.is_multiple_of(2);
        let content = if in_steps { Body::Stream } else { Body::Bytes(&body) };
        let answer = Answer { status: 200, header_set: 1, fields: b"", body: content, close: false };
        if self.engine.answer(self.id, request.sequence, &answer) == Outcome::Gone {
            // It was taken before the answer to an older client closed the connection, which says its length that way.
            return;
        }
        if in_steps {
            for part in body.chunks(5) {
                // To HEAD nothing is written.
                let _ = self.engine.write(self.id, request.sequence, part);
            }
            self.engine.finish(self.id, request.sequence);
        }
        // Whether a body was there at once depends on how it was cut, what it is does not.
        request.streams = false;
        self.requests.push(request);
    }

    /// Reads what has come. A request whose body breaks counts for nothing, as where it would have been collected.
    fn read_bodies(&mut self) {
        for mut request in std::mem::take(&mut self.readers) {
            loop {
                match self.engine.read_body(self.id, request.sequence) {
                    BodyRead::Bytes(bytes) => {
                        assert!(!bytes.is_empty());
                        request.body.extend_from_slice(&bytes);
                        self.engine.recycle(bytes);
                        continue;
                    }
                    BodyRead::Wait => self.readers.push(request),
                    BodyRead::End => self.answer(request),
                    BodyRead::Failed(problem) => {
                        let body = Body::Bytes(b"");
                        let answer = Answer { status: problem.status, header_set: 0, fields: b"", body, close: true };
                        self.engine.answer(self.id, request.sequence, &answer);
                    }
                    BodyRead::Gone => {}
                }
                break;
            }
        }
    }

    fn send_all(&mut self) {
        while let Some(id) = self.engine.next_touched() {
            while let Some(next) = self.engine.output(id) {
                let count = next.bytes.len();
                self.output.extend_from_slice(next.bytes);
                self.engine.sent(id, count);
            }
        }
    }

    /// What happened, once all deadlines have passed: an incomplete head that is malformed is refused when it is looked
    /// at or when its time is over. Whether 100 (Continue) was sent depends on when the body came.
    fn finish(mut self) -> (Vec<Request>, Vec<Message>) {
        self.engine.set_now(crate::NOW_MS + 1_000_000);
        let mut dropped = false;
        self.engine.expire(|_| dropped = true);
        self.read_bodies();
        self.send_all();
        let ended = self.engine.interest(self.id).is_some_and(|interest| interest.close || interest.shutdown);
        assert!(dropped || ended, "no connection stays for ever");
        self.engine.close(self.id);
        let metrics = self.engine.metrics();
        assert_eq!((metrics.pending, metrics.in_flight, metrics.queued, metrics.connections), (0, 0, 0, 0));
        let mut messages = wire::read_all(&self.output);
        messages.retain(|message| message.status != 100);
        // A body that is read while it arrives may be complete after the requests behind it were answered.
        self.requests.sort_by_key(|request| request.sequence);
        (self.requests, messages)
    }
}

/// What a refusal says may depend on how much of a head was there; that it is refused, and after what, may not. Whether an
/// answer to content that did not fit says that the connection ends depends on whether the rest of that content broke
/// before the host had answered.
fn blur(requests: &[Request], mut messages: Vec<Message>) -> Vec<Message> {
    let is_early = requests.last().is_some_and(|request| request.checked.1);
    if let Some(last) = messages.last_mut().filter(|last| is_early && last.status == 200) {
        last.close = true;
    }
    if let Some(last) = messages.last_mut().filter(|last| last.close && last.status >= 400) {
        last.status = 400;
        last.body.clear();
    }
    messages
}

pub fn run(steering: &[u8], stream: &[u8]) {
    let mut whole = Honest::new();
    whole.give(stream);
    let (requests, messages) = whole.finish();

    let mut pieces = Honest::new();
    let (mut rest, mut sizes) = (stream, steering.iter().cycle());
    while !rest.is_empty() {
        let size = sizes.next().map_or(1, |size| usize::from(*size) + 1).min(rest.len());
        let (piece, after) = rest.split_at(size);
        pieces.give(piece);
        rest = after;
    }
    let (cut_requests, cut_messages) = pieces.finish();
    assert_eq!(requests, cut_requests);
    assert_eq!(blur(&requests, messages), blur(&cut_requests, cut_messages));
}
