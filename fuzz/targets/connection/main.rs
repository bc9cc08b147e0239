//! Whole connections: a hostile host does what it likes in any order, and an honest one gets the same requests and
//! answers however the bytes are cut.
//!
//! The first byte is the number of bytes that steer the host; they follow, and the rest is what the client sends.

#![no_main]

mod cuts;
mod hostile;
mod inputs;
mod records;
mod wire;

use libfuzzer_sys::fuzz_target;
use nexure_core::engine::{Config, Engine, Priority, RouteRules};
use nexure_core::http::Method;
use nexure_core::router::Router;

/// When everything begins.
const NOW_MS: u64 = 123_456_789;

/// Requests that may wait for a place where there are few.
const MAX_QUEUED: u32 = 3;

/// An engine with the routes the seeds use, and limits that a short input can reach; `places` are those of the server.
fn engine(places: u32) -> Engine {
    let mut router = Router::new();
    let routes = [
        (Method::Get, "/"),
        (Method::Get, "/users/:id"),
        (Method::Post, "/"),
        (Method::Put, "/files/*path"),
        (Method::Post, "/up/*path"),
        (Method::Get, "/low"),
        (Method::Get, "/health"),
    ];
    let low = RouteRules { max_in_flight: places.min(1), priority: Priority::Low, ..RouteRules::DEFAULT };
    let up = RouteRules { max_body_bytes: Some(300_000), streams_body: true, ..RouteRules::DEFAULT };
    let health = RouteRules { exempt: true, ..RouteRules::DEFAULT };
    let plain = RouteRules::DEFAULT;
    let low = if places > 100 { plain } else { low };
    for (id, (method, pattern)) in (0..).zip(routes.into_iter().chain(inputs::ROUTES)) {
        router.add(method, pattern, id).expect("a route of our own");
    }
    let config = Config {
        max_body_bytes: 40 * 1024,
        max_buffered_body_bytes: 20 * 1024,
        max_connections: 3,
        max_in_flight: places,
        max_queued: MAX_QUEUED,
        max_pipelined: 8,
        max_requests_per_turn: 4,
        max_unsent_bytes: 2048,
        ..Config::default()
    };
    let rules = [plain, plain, plain, plain, up, low, health].into_iter().chain(inputs::route_rules()).collect();
    let mut engine = Engine::with_rules(config, router, rules);
    inputs::declare(&mut engine);
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
