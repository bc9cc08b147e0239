//! Connections, pipelining, deadlines and batches: everything between bytes and routes.
//!
//! Sans-io: a host gives bytes with [`Engine::receive`] and answers with [`Engine::answer`], asks with
//! [`Engine::next_touched`] which connections need it, and sends what [`Engine::output`] shows. The host tells the
//! time once per turn; the engine never waits, never blocks and calls nobody.

mod admission;
mod answer;
mod batch;
mod config;
mod connection;
mod event;
mod hot_files;
pub mod layout;
mod metrics;
mod miss;
mod observe;
mod output;
mod problem;
mod replacement;
mod sending;
mod shared;
mod turns;
mod wheel;

#[cfg(test)]
mod tests;

pub use admission::{Priority, RouteRules};
pub use answer::{Answer, Body};
pub use batch::{Batch, Checked, Fill, MAX_REQUESTS, Record};
pub use config::Config;
pub use connection::{BodyRead, Outcome, Quality, Written};
pub use event::{Event, EventKind};
pub use hot_files::{HotFiles, Identify};
pub use metrics::Metrics;
pub use miss::{Verdict, miss_kind};
pub use observe::{Clock, NO_ROUTE};
pub use output::{Next, Reference};
pub use problem::Problem;
pub use replacement::{ReplacementError, check_replacement};
pub use shared::Counters;

use std::collections::VecDeque;
use std::rc::Rc;

use crate::http::HttpDate;
use crate::input::InputRules;
use crate::pool::Pools;
use crate::router::{Captures, Router};
use admission::Admission;
use connection::{BUCKETS, Connection};
use shared::Shared;
use wheel::Wheel;

/// A connection of an engine. Stale ones are recognised by their generation and do nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionId {
    /// Place in the engine's table; used again once a connection has gone.
    pub slot: u32,
    /// Differs for every connection that had the slot.
    pub generation: u32,
}

/// What the host must do for a connection that was touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent wishes")]
pub struct Interest {
    /// Bytes should be read from the peer.
    pub read: bool,
    /// The sending side should be shut down.
    pub shutdown: bool,
    /// The connection is to be closed and reported with [`Engine::close`].
    pub close: bool,
    /// It is to be closed with a reset: its answer is cut, which a client that reads to the end must be able to tell.
    pub reset: bool,
}

enum Place {
    Used(Box<Connection>),
    Free { next_generation: u32 },
}

/// The engine of one server.
pub struct Engine {
    connections: Vec<Place>,
    free: Vec<u32>,
    shared: Shared,
    open: u32,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Engine")
            .field("open", &self.open)
            .field("counters", &self.shared.counters)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine without connections, whose routes declare nothing.
    #[must_use]
    pub fn new(config: Config, router: Router) -> Self {
        Self::with_rules(config, router, Vec::new())
    }

    /// Answers a route with files from memory, where they are there.
    pub fn set_hot_files(&mut self, route: u32, files: HotFiles) {
        let route = route as usize;
        if self.shared.hot_files.len() <= route {
            self.shared.hot_files.resize(route.saturating_add(1), None);
        }
        if let Some(place) = self.shared.hot_files.get_mut(route) {
            *place = Some(Rc::new(files));
        }
    }

    /// Has the requests of a route checked before they are handed over.
    pub fn set_input(&mut self, route: u32, rules: Rc<InputRules>) {
        let route = route as usize;
        if self.shared.inputs.len() <= route {
            self.shared.inputs.resize(route.saturating_add(1), None);
        }
        if let Some(place) = self.shared.inputs.get_mut(route) {
            *place = Some(rules);
        }
    }

    /// An engine without connections; `rules` are those of the routes, by their numbers.
    #[must_use]
    pub fn with_rules(config: Config, router: Router, rules: Vec<RouteRules>) -> Self {
        let admission = Admission::new(rules, config.max_in_flight, config.max_queued);
        router.prepare();
        Self {
            connections: Vec::new(),
            free: Vec::new(),
            open: 0,
            shared: Shared {
                config,
                router,
                admission,
                pool: Pools::new(config.max_pooled_bytes),
                date: HttpDate::default(),
                counters: Counters::default(),
                arena: Rc::default(),
                fields: Vec::new(),
                captures: Captures::default(),
                now_ms: 0,
                turn: 0,
                draining: false,
                drain_idle_ms: 0,
                events: VecDeque::new(),
                hot_files: Vec::new(),
                inputs: Vec::new(),
                unix_seconds: 0,
                latency_ms_16: 0,
                latency_ms_1024: 0,
                depths: [0; BUCKETS],
                ready: VecDeque::new(),
                touched: Vec::new(),
                released: Vec::new(),
                wheel: Wheel::default(),
                misses: None,
                replacements: Rc::default(),
                observer: None,
                last_watched: 0,
            },
        }
    }

    /// Takes a new connection; `None` when there are as many as the limit allows, or the server is stopping.
    pub fn open(&mut self) -> Option<ConnectionId> {
        if !self.has_connection_room() {
            self.shared.counters.refused_connections = self.shared.counters.refused_connections.wrapping_add(1);
            return None;
        }
        let slot = if let Some(slot) = self.free.pop() {
            slot
        } else {
            let slot = u32::try_from(self.connections.len()).ok()?;
            self.connections.push(Place::Free { next_generation: 1 });
            slot
        };
        let place = self.connections.get_mut(slot as usize)?;
        let Place::Free { next_generation: generation } = *place else { return None };
        let mut connection = Box::new(Connection::new(slot, generation, &self.shared));
        self.shared.file(&mut connection);
        *place = Place::Used(connection);
        self.open = self.open.saturating_add(1);
        self.shared.counters.connections = self.shared.counters.connections.wrapping_add(1);
        Some(ConnectionId { slot, generation })
    }

    /// Whether another connection would be taken.
    #[must_use]
    pub fn has_connection_room(&self) -> bool {
        self.open < self.shared.config.max_connections && !self.shared.draining
    }

    fn find(connections: &mut [Place], id: ConnectionId) -> Option<&mut Connection> {
        match connections.get_mut(id.slot as usize) {
            Some(Place::Used(connection)) if connection.generation == id.generation => Some(connection),
            _ => None,
        }
    }

    fn with<R>(&mut self, id: ConnectionId, act: impl FnOnce(&mut Connection, &mut Shared) -> R) -> Option<R> {
        let connection = Self::find(&mut self.connections, id)?;
        Some(act(connection, &mut self.shared))
    }

    /// Takes bytes from the peer; complete requests are written to the batch.
    pub fn receive(&mut self, id: ConnectionId, bytes: &[u8], batch: &mut Batch<'_>) {
        self.shared.counters.received_bytes = self.shared.counters.received_bytes.wrapping_add(bytes.len() as u64);
        self.with(id, |connection, shared| connection.receive(bytes, shared, batch));
    }

    /// Takes bytes from the peer and leaves them for [`Engine::resume`].
    pub fn receive_later(&mut self, id: ConnectionId, bytes: &[u8]) {
        self.shared.counters.received_bytes = self.shared.counters.received_bytes.wrapping_add(bytes.len() as u64);
        self.with(id, |connection, shared| connection.receive_later(bytes, shared));
    }

    /// The peer sends no more (it may still read).
    pub fn end(&mut self, id: ConnectionId) {
        self.with(id, Connection::end);
    }

    /// The connection has gone; its requests are abandoned and late answers will be dropped.
    pub fn close(&mut self, id: ConnectionId) {
        let Some(place) = self.connections.get_mut(id.slot as usize) else { return };
        let Place::Used(connection) = place else { return };
        if connection.generation != id.generation {
            return;
        }
        connection.dispose(&mut self.shared);
        *place = Place::Free { next_generation: id.generation.wrapping_add(1) };
        self.free.push(id.slot);
        self.open = self.open.saturating_sub(1);
    }

    /// Gives the answer to a request. A body by reference is released (see [`Engine::next_released`]) when it is sent
    /// or no longer needed, also when the answer is dropped.
    pub fn answer(&mut self, id: ConnectionId, sequence: u32, answer: &Answer<'_>) -> Outcome {
        let outcome = self.with(id, |connection, shared| connection.answer(sequence, answer, shared));
        outcome.unwrap_or_else(|| {
            self.shared.counters.dropped_answers = self.shared.counters.dropped_answers.wrapping_add(1);
            if let Body::Reference { id, .. } = answer.body {
                self.shared.released.push(id);
            }
            Outcome::Gone
        })
    }

    /// Answers a request that the application failed on, and ends its connection.
    pub fn answer_internal_error(&mut self, id: ConnectionId, sequence: u32) -> Outcome {
        self.with(id, |connection, shared| connection.answer_sequence(sequence, Problem::INTERNAL, &[], true, shared))
            .unwrap_or(Outcome::Gone)
    }

    /// Has the owner of a request told what happens to it, by events with this token (0 for no longer); `false` when it
    /// is over.
    pub fn watch(&mut self, id: ConnectionId, sequence: u32, token: u32) -> bool {
        self.with(id, |connection, shared| connection.watch(sequence, token, shared)).unwrap_or(false)
    }

    /// Takes what there is of a body that is read while it arrives.
    pub fn read_body(&mut self, id: ConnectionId, sequence: u32) -> BodyRead {
        self.with(id, |connection, shared| connection.take_body(sequence, shared)).unwrap_or(BodyRead::Gone)
    }

    /// Takes a buffer back that [`Engine::read_body`] gave.
    pub fn recycle(&mut self, buffer: Vec<u8>) {
        self.shared.pool.give(buffer);
    }

    /// Writes bytes of an answer that was given with [`Body::Stream`].
    pub fn write(&mut self, id: ConnectionId, sequence: u32, bytes: &[u8]) -> Written {
        self.with(id, |connection, shared| connection.write(sequence, bytes, shared)).unwrap_or(Written::Gone)
    }

    /// Ends such an answer; [`Outcome::Refused`] when it is shorter than it promised, which cuts its connection.
    pub fn finish(&mut self, id: ConnectionId, sequence: u32) -> Outcome {
        self.with(id, |connection, shared| connection.finish(sequence, shared)).unwrap_or(Outcome::Gone)
    }

    /// Gives such an answer up; its connection is cut, so that the client sees that it is not whole.
    pub fn break_answer(&mut self, id: ConnectionId, sequence: u32) {
        self.with(id, |connection, shared| connection.break_answer(sequence, shared));
    }

    /// The body of an unanswered request that was too long for its record.
    pub fn kept_body(&mut self, id: ConnectionId, sequence: u32) -> Option<&[u8]> {
        Self::find(&mut self.connections, id)?.kept_body(sequence)
    }

    /// Whether a stopping connection has nothing left to do and may be closed at once.
    #[must_use]
    pub fn is_idle(&self, id: ConnectionId) -> bool {
        matches!(self.connections.get(id.slot as usize), Some(Place::Used(connection))
            if connection.generation == id.generation && connection.is_idle())
    }

    /// Open connections.
    #[must_use]
    pub fn connection_count(&self) -> u32 {
        self.open
    }
}
