//! An engine that JavaScript drives: for `app.request()`, for sockets of `node:net`, and where there is no libuv.
//!
//! Nothing here keeps a JavaScript value: the tables come with each call, so a server is garbage like any object.

use std::cell::RefCell;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use napi::bindgen_prelude::{Uint8Array, Unknown};
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use nexure_core::engine::{ConnectionId, Engine, Fill};

use super::bodies::Bodies;
use super::engine::{EngineMetrics, EngineOptions, metrics};
use super::node_api;
use super::observe;
use super::routes::RouteTable;
use super::streams;
use super::tables::{Crossing, Tables};
use super::values;

/// Bytes given out at once at the most; the rest follows when these have left, so that a peer that does not read costs no
/// copy of what it does not read.
const MAX_OUTPUT_BYTES: usize = 256 * 1024;

/// Something to do for a connection.
#[napi(object, object_from_js = false)]
#[allow(clippy::struct_excessive_bools, reason = "independent wishes, each of which JavaScript looks at")]
pub struct MemoryOutput<'env> {
    /// The connection.
    pub connection: f64,
    /// Bytes to send to the peer; nothing when there are none.
    pub bytes: Option<Unknown<'env>>,
    /// Whether bytes should be read from the peer.
    pub read: bool,
    /// Whether the sending side is to be shut down behind the bytes.
    pub shutdown: bool,
    /// Whether the connection is to be closed behind the bytes.
    pub close: bool,
    /// Whether it is to be closed at once, whatever was not sent.
    pub abort: bool,
}

/// The four typed arrays of the tables.
#[napi(object, object_to_js = false)]
pub struct TableViews<'env> {
    /// Request records.
    pub requests: Unknown<'env>,
    /// Answer rows.
    pub answers: Unknown<'env>,
    /// Bytes of answers.
    pub answer_bytes: Unknown<'env>,
    /// Control cells.
    pub control: Unknown<'env>,
}

/// An engine that JavaScript drives.
#[napi]
pub struct MemoryServer {
    engine: RefCell<Engine>,
    fill: RefCell<Fill>,
    bodies: RefCell<Bodies>,
    scratch: RefCell<Vec<u8>>,
    expired: RefCell<Vec<ConnectionId>>,
    started: Instant,
}

fn tables(env: &Env, views: &TableViews<'_>) -> Result<Tables> {
    let raw = values::raw;
    Tables::of(
        node_api::Env(env.raw()),
        raw(&views.requests),
        raw(&views.answers),
        raw(&views.answer_bytes),
        raw(&views.control),
    )
    .map_err(|_| Error::new(Status::InvalidArg, "the tables are not those of the layout"))
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl MemoryServer {
    /// An engine without connections.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: EngineOptions, routes: &RouteTable) -> Self {
        Self {
            engine: RefCell::new(routes.engine(options)),
            fill: RefCell::default(),
            bodies: RefCell::default(),
            scratch: RefCell::default(),
            expired: RefCell::default(),
            started: Instant::now(),
        }
    }

    fn set_now(&self) {
        let now_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.engine.borrow_mut().set_now(now_ms);
    }

    /// A new connection, or nothing when there are too many; `address` is that of its peer.
    #[napi(catch_unwind)]
    pub fn open(&self, address: Option<String>) -> Option<f64> {
        self.set_now();
        let mut engine = self.engine.borrow_mut();
        let id = engine.open()?;
        if let Some(address) = address {
            engine.note_peer(id, &address);
        }
        Some(values::connection_number(id))
    }

    /// Takes bytes from a peer; requests wait for `collect`.
    #[napi(catch_unwind)]
    pub fn receive(&self, connection: f64, bytes: Uint8Array) {
        self.set_now();
        self.engine.borrow_mut().receive_later(values::connection_id(connection), &bytes);
    }

    /// The peer sends no more.
    #[napi(catch_unwind)]
    pub fn end(&self, connection: f64) {
        self.set_now();
        self.engine.borrow_mut().end(values::connection_id(connection));
    }

    /// The connection has gone.
    #[napi(catch_unwind)]
    pub fn close(&self, connection: f64) {
        self.engine.borrow_mut().close(values::connection_id(connection));
    }

    /// Begins a turn: writes the requests that wait into the tables; returns the words used. `settle` ends it.
    #[napi(catch_unwind)]
    pub fn collect(&self, env: Env, views: TableViews<'_>) -> Result<u32> {
        let tables = tables(&env, &views)?;
        self.set_now();
        let unix_seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let mut fill = Fill::default();
        let mut engine = self.engine.borrow_mut();
        engine.set_date(unix_seconds);
        engine.begin_turn();
        tables.with_batch(&mut fill, |batch| engine.resume(batch));
        *self.fill.borrow_mut() = fill;
        Ok(u32::try_from(fill.words).unwrap_or(0))
    }

    /// Whether requests wait for another turn.
    #[napi(catch_unwind)]
    pub fn has_more(&self) -> bool {
        self.engine.borrow().has_ready()
    }

    /// Takes the answers there are; `text` and `references` belong to them.
    #[napi(catch_unwind)]
    pub fn take_answers(
        &self,
        env: Env,
        views: TableViews<'_>,
        text: Unknown<'_>,
        references: Unknown<'_>,
    ) -> Result<()> {
        let tables = tables(&env, &views)?;
        tables.take_answers(
            Crossing { env: node_api::Env(env.raw()), text: values::raw(&text), references: values::raw(&references) },
            &mut self.scratch.borrow_mut(),
            &self.engine,
            &self.bodies,
            |_| {},
        );
        Ok(())
    }

    /// The next connection that has something to do; nothing when there is none.
    #[napi(catch_unwind)]
    pub fn next_output<'env>(&self, env: &'env Env) -> Result<Option<MemoryOutput<'env>>> {
        let mut engine = self.engine.borrow_mut();
        if let Some(id) = self.expired.borrow_mut().pop() {
            engine.close(id);
            let connection = values::connection_number(id);
            return Ok(Some(MemoryOutput {
                connection,
                bytes: None,
                read: false,
                shutdown: false,
                close: true,
                abort: true,
            }));
        }
        let Some(id) = engine.next_touched() else { return Ok(None) };
        let mut collected = Vec::new();
        let mut broken = false;
        let mut total: usize = 0;
        while let Some(next) = engine.output(id).filter(|_| collected.len() < MAX_OUTPUT_BYTES) {
            let bytes = next.bytes.get(..next.bytes.len().min(MAX_OUTPUT_BYTES)).unwrap_or_default();
            collected.extend_from_slice(bytes);
            let mut count = bytes.len();
            if let Some(reference) = next.reference.filter(|_| count == next.bytes.len()) {
                let Some(view) = self.bodies.borrow().view(node_api::Env(env.raw()), reference.id) else {
                    broken = true;
                    break;
                };
                let end = reference.end.min(reference.at.saturating_add(MAX_OUTPUT_BYTES));
                let body = values::view_bytes(&view).get(reference.at..end).unwrap_or_default();
                collected.extend_from_slice(body);
                count = count.saturating_add(body.len());
            }
            engine.sent(id, count);
            total = total.saturating_add(count);
        }
        engine.recall(id, total);
        while let Some(id) = engine.next_released() {
            self.bodies.borrow_mut().release(node_api::Env(env.raw()), id);
        }
        let interest = engine.interest(id);
        let broken = broken || interest.is_some_and(|interest| interest.reset);
        let close = broken || interest.is_none_or(|interest| interest.close);
        let shutdown = interest.is_some_and(|interest| interest.shutdown) && engine.take_shutdown(id);
        let bytes = if collected.is_empty() { None } else { Some(values::bytes(env, &collected)?) };
        if close {
            engine.close(id);
        }
        Ok(Some(MemoryOutput {
            connection: values::connection_number(id),
            bytes,
            read: interest.is_some_and(|interest| interest.read),
            shutdown,
            close,
            abort: broken,
        }))
    }

    /// What `next_output` gave last for the connection has been sent, or is buffered within bounds.
    #[napi(catch_unwind)]
    pub fn sent(&self, connection: f64) {
        self.set_now();
        self.engine.borrow_mut().arrived(values::connection_id(connection));
    }

    /// Whether `expire` is to be called about once per second.
    #[napi(catch_unwind)]
    pub fn needs_timer(&self) -> bool {
        self.engine.borrow().needs_timer()
    }

    /// Acts on deadlines that have passed.
    #[napi(catch_unwind)]
    pub fn expire(&self) {
        self.set_now();
        self.engine.borrow_mut().expire(|id| self.expired.borrow_mut().push(id));
    }

    /// Takes no more connections; open ones end behind their last answer, idle ones after `idle_ms`.
    #[napi(catch_unwind)]
    pub fn stop(&self, idle_ms: u32) {
        self.set_now();
        self.engine.borrow_mut().drain(u64::from(idle_ms));
    }

    /// Whether a connection has nothing under way.
    #[napi(catch_unwind)]
    pub fn is_idle(&self, connection: f64) -> bool {
        self.engine.borrow().is_idle(values::connection_id(connection))
    }

    /// Answers a request that the application failed on, and ends its connection.
    #[napi(catch_unwind)]
    pub fn answer_internal_error(&self, slot: u32, generation: u32, sequence: u32) {
        self.engine.borrow_mut().answer_internal_error(ConnectionId { slot, generation }, sequence);
    }

    /// The long body of a request as text; nothing once the request is answered.
    #[napi(catch_unwind)]
    pub fn body_text<'env>(
        &self,
        env: &'env Env,
        slot: u32,
        generation: u32,
        sequence: u32,
    ) -> Result<Option<Unknown<'env>>> {
        let mut engine = self.engine.borrow_mut();
        let body = engine.kept_body(ConnectionId { slot, generation }, sequence);
        body.map(|bytes| values::text(env, bytes)).transpose()
    }

    /// The long body of a request as bytes of its own; nothing once the request is answered.
    #[napi(catch_unwind)]
    pub fn body_bytes<'env>(
        &self,
        env: &'env Env,
        slot: u32,
        generation: u32,
        sequence: u32,
    ) -> Result<Option<Unknown<'env>>> {
        let mut engine = self.engine.borrow_mut();
        let body = engine.kept_body(ConnectionId { slot, generation }, sequence);
        body.map(|bytes| values::bytes(env, bytes)).transpose()
    }

    /// Has events of a request told with this token (0 for no longer); `false` when the request is over.
    #[napi(catch_unwind)]
    pub fn watch(&self, slot: u32, generation: u32, sequence: u32, token: u32) -> bool {
        self.engine.borrow_mut().watch(ConnectionId { slot, generation }, sequence, token)
    }

    /// What there is of a body that is read while it arrives: bytes, or 0 for none yet, 1 for the end, 2 when its client
    /// has gone, 16 and more for a native problem by its number.
    #[napi(catch_unwind)]
    pub fn read_body<'env>(&self, env: &'env Env, slot: u32, generation: u32, sequence: u32) -> Result<Unknown<'env>> {
        streams::read_body(env, &self.engine, ConnectionId { slot, generation }, sequence)
    }

    /// Writes bytes of an answer that is written step by step: 0 there is room for more, 1 there will be, 2 the request is
    /// over, 3 they are more than the answer's `Content-Length`.
    #[napi(catch_unwind)]
    pub fn write_body(&self, slot: u32, generation: u32, sequence: u32, bytes: Uint8Array) -> u32 {
        streams::write_body(&self.engine, ConnectionId { slot, generation }, sequence, &bytes)
    }

    /// Ends such an answer: 0 it is whole, 1 it was shorter than it promised and is cut, 2 the request is over.
    #[napi(catch_unwind)]
    pub fn end_body(&self, slot: u32, generation: u32, sequence: u32) -> u32 {
        streams::end_body(&self.engine, ConnectionId { slot, generation }, sequence)
    }

    /// Gives such an answer up; its connection is cut.
    #[napi(catch_unwind)]
    pub fn break_body(&self, slot: u32, generation: u32, sequence: u32) {
        self.engine.borrow_mut().break_answer(ConnectionId { slot, generation }, sequence);
    }

    /// Has the engine keep a row of each answer that leaves or is given up, or keep none any more.
    #[napi(catch_unwind)]
    pub fn observe(&self, watches: bool) {
        observe::observe(&self.engine, watches);
    }

    /// The rows there are, one behind the other; nothing when there are none.
    #[napi(catch_unwind)]
    pub fn take_finished<'env>(&self, env: &'env Env) -> Result<Option<Unknown<'env>>> {
        observe::take_finished(env, &self.engine)
    }

    /// What is measured.
    #[napi(catch_unwind)]
    pub fn metrics(&self) -> EngineMetrics {
        metrics(&self.engine.borrow())
    }
}
