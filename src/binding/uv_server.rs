//! A server on sockets of the event loop, as JavaScript sees it.

use std::rc::Rc;

use napi::bindgen_prelude::{JsValue as _, Object, Uint8Array, Unknown};
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use nexure_core::engine::ConnectionId;

use super::callbacks::Callbacks;
use super::engine::{EngineMetrics, EngineOptions, metrics};
use super::node_api;
use super::observe;
use super::routes::RouteTable;
use super::streams;
use super::values;
use crate::uv::{self, Api, Place, Server};

/// What became of an attempt to listen.
#[napi(object)]
#[derive(Default)]
pub struct ListenResult {
    /// The system's name of what went wrong, such as `EADDRINUSE`.
    pub error: Option<String>,
    /// The address of a TCP listener.
    pub address: Option<String>,
    /// The port of a TCP listener.
    pub port: Option<u16>,
}

/// Why sockets in the event loop are not to be had here, or nothing.
#[napi(catch_unwind)]
pub fn uv_unavailable() -> Option<String> {
    Api::get().err().map(|missing| missing.to_string())
}

/// libuv's version, such as `1.46.0`; nothing where there is none.
#[napi(catch_unwind)]
pub fn uv_version() -> Option<String> {
    let [_, major, minor, patch] = Api::get().ok()?.version().to_be_bytes();
    Some(format!("{major}.{minor}.{patch}"))
}

/// A server on sockets of the event loop.
#[napi]
pub struct UvServer {
    server: Rc<Server>,
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl UvServer {
    /// Makes a server. It holds its JavaScript half until it has listened and closed again, so it must be made to listen.
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, options: EngineOptions, routes: &RouteTable, half: Object<'_>) -> Result<Self> {
        let failed = |message: &str| Error::new(Status::GenericFailure, message);
        let api = Api::get().map_err(|missing| failed(&missing.to_string()))?;
        let event_loop = values::event_loop(&env)?;
        let callbacks = Callbacks::of(node_api::Env(env.raw()), half.raw())
            .map_err(|_| failed("the JavaScript half is incomplete"))?;
        let engine = routes.engine(options);
        let server = Server::new(api, event_loop, engine, callbacks);
        server.register_cleanup().map_err(|_| failed("the environment is ending"))?;
        Ok(Self { server })
    }

    /// Listens on an IP address; port 0 lets the system choose.
    #[napi(catch_unwind)]
    pub fn listen_tcp(&self, ip: String, port: u16, ipv6_only: bool, reuse_port: bool, backlog: i32) -> ListenResult {
        self.listen(&Place::Tcp { ip, port, ipv6_only, reuse_port }, backlog)
    }

    /// Listens on the path of a Unix socket or Windows pipe.
    #[napi(catch_unwind)]
    pub fn listen_path(&self, path: String, backlog: i32) -> ListenResult {
        self.listen(&Place::Path(path), backlog)
    }

    /// Listens on an inherited descriptor.
    #[napi(catch_unwind)]
    pub fn listen_descriptor(&self, descriptor: i32, backlog: i32) -> ListenResult {
        self.listen(&Place::Descriptor(descriptor), backlog)
    }

    fn listen(&self, place: &Place, backlog: i32) -> ListenResult {
        match uv::listen(&self.server, place, backlog) {
            Ok(handle) => match uv::local_address(&self.server, handle) {
                Some((address, port)) => ListenResult { address: Some(address), port: Some(port), error: None },
                None => ListenResult::default(),
            },
            Err(error) => ListenResult { error: Some(error), ..ListenResult::default() },
        }
    }

    /// Takes no more connections; open ones end behind their last answer, idle ones after `idle_ms`.
    #[napi(catch_unwind)]
    pub fn stop(&self, idle_ms: u32) {
        self.server.stop(u64::from(idle_ms));
    }

    /// Closes everything at once.
    #[napi(catch_unwind)]
    pub fn destroy(&self) {
        self.server.destroy();
    }

    /// Takes the answers so far, because a table is full; `text` belongs to them.
    #[napi(catch_unwind)]
    pub fn take_answers(&self, text: Unknown<'_>) {
        if let Some(callbacks) = self.server.callbacks() {
            self.server.take_answers(&callbacks, values::raw(&text));
        }
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
        let mut engine = self.server.engine.borrow_mut();
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
        let mut engine = self.server.engine.borrow_mut();
        let body = engine.kept_body(ConnectionId { slot, generation }, sequence);
        body.map(|bytes| values::bytes(env, bytes)).transpose()
    }

    /// The address of the peer of a TCP connection.
    #[napi(catch_unwind)]
    pub fn peer_address(&self, slot: u32, generation: u32) -> Option<String> {
        uv::peer_address(&self.server, ConnectionId { slot, generation })
    }

    /// Has events of a request told with this token (0 for no longer); `false` when the request is over.
    #[napi(catch_unwind)]
    pub fn watch(&self, slot: u32, generation: u32, sequence: u32, token: u32) -> bool {
        self.server.engine.borrow_mut().watch(ConnectionId { slot, generation }, sequence, token)
    }

    /// What there is of a body that is read while it arrives: bytes, or 0 for none yet, 1 for the end, 2 when its client
    /// has gone, 16 and more for a native problem by its number.
    #[napi(catch_unwind)]
    pub fn read_body<'env>(&self, env: &'env Env, slot: u32, generation: u32, sequence: u32) -> Result<Unknown<'env>> {
        streams::read_body(env, &self.server.engine, ConnectionId { slot, generation }, sequence)
    }

    /// Writes bytes of an answer that is written step by step: 0 there is room for more, 1 there will be, 2 the request is
    /// over, 3 they are more than the answer's `Content-Length`.
    #[napi(catch_unwind)]
    pub fn write_body(&self, slot: u32, generation: u32, sequence: u32, bytes: Uint8Array) -> u32 {
        streams::write_body(&self.server.engine, ConnectionId { slot, generation }, sequence, &bytes)
    }

    /// Ends such an answer: 0 it is whole, 1 it was shorter than it promised and is cut, 2 the request is over.
    #[napi(catch_unwind)]
    pub fn end_body(&self, slot: u32, generation: u32, sequence: u32) -> u32 {
        streams::end_body(&self.server.engine, ConnectionId { slot, generation }, sequence)
    }

    /// Gives such an answer up; its connection is cut.
    #[napi(catch_unwind)]
    pub fn break_body(&self, slot: u32, generation: u32, sequence: u32) {
        self.server.engine.borrow_mut().break_answer(ConnectionId { slot, generation }, sequence);
    }

    /// Has the engine keep a row of each answer that leaves or is given up, or keep none any more.
    #[napi(catch_unwind)]
    pub fn observe(&self, watches: bool) {
        observe::observe(&self.server.engine, watches);
    }

    /// The rows there are, one behind the other; nothing when there are none.
    #[napi(catch_unwind)]
    pub fn take_finished<'env>(&self, env: &'env Env) -> Result<Option<Unknown<'env>>> {
        observe::take_finished(env, &self.server.engine)
    }

    /// What is measured.
    #[napi(catch_unwind)]
    pub fn metrics(&self) -> EngineMetrics {
        metrics(&self.server.engine.borrow())
    }
}
