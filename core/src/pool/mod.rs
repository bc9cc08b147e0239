//! Byte buffers that are kept for the next use instead of being freed.
//!
//! Buffers come back empty: what one message held is never readable through another's buffer.

/// Buffers kept at most; chosen, one for each of the connections that are busy at the same moment.
const MAX_KEPT: usize = 1024;
/// A buffer that has grown past this is freed instead of kept, so that one large message does not pin memory.
const MAX_KEPT_CAPACITY: usize = 64 * 1024;
/// Capacity of a new buffer: a short answer, or what is left of a head that came in two pieces.
const INITIAL_CAPACITY: usize = 1024;

/// A stack of empty buffers.
#[derive(Debug, Default)]
pub struct BufferPool {
    kept: Vec<Vec<u8>>,
}

impl BufferPool {
    /// An empty buffer.
    pub fn take(&mut self) -> Vec<u8> {
        self.kept.pop().unwrap_or_else(|| Vec::with_capacity(INITIAL_CAPACITY))
    }

    /// Gives a buffer back; its content is dropped.
    pub fn give(&mut self, mut buffer: Vec<u8>) {
        if (1..=MAX_KEPT_CAPACITY).contains(&buffer.capacity()) && self.kept.len() < MAX_KEPT {
            buffer.clear();
            self.kept.push(buffer);
        }
    }

    /// Buffers kept now.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.kept.len()
    }
}
