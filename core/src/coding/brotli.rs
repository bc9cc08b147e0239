//! Brotli, with windows of the standard only (RFC 7932): at most 16 MiB, and none larger than the limit can fill.

use brotli::enc::StandardAlloc;
use brotli::{Allocator, BrotliDecompressStream, BrotliResult, BrotliState};

use super::decoder::{DecodeError, Step};

/// What the decoder needs beside the window, which has its own bound: context maps of at most 16 KiB each; chosen.
const LEAST_CELL_BYTES: u64 = 64 * 1024;

pub(super) struct Unbrotli {
    state: BrotliState<BoundedAlloc, StandardAlloc, StandardAlloc>,
    is_complete: bool,
}

/// Gives no memory for a window that more content than the limit would have to fill. The decoder sizes its window by
/// the length that a metablock claims.
struct BoundedAlloc {
    max_bytes: u64,
    has_refused: bool,
}

type Cell = <StandardAlloc as Allocator<u8>>::AllocatedMemory;

impl Allocator<u8> for BoundedAlloc {
    type AllocatedMemory = Cell;

    fn alloc_cell(&mut self, bytes: usize) -> Cell {
        if bytes as u64 > self.max_bytes {
            self.has_refused = true;
            return Cell::default();
        }
        StandardAlloc::default().alloc_cell(bytes)
    }

    fn free_cell(&mut self, _: Cell) {}
}

impl Unbrotli {
    pub(super) fn new(max_bytes: u64) -> Self {
        // Windows are powers of two, of which content within the limit fills the larger half, and a little more.
        let max_bytes = max_bytes.max(LEAST_CELL_BYTES).saturating_mul(2).saturating_add(LEAST_CELL_BYTES);
        let alloc = BoundedAlloc { max_bytes, has_refused: false };
        let state = BrotliState::new_strict(alloc, StandardAlloc::default(), StandardAlloc::default());
        Self { state, is_complete: false }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, DecodeError> {
        if self.is_complete {
            return if input.is_empty() { Ok(Step { taken: 0, made: 0 }) } else { Err(DecodeError::Malformed) };
        }
        let (mut available_in, mut taken) = (input.len(), 0);
        let (mut available_out, mut made, mut total) = (output.len(), 0, 0);
        let result = BrotliDecompressStream(
            &mut available_in,
            &mut taken,
            input,
            &mut available_out,
            &mut made,
            output,
            &mut total,
            &mut self.state,
        );
        match result {
            BrotliResult::ResultSuccess => self.is_complete = true,
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
            BrotliResult::ResultFailure if self.state.alloc_u8.has_refused => return Err(DecodeError::TooLarge),
            BrotliResult::ResultFailure => return Err(DecodeError::Malformed),
        }
        Ok(Step { taken, made })
    }
}
