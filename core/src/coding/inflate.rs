//! gzip, of one member or several, and zlib (RFC 1952, RFC 1950). Checksums are checked; preset dictionaries refused.

use flate2::{Decompress, FlushDecompress, Status};

use super::decoder::{DecodeError, Step};

/// Logarithm of the window: the format knows none larger than 32 KiB.
const WINDOW_BITS: u8 = 15;

pub(super) struct Inflate {
    state: Decompress,
    is_gzip: bool,
    is_complete: bool,
    is_broken: bool,
    members: u64,
}

impl Inflate {
    pub(super) fn gzip() -> Self {
        Self::new(Decompress::new_gzip(WINDOW_BITS), true)
    }

    pub(super) fn zlib() -> Self {
        Self::new(Decompress::new(true), false)
    }

    fn new(state: Decompress, is_gzip: bool) -> Self {
        Self { state, is_gzip, is_complete: false, is_broken: false, members: 1 }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    pub(super) fn members(&self) -> u64 {
        self.members
    }

    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, DecodeError> {
        if self.is_broken {
            return Err(DecodeError::Malformed);
        }
        if self.is_complete {
            if input.is_empty() {
                return Ok(Step { taken: 0, made: 0 });
            }
            if !self.is_gzip {
                return Err(DecodeError::Malformed);
            }
            self.state.reset(true);
            self.members = self.members.saturating_add(1);
            self.is_complete = false;
        }
        let (before_in, before_out) = (self.state.total_in(), self.state.total_out());
        let status = self.state.decompress(input, output, FlushDecompress::None);
        let taken = usize::try_from(self.state.total_in() - before_in).unwrap_or(0);
        let made = usize::try_from(self.state.total_out() - before_out).unwrap_or(0);
        match status {
            Ok(status) => self.is_complete = status == Status::StreamEnd,
            Err(_) if made == 0 => return Err(DecodeError::Malformed),
            // What came before the error is content, and may be too much of it, however the bytes were cut.
            Err(_) => self.is_broken = true,
        }
        Ok(Step { taken, made })
    }
}
