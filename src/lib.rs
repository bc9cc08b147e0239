//! The `NexureJS` addon: Node-API bindings and the libuv driver over `nexure-core`.
//!
//! `binding` is all that JavaScript sees; `uv` puts the engine on sockets in Node's own event loop.

#![cfg_attr(test, allow(dead_code, reason = "what JavaScript calls is registered only outside tests"))]

mod binding;
mod guard;
mod system;
mod uv;

#[cfg(not(test))]
#[napi_derive::module_init]
fn on_load() {
    guard::count_panics();
}
