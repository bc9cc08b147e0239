//! The chunked transfer coding, decoded as the bytes arrive (RFC 9112 §7.1).
//!
//! Every byte that is not content is charged to budgets of the whole message, so that no spelling of a small body
//! costs more than the limits say. Extensions are held to their grammar without the white space that RFC 9112 §7.1.1
//! calls bad: nobody sends it, and readers differ about where they cut it off.

use super::syntax::{is_token_byte, is_value_byte};
use super::trailers::TrailerSection;

/// Hexadecimal digits of a chunk size: more cannot be a length, only padding.
const MAX_SIZE_DIGITS: u32 = 16;

/// Bounds on what a chunked body has beside its content. The defaults are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkedLimits {
    /// Bytes of the extensions of one chunk; default 256.
    pub max_extension_bytes: u32,
    /// Bytes of the extensions of all chunks of a body; default 4 KiB.
    pub max_extensions_bytes: u32,
    /// Framing bytes of a body, beside a quarter of its content; default 16 KiB.
    pub max_overhead_bytes: u64,
    /// Bytes of the trailer section without line ends; default 8 KiB.
    pub max_trailer_bytes: u32,
    /// Lines of the trailer section; default 32.
    pub max_trailer_fields: u32,
}

impl Default for ChunkedLimits {
    fn default() -> Self {
        Self {
            max_extension_bytes: 256,
            max_extensions_bytes: 4 * 1024,
            max_overhead_bytes: 16 * 1024,
            max_trailer_bytes: 8 * 1024,
            max_trailer_fields: 32,
        }
    }
}

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
    Extension(Extension),
    SizeLf,
    Data,
    DataCr,
    DataLf,
    Trailers,
    Done,
}

/// What the last byte of `";" name [ "=" value ]` was part of (RFC 9112 §7.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extension {
    Semicolon,
    Name,
    Equals,
    Token,
    Quoted,
    Escaped,
    QuotedEnd,
}

/// A decoder of one body.
#[derive(Clone, Debug)]
pub struct ChunkedDecoder {
    limits: ChunkedLimits,
    state: State,
    remaining: u64,
    content: u64,
    overhead: u64,
    /// Bytes of the extensions of the chunk under way, and of all chunks.
    extension: u32,
    extensions: u32,
    trailers: TrailerSection,
}

impl Default for ChunkedDecoder {
    fn default() -> Self {
        Self::new(ChunkedLimits::default())
    }
}

impl ChunkedDecoder {
    /// A decoder of one body.
    #[must_use]
    pub fn new(limits: ChunkedLimits) -> Self {
        Self {
            limits,
            state: State::Size { digits: 0 },
            remaining: 0,
            content: 0,
            overhead: 0,
            extension: 0,
            extensions: 0,
            trailers: TrailerSection::default(),
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
        if self.overhead > self.limits.max_overhead_bytes.saturating_add(self.content / 4) {
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
            (State::Size { digits: 1.. }, b';') => {
                self.extension = 0;
                State::Extension(Extension::Semicolon)
            }
            (State::Size { digits: 1.. }, b'\r') => State::SizeLf,
            (State::Extension(extension), b'\r') if extension.may_end() => State::SizeLf,
            (State::Extension(extension), byte) => {
                let next = extension.step(byte).ok_or(ChunkedError::Malformed)?;
                self.extension = self.extension.saturating_add(1);
                self.extensions = self.extensions.saturating_add(1);
                if self.extension > self.limits.max_extension_bytes
                    || self.extensions > self.limits.max_extensions_bytes
                {
                    return Err(ChunkedError::Malformed);
                }
                State::Extension(next)
            }
            (State::SizeLf, b'\n') => {
                if self.remaining == 0 {
                    State::Trailers
                } else {
                    self.content = self.content.saturating_add(self.remaining);
                    State::Data
                }
            }
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => State::Size { digits: 0 },
            (State::Trailers, byte) => {
                if self.trailers.step(byte, &self.limits)? {
                    State::Done
                } else {
                    State::Trailers
                }
            }
            _ => return Err(ChunkedError::Malformed),
        })
    }
}

impl Extension {
    /// What `byte` is part of behind this; `None` when it cannot stand here.
    const fn step(self, byte: u8) -> Option<Self> {
        Some(match (self, byte) {
            (Self::Semicolon | Self::Name, byte) if is_token_byte(byte) => Self::Name,
            (Self::Name, b'=') => Self::Equals,
            (Self::Equals, b'"') => Self::Quoted,
            (Self::Equals | Self::Token, byte) if is_token_byte(byte) => Self::Token,
            (Self::Quoted, b'"') => Self::QuotedEnd,
            (Self::Quoted, b'\\') => Self::Escaped,
            (Self::Quoted | Self::Escaped, byte) if is_value_byte(byte) => Self::Quoted,
            (Self::Name | Self::Token | Self::QuotedEnd, b';') => Self::Semicolon,
            _ => return None,
        })
    }

    /// Whether the line may end here.
    const fn may_end(self) -> bool {
        matches!(self, Self::Name | Self::Token | Self::QuotedEnd)
    }
}
