//! Where the text grows: memory of the host as long as there is room in it, and then our own. Room is made once for several
//! pieces, and short pieces are copied in blocks of constant length, which costs less than a copy of just as many bytes as
//! there are.

/// Bytes behind the end that may always be written to: more than a name and a short value, or a block that is copied for a
/// piece shorter than it. What is put there needs no other look at how much room there is.
pub(super) const WINDOW: usize = 512;

/// A text that grows.
#[derive(Debug)]
pub struct Output<'m> {
    /// The text begins here, and stays as long as it fits.
    given: &'m mut [u8],
    /// Where it goes when it does not; all of it is initialised.
    kept: &'m mut Vec<u8>,
    has_moved: bool,
    at: usize,
}

/// Where a text is, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// At the beginning of the memory that was given. What lies behind it there has been written over, too.
    Given(usize),
    /// At the beginning of the memory that is kept.
    Kept(usize),
}

impl<'m> Output<'m> {
    /// An empty text, which goes to `given`, or to `kept` where it has no room there, with 512 bytes more.
    pub fn new(given: &'m mut [u8], kept: &'m mut Vec<u8>) -> Self {
        Self { given, kept, has_moved: false, at: 0 }
    }

    /// Where the text is.
    #[must_use]
    pub fn written(&self) -> Written {
        if self.has_moved { Written::Kept(self.at) } else { Written::Given(self.at) }
    }

    /// The memory and the end of the text in it, for pieces for which there is room.
    #[inline]
    pub(super) fn room(&mut self) -> (&mut [u8], usize) {
        (if self.has_moved { self.kept } else { self.given }, self.at)
    }

    /// Sets the end of the text, behind what has been put to [`Output::room`] or before what is to be taken back.
    #[inline]
    pub(super) fn end_at(&mut self, at: usize) {
        self.at = at;
    }

    /// Makes room for so many more bytes, and [`WINDOW`] behind them.
    #[inline]
    pub(super) fn reserve(&mut self, more: usize) {
        let (room, at) = self.room();
        if room.len() - at < more.saturating_add(WINDOW) {
            self.grow(more);
        }
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let least = self.at.saturating_add(more).saturating_add(WINDOW);
        let twice = self.room().0.len().saturating_mul(2);
        if self.kept.len() < least {
            self.kept.resize(least.max(twice), 0);
        }
        if !self.has_moved {
            self.has_moved = true;
            for (to, from) in self.kept.iter_mut().zip(self.given.iter().take(self.at)) {
                *to = *from;
            }
        }
    }

    /// Appends a piece of any length.
    #[inline]
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.reserve(piece.len());
        let (room, at) = self.room();
        if let Some(room) = room.get_mut(at..at + piece.len()) {
            room.copy_from_slice(piece);
            self.at += piece.len();
        }
    }

    /// Appends the first `length` bytes of a block, for which there must be room already.
    #[inline]
    pub(super) fn push_block<const N: usize>(&mut self, block: &[u8; N], length: usize) {
        let (room, at) = self.room();
        self.at = put_block(room, at, block, length);
    }

    /// Appends a byte, for which there must be room already.
    #[inline]
    pub(super) fn push_byte(&mut self, byte: u8) {
        let (room, at) = self.room();
        self.at = put_byte(room, at, byte);
    }
}

/// The bytes at `at` that may always be written to.
#[inline]
pub(super) fn window(room: &mut [u8], at: usize) -> Option<&mut [u8; WINDOW]> {
    room.get_mut(at..)?.first_chunk_mut()
}

/// Puts the first `length` bytes of a block to `at`, where there must be room for all of it; returns the end of them. The end
/// of a text goes from one such function to the next in a register, which memory would make them wait for.
#[inline]
pub(super) fn put_block<const N: usize>(room: &mut [u8], at: usize, block: &[u8; N], length: usize) -> usize {
    if let Some(room) = room.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<N>) {
        *room = *block;
    }
    at + length
}

/// Puts a byte to `at`; returns the end of it.
#[inline]
pub(super) fn put_byte(room: &mut [u8], at: usize, byte: u8) -> usize {
    if let Some(room) = room.get_mut(at) {
        *room = byte;
    }
    at + 1
}

/// Puts a piece of any length to `at`; returns the end of it.
#[inline]
pub(super) fn put_piece(room: &mut [u8], at: usize, piece: &[u8]) -> usize {
    let end = at + piece.len();
    if let Some(room) = room.get_mut(at..end) {
        room.copy_from_slice(piece);
    }
    end
}
