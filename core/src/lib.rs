//! The server of `NexureJS` as a sans-io library: bytes in, batches of requests out; answers in, bytes out.
//!
//! This crate has never heard of Node, sockets or clocks. Time is a parameter of every call that needs it, and all
//! memory that is shared with a host is handed in as plain slices.

pub mod coding;
pub mod engine;
pub mod files;
pub mod http;
pub mod input;
pub mod multipart;
pub mod pool;
pub mod router;
pub mod schema;
pub mod serialize;
