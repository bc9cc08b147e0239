//! What became of requests, for those who watch, for both kinds of server.

use std::cell::RefCell;
use std::sync::OnceLock;
use std::time::Instant;

use napi::bindgen_prelude::Unknown;
use napi::{Env, Result};
use nexure_core::engine::Engine;

use super::values;

/// Monotonic microseconds since the first call.
fn now_us() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Begins or ends watching.
pub fn observe(engine: &RefCell<Engine>, watches: bool) {
    engine.borrow_mut().observe(watches.then_some(now_us as fn() -> u64));
}

/// The rows there are, as bytes of their own; nothing when there are none.
pub fn take_finished<'env>(env: &'env Env, engine: &RefCell<Engine>) -> Result<Option<Unknown<'env>>> {
    let mut words = Vec::new();
    engine.borrow_mut().take_finished(&mut words);
    if words.is_empty() {
        return Ok(None);
    }
    let bytes: Vec<u8> = words.into_iter().flat_map(u32::to_ne_bytes).collect();
    values::bytes(env, &bytes).map(Some)
}
