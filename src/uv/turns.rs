//! A turn of the loop: requests in by the hooks around the poll phase, JavaScript entered once with a batch, answers out.
//!
//! Batches are as large as handlers are fast: JavaScript stops when its time is up, what is left waits for the next turn,
//! and the next batches are smaller. A panic costs what it struck; the rest of its batch is run
//! (docs/design/engine-turns.md).

use std::rc::Rc;

use nexure_core::engine::layout::{control, request};
use nexure_core::engine::{ConnectionId, Engine, Fill, MAX_REQUESTS};

use super::connection;
use super::server::Server;
use crate::binding::callbacks::Callbacks;
use crate::binding::tables::Crossing;
use crate::guard::guard;

/// The smallest batch, for the slowest handlers: a newcomer waits for the batch under way and for one of each busy
/// connection. With handlers of a millisecond a turn of two costs half a percent.
const LEAST_BATCH: u32 = 2;
/// The first batch: nothing is known of the handlers yet. Batches grow while they are full and their handlers are fast.
pub(super) const FIRST_BATCH: u32 = 16;

impl Server {
    /// The prepare hook: before the loop waits.
    pub fn before_poll(self: &Rc<Self>) {
        self.take_and_send();
        self.engine.borrow_mut().begin_turn();
        if self.engine.borrow().has_ready() {
            self.set_now();
            self.resume_half();
        }
        self.settle_idle();
        self.settle_timer();
    }

    /// Goes on with what was held, but leaves half of the batch to what the poll phase brings: a client that asks now and
    /// then does not stand behind those who always have more. What is left of it is filled up after that phase.
    fn resume_half(&self) {
        let limit = self.fill.get().limit;
        let half = limit.min(self.batch_limit.get() / 2);
        self.fill.set(Fill { limit: half, ..self.fill.get() });
        self.with_batch(Engine::resume);
        let fill = self.fill.get();
        // Where the arena is full the engine has set a limit of its own.
        if fill.limit == half {
            self.fill.set(Fill { limit, ..fill });
        }
    }

    /// The check hook: after the poll phase.
    pub fn after_poll(self: &Rc<Self>) {
        self.set_now();
        if self.engine.borrow().has_ready() {
            self.with_batch(Engine::resume);
        }
        if self.fill.get().requests > 0 {
            self.run_batch();
        }
        self.take_and_send();
        self.settle_idle();
        self.panicked.set(false);
    }

    /// Takes up a turn that a panic interrupted: answers are taken, and records that were not run are run in the next turn.
    /// After a second panic in a row the first of them is given up, so that it cannot keep the others for ever.
    pub fn after_panic(self: &Rc<Self>) {
        let Some(callbacks) = self.callbacks() else { return };
        // Records that handlers have been given must be saved from those that come next, whatever else fails.
        guard("end of a batch", || (), || self.settle_batch(&callbacks));
        let fill = self.fill.get();
        let mut at = self.batch_at.get();
        if fill.sealed {
            at = at.max(callbacks.tables().control(control::CURSOR) as usize);
        }
        if self.panicked.replace(true) && at < fill.words {
            at = guard("end of a request", || usize::MAX, || self.fail_record(&callbacks, at));
        }
        if at >= fill.words {
            self.batch_at.set(0);
            self.fill.set(Fill { limit: self.batch_limit.get(), ..Fill::default() });
        } else {
            self.batch_at.set(at);
        }
    }

    /// Enters JavaScript with the records that wait. It stops when its time is up: the rest stays in the arena, which
    /// takes no new records until then, and is entered with in the next turn, so that timers and sockets have theirs.
    fn run_batch(self: &Rc<Self>) {
        let end = self.fill.get().words;
        self.fill.set(Fill { sealed: true, ..self.fill.get() });
        let mut at = self.batch_at.get();
        loop {
            let Some(callbacks) = self.callbacks() else { return };
            let env = callbacks.env();
            callbacks.tables().begin_batch(at);
            let entered = env.scoped(|| callbacks.enter_batch(at, end));
            let failed = entered.is_err();
            let before = at;
            if let Ok(taken) = entered {
                at = taken.max(before.saturating_add(1));
            } else if env.scoped(|| env.report_exception()) {
                at = self.after_exception(&callbacks, before);
            } else {
                // The thread is being terminated: nobody will answer any more.
                return;
            }
            // Also when nothing was answered: what is pending must be saved before the arena is used again.
            self.settle_batch(&callbacks);
            if at >= end {
                // Fast handlers get larger batches, step by step; a batch whose time was up says nothing for them.
                let is_whole = self.batch_at.replace(0) == 0;
                let mut limit = self.batch_limit.get();
                if is_whole && self.fill.get().requests >= limit {
                    limit = limit.saturating_mul(2).min(MAX_REQUESTS);
                    self.batch_limit.set(limit);
                }
                self.fill.set(Fill { limit, ..Fill::default() });
                return;
            }
            self.batch_at.set(at);
            // The time was up: smaller batches let those who come next in sooner.
            self.batch_limit.set((self.batch_limit.get() / 2).max(LEAST_BATCH));
            if !failed {
                return;
            }
        }
    }

    /// Where to go on after an exception. One that came while handlers ran is that of the record under the cursor, which
    /// is answered here; one that came from a tick or a microtask is nobody's.
    fn after_exception(&self, callbacks: &Callbacks, at: usize) -> usize {
        let tables = callbacks.tables();
        let cursor = (tables.control(control::CURSOR) as usize).max(at);
        if tables.control(control::RUNNING) == 0 && cursor > at {
            return cursor;
        }
        self.fail_record(callbacks, cursor)
    }

    /// Answers the request of a record with an error; returns where the next record begins.
    fn fail_record(&self, callbacks: &Callbacks, cursor: usize) -> usize {
        let tables = callbacks.tables();
        let word = |column| tables.request_word(cursor + column);
        if let (Some(words), Some(slot), Some(generation), Some(sequence)) =
            (word(request::WORDS), word(request::SLOT), word(request::GENERATION), word(request::SEQUENCE))
        {
            self.engine.borrow_mut().answer_internal_error(ConnectionId { slot, generation }, sequence);
            return cursor + (words as usize).max(1);
        }
        usize::MAX
    }

    /// Takes the answers JavaScript has given since the last time, and sends everything there is to send.
    fn take_and_send(self: &Rc<Self>) {
        if let Some(callbacks) = self.callbacks()
            && callbacks.tables().has_answers()
        {
            self.settle_batch(&callbacks);
        }
        self.send_touched();
    }

    /// Ends a batch, or a part of it, on the JavaScript side, and takes its answers.
    fn settle_batch(self: &Rc<Self>, callbacks: &Callbacks) {
        let env = callbacks.env();
        env.scoped(|| match callbacks.settle() {
            Ok(text) => self.take_answers(callbacks, text),
            Err(_) => {
                env.report_exception();
            }
        });
    }

    /// Takes the answer rows there are; `text` belongs to them.
    pub fn take_answers(self: &Rc<Self>, callbacks: &Callbacks, text: napi::sys::napi_value) {
        let env = callbacks.env();
        let Ok(references) = callbacks.references() else { return };
        let tables = callbacks.tables();
        let rows = tables.answer_count();
        guard(
            "answers",
            || tables.fail_answers(rows, &self.engine),
            || {
                tables.take_answers(
                    Crossing { env, text, references },
                    &mut self.scratch.borrow_mut(),
                    &self.engine,
                    &self.bodies,
                    |id| {
                        // With nothing else to come, its output goes out in one write now as well as at the end of the turn.
                        if self.engine.borrow_mut().take_touched(id) {
                            connection::send(self, id);
                        }
                    },
                );
            },
        );
    }

    /// Sends on every connection that has something to send, and lets go of bodies that are sent.
    pub fn send_touched(self: &Rc<Self>) {
        loop {
            let next = self.engine.borrow_mut().next_touched();
            let Some(id) = next else { break };
            guard("send", || connection::close(self, id), || connection::send(self, id));
        }
        self.release_bodies();
    }

    pub fn release_bodies(&self) {
        loop {
            let next = self.engine.borrow_mut().next_released();
            let Some(id) = next else { break };
            if let Some(env) = self.env() {
                self.bodies.borrow_mut().release(env, id);
            }
        }
    }

    /// An active idle handle keeps the poll phase from waiting while records or held connections are left.
    fn settle_idle(&self) {
        let wanted = self.fill.get().requests > 0 || self.engine.borrow().has_ready();
        if wanted != self.idle_active.get()
            && let Some(hooks) = self.hooks.get()
        {
            hooks.set_idle(self.api, wanted);
            self.idle_active.set(wanted);
        }
    }

    /// The timer runs while there are connections, or buffers to give back.
    fn settle_timer(&self) {
        let wanted = self.engine.borrow().needs_timer() || !self.resting.borrow().is_empty();
        if wanted != self.timer_active.get()
            && let Some(hooks) = self.hooks.get()
        {
            hooks.set_timer(self.api, wanted);
            self.timer_active.set(wanted);
        }
    }
}
