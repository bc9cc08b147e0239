//! Buffers of one size: a stack of empty ones, the demand for them, and the counts of both.

use super::demand::Demand;
use super::stats::ClassStats;

/// Bytes of each class that are not given back however long nobody asks. Chosen: a small server does without the
/// allocator, and an idle one keeps at most 256 KiB (the largest class keeps none).
pub const IDLE_BYTES: usize = 64 * 1024;

/// One size class.
#[derive(Debug, Default)]
pub(super) struct Class {
    size: usize,
    /// Bytes the shelf may hold.
    limit: usize,
    /// Empty buffers of `size` bytes or more, the one used last on top.
    shelf: Vec<Vec<u8>>,
    shelf_bytes: usize,
    demand: Demand,
    takes: u64,
    misses: u64,
    borrowed: u64,
    grown: u64,
    prepared: u64,
    given_back: u64,
    refused: u64,
}

impl Class {
    pub fn new(size: usize, limit: usize) -> Self {
        Self { size, limit, ..Self::default() }
    }

    pub fn note_take(&mut self) {
        self.takes = self.takes.wrapping_add(1);
    }

    pub fn note_borrowed(&mut self) {
        self.borrowed = self.borrowed.wrapping_add(1);
    }

    pub fn note_grown(&mut self) {
        self.grown = self.grown.wrapping_add(1);
    }

    /// Notes that a buffer came back; `false` if none of this class was in use.
    pub fn note_return(&mut self) -> bool {
        self.demand.note_return()
    }

    /// Notes that seconds are over.
    pub fn close_seconds(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.demand.close_second(self.takes);
        }
    }

    /// A buffer of the shelf, now in use.
    pub fn pop(&mut self) -> Option<Vec<u8>> {
        let buffer = self.shelf.pop()?;
        self.shelf_bytes = self.shelf_bytes.saturating_sub(buffer.capacity());
        self.demand.note_use();
        Some(buffer)
    }

    /// A new buffer, now in use.
    pub fn allocate(&mut self, least: usize) -> Vec<u8> {
        self.misses = self.misses.wrapping_add(1);
        self.demand.note_use();
        Vec::with_capacity(least.max(self.size))
    }

    /// Puts a buffer on the shelf, or frees it where there is no room.
    pub fn shelve(&mut self, mut buffer: Vec<u8>) {
        let bytes = self.shelf_bytes.saturating_add(buffer.capacity());
        if bytes > self.limit {
            self.refused = self.refused.wrapping_add(1);
            return;
        }
        buffer.clear();
        self.shelf_bytes = bytes;
        self.shelf.push(buffer);
    }

    /// Makes the shelf fit the demand: what it will need is there, what it will not is given back, the oldest first.
    pub fn settle(&mut self) {
        let needed = self.demand.expected().saturating_sub(self.demand.in_use()) as usize;
        let needed_bytes = needed.saturating_mul(self.size).min(self.limit);
        let kept_bytes = needed_bytes.max(IDLE_BYTES);
        let mut oldest = 0;
        for buffer in &self.shelf {
            if self.shelf_bytes <= kept_bytes {
                break;
            }
            self.shelf_bytes = self.shelf_bytes.saturating_sub(buffer.capacity());
            oldest += 1;
        }
        self.shelf.drain(..oldest);
        self.given_back = self.given_back.wrapping_add(oldest as u64);
        // A shelf that was long is itself memory: 24 bytes a place.
        self.shelf.shrink_to(self.shelf.len().max(needed).saturating_mul(2));
        while self.shelf_bytes.saturating_add(self.size) <= needed_bytes {
            let buffer = Vec::with_capacity(self.size);
            self.shelf_bytes = self.shelf_bytes.saturating_add(buffer.capacity());
            self.shelf.push(buffer);
            self.prepared = self.prepared.wrapping_add(1);
        }
    }

    /// Whether the shelf would change no more if nobody took or gave.
    pub fn rests(&self) -> bool {
        self.shelf_bytes <= IDLE_BYTES && self.demand.expected() <= self.demand.in_use()
    }

    pub fn kept(&self) -> usize {
        self.shelf.len()
    }

    pub fn kept_bytes(&self) -> usize {
        self.shelf_bytes
    }

    pub fn stats(&self) -> ClassStats {
        ClassStats {
            size: self.size,
            kept: self.shelf.len(),
            kept_bytes: self.shelf_bytes,
            in_use: self.demand.in_use(),
            takes: self.takes,
            hits: self.takes.wrapping_sub(self.misses),
            borrowed: self.borrowed,
            misses: self.misses,
            grown: self.grown,
            prepared: self.prepared,
            given_back: self.given_back,
            refused: self.refused,
            last_peak: self.demand.last_peak(),
            expected: self.demand.expected(),
            ewma_peak: self.demand.ewma_peak(),
            ewma_takes: self.demand.ewma_takes(),
        }
    }
}
