//! A server in Node's event loop: the engine, its sockets, and the hooks through which JavaScript is entered.
//!
//! The order of a turn: the *prepare* hook sends what timers and promises have answered and takes up held connections;
//! read callbacks only parse, route and write records; the *check* hook enters JavaScript once with all of them and
//! sends the answers. No borrow of the engine lives while JavaScript runs: a handler may stop the server it runs in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use nexure_core::engine::layout::{control, request};
use nexure_core::engine::{ConnectionId, Engine, Fill, MAX_REQUESTS};

use super::api::{Api, Handle, Loop};
use super::{connection, handle, hooks};
use crate::binding::bodies::Bodies;
use crate::binding::callbacks::Callbacks;
use crate::binding::node_api::{Env, Failed};
use crate::binding::tables::Crossing;
use crate::guard::{guard, strike};

/// The smallest batch, for the slowest handlers: a newcomer waits for the batch under way and for one of each busy
/// connection. With handlers of a millisecond a turn of two costs half a percent.
const LEAST_BATCH: u32 = 2;
/// The first batch: nothing is known of the handlers yet. Batches grow while they are full and their handlers are fast.
const FIRST_BATCH: u32 = 16;

/// The socket of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Socket {
    pub handle: Handle,
    /// A Unix socket or Windows pipe, which has no address.
    pub pipe: bool,
}

/// Keeps how far the arena is filled also when a panic interrupts that: the records before it are whole.
struct Filling<'a> {
    place: &'a Cell<Fill>,
    fill: Fill,
}

impl Drop for Filling<'_> {
    fn drop(&mut self) {
        self.place.set(self.fill);
    }
}

/// A server.
pub struct Server {
    pub api: &'static Api,
    pub event_loop: Loop,
    pub engine: RefCell<Engine>,
    /// The JavaScript half; gone once everything is closed, and never touched once the environment ends.
    callbacks: RefCell<Option<Rc<Callbacks>>>,
    fill: Cell<Fill>,
    /// Where in the arena the next record for JavaScript begins.
    batch_at: Cell<usize>,
    /// The last check hook has panicked.
    panicked: Cell<bool>,
    /// Records taken into the next batch at the most.
    batch_limit: Cell<u32>,
    now_ms: Cell<u64>,
    pub bodies: RefCell<Bodies>,
    scratch: RefCell<Vec<u8>>,
    /// The sockets by slot of their connection.
    pub sockets: RefCell<Vec<Option<Socket>>>,
    pub listeners: RefCell<Vec<Handle>>,
    /// Listeners that have a connection for which there was no place.
    resting: RefCell<Vec<Handle>>,
    pub hooks: Cell<Option<hooks::Hooks>>,
    open_handles: Cell<i64>,
    idle_active: Cell<bool>,
    timer_active: Cell<bool>,
    stopping: Cell<bool>,
    /// The environment is ending: no N-API but the removal of the cleanup hook.
    ended: Cell<bool>,
    /// What to do when the last handle is closed while the environment ends.
    when_closed: RefCell<Option<Box<dyn FnOnce()>>>,
}

impl Server {
    pub fn new(api: &'static Api, event_loop: Loop, engine: Engine, callbacks: Callbacks) -> Rc<Self> {
        Rc::new(Self {
            api,
            event_loop,
            engine: RefCell::new(engine),
            callbacks: RefCell::new(Some(Rc::new(callbacks))),
            fill: Cell::new(Fill { limit: FIRST_BATCH, ..Fill::default() }),
            batch_at: Cell::default(),
            panicked: Cell::new(false),
            batch_limit: Cell::new(FIRST_BATCH),
            now_ms: Cell::default(),
            bodies: RefCell::default(),
            scratch: RefCell::default(),
            sockets: RefCell::default(),
            listeners: RefCell::default(),
            resting: RefCell::default(),
            hooks: Cell::new(None),
            open_handles: Cell::new(0),
            idle_active: Cell::new(false),
            timer_active: Cell::new(false),
            stopping: Cell::new(false),
            ended: Cell::new(false),
            when_closed: RefCell::default(),
        })
    }

    /// Has everything closed when the environment ends.
    pub fn register_cleanup(self: &Rc<Self>) -> Result<(), Failed> {
        self.callbacks().ok_or(Failed)?.register_cleanup(self)
    }

    /// Lets go of JavaScript when no handle was ever opened, so that none will close.
    pub fn release_unused(&self) {
        if !self.has_handles()
            && let Some(callbacks) = self.callbacks.take()
        {
            callbacks.closed();
        }
    }

    /// The JavaScript half, while it may be used.
    pub fn callbacks(&self) -> Option<Rc<Callbacks>> {
        if self.ended.get() { None } else { self.callbacks.borrow().clone() }
    }

    pub fn env(&self) -> Option<Env> {
        self.callbacks().map(|callbacks| callbacks.env())
    }

    /// Counts open handles; `true` when the last one has closed, so that [`Server::on_all_closed`] is to be called.
    pub fn count_handle(&self, change: i64) -> bool {
        let open = self.open_handles.get().saturating_add(change);
        self.open_handles.set(open);
        open == 0
    }

    /// Lets go of JavaScript, or ends the part of this server in the cleanup of its environment.
    pub fn on_all_closed(&self) {
        if self.ended.get() {
            if let Some(done) = self.when_closed.take() {
                done();
            }
        } else if let Some(callbacks) = self.callbacks.take() {
            callbacks.closed();
        }
    }

    pub fn has_handles(&self) -> bool {
        self.open_handles.get() > 0
    }

    /// Lets `act` use the engine with the records of this turn. JavaScript must not run inside.
    pub fn with_batch(&self, act: impl FnOnce(&mut Engine, &mut nexure_core::engine::Batch<'_>)) {
        let Some(callbacks) = self.callbacks() else { return };
        let mut filling = Filling { place: &self.fill, fill: self.fill.get() };
        let mut engine = self.engine.borrow_mut();
        callbacks.tables().with_batch(&mut filling.fill, |batch| act(&mut engine, batch));
        strike("engine");
    }

    /// Tells the engine the time: the loop's for deadlines, and the clock's for `Date` when the loop's has moved.
    pub fn set_now(&self) {
        let now_ms = self.api.now(self.event_loop);
        if self.now_ms.replace(now_ms) == now_ms {
            return;
        }
        let unix_seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let mut engine = self.engine.borrow_mut();
        engine.set_now(now_ms);
        engine.set_date(unix_seconds);
    }

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

    /// The timer: deadlines that have passed.
    pub fn on_timer(self: &Rc<Self>) {
        self.set_now();
        let mut gone = Vec::new();
        self.engine.borrow_mut().expire(|id| gone.push(id));
        for id in gone {
            connection::drop_late(self, id);
        }
        self.wake_listeners();
        self.send_touched();
    }

    /// Leaves a connection with the system until [`Server::wake_listeners`]: while it is not accepted, libuv does not
    /// look for others.
    pub fn rest_listener(&self, listener: Handle) {
        self.resting.borrow_mut().push(listener);
    }

    /// Accepts what had no place, if there is one now.
    pub fn wake_listeners(self: &Rc<Self>) {
        if self.resting.borrow().is_empty() || self.stopping.get() || !self.engine.borrow().has_connection_room() {
            return;
        }
        for listener in self.resting.take() {
            if let Some((_, handle::Role::Listener { pipe }, _)) = handle::owner(listener.as_ptr()) {
                connection::accept(self, listener, pipe);
            }
        }
    }

    /// Takes no more connections; each open one ends behind its last answer, an idle one after `idle_ms`.
    pub fn stop(self: &Rc<Self>, idle_ms: u64) {
        self.stopping.set(true);
        self.resting.borrow_mut().clear();
        for listener in self.listeners.take() {
            handle::close(self, listener);
        }
        self.set_now();
        self.engine.borrow_mut().drain(idle_ms);
        if idle_ms == 0 {
            for id in self.connection_ids() {
                if self.engine.borrow().is_idle(id) {
                    connection::close(self, id);
                }
            }
        }
        self.close_if_done();
    }

    /// Closes everything at once.
    pub fn destroy(self: &Rc<Self>) {
        self.stopping.set(true);
        self.resting.borrow_mut().clear();
        for listener in self.listeners.take() {
            handle::close(self, listener);
        }
        for id in self.connection_ids() {
            connection::close(self, id);
        }
        self.close_if_done();
    }

    /// A stopping server without connections closes its hooks; their close callbacks end it.
    pub fn close_if_done(&self) {
        if self.stopping.get()
            && self.engine.borrow().connection_count() == 0
            && let Some(hooks) = self.hooks.take()
        {
            hooks.close(self);
        }
    }

    fn connection_ids(&self) -> Vec<ConnectionId> {
        self.sockets
            .borrow()
            .iter()
            .flatten()
            .filter_map(|socket| match handle::owner(socket.handle.as_ptr()) {
                Some((_, handle::Role::Connection(id), _)) => Some(id),
                _ => None,
            })
            .collect()
    }

    /// The environment ends: closes every handle; `done` runs when the last one is closed, without JavaScript.
    pub fn end_environment(self: &Rc<Self>, done: Box<dyn FnOnce()>) {
        self.ended.set(true);
        // References die with the environment; deleting them now could touch what is gone.
        if let Some(callbacks) = self.callbacks.take() {
            callbacks.forget();
        }
        self.when_closed.replace(Some(done));
        self.destroy();
        if let Some(hooks) = self.hooks.take() {
            hooks.close(self);
        }
        if !self.has_handles()
            && let Some(done) = self.when_closed.take()
        {
            done();
        }
    }
}
