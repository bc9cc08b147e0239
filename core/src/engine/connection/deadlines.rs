//! What a connection waits for, and for how long; and what it keeps while it waits for nothing.

use std::collections::VecDeque;

use super::super::config::{Config, LINGER_MS, MIN_IDLE_GRACE_MS};
use super::super::event::EventKind;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::slot::Slot;
use super::{Connection, Incoming, Input, Phase};

impl Incoming {
    /// When the body is late: in all, since its last bytes, or for the rate it comes at, whichever is first.
    fn deadline_ms(&self, config: &Config) -> u64 {
        let start = self.since_ms.saturating_add(self.paused_ms);
        let total = start.saturating_add(config.body_timeout_ms);
        let stall = self.progress_ms.saturating_add(config.body_stall_timeout_ms);
        let allowed_ms = self
            .received
            .saturating_mul(1000)
            .checked_div(config.min_body_bytes_per_second)
            .map_or(u64::MAX, |ms| ms.max(config.body_rate_grace_ms));
        total.min(stall).min(start.saturating_add(allowed_ms))
    }

    /// The client may send from now on.
    pub(super) fn restart(&mut self, now_ms: u64) {
        self.since_ms = now_ms;
        self.progress_ms = now_ms;
    }
}

impl Connection {
    pub fn deadline_ms(&self) -> u64 {
        self.deadline_ms
    }

    /// Ends idle connections and lets busy ones finish what they have. An idle one stays for up to `idle_ms`, less if its
    /// requests come in quick succession: four times as long as the last pause says that no more is to come.
    pub fn drain(&mut self, idle_ms: u64, shared: &mut Shared) {
        if self.phase == Phase::Idle || (self.phase == Phase::Head && !self.used && self.inbox.is_empty()) {
            let grace = self.idle_grace_ms(idle_ms);
            self.deadline_ms = self.deadline_ms.min(self.request_ms.saturating_add(grace).max(shared.now_ms));
            shared.file(self);
        }
    }

    fn idle_grace_ms(&self, idle_ms: u64) -> u64 {
        u64::from(self.gap_ms).saturating_mul(4).max(MIN_IDLE_GRACE_MS).min(idle_ms)
    }

    /// Sets phase and deadline from what the connection waits for.
    pub fn rearm(&mut self, shared: &mut Shared) {
        let (phase, deadline_ms) = self.next_deadline(shared);
        if phase == Phase::Linger && self.phase == Phase::Linger {
            return;
        }
        self.phase = phase;
        self.deadline_ms = deadline_ms;
        shared.file(self);
    }

    fn next_deadline(&mut self, shared: &Shared) -> (Phase, u64) {
        let config = &shared.config;
        if self.output.unsent() > 0 && self.output.in_flight() {
            return (Phase::Send, self.progress_ms.saturating_add(config.send_timeout_ms));
        }
        if self.last_written {
            return (Phase::Linger, shared.now_ms.saturating_add(LINGER_MS));
        }
        let of_handler = match self.slots.front() {
            // A client that sends no more may have gone: only what is written to it would tell.
            Some(slot) if slot.is_writing() && self.end_seen => {
                (Phase::Answer, self.progress_ms.saturating_add(config.send_timeout_ms))
            }
            Some(slot) if slot.is_writing() => (Phase::Answer, u64::MAX),
            Some(slot) if !self.first_is_arriving() => {
                (Phase::Handler, slot.since_ms.saturating_add(shared.handler_timeout_ms(slot.route)))
            }
            _ => (Phase::Idle, u64::MAX),
        };
        let of_input = match &self.input {
            Input::Body(incoming) if self.is_awaited(incoming) => (Phase::Body, incoming.deadline_ms(config)),
            Input::Drain(_) => (Phase::Drain, self.since_ms.saturating_add(config.drain_timeout_ms)),
            _ => (Phase::Idle, u64::MAX),
        };
        let soonest = if of_input.1 < of_handler.1 { of_input } else { of_handler };
        if !self.slots.is_empty() || soonest.1 < u64::MAX {
            return soonest;
        }
        if !self.inbox.is_empty() || !self.used {
            if self.phase != Phase::Head {
                self.since_ms = shared.now_ms;
            }
            return (Phase::Head, self.since_ms.saturating_add(config.head_timeout_ms));
        }
        if shared.draining {
            return (Phase::Idle, shared.now_ms.saturating_add(self.idle_grace_ms(shared.drain_idle_ms)));
        }
        let idle = shared.now_ms.saturating_add(config.keep_alive_timeout_ms);
        (Phase::Idle, idle.min(self.opened_ms.saturating_add(config.connection_lifetime_ms).max(shared.now_ms)))
    }

    /// Whether the body of the first unanswered request is arriving.
    fn first_is_arriving(&self) -> bool {
        matches!(&self.input, Input::Body(incoming) if incoming.sequence == self.first && self.is_awaited(incoming))
    }

    /// Whether a body waits for its client: it is not complete, there is room for it, and nothing keeps the client from
    /// sending. One that waits to be asked is kept from it until the answer has begun.
    fn is_awaited(&self, incoming: &Incoming) -> bool {
        let unasked = incoming.continue_due
            && !(incoming.sequence == self.first && self.slots.front().is_some_and(Slot::is_writing));
        !incoming.complete && incoming.paused_since_ms.is_none() && !unasked
    }

    /// Whether nothing is under way in either direction.
    pub fn is_idle(&self) -> bool {
        self.slots.is_empty()
            && self.output.unsent() == 0
            && self.inbox.is_empty()
            && matches!(self.input, Input::Head | Input::Closed)
    }

    /// Gives back what was kept for the next burst of requests.
    pub fn rest(&mut self) {
        if self.is_idle() {
            self.slots = VecDeque::new();
            self.output.rest();
        }
    }

    /// Bytes of memory beside the connection itself.
    #[cfg(test)]
    pub fn kept_bytes(&self) -> usize {
        let slots = self.slots.capacity().saturating_mul(size_of::<Slot>());
        self.inbox.capacity().saturating_add(slots).saturating_add(self.output.kept_bytes())
    }

    /// Whether the connection has lived for as long as it may.
    pub(super) fn is_old(&self, shared: &Shared) -> bool {
        shared.now_ms.saturating_sub(self.opened_ms) >= shared.config.connection_lifetime_ms
    }

    /// Acts on a deadline that has passed; `true` when the host must drop the connection without another word.
    pub fn expire(&mut self, shared: &mut Shared) -> bool {
        shared.counters.timeouts = shared.counters.timeouts.wrapping_add(1);
        match self.phase {
            // What comes of a body nobody reads is not awaited, but answers that are still to come are.
            Phase::Drain if !self.slots.is_empty() || self.output.unsent() > 0 => {
                self.end_behind_last(shared);
                false
            }
            Phase::Idle | Phase::Linger | Phase::Send | Phase::Answer | Phase::Drain => true,
            Phase::Head if self.inbox.is_empty() => true,
            Phase::Head => {
                self.refuse(Problem::REQUEST_TIMEOUT, shared);
                false
            }
            Phase::Body => {
                let input = std::mem::replace(&mut self.input, Input::Closed);
                if let Input::Body(incoming) = input {
                    self.fail_incoming(&incoming, Problem::REQUEST_TIMEOUT, shared);
                    return false;
                }
                true
            }
            Phase::Handler => {
                let first = self.first;
                let Some(slot) = self.slots.front_mut() else { return true };
                let token = std::mem::take(&mut slot.token);
                if slot.is_parked() {
                    shared.admission.count_shed();
                    self.shed(first, shared);
                    return false;
                }
                if token != 0 {
                    shared.tell(token, EventKind::TimedOut);
                }
                self.linger();
                self.answer_sequence(first, Problem::HANDLER_TIMEOUT, &[], true, shared);
                false
            }
        }
    }
}
