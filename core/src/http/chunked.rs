//! The chunked transfer coding, decoded as the bytes arrive (RFC 9112 §7.1).
//!
//! Every byte that is not content is charged to budgets of the whole message, so that no spelling of a small body
//! costs more than the limits say.

/// Hexadecimal digits of a chunk size: more cannot be a length, only padding.
const MAX_SIZE_DIGITS: u32 = 16;
/// Bytes of the extensions of one chunk; chosen.
const MAX_EXTENSION_BYTES: u32 = 256;
/// Bytes of the extensions of all chunks of a body; chosen.
const MAX_EXTENSIONS_BYTES: u32 = 4 * 1024;
/// Bytes of the trailer section; chosen.
const MAX_TRAILER_BYTES: u32 = 8 * 1024;
/// Lines of the trailer section; chosen.
const MAX_TRAILER_FIELDS: u32 = 32;
/// Framing bytes a body of any length may have, beside a quarter of its content; chosen.
const FREE_OVERHEAD_BYTES: u64 = 16 * 1024;

/// Why a chunked body was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkedError {
    /// Not the chunked coding, or more framing than content.
    Malformed,
    /// The content is longer than the limit.
    TooLarge,
    /// The trailer section is longer than the limit.
    TrailersTooLarge,
}

/// What [`ChunkedDecoder::decode`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes taken from the input.
    pub consumed: usize,
    /// Whether the body and its trailer section are complete.
    pub done: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size { digits: u32 },
    Extension { bytes: u32, quoted: bool, escaped: bool },
    SizeLf,
    Data,
    DataCr,
    DataLf,
    TrailerStart,
    TrailerName,
    TrailerValue,
    TrailerLf,
    EndLf,
    Done,
}

/// A decoder of one body.
#[derive(Clone, Debug)]
pub struct ChunkedDecoder {
    state: State,
    remaining: u64,
    content: u64,
    overhead: u64,
    extensions: u32,
    trailer_bytes: u32,
    trailer_fields: u32,
}

impl Default for ChunkedDecoder {
    fn default() -> Self {
        Self {
            state: State::Size { digits: 0 },
            remaining: 0,
            content: 0,
            overhead: 0,
            extensions: 0,
            trailer_bytes: 0,
            trailer_fields: 0,
        }
    }
}

impl ChunkedDecoder {
    /// Decodes from `input`, giving content to `sink` in stretches; `limit` bounds the content in bytes.
    ///
    /// # Errors
    /// A [`ChunkedError`], after which the decoder must not be used again.
    pub fn decode(&mut self, input: &[u8], limit: u64, mut sink: impl FnMut(&[u8])) -> Result<Progress, ChunkedError> {
        let mut at = 0;
        while self.state != State::Done {
            if self.state == State::Data {
                let rest = input.get(at..).unwrap_or_default();
                let take = usize::try_from(self.remaining).unwrap_or(usize::MAX).min(rest.len());
                if take == 0 {
                    break;
                }
                sink(rest.get(..take).unwrap_or_default());
                at = at.saturating_add(take);
                self.remaining = self.remaining.saturating_sub(take as u64);
                if self.remaining == 0 {
                    self.state = State::DataCr;
                }
                continue;
            }
            let Some(&byte) = input.get(at) else { break };
            at = at.saturating_add(1);
            self.charge()?;
            self.state = self.step(byte, limit)?;
        }
        Ok(Progress { consumed: at, done: self.state == State::Done })
    }

    /// Bytes of content that the chunk under way still announces.
    pub(crate) const fn chunk_left(&self) -> u64 {
        self.remaining
    }

    fn charge(&mut self) -> Result<(), ChunkedError> {
        self.overhead = self.overhead.saturating_add(1);
        if self.overhead > FREE_OVERHEAD_BYTES.saturating_add(self.content / 4) {
            return Err(ChunkedError::Malformed);
        }
        Ok(())
    }

    fn step(&mut self, byte: u8, limit: u64) -> Result<State, ChunkedError> {
        Ok(match (self.state, byte) {
            (State::Size { digits }, byte) if byte.is_ascii_hexdigit() => {
                if digits >= MAX_SIZE_DIGITS {
                    return Err(ChunkedError::Malformed);
                }
                let digit = char::from(byte).to_digit(16).unwrap_or(0);
                self.remaining = (self.remaining << 4) | u64::from(digit);
                if self.content.saturating_add(self.remaining) > limit {
                    return Err(ChunkedError::TooLarge);
                }
                State::Size { digits: digits.saturating_add(1) }
            }
            (State::Size { digits: 1.. }, b';') => State::Extension { bytes: 0, quoted: false, escaped: false },
            (State::Size { digits: 1.. } | State::Extension { quoted: false, .. }, b'\r') => State::SizeLf,
            (State::Extension { bytes, quoted, escaped }, b'\t' | 0x20..=0x7e | 0x80..) => {
                self.extensions = self.extensions.saturating_add(1);
                if bytes >= MAX_EXTENSION_BYTES || self.extensions > MAX_EXTENSIONS_BYTES {
                    return Err(ChunkedError::Malformed);
                }
                State::Extension {
                    bytes: bytes.saturating_add(1),
                    quoted: quoted ^ (byte == b'"' && !escaped),
                    escaped: quoted && !escaped && byte == b'\\',
                }
            }
            (State::SizeLf, b'\n') => {
                if self.remaining == 0 {
                    State::TrailerStart
                } else {
                    self.content = self.content.saturating_add(self.remaining);
                    State::Data
                }
            }
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => State::Size { digits: 0 },
            (State::TrailerStart, b'\r') => State::EndLf,
            (State::TrailerStart, byte) if is_token_byte(byte) => {
                self.trailer_fields = self.trailer_fields.saturating_add(1);
                self.trailer(State::TrailerName)?
            }
            (State::TrailerName, b':') | (State::TrailerValue, b'\t' | 0x20..=0x7e | 0x80..) => {
                self.trailer(State::TrailerValue)?
            }
            (State::TrailerName, byte) if is_token_byte(byte) => self.trailer(State::TrailerName)?,
            (State::TrailerValue, b'\r') => State::TrailerLf,
            (State::TrailerLf, b'\n') => State::TrailerStart,
            (State::EndLf, b'\n') => State::Done,
            _ => return Err(ChunkedError::Malformed),
        })
    }

    fn trailer(&mut self, next: State) -> Result<State, ChunkedError> {
        self.trailer_bytes = self.trailer_bytes.saturating_add(1);
        if self.trailer_bytes > MAX_TRAILER_BYTES || self.trailer_fields > MAX_TRAILER_FIELDS {
            return Err(ChunkedError::TrailersTooLarge);
        }
        Ok(next)
    }
}

/// `tchar` (RFC 9110 §5.6.2).
pub(crate) const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}
