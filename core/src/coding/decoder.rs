//! Content out of a coding, with a limit on what comes out, however little goes in.
//!
//! The codings give their content in small pieces; everything that bounds them stands here, once for all of them. What
//! follows the end of the coding is refused: who sends it means something that we do not read.

use super::Coding;
use super::brotli::Unbrotli;
use super::inflate::Inflate;
use super::zstd::Unzstd;

/// Bytes asked for at once; chosen: the memory is cleared first, and most bodies are small.
const PIECE_BYTES: usize = 16 * 1024;
/// Members (gzip) or frames (zstd) a body of any length may have, beside one per so much content: each costs a reset,
/// and an empty one is as good as nothing. Chosen.
const FREE_PARTS: u64 = 64;
/// Content per member or frame beyond the free ones; bgzip makes 64 KiB, nobody so little. Chosen.
const BYTES_PER_PART: u64 = 512;

/// Why encoded content was refused. Of brotli that is malformed only behind the limit, either may be told: the decoder
/// holds content back until it needs more input or room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Not the coding, or something behind its end, or a window larger than the coding allows.
    Malformed,
    /// The content is longer than the limit.
    TooLarge,
    /// The bytes ended before the coding did.
    Truncated,
}

impl DecodeError {
    /// The code that JavaScript sees.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed | Self::Truncated => "ERR_NEXURE_BODY_DECODING",
            Self::TooLarge => "ERR_NEXURE_BODY_TOO_LARGE",
        }
    }

    /// The status that tells the client.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed | Self::Truncated => 400,
            Self::TooLarge => 413,
        }
    }
}

/// What [`Decoder::write`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes taken from the input.
    pub consumed: usize,
    /// Whether there may be more content, also without more input: call again with what was not consumed.
    pub more: bool,
}

/// What a coding did with one input and one piece of output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Bytes taken from the input.
    pub taken: usize,
    /// Bytes written to the output.
    pub made: usize,
}

/// Decodes one body.
pub struct Decoder {
    /// Nothing once it has failed: also by a panic, which finds it taken out.
    reader: Option<Reader>,
    made: u64,
    max_bytes: u64,
}

enum Reader {
    Inflate(Inflate),
    Brotli(Box<Unbrotli>),
    Zstd(Box<Unzstd>),
}

impl Decoder {
    /// A decoder that gives at most `max_bytes` of content.
    #[must_use]
    pub fn new(coding: Coding, max_bytes: u64) -> Self {
        let reader = match coding {
            Coding::Gzip => Reader::Inflate(Inflate::gzip()),
            Coding::Deflate => Reader::Inflate(Inflate::zlib()),
            Coding::Br => Reader::Brotli(Box::new(Unbrotli::new(max_bytes))),
            Coding::Zstd => Reader::Zstd(Box::new(Unzstd::new(max_bytes))),
        };
        Self { reader: Some(reader), made: 0, max_bytes }
    }

    /// Takes encoded bytes; appends at most `room` bytes of content to `out`.
    ///
    /// # Errors
    /// A [`DecodeError`], and `Malformed` on every later call. `out` has what was decoded before it.
    pub fn write(&mut self, input: &[u8], room: usize, out: &mut Vec<u8>) -> Result<Progress, DecodeError> {
        let mut reader = self.reader.take().ok_or(DecodeError::Malformed)?;
        let progress = self.decode(&mut reader, input, room, out)?;
        self.reader = Some(reader);
        Ok(progress)
    }

    fn decode(
        &mut self,
        reader: &mut Reader,
        input: &[u8],
        room: usize,
        out: &mut Vec<u8>,
    ) -> Result<Progress, DecodeError> {
        let end = out.len().saturating_add(room);
        let mut consumed: usize = 0;
        loop {
            let start = out.len();
            let left = self.max_bytes.saturating_sub(self.made);
            // One more than may come shows that there is more.
            let piece =
                PIECE_BYTES.min(usize::try_from(left.saturating_add(1)).unwrap_or(PIECE_BYTES)).min(end - start);
            if piece == 0 {
                return Ok(Progress { consumed, more: true });
            }
            out.resize(start + piece, 0);
            let rest = input.get(consumed..).unwrap_or_default();
            let step = reader.step(rest, out.get_mut(start..).unwrap_or_default());
            out.truncate(start + step.as_ref().map_or(0, |step| step.made));
            let Step { taken, made } = step?;
            consumed = consumed.saturating_add(taken);
            if made as u64 > left {
                out.truncate(start + usize::try_from(left).unwrap_or(0));
                return Err(DecodeError::TooLarge);
            }
            self.made = self.made.saturating_add(made as u64);
            if reader.parts() > FREE_PARTS.saturating_add(self.made / BYTES_PER_PART) {
                return Err(DecodeError::Malformed);
            }
            if taken == 0 && made == 0 {
                if consumed < input.len() {
                    return Err(DecodeError::Malformed);
                }
                return Ok(Progress { consumed, more: false });
            }
        }
    }

    /// No more bytes come.
    ///
    /// # Errors
    /// `Truncated` when the coding has not come to its end, or not begun: no coding is without bytes. `Malformed` when
    /// it had failed before.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match &self.reader {
            None => Err(DecodeError::Malformed),
            Some(reader) if reader.is_complete() => Ok(()),
            Some(_) => Err(DecodeError::Truncated),
        }
    }
}

impl Reader {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, DecodeError> {
        match self {
            Self::Inflate(reader) => reader.step(input, output),
            Self::Brotli(reader) => reader.step(input, output),
            Self::Zstd(reader) => reader.step(input, output),
        }
    }

    fn is_complete(&self) -> bool {
        match self {
            Self::Inflate(reader) => reader.is_complete(),
            Self::Brotli(reader) => reader.is_complete(),
            Self::Zstd(reader) => reader.is_complete(),
        }
    }

    fn parts(&self) -> u64 {
        match self {
            Self::Inflate(reader) => reader.members(),
            Self::Brotli(_) => 1,
            Self::Zstd(reader) => reader.frames(),
        }
    }
}
