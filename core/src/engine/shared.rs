//! What all connections of an engine use, apart from them so that both can be borrowed at once.

use std::collections::VecDeque;
use std::rc::Rc;

use super::admission::Admission;
use super::config::Config;
use super::connection::BUCKETS;
use super::connection::Connection;
use super::event::{Event, EventKind};
use super::hot_files::HotFiles;
use super::miss::Misses;
use super::observe::{LAST_NUMBER, Observer};
use super::replacement::Replacements;
use super::wheel::{Filed, Wheel};
use crate::http::{FieldSpan, HttpDate};
use crate::input::InputRules;
use crate::pool::Pools;
use crate::pool::arena::TurnArena;
use crate::router::{Captures, Router};

/// Counts since the engine was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections opened.
    pub connections: u64,
    /// Connections refused because there were too many.
    pub refused_connections: u64,
    /// Bytes received.
    pub received_bytes: u64,
    /// Requests read, refused ones included.
    pub requests: u64,
    /// Answers taken.
    pub answers: u64,
    /// Answers given without JavaScript.
    pub native_answers: u64,
    /// Answers that came too late: their connection had gone or their request was answered.
    pub dropped_answers: u64,
    /// Requests refused because their framing could not be trusted.
    pub refused: u64,
    /// Requests whose connection went before their answer.
    pub abandoned: u64,
    /// Deadlines passed.
    pub timeouts: u64,
    /// Rows of native answers that nobody took in time.
    pub dropped_events: u64,
}

pub(super) struct Shared {
    pub config: Config,
    pub router: Router,
    pub admission: Admission,
    pub pool: Pools,
    /// By route.
    pub hot_files: Vec<Option<Rc<HotFiles>>>,
    /// By route.
    pub inputs: Vec<Option<Rc<InputRules>>>,
    pub unix_seconds: u64,
    pub date: HttpDate,
    pub counters: Counters,
    /// Scratch of this turn: what is written for one answer and forgotten. Counted, so that who uses it may borrow the rest.
    pub arena: Rc<TurnArena>,
    /// Reused by every head that is parsed.
    pub fields: Vec<FieldSpan>,
    /// Reused by every lookup.
    pub captures: Captures,
    pub now_ms: u64,
    pub turn: u64,
    /// Set while the server stops: answers end their connection. Holds how long an idle one may stay.
    pub draining: bool,
    pub drain_idle_ms: u64,
    /// What JavaScript is to be told, in this order.
    pub events: VecDeque<Event>,
    /// Milliseconds that handlers take, smoothed over few and over many requests, times 16 and 1024.
    pub latency_ms_16: u64,
    pub latency_ms_1024: u64,
    /// Answers that were flushed whole, by the depth of their connection.
    pub depths: [u64; BUCKETS],
    /// Connections to be taken up again, in turn.
    pub ready: VecDeque<Filed>,
    /// Connections the host must look at.
    pub touched: Vec<Filed>,
    /// Bodies by reference the host may let go.
    pub released: Vec<u32>,
    pub wheel: Wheel,
    /// Where requests without a route go, if not into native answers.
    pub misses: Option<Misses>,
    /// Counted, so that an answer may be borrowed from it.
    pub replacements: Rc<Replacements>,
    /// There while somebody watches.
    pub observer: Option<Box<Observer>>,
    /// The number that was given last; kept while nobody watches, since requests may be under way that have one.
    pub last_watched: u32,
}

impl Shared {
    pub fn queue(&mut self, connection: &mut Connection) {
        if !connection.queued {
            connection.queued = true;
            self.ready.push_back(Filed { slot: connection.slot, generation: connection.generation });
        }
    }

    pub fn touch(&mut self, connection: &mut Connection) {
        if !connection.touched {
            connection.touched = true;
            self.touched.push(Filed { slot: connection.slot, generation: connection.generation });
        }
    }

    /// Files the connection in the wheel unless it stands there early enough.
    pub fn file(&mut self, connection: &mut Connection) {
        let second = connection.deadline_ms().div_ceil(1000);
        if second < connection.filed_second {
            let filed = Filed { slot: connection.slot, generation: connection.generation };
            connection.filed_second = self.wheel.file(filed, second);
        }
    }

    /// The number by which the row of the next request is told; 0 while nobody watches.
    pub fn next_watched(&mut self) -> u32 {
        if self.observer.is_none() {
            return 0;
        }
        self.last_watched = if self.last_watched >= LAST_NUMBER { 1 } else { self.last_watched.saturating_add(1) };
        self.last_watched
    }

    /// Has the owner of a request told what happened to it.
    pub fn tell(&mut self, token: u32, kind: EventKind) {
        if token != 0 {
            self.events.push_back(Event { kind, token });
        }
    }

    /// What a route declares of its input.
    pub fn input(&self, route: u32) -> Option<Rc<InputRules>> {
        self.inputs.get(route as usize)?.clone()
    }

    /// How long a request of a route may take.
    pub fn handler_timeout_ms(&self, route: u32) -> u64 {
        self.admission.rules(route).handler_timeout_ms.unwrap_or(self.config.handler_timeout_ms)
    }

    /// Notes how long a handler took.
    pub fn note_latency(&mut self, ms: u64) {
        let ms = ms.min(u64::from(u32::MAX));
        self.latency_ms_16 = self.latency_ms_16.saturating_sub(self.latency_ms_16 / 16).saturating_add(ms);
        self.latency_ms_1024 = self.latency_ms_1024.saturating_sub(self.latency_ms_1024 / 1024).saturating_add(ms);
    }

    /// Whether handlers take twice as long now as they have on average, by at least some milliseconds.
    pub fn handlers_are_slower(&self) -> bool {
        let (now, usual) = (self.latency_ms_16 / 16, self.latency_ms_1024 / 1024);
        now > usual.saturating_mul(2).saturating_add(5)
    }
}
