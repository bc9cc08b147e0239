//! What a pool tells of itself. Every number is counted where it happens; ratios of nothing are `None`.

use super::CLASSES;

/// One size class since the pool was made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassStats {
    /// Bytes of a new buffer; 0 for buffers beyond the largest class.
    pub size: usize,
    /// Empty buffers on the shelf.
    pub kept: usize,
    /// Their bytes.
    pub kept_bytes: usize,
    /// Buffers taken and not given. A buffer that has grown counts where it was taken; while one of its new class is
    /// in use too the two may stand in each other's place, so each class is exact when all are, and the sum always.
    pub in_use: u32,
    /// Buffers asked for.
    pub takes: u64,
    /// Those that came off a shelf, borrowed ones included.
    pub hits: u64,
    /// Those that came off the shelf of the class above.
    pub borrowed: u64,
    /// Those that were allocated: the rest.
    pub misses: u64,
    /// Buffers that came back in a larger class: the caller asked for too little.
    pub grown: u64,
    /// Buffers allocated ahead of demand.
    pub prepared: u64,
    /// Buffers freed because demand had fallen.
    pub given_back: u64,
    /// Buffers freed as they came back because the shelf was at its limit.
    pub refused: u64,
    /// The most in use at once in the last second that is over.
    pub last_peak: u32,
    /// Buffers that should exist for the next second, those in use included.
    pub expected: u32,
    /// Average of the peaks of the seconds, half-life [`super::HALF_LIFE_S`].
    pub ewma_peak: f64,
    /// Average of the takes per second, the same half-life.
    pub ewma_takes: f64,
}

impl ClassStats {
    /// Hits of all takes, 0-1; `None` before the first.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
    pub fn hit_ratio(&self) -> Option<f64> {
        (self.takes > 0).then(|| self.hits as f64 / self.takes as f64)
    }
}

/// A whole pool since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PoolStats {
    /// The size classes, the smallest first.
    pub classes: [ClassStats; CLASSES],
    /// Buffers larger than the largest class: never kept, all misses.
    pub beyond: ClassStats,
    /// Buffers given that nobody had taken.
    pub foreign: u64,
    /// Bytes on all shelves.
    pub kept_bytes: usize,
    /// Bytes they may hold.
    pub max_bytes: usize,
}
