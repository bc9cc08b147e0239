//! The engine on sockets, in the libuv loop of the environment that loaded the addon.

mod api;
mod buffer;
mod connection;
mod handle;
mod hooks;
mod listener;
mod server;
mod turns;

pub use api::{Api, Loop};
pub use connection::peer_address;
pub use listener::{Place, listen, local_address};
pub use server::Server;
