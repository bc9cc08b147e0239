//! Scratch for one turn: copied and written byte by byte, forgotten all at once.
//!
//! What it gives borrows the arena, so the compiler refuses to keep any of it beyond [`TurnArena::reset`]. It is bounded:
//! a peer that makes one turn need too much gets an error, and one large turn does not pin its memory.

use std::borrow::Cow;
use std::fmt::{self, Write};

use bumpalo::Bump;

/// Bytes an arena has between turns at most. Chosen: a turn of 1,024 requests with 64 bytes of scratch each.
pub const KEPT_BYTES: usize = 64 * 1024;
/// Bytes of one turn at most. Chosen, as large as the tables of a turn together.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The arena has no room for what was asked, or a text could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArenaFull;

impl fmt::Display for ArenaFull {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the scratch memory of this turn is used up")
    }
}

impl std::error::Error for ArenaFull {}

/// Memory that is free again at the end of the turn.
#[derive(Debug)]
pub struct TurnArena {
    bump: Bump,
}

impl Default for TurnArena {
    fn default() -> Self {
        let bump = Bump::new();
        bump.set_allocation_limit(Some(MAX_BYTES));
        Self { bump }
    }
}

impl TurnArena {
    /// Keeps a copy of `items` for the rest of the turn.
    ///
    /// # Errors
    /// [`ArenaFull`] when it does not fit.
    pub fn copy<T: Copy>(&self, items: &[T]) -> Result<&[T], ArenaFull> {
        self.bump.try_alloc_slice_copy(items).map(|copy| &*copy).map_err(|_| ArenaFull)
    }

    /// Keeps the text of `format_args!` for the rest of the turn.
    ///
    /// # Errors
    /// [`ArenaFull`] when it does not fit, or when it writes more the second time than the first: it is counted before
    /// it is written.
    pub fn text(&self, text: fmt::Arguments<'_>) -> Result<&str, ArenaFull> {
        if let Some(text) = text.as_str() {
            return self.bump.try_alloc_str(text).map(|text| &*text).map_err(|_| ArenaFull);
        }
        let mut count = Count(0);
        count.write_fmt(text).map_err(|_| ArenaFull)?;
        let bytes = self.bump.try_alloc_slice_fill_copy(count.0, b' ').map_err(|_| ArenaFull)?;
        Cursor { rest: &mut *bytes }.write_fmt(text).map_err(|_| ArenaFull)?;
        // What a `Display` that says less the second time leaves is spaces, so this only fails where pieces do not join.
        str::from_utf8(bytes).map_err(|_| ArenaFull)
    }

    /// The text of `format_args!`, on the heap when the arena has no room for it: nothing a turn answers is left out.
    pub fn text_or_heap(&self, text: fmt::Arguments<'_>) -> Cow<'_, str> {
        self.text(text).map_or_else(|_| Cow::Owned(fmt::format(text)), Cow::Borrowed)
    }

    /// Ends the turn: all of it is free, and of several chunks one is kept, if it is no larger than [`KEPT_BYTES`].
    pub fn reset(&mut self) {
        self.bump.reset();
        if self.bump.allocated_bytes() > KEPT_BYTES {
            *self = Self::default();
        }
    }

    /// Bytes of its chunks.
    #[must_use]
    pub fn allocated_bytes(&self) -> usize {
        self.bump.allocated_bytes()
    }
}

/// Counts what would be written.
struct Count(usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.checked_add(text.len()).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// Writes into what is left of a slice.
struct Cursor<'a> {
    rest: &'a mut [u8],
}

impl Write for Cursor<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let (to, rest) = std::mem::take(&mut self.rest).split_at_mut_checked(text.len()).ok_or(fmt::Error)?;
        to.copy_from_slice(text.as_bytes());
        self.rest = rest;
        Ok(())
    }
}
