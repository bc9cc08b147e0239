//! The engine on sockets, in the libuv loop of the environment that loaded the addon.

mod api;
mod buffer;
mod connection;
mod error;
mod handle;
mod hooks;
mod listener;
mod server;
mod turns;
mod types;

pub use api::Api;
pub use connection::peer_address;
pub use listener::{Place, listen, local_address};
pub use server::Server;
pub use types::Loop;
