//! Tests of the pool by subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a test that meets the unexpected should fail loudly"
)]

mod arena;
mod demand;
mod shelves;
mod trace;

use super::{CLASSES, DEFAULT_MAX_BYTES, IDLE_BYTES, Pools, SIZES};

/// Takes so many buffers at once and gives all back.
fn burst(pools: &mut Pools, count: usize, least: usize) {
    let taken: Vec<_> = (0..count).map(|_| pools.take(least)).collect();
    for buffer in taken {
        pools.give(buffer);
    }
}

/// Seconds without any use.
fn rest(pools: &mut Pools, now_ms: &mut u64, seconds: u64) {
    for _ in 0..seconds {
        *now_ms += 1000;
        pools.tick(*now_ms);
    }
}
