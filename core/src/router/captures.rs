//! Where the params of a found route lie in the path. Offsets, not text: the bytes stay where they arrived, and only
//! the params that a handler reads are ever decoded.

use std::slice::Iter;

use super::pattern::MAX_PARAMS;

/// One param: `len` raw, undecoded bytes from offset `start` of the path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// Offset of the first byte in the path.
    pub start: u32,
    /// Length in bytes; 0 only for a wildcard.
    pub len: u32,
    /// Whether the bytes contain a percent escape.
    pub needs_decode: bool,
}

/// The params of a found route in the order of its pattern, at most [`MAX_PARAMS`]. Meant to be kept and reused: a
/// lookup clears it first and never allocates.
#[derive(Clone, Debug, Default)]
pub struct Captures {
    items: [Capture; MAX_PARAMS],
    count: usize,
}

impl Captures {
    /// No captures.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The captures in the order of the pattern.
    #[must_use]
    pub fn as_slice(&self) -> &[Capture] {
        self.items.get(..self.count).unwrap_or_default()
    }

    /// Iterates over the captures in the order of the pattern.
    pub fn iter(&self) -> Iter<'_, Capture> {
        self.as_slice().iter()
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Drops all.
    pub const fn clear(&mut self) {
        self.count = 0;
    }

    /// Adds one. The limit on params of a pattern keeps the count in range; one too many is dropped.
    pub(super) fn push(&mut self, capture: Capture) {
        if let Some(slot) = self.items.get_mut(self.count) {
            *slot = capture;
            self.count += 1;
        }
    }

    /// Drops all but the first `count`.
    pub(super) fn truncate(&mut self, count: usize) {
        self.count = self.count.min(count);
    }
}

impl<'c> IntoIterator for &'c Captures {
    type Item = &'c Capture;
    type IntoIter = Iter<'c, Capture>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
