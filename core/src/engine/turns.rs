//! Turns: what was held back goes on in its order, and deadlines that have passed are acted on.

use std::rc::Rc;

use super::admission::Waiting;
use super::batch::Batch;
use super::event::{Event, EventKind};
use super::wheel::Filed;
use super::{ConnectionId, Engine, Place};

impl Engine {
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

    /// Goes on with what was held back, until the batch is full or each connection has had its share: first what handlers
    /// under way wait for, then requests that wait for a place, then connections in rounds.
    pub fn resume(&mut self, batch: &mut Batch<'_>) {
        while let Some(&event) = self.shared.events.front() {
            if !batch.push_event(event) {
                return;
            }
            self.shared.events.pop_front();
        }
        self.tell_finished(batch);
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

    /// Tells JavaScript once that there are rows to be taken.
    fn tell_finished(&mut self, batch: &mut Batch<'_>) {
        let Some(observer) = &mut self.shared.observer else { return };
        let untold = u32::try_from(observer.untold()).unwrap_or(u32::MAX);
        if untold > 0 && batch.push_event(Event { kind: EventKind::Finished, token: untold }) {
            observer.note_told();
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
        let has_rows = self.shared.observer.as_ref().is_some_and(|observer| observer.untold() > 0);
        !self.shared.ready.is_empty()
            || !self.shared.events.is_empty()
            || has_rows
            || self.shared.admission.has_runnable()
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
}
