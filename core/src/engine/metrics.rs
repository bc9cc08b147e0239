//! What an engine has counted, and what it holds now: measured, never estimated.

use super::connection::BUCKETS;
use super::shared::Counters;
use super::{Engine, Place};
use crate::pool::PoolStats;

/// A look at an engine.
#[derive(Clone, Copy, Debug)]
pub struct Metrics {
    /// Counts since the engine was made.
    pub counters: Counters,
    /// Open connections.
    pub connections: u32,
    /// Requests that are not answered yet, those that wait for a place included.
    pub pending: usize,
    /// Requests that hold a place.
    pub in_flight: u32,
    /// Requests that wait for a place.
    pub queued: u32,
    /// Requests that were turned away because the server was full.
    pub shed: u64,
    /// Milliseconds a request holds its place, smoothed.
    pub service_ms: u64,
    /// Open connections by how many of their requests may run at once: 1, 2-3, 4-7, and so on.
    pub depths: [u64; BUCKETS],
    /// Flushes since the engine was made, by the same.
    pub flushes: [u64; BUCKETS],
    /// The buffers.
    pub pools: PoolStats,
}

impl Engine {
    /// Looks at everything; costs a look at each connection.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        let mut depths = [0_u64; BUCKETS];
        let mut pending: usize = 0;
        for place in &self.connections {
            let Place::Used(connection) = place else { continue };
            pending = pending.saturating_add(connection.pending());
            if let Some(count) = depths.get_mut(connection.depth_bucket(self.shared.now_ms)) {
                *count = count.saturating_add(1);
            }
        }
        let admission = &self.shared.admission;
        Metrics {
            counters: self.shared.counters,
            connections: self.open,
            pending,
            in_flight: admission.in_flight(),
            queued: admission.queued(),
            shed: admission.shed(),
            service_ms: admission.service_ms(),
            depths,
            flushes: self.shared.depths,
            pools: self.shared.pool.stats(),
        }
    }
}
