//! Content codings: gzip, deflate, br and zstd, chosen, written and read (RFC 9110 §8.4 and §12.5.3).
//!
//! Reading is for bytes of strangers: what comes out is bounded by a limit, what is held meanwhile by that limit and
//! the largest window of the coding, and nothing is allocated because a peer says that it will be needed.

mod brotli;
mod decoder;
mod encoder;
mod inflate;
mod media;
mod negotiate;
mod zstd;

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

pub use decoder::{DecodeError, Decoder, Progress};
pub use encoder::{Encoder, encode};
pub use media::compressible;
pub use negotiate::{Choice, negotiate};

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Coding {
    /// `gzip`, or `x-gzip` as old peers call it (RFC 1952).
    Gzip,
    /// `deflate`: the zlib format, never a bare deflate stream (RFC 1950, RFC 9110 §8.4.1.2).
    Deflate,
    /// `br` (RFC 7932).
    Br,
    /// `zstd`, with a window of at most 8 MiB (RFC 8878, RFC 9659).
    Zstd,
}

impl Coding {
    /// All codings, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Gzip, Self::Deflate, Self::Br, Self::Zstd];

    /// The name in `Content-Encoding`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Br => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The coding with this name, in any case; nothing for `identity` and those we do not have.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        if name.eq_ignore_ascii_case(b"x-gzip") {
            return Some(Self::Gzip);
        }
        Self::ALL.into_iter().find(|coding| name.eq_ignore_ascii_case(coding.as_str().as_bytes()))
    }

    /// The levels of its encoder, from fast to small.
    #[must_use]
    pub const fn levels(self) -> RangeInclusive<u32> {
        match self {
            Self::Gzip | Self::Deflate => 1..=9,
            Self::Br => 0..=11,
            // The pure Rust encoder has one.
            Self::Zstd => 1..=1,
        }
    }

    /// The level for answers that are made for one request; chosen by measurement (docs/design/compression.md).
    #[must_use]
    pub const fn default_level(self) -> u32 {
        match self {
            Self::Gzip | Self::Deflate => 4,
            Self::Br => 5,
            Self::Zstd => 1,
        }
    }
}
