//! All that JavaScript sees. Converts and delegates; decides nothing.

pub mod bodies;
pub mod callbacks;
mod coding;
mod engine;
mod files;
mod hot_files;
mod input;
mod layout;
mod memory_server;
mod multipart;
pub mod node_api;
mod observe;
mod radix_router;
mod routes;
mod schema_checks;
mod schema_customs;
mod schema_validator;
mod serialize;
mod streams;
pub mod tables;
mod text;
mod uv_server;
mod values;
