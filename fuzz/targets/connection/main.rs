//! Whole connections: a hostile host does what it likes in any order, and an honest one gets the same requests and
//! answers however the bytes are cut.
//!
//! The first byte is the number of bytes that steer the host; they follow, and the rest is what the client sends.

#![no_main]

mod cuts;
mod hostile;
mod records;
mod wire;

use libfuzzer_sys::fuzz_target;
use nexure_core::engine::{Config, Engine};
use nexure_core::http::Method;
use nexure_core::router::Router;

/// When everything begins.
const NOW_MS: u64 = 123_456_789;

/// An engine with the routes the seeds use, and limits that a short input can reach.
fn engine() -> Engine {
    let mut router = Router::new();
    let routes = [(Method::Get, "/"), (Method::Get, "/users/:id"), (Method::Post, "/"), (Method::Put, "/files/*path")];
    for (id, (method, pattern)) in (0..).zip(routes) {
        router.add(method, pattern, id).expect("a route of our own");
    }
    let config = Config {
        max_body_bytes: 40 * 1024,
        max_connections: 3,
        max_pipelined: 8,
        max_requests_per_turn: 4,
        max_unsent_bytes: 2048,
        ..Config::default()
    };
    let mut engine = Engine::new(config, router);
    engine.set_now(NOW_MS);
    engine.set_date(1_700_000_000);
    engine
}

fuzz_target!(|input: &[u8]| {
    let Some((&count, rest)) = input.split_first() else { return };
    let (steering, stream) = rest.split_at(usize::from(count).min(rest.len()));
    hostile::run(steering, stream);
    cuts::run(steering, stream);
});
