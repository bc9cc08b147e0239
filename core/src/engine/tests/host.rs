//! A host without sockets: gives bytes, reads records as JavaScript does, answers, and keeps what was sent.

use std::collections::HashMap;

use crate::engine::layout::{EVENT_COLUMNS, header_set, kind, request, request_flag};
use crate::engine::{
    Answer, Batch, Body, BodyRead, Config, ConnectionId, Engine, Fill, Interest, Outcome, RouteRules, Written,
};
use crate::http::Method;
use crate::router::Router;

pub const DATE: &str = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

/// The routes of every test, numbered by their place.
const ROUTES: [(Method, &str); 8] = [
    (Method::Get, "/"),
    (Method::Get, "/users/:id"),
    (Method::Post, "/"),
    (Method::Put, "/files/*path"),
    (Method::Post, "/up/*path"),
    (Method::Get, "/low/*path"),
    (Method::Get, "/high/*path"),
    (Method::Get, "/health"),
];
/// `POST /up/...`, whose body is read while it arrives where a test gives it [`streaming`] rules.
pub const UP: usize = 4;
/// `GET /low/...`
pub const LOW: usize = 5;
/// `GET /high/...`
pub const HIGH: usize = 6;
/// `GET /health`
pub const HEALTH: usize = 7;

/// The rules of a route whose body is read while it arrives.
pub fn streaming() -> RouteRules {
    RouteRules { streams_body: true, ..RouteRules::DEFAULT }
}

/// A request as a handler sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub connection: ConnectionId,
    pub sequence: u32,
    pub route: u32,
    pub method: Method,
    pub http11: bool,
    pub path: String,
    pub query: String,
    pub fields: Vec<(String, String)>,
    pub params: Vec<(String, bool)>,
    /// The body in the record; `None` when it is kept.
    pub inline: Option<Vec<u8>>,
    pub body_length: usize,
    /// Whether the body is read while it arrives.
    pub streams: bool,
    /// Status and methods of the native answer in its place; 0 and none for most.
    pub verdict: (u32, u32),
    /// By which its row is told.
    pub watched: u32,
    /// Whether the body fits the schema of the route, and whether something does not.
    pub checked: (bool, bool),
    /// What schemas have made of the request beside its body.
    pub input: String,
}

pub struct Host {
    pub engine: Engine,
    pub now_ms: u64,
    /// Requests that came and were not taken by the test.
    pub requests: Vec<Request>,
    /// Events that came and were not taken by the test: kind and token.
    pub events: Vec<(u32, u32)>,
    /// Bodies by reference; their place is their number.
    pub bodies: Vec<Vec<u8>>,
    pub released: Vec<u32>,
    pub fill: Fill,
    arena: Vec<u32>,
    read: usize,
    wires: HashMap<ConnectionId, Vec<u8>>,
}

impl Host {
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        Self::with_arena(config, 128 * 1024)
    }

    pub fn with_arena(config: Config, words: usize) -> Self {
        Self::with_all(config, words, &[])
    }

    /// A host whose routes, by number, have rules.
    pub fn with_rules(config: Config, rules: &[(usize, RouteRules)]) -> Self {
        Self::with_all(config, 128 * 1024, rules)
    }

    fn with_all(config: Config, words: usize, rules: &[(usize, RouteRules)]) -> Self {
        let mut router = Router::new();
        for (id, (method, pattern)) in (0..).zip(ROUTES) {
            router.add(method, pattern, id).unwrap();
        }
        let mut of_routes = vec![RouteRules::DEFAULT; ROUTES.len()];
        for (route, rules) in rules {
            of_routes[*route] = *rules;
        }
        let mut engine = Engine::with_rules(config, router, of_routes);
        let now_ms = 86_400_000;
        engine.set_now(now_ms);
        engine.set_date(784_111_777);
        engine.begin_turn();
        Self {
            engine,
            now_ms,
            requests: Vec::new(),
            events: Vec::new(),
            bodies: Vec::new(),
            released: Vec::new(),
            fill: Fill::default(),
            arena: vec![0; words],
            read: 0,
            wires: HashMap::new(),
        }
    }

    pub fn open(&mut self) -> ConnectionId {
        self.engine.open().unwrap()
    }

    pub fn give(&mut self, id: ConnectionId, bytes: impl AsRef<[u8]>) {
        self.engine.receive(id, bytes.as_ref(), &mut Batch::new(&mut self.arena, &mut self.fill));
        self.collect();
    }

    /// Begins a turn: the records are read, the arena is empty, and connections that were held back go on.
    pub fn turn(&mut self) {
        self.fill = Fill::default();
        self.read = 0;
        self.engine.begin_turn();
        self.engine.resume(&mut Batch::new(&mut self.arena, &mut self.fill));
        self.collect();
    }

    /// Turns until no connection waits for one.
    pub fn settle(&mut self) {
        for turn in 0.. {
            assert!(turn < 10_000, "the engine comes to rest");
            if !self.engine.has_ready() {
                return;
            }
            self.turn();
        }
    }

    /// The requests that have come since the last call.
    pub fn take(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.requests)
    }

    /// The only request that has come.
    pub fn take_one(&mut self) -> Request {
        let requests = self.take();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.into_iter().next().unwrap()
    }

    pub fn answer(&mut self, request: &Request, answer: &Answer<'_>) -> Outcome {
        self.engine.answer(request.connection, request.sequence, answer)
    }

    /// Answers 200 with a body and no field lines of its own.
    pub fn text(&mut self, request: &Request, body: &str) -> Outcome {
        self.answer(request, &plain_answer(body))
    }

    /// Answers 200 with a body by reference; returns its number.
    pub fn refer(&mut self, request: &Request, body: &str) -> u32 {
        let id = u32::try_from(self.bodies.len()).unwrap();
        self.bodies.push(body.as_bytes().to_vec());
        let reference = Body::Reference { id, length: body.len() };
        self.answer(request, &Answer { body: reference, ..plain_answer("") });
        id
    }

    /// Begins an answer 200 that is written step by step.
    pub fn begin(&mut self, request: &Request, fields: &str) -> Outcome {
        self.answer(request, &Answer { fields: fields.as_bytes(), body: Body::Stream, ..plain_answer("") })
    }

    pub fn write(&mut self, request: &Request, bytes: &[u8]) -> Written {
        self.engine.write(request.connection, request.sequence, bytes)
    }

    pub fn finish(&mut self, request: &Request) -> Outcome {
        self.engine.finish(request.connection, request.sequence)
    }

    pub fn break_answer(&mut self, request: &Request) {
        self.engine.break_answer(request.connection, request.sequence);
    }

    pub fn watch(&mut self, request: &Request, token: u32) -> bool {
        self.engine.watch(request.connection, request.sequence, token)
    }

    pub fn read_body(&mut self, request: &Request) -> BodyRead {
        self.engine.read_body(request.connection, request.sequence)
    }

    /// Reads what there is of a body, and what comes of its end.
    pub fn read_all(&mut self, request: &Request) -> (Vec<u8>, BodyRead) {
        let mut all = Vec::new();
        loop {
            match self.read_body(request) {
                BodyRead::Bytes(bytes) => {
                    all.extend_from_slice(&bytes);
                    self.engine.recycle(bytes);
                }
                other => return (all, other),
            }
            self.settle();
        }
    }

    /// The events that have come since the last call.
    pub fn take_events(&mut self) -> Vec<(u32, u32)> {
        self.settle();
        std::mem::take(&mut self.events)
    }

    /// What is to be sent now, bodies by reference included.
    pub fn shown(&mut self, id: ConnectionId) -> Vec<u8> {
        let Some(next) = self.engine.output(id) else { return Vec::new() };
        let mut bytes = next.bytes.to_vec();
        if let Some(reference) = next.reference {
            assert!(!self.released.contains(&reference.id), "a released body is shown");
            let body = &self.bodies[reference.id as usize];
            assert_eq!(reference.end, body.len());
            bytes.extend_from_slice(&body[reference.at..reference.end]);
        }
        bytes
    }

    /// Sends at most `most` bytes; returns how many were sent.
    pub fn send_some(&mut self, id: ConnectionId, most: usize) -> usize {
        let bytes = self.shown(id);
        let count = bytes.len().min(most);
        if count > 0 {
            self.wires.entry(id).or_default().extend_from_slice(&bytes[..count]);
            self.engine.sent(id, count);
        }
        self.collect_released();
        count
    }

    /// Gives at most `most` bytes to a socket that will confirm them; returns how many.
    pub fn depart(&mut self, id: ConnectionId, most: usize) -> usize {
        let bytes = self.shown(id);
        let count = bytes.len().min(most);
        self.wires.entry(id).or_default().extend_from_slice(&bytes[..count]);
        self.engine.departed(id, count);
        self.collect_released();
        count
    }

    /// Sends everything.
    pub fn send(&mut self, id: ConnectionId) {
        while self.send_some(id, usize::MAX) > 0 {}
        while self.engine.next_touched().is_some() {}
    }

    /// Sends everything; what has been sent in all since the last call.
    pub fn wire(&mut self, id: ConnectionId) -> String {
        String::from_utf8(self.wire_bytes(id)).unwrap()
    }

    /// As [`Host::wire`], of bodies that are no text.
    pub fn wire_bytes(&mut self, id: ConnectionId) -> Vec<u8> {
        self.send(id);
        self.wires.remove(&id).unwrap_or_default()
    }

    /// The statuses of what was sent since the last call.
    pub fn statuses(&mut self, id: ConnectionId) -> Vec<u16> {
        let wire = self.wire(id);
        let lines = wire.match_indices("HTTP/1.1 ").filter_map(|(at, _)| wire.get(at + 9..at + 12)?.parse().ok());
        lines.collect()
    }

    pub fn interest(&self, id: ConnectionId) -> Interest {
        self.engine.interest(id).unwrap()
    }

    /// Lets time pass; the connections that are to be dropped.
    pub fn pass(&mut self, ms: u64) -> Vec<ConnectionId> {
        while self.engine.next_touched().is_some() {}
        self.now_ms += ms;
        self.engine.set_now(self.now_ms);
        let mut gone = Vec::new();
        self.engine.expire(|id| gone.push(id));
        gone
    }

    pub fn collect_released(&mut self) {
        while let Some(id) = self.engine.next_released() {
            self.released.push(id);
        }
    }

    fn collect(&mut self) {
        while self.read < self.fill.words {
            let size = self.arena[self.read + request::WORDS] as usize;
            let record = &self.arena[self.read..self.read + size];
            match record[request::KIND] & 0xff {
                kind::REQUEST | kind::REFUSED => self.requests.push(read(record)),
                kind => {
                    assert_eq!((size, record[request::GENERATION]), (EVENT_COLUMNS, 0));
                    assert_ne!(record[request::SLOT], 0, "nobody watches under the number 0");
                    self.events.push((kind, record[request::SLOT]));
                }
            }
            self.read += size;
        }
        assert_eq!(self.read, self.fill.words);
    }
}

fn read(record: &[u32]) -> Request {
    let bytes: Vec<u8> = record.iter().flat_map(|word| word.to_ne_bytes()).collect();
    let head = &bytes[request::COLUMNS * 4..];
    let cut = |word: u32| {
        let (at, length) = ((word & 0xffff) as usize, ((word >> 16) & 0x7fff) as usize);
        String::from_utf8_lossy(&head[at..at + length]).into_owned()
    };
    let (kind_word, counts) = (record[request::KIND], record[request::COUNTS]);
    let verdict = record[request::VERDICT];
    assert_eq!(kind_word & 0xff == kind::REFUSED, verdict != 0);
    let (fields, params) = ((counts & 0xffff) as usize, (counts >> 16) as usize);
    let spans = &record[record[request::SPANS_AT] as usize / 4..][..fields * 2 + params];
    let (flags, body_length) = (kind_word >> 16, record[request::BODY_LENGTH] as usize);
    let kept = flags & request_flag::BODY_KEPT != 0;
    assert_eq!(flags & request_flag::BODY_INLINE != 0, !kept && body_length > 0);
    Request {
        connection: ConnectionId { slot: record[request::SLOT], generation: record[request::GENERATION] },
        sequence: record[request::SEQUENCE],
        route: record[request::ROUTE],
        method: Method::from_number(u8::try_from((kind_word >> 8) & 0xff).unwrap()).unwrap(),
        http11: flags & request_flag::HTTP11 != 0,
        path: cut(record[request::PATH]),
        query: cut(record[request::QUERY]),
        fields: spans[..fields * 2].chunks(2).map(|pair| (cut(pair[0]), cut(pair[1]))).collect(),
        params: spans[fields * 2..].iter().map(|word| (cut(*word), word >> 31 == 1)).collect(),
        inline: (!kept).then(|| bytes[record[request::BODY_AT] as usize..][..body_length].to_vec()),
        body_length,
        streams: flags & request_flag::BODY_STREAM != 0,
        verdict: (verdict & 0xffff, verdict >> 16),
        watched: record[request::WATCHED],
        checked: (flags & request_flag::VALIDATED != 0, flags & request_flag::INVALID != 0),
        input: {
            let (at, length) = (record[request::INPUT_AT] as usize, record[request::INPUT_LENGTH] as usize);
            String::from_utf8(bytes[at..][..length].to_vec()).unwrap()
        },
    }
}

pub fn plain_answer(body: &str) -> Answer<'_> {
    Answer { status: 200, header_set: header_set::NONE, fields: b"", body: Body::Bytes(body.as_bytes()), close: false }
}

/// What [`Host::text`] sends.
pub fn plain(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{DATE}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// A GET with further field lines, each with its CRLF.
pub fn get(path: &str, lines: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n{lines}\r\n")
}
