//! What a connection waits for, and for how long.

use super::super::config::LINGER_MS;
use super::super::problem::Problem;
use super::super::shared::Shared;
use super::{Connection, Input, Phase};

impl Connection {
    pub fn deadline_ms(&self) -> u64 {
        self.deadline_ms
    }

    /// Ends idle connections and lets busy ones finish what they have; `idle_until_ms` is when an idle one closes.
    pub fn drain(&mut self, idle_until_ms: u64, shared: &mut Shared) {
        if self.phase == Phase::Idle || (self.phase == Phase::Head && !self.used && self.inbox.is_empty()) {
            self.deadline_ms = self.deadline_ms.min(idle_until_ms);
            shared.file(self);
        }
    }

    /// Sets phase and deadline from what the connection waits for.
    pub fn rearm(&mut self, shared: &mut Shared) {
        let config = &shared.config;
        let (phase, since, limit) = if self.output.unsent() > 0 && self.output.in_flight() {
            (Phase::Send, self.progress_ms, config.send_timeout_ms)
        } else if self.last_written {
            (Phase::Linger, shared.now_ms, LINGER_MS)
        } else if let (Some(slot), false) = (self.slots.front(), self.first_is_incoming()) {
            (Phase::Handler, slot.since_ms, config.handler_timeout_ms)
        } else if matches!(self.input, Input::Body(_) | Input::Drain(_)) {
            (Phase::Body, self.since_ms, config.body_timeout_ms)
        } else if !self.inbox.is_empty() || !self.used {
            if self.phase != Phase::Head {
                self.since_ms = shared.now_ms;
            }
            (Phase::Head, self.since_ms, config.head_timeout_ms)
        } else {
            (Phase::Idle, shared.now_ms, shared.idle_timeout_ms())
        };
        if phase == Phase::Linger && self.phase == Phase::Linger {
            return;
        }
        self.phase = phase;
        self.deadline_ms = since.saturating_add(limit);
        shared.file(self);
    }

    pub(super) fn first_is_incoming(&self) -> bool {
        matches!(&self.input, Input::Body(incoming) if incoming.sequence == self.first)
    }

    /// Acts on a deadline that has passed; `true` when the host must drop the connection without another word.
    pub fn expire(&mut self, shared: &mut Shared) -> bool {
        shared.counters.timeouts = shared.counters.timeouts.wrapping_add(1);
        match self.phase {
            Phase::Idle | Phase::Linger | Phase::Send => true,
            Phase::Head if self.inbox.is_empty() => true,
            Phase::Head => {
                self.refuse(Problem::REQUEST_TIMEOUT, shared);
                false
            }
            Phase::Body => {
                if let Input::Body(incoming) = &self.input {
                    let sequence = incoming.sequence;
                    self.fail_incoming(sequence, Problem::REQUEST_TIMEOUT, shared);
                    false
                } else {
                    true
                }
            }
            Phase::Handler => {
                let first = self.first;
                self.linger();
                self.answer_sequence_with_problem(first, Problem::HANDLER_TIMEOUT, shared);
                false
            }
        }
    }
}
