//! Byte buffers that are kept for the next use instead of being freed, in five size classes, as many as demand needs.
//!
//! Buffers come back empty: what one message held is never readable through another's buffer. Whatever peers do, a
//! pool keeps at most its limit, a fifth of it in each class, so that large bodies cannot push small heads out; and
//! memory goes back some seconds after the demand for it. `docs/design/memory-pools.md` has the policy and its figures.

pub mod arena;
mod class;
mod demand;
mod stats;

#[cfg(test)]
mod tests;

pub use class::IDLE_BYTES;
pub use demand::{HALF_LIFE_S, WINDOW_S};
pub use stats::{ClassStats, PoolStats};

use class::Class;

/// Size classes.
pub const CLASSES: usize = 5;
/// Bytes of the buffers of each class. The engine asks for the rest of a head that came in pieces (below 1 KiB, most
/// often), the answers of one visit (16 short ones in 4 KiB), a whole head at its default limit or a body that lies in
/// its record (16 KiB), one read or what a connection may have unsent (64 KiB), and bodies on their way (256 KiB).
/// Steps of four: growing by doubling meets every class, and a connection that needs more moves up by one.
pub const SIZES: [usize; CLASSES] = [1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10];
/// Bytes kept unless told otherwise. Chosen: 1,638 answers or 102 reads at once without the allocator.
pub const DEFAULT_MAX_BYTES: usize = 32 * 1024 * 1024;

const SMALLEST: usize = 1 << 10;
const LARGEST: usize = 256 << 10;
/// A pool that was not looked at for longer knows as much as after these seconds: nothing is expected any more.
const MAX_SECONDS: u64 = 64;

/// Buffers by size. [`Pools::tick`] once per second lets it follow demand; without it, it is bounded all the same.
#[derive(Debug)]
pub struct Pools {
    /// One for each size, and one that keeps nothing for what is beyond them.
    classes: [Class; CLASSES + 1],
    max_bytes: usize,
    foreign: u64,
    ticked_ms: Option<u64>,
}

impl Default for Pools {
    fn default() -> Self {
        Self::new(DEFAULT_MAX_BYTES)
    }
}

impl Pools {
    /// A pool that keeps at most `max_bytes`, a fifth in each class; 0 keeps none, and every buffer is allocated.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        let limit = max_bytes / CLASSES;
        let class = |at| SIZES.get(at).map_or_else(Class::default, |&size| Class::new(size, limit));
        Self { classes: std::array::from_fn(class), max_bytes, foreign: 0, ticked_ms: None }
    }

    /// An empty buffer with room for at least `least` bytes, of the smallest class that holds them. Where that class
    /// has none left, one of the next is taken: it is where the buffers of this one have grown to.
    pub fn take(&mut self, least: usize) -> Vec<u8> {
        let Some([class, above @ ..]) = self.classes.get_mut(class_for(least)..) else { return Vec::new() };
        class.note_take();
        if let Some(buffer) = class.pop() {
            return buffer;
        }
        if let Some(buffer) = above.first_mut().and_then(Class::pop) {
            class.note_borrowed();
            return buffer;
        }
        class.allocate(least)
    }

    /// Gives a buffer back; its content is dropped. One of another capacity than the classes have goes to the class
    /// below, and is freed if it is smaller than all of them or would be the next of the largest.
    pub fn give(&mut self, buffer: Vec<u8>) {
        let capacity = buffer.capacity();
        if capacity == 0 {
            return;
        }
        let below = class_below(capacity);
        self.note_return(if capacity > LARGEST { CLASSES } else { below.unwrap_or_default() });
        if let Some(class) = below.and_then(|below| self.classes.get_mut(below)) {
            class.shelve(buffer);
        }
    }

    /// Finds whose buffer came back: of its class, or else of the next below with one in use, where it has grown.
    fn note_return(&mut self, class: usize) {
        let mut has_grown = false;
        for class in self.classes.iter_mut().take(class.saturating_add(1)).rev() {
            if class.note_return() {
                if has_grown {
                    class.note_grown();
                }
                return;
            }
            has_grown = true;
        }
        self.foreign = self.foreign.wrapping_add(1);
    }

    /// Ends the seconds that have passed: allocates what the next is expected to need, and gives back what it is not.
    /// Call it about once per second with any monotonic time.
    pub fn tick(&mut self, now_ms: u64) {
        let ticked_ms = *self.ticked_ms.get_or_insert_with(|| now_ms.saturating_sub(1000));
        let seconds = now_ms.saturating_sub(ticked_ms) / 1000;
        if seconds == 0 {
            return;
        }
        self.ticked_ms = Some(ticked_ms.saturating_add(seconds.saturating_mul(1000)));
        for class in &mut self.classes {
            class.close_seconds(seconds.min(MAX_SECONDS));
        }
        for class in self.classes.iter_mut().take(CLASSES) {
            class.settle();
        }
    }

    /// Whether further ticks would change nothing unless buffers are taken or given: the timer may stop.
    #[must_use]
    pub fn rests(&self) -> bool {
        self.classes.iter().take(CLASSES).all(Class::rests)
    }

    /// Buffers kept now.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.classes.iter().map(Class::kept).sum()
    }

    /// Bytes kept now.
    #[must_use]
    pub fn kept_bytes(&self) -> usize {
        self.classes.iter().map(Class::kept_bytes).sum()
    }

    /// What was counted since the pool was made.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        let [classes @ .., beyond] = &self.classes;
        PoolStats {
            classes: classes.each_ref().map(Class::stats),
            beyond: beyond.stats(),
            foreign: self.foreign,
            kept_bytes: self.kept_bytes(),
            max_bytes: self.max_bytes,
        }
    }
}

/// The smallest class with buffers of `least` bytes, or the one beyond.
const fn class_for(least: usize) -> usize {
    if least <= SMALLEST {
        return 0;
    }
    if least > LARGEST {
        return CLASSES;
    }
    // Two more bits are one class more; 1 is what just exceeds the smallest.
    (((least - 1) / SMALLEST).ilog2() / 2 + 1) as usize
}

/// The largest class whose buffers are no larger than `capacity`; `None` outside of all.
const fn class_below(capacity: usize) -> Option<usize> {
    if capacity < SMALLEST || capacity >= LARGEST * 4 {
        return None;
    }
    Some(((capacity / SMALLEST).ilog2() / 2) as usize)
}
