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
mod output;
mod problem;
mod shared;
mod wheel;

#[cfg(test)]
mod tests;

pub use admission::{Priority, RouteRules};
pub use answer::{Answer, Body};
pub use batch::{Batch, Fill, MAX_REQUESTS, Record};
pub use config::Config;
pub use connection::{BodyRead, Outcome, Quality, Written};
pub use event::{Event, EventKind};
pub use hot_files::{HotFiles, Identify};
pub use metrics::Metrics;
pub use output::{Next, Reference};
pub use problem::Problem;
pub use shared::Counters;

use std::collections::VecDeque;
use std::rc::Rc;

use crate::http::HttpDate;
use crate::pool::Pools;
use crate::router::{Captures, Router};
use admission::{Admission, Waiting};
use connection::{BUCKETS, Connection};
use shared::Shared;
use wheel::{Filed, Wheel};

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

    /// An engine without connections; `rules` are those of the routes, by their numbers.
    #[must_use]
    pub fn with_rules(config: Config, router: Router, rules: Vec<RouteRules>) -> Self {
        let admission = Admission::new(rules, config.max_in_flight, config.max_queued);
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
                unix_seconds: 0,
                latency_ms_16: 0,
                latency_ms_1024: 0,
                depths: [0; BUCKETS],
                ready: VecDeque::new(),
                touched: Vec::new(),
                released: Vec::new(),
                wheel: Wheel::default(),
            },
        }
    }

    /// Begins a turn: each connection's budget of requests is new.
    pub fn begin_turn(&mut self) {
        self.shared.turn = self.shared.turn.wrapping_add(1);
        if let Some(arena) = Rc::get_mut(&mut self.shared.arena) {
            arena.reset();
        }
    }

    /// Tells the time: monotonic milliseconds since any moment. It never goes back.
    pub fn set_now(&mut self, now_ms: u64) {
        self.shared.now_ms = now_ms.max(self.shared.now_ms);
    }

    /// Tells the time for `Date`, in seconds since 1970-01-01T00:00:00Z.
    pub fn set_date(&mut self, unix_seconds: u64) {
        self.shared.unix_seconds = unix_seconds;
        self.shared.date.set(unix_seconds);
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

    /// Whether bytes of a connection wait to be sent, or to arrive.
    #[must_use]
    pub fn has_unsent(&self, id: ConnectionId) -> bool {
        matches!(self.connections.get(id.slot as usize), Some(Place::Used(connection))
            if connection.generation == id.generation && connection.output().unsent() > 0)
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

    /// Goes on with what was held back, until the batch is full or each connection has had its share: first what handlers
    /// under way wait for, then requests that wait for a place, then connections in rounds.
    pub fn resume(&mut self, batch: &mut Batch<'_>) {
        while let Some(&event) = self.shared.events.front() {
            if !batch.push_event(event) {
                return;
            }
            self.shared.events.pop_front();
        }
        self.resume_waiting(batch);
        let mut rested = 0;
        while rested < self.shared.ready.len() && !batch.is_full() {
            let Some(Filed { slot, generation }) = self.shared.ready.pop_front() else { break };
            let advanced = self.with(ConnectionId { slot, generation }, |connection, shared| {
                connection.queued = false;
                if connection.has_had_share(shared) {
                    shared.queue(connection);
                    return false;
                }
                connection.take_up(shared, batch);
                shared.touch(connection);
                true
            });
            rested = if advanced == Some(false) { rested.saturating_add(1) } else { 0 };
        }
    }

    fn resume_waiting(&mut self, batch: &mut Batch<'_>) {
        while !batch.is_full() {
            let now_ms = self.shared.now_ms;
            let Some(waiting) = self.shared.admission.next(now_ms) else { break };
            let waiting = self.first_of_its_connection(waiting);
            let Filed { slot, generation } = waiting.connection;
            let taken = self.with(ConnectionId { slot, generation }, |connection, shared| {
                let taken = connection.run_parked(waiting.sequence, shared, batch);
                shared.touch(connection);
                taken
            });
            if taken == Some(false) {
                self.shared.admission.put_back(waiting);
                break;
            }
        }
    }

    /// The request that has waited longest on the connection of one whose turn it is: its answer goes first, so the place
    /// would be held for nothing, or for ever, by one behind it. The other waits on, as urgent as it is.
    fn first_of_its_connection(&mut self, waiting: Waiting) -> Waiting {
        let Filed { slot, generation } = waiting.connection;
        let first = self.with(ConnectionId { slot, generation }, |connection, _| connection.first_parked()).flatten();
        let Some(first) = first.filter(|first| first.sequence != waiting.sequence) else { return waiting };
        if self.shared.admission.route_is_full(first.route) {
            return waiting;
        }
        self.shared.admission.abandon(first.connection, first.sequence, first.route);
        self.shared.admission.put_back(waiting);
        first
    }

    /// Whether something waits for [`Engine::resume`].
    #[must_use]
    pub fn has_ready(&self) -> bool {
        !self.shared.ready.is_empty() || !self.shared.events.is_empty() || self.shared.admission.has_runnable()
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

    /// Whether the host should tell the quality of a connection now, with [`Engine::note_quality`].
    pub fn wants_quality(&mut self, id: ConnectionId) -> bool {
        self.with(id, |connection, _| connection.wants_look()).unwrap_or(false)
    }

    /// Tells the quality of the way to a peer.
    pub fn note_quality(&mut self, id: ConnectionId, quality: Quality) {
        self.with(id, |connection, _| connection.look(quality));
    }

    /// The body of an unanswered request that was too long for its record.
    pub fn kept_body(&mut self, id: ConnectionId, sequence: u32) -> Option<&[u8]> {
        Self::find(&mut self.connections, id)?.kept_body(sequence)
    }

    /// A connection that has output or whose interest may have changed; each once until it is touched again.
    pub fn next_touched(&mut self) -> Option<ConnectionId> {
        while let Some(Filed { slot, generation }) = self.shared.touched.pop() {
            let id = ConnectionId { slot, generation };
            let touched = self.with(id, connection::Connection::take_touched);
            if touched == Some(true) {
                return Some(id);
            }
        }
        None
    }

    /// Whether a connection was touched and every request it has taken is answered, so that the host may look at it
    /// before [`Engine::next_touched`] gives it; it is given there only if it is touched again.
    pub fn take_touched(&mut self, id: ConnectionId) -> bool {
        self.with(id, |connection, shared| connection.pending() == 0 && connection.take_touched(shared))
            .unwrap_or(false)
    }

    /// A body by reference that is no longer needed.
    pub fn next_released(&mut self) -> Option<u32> {
        self.shared.released.pop()
    }

    /// What to send on a connection now; `None` when there is nothing, or what was taken is in flight.
    pub fn output(&mut self, id: ConnectionId) -> Option<Next<'_>> {
        Self::find(&mut self.connections, id)?.output().next()
    }

    /// `count` bytes of the output have been sent.
    pub fn sent(&mut self, id: ConnectionId, count: usize) {
        self.with(id, |connection, shared| {
            let Shared { pool, released, .. } = shared;
            connection.output_mut().advance(count, |id| released.push(id), |buffer| pool.give(buffer));
            connection.sent(shared);
        });
    }

    /// The host took `count` bytes of the output to send them when the socket drains.
    pub fn departed(&mut self, id: ConnectionId, count: usize) {
        self.with(id, |connection, shared| {
            let Shared { pool, released, .. } = shared;
            connection.output_mut().depart(count, |id| released.push(id), |buffer| pool.give(buffer));
            connection.blocked(shared);
        });
    }

    /// `count` bytes that were given as sent are still on their way to the peer, until [`Engine::arrived`].
    pub fn recall(&mut self, id: ConnectionId, count: usize) {
        if count == 0 {
            return;
        }
        self.with(id, |connection, shared| {
            connection.output_mut().recall(count);
            connection.sent(shared);
        });
    }

    /// What [`Engine::departed`] took has been sent.
    pub fn arrived(&mut self, id: ConnectionId) {
        self.with(id, |connection, shared| {
            connection.arriving(shared);
            connection.output_mut().arrive();
            connection.sent(shared);
            shared.touch(connection);
        });
    }

    /// What the host must do for a connection; `None` when it has gone.
    #[must_use]
    pub fn interest(&self, id: ConnectionId) -> Option<Interest> {
        match self.connections.get(id.slot as usize) {
            Some(Place::Used(connection)) if connection.generation == id.generation => Some(Interest {
                read: connection.wants_bytes(&self.shared),
                shutdown: connection.wants_shutdown(),
                close: connection.is_finished(),
                reset: connection.is_broken(),
            }),
            _ => None,
        }
    }

    /// Notes that the host shuts the sending side of a connection down; `false` if it was told to already.
    pub fn take_shutdown(&mut self, id: ConnectionId) -> bool {
        self.with(id, |connection, _| connection.take_shutdown()).unwrap_or(false)
    }

    /// Acts on deadlines that have passed by the time of the turn; `drop` gets each connection to be closed at once.
    pub fn expire(&mut self, mut drop: impl FnMut(ConnectionId)) {
        self.shared.pool.tick(self.shared.now_ms);
        let second = self.shared.now_ms / 1000;
        let mut due = Vec::new();
        self.shared.wheel.advance(second, |filed, second| due.push((filed, second)));
        for (Filed { slot, generation }, second) in due {
            let id = ConnectionId { slot, generation };
            let gone = self.with(id, |connection, shared| {
                if connection.filed_second != second {
                    return false;
                }
                if connection.touched {
                    // The host has not looked at it since something happened: its deadline may be another by now.
                    connection.rearm(shared);
                }
                connection.filed_second = u64::MAX;
                if connection.deadline_ms() > shared.now_ms {
                    connection.rest();
                    shared.file(connection);
                    return false;
                }
                let gone = connection.expire(shared);
                shared.touch(connection);
                gone
            });
            if gone == Some(true) {
                drop(id);
            }
        }
    }

    /// Whether [`Engine::expire`] is to be called about once per second: there are connections, or buffers to give back.
    #[must_use]
    pub fn needs_timer(&self) -> bool {
        self.open > 0 || !self.shared.pool.rests()
    }

    /// Takes no more connections, ends each behind its last answer, and idle ones after `idle_ms` at the latest; those
    /// whose requests come in quick succession are given less.
    pub fn drain(&mut self, idle_ms: u64) {
        self.shared.draining = true;
        self.shared.drain_idle_ms = idle_ms;
        for place in &mut self.connections {
            if let Place::Used(connection) = place {
                connection.drain(idle_ms, &mut self.shared);
            }
        }
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
