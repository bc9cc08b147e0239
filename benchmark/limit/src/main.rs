//! The limit of the benchmark: what one core can do when no JavaScript runs.
//!
//! One thread, one `read` and one `write` per readiness of a connection, however many requests that read brought, and no
//! allocation per request. It answers the benchmark's scenarios and nothing else: it is a yardstick, not a web server. It
//! has no timeouts, decodes no percent-encoding and refuses chunked bodies.

mod clock;
mod connection;
mod rest;
mod server;
mod site;
mod user;

use std::process::ExitCode;

/// Serves on the port given as the first argument (0 or none: the system picks one) until killed.
fn main() -> ExitCode {
    let port = match std::env::args().nth(1).map(|text| text.parse::<u16>()) {
        None => 0,
        Some(Ok(port)) => port,
        Some(Err(_)) => {
            eprintln!("usage: limit [port]");
            return ExitCode::FAILURE;
        }
    };
    match server::run(port) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("limit: {error}");
            ExitCode::FAILURE
        }
    }
}
