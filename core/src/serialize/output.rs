//! Where the text grows: room is made once for several pieces, and short pieces are copied in blocks of constant length,
//! which costs less than a copy of just as many bytes as there are.

/// Bytes behind the end that may be written to without asking: a block that is copied for a piece shorter than it.
pub(super) const SLACK: usize = 64;

/// A text that grows, and keeps its memory when it begins anew.
#[derive(Debug, Default)]
pub struct Output {
    /// All of it is initialised; the text ends at `at`.
    bytes: Vec<u8>,
    at: usize,
}

impl Output {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.bytes.get(..self.at).unwrap_or_default()
    }

    /// Begins a new text. Memory above `keep` bytes is given back.
    pub fn begin(&mut self, keep: usize) {
        self.at = 0;
        if self.bytes.len() > keep {
            self.bytes = Vec::new();
        }
    }

    /// Makes room for so many more bytes, and [`SLACK`] behind them.
    #[inline]
    pub(super) fn reserve(&mut self, more: usize) {
        if self.bytes.len() - self.at < more.saturating_add(SLACK) {
            self.grow(more);
        }
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let least = self.at.saturating_add(more).saturating_add(SLACK);
        self.bytes.resize(least.max(self.bytes.len().saturating_mul(2)), 0);
    }

    /// Appends a piece of any length.
    #[inline]
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.reserve(piece.len());
        let end = self.at + piece.len();
        if let Some(room) = self.bytes.get_mut(self.at..end) {
            room.copy_from_slice(piece);
            self.at = end;
        }
    }

    /// Appends the first `length` bytes of a block, for which there must be room already.
    #[inline]
    pub(super) fn push_block<const N: usize>(&mut self, block: &[u8; N], length: usize) {
        if let Some(room) = self.bytes.get_mut(self.at..).and_then(<[u8]>::first_chunk_mut::<N>) {
            *room = *block;
            self.at += length;
        }
    }

    /// Appends a byte, for which there must be room already.
    #[inline]
    pub(super) fn push_byte(&mut self, byte: u8) {
        if let Some(room) = self.bytes.get_mut(self.at) {
            *room = byte;
            self.at += 1;
        }
    }
}
