//! A server in Node's event loop: the engine, its sockets, and the hooks through which JavaScript is entered.
//!
//! The order of a turn: the *prepare* hook sends what timers and promises have answered and takes up held connections;
//! read callbacks only parse, route and write records; the *check* hook enters JavaScript once with all of them and
//! sends the answers. No borrow of the engine lives while JavaScript runs: a handler may stop the server it runs in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use nexure_core::engine::{ConnectionId, Engine, Fill};

use super::api::Api;
use super::turns::FIRST_BATCH;
use super::types::{Handle, Loop};
use super::{connection, handle, hooks};
use crate::binding::bodies::Bodies;
use crate::binding::callbacks::Callbacks;
use crate::binding::node_api::{Env, Failed};
use crate::guard::strike;

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
    pub(super) fill: Cell<Fill>,
    /// Where in the arena the next record for JavaScript begins.
    pub(super) batch_at: Cell<usize>,
    /// The last check hook has panicked.
    pub(super) panicked: Cell<bool>,
    /// Records taken into the next batch at the most.
    pub(super) batch_limit: Cell<u32>,
    now_ms: Cell<u64>,
    pub bodies: RefCell<Bodies>,
    pub(super) scratch: RefCell<Vec<u8>>,
    /// The sockets by slot of their connection.
    pub sockets: RefCell<Vec<Option<Socket>>>,
    pub listeners: RefCell<Vec<Handle>>,
    /// Listeners that have a connection for which there was no place.
    pub(super) resting: RefCell<Vec<Handle>>,
    pub hooks: Cell<Option<hooks::Hooks>>,
    open_handles: Cell<i64>,
    pub(super) idle_active: Cell<bool>,
    pub(super) timer_active: Cell<bool>,
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
