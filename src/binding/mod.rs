//! All that JavaScript sees. Converts and delegates; decides nothing.

pub mod bodies;
pub mod callbacks;
mod engine;
mod files;
mod hot_files;
mod layout;
mod memory_server;
pub mod node_api;
mod routes;
pub mod tables;
mod text;
mod uv_server;
mod values;
