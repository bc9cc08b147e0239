//! The NexureJS addon: Node-API bindings and the libuv driver over `nexure-core`.
//!
//! `binding` is all that JavaScript sees; `uv` puts the engine on sockets in Node's own event loop.

mod binding;
mod guard;
mod uv;
