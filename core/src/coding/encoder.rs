//! Content into a coding, as it comes: every call appends what is ready, `flush` all there is.
//!
//! The writers below write to a `Vec`, which takes everything; their errors are passed on and do not happen.

use std::io::{self, Write as _};
use std::mem::take;

use brotli::CompressorWriter;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::Coding;

/// Logarithm of the brotli window of a stream: 256 KiB. One of 4 MiB makes a body of 100 KB 6 % slower and no smaller;
/// one of 64 KiB or less takes the crate to another search, forty times as slow.
const BROTLI_WINDOW_BITS: u32 = 18;
/// Logarithm of the largest brotli window, for bodies that are there in full; what the format's own encoder uses.
const MAX_BROTLI_WINDOW_BITS: u32 = 22;
/// Bytes that the brotli writer gives at once.
const BROTLI_BUFFER_BYTES: usize = 16 * 1024;
/// Content of one zstd frame of a stream: the window of the encoder, so that a longer frame would gain nothing.
const ZSTD_FRAME_BYTES: usize = 128 * 1024;

/// Encodes one body.
pub struct Encoder(Writer);

enum Writer {
    Gzip(GzEncoder<Vec<u8>>),
    Deflate(ZlibEncoder<Vec<u8>>),
    Br(Box<CompressorWriter<Vec<u8>>>),
    Zstd(Frames),
}

/// The zstd encoder knows only whole frames; a body of several is as valid (RFC 8878 §3).
#[derive(Default)]
struct Frames {
    waiting: Vec<u8>,
    begun: bool,
}

impl Encoder {
    /// An encoder; `level` is brought into the range of [`Coding::levels`].
    #[must_use]
    pub fn new(coding: Coding, level: u32) -> Self {
        Self::with_window(coding, level, BROTLI_WINDOW_BITS)
    }

    fn with_window(coding: Coding, level: u32, brotli_window_bits: u32) -> Self {
        let level = level.clamp(*coding.levels().start(), *coding.levels().end());
        Self(match coding {
            Coding::Gzip => Writer::Gzip(GzEncoder::new(Vec::new(), Compression::new(level))),
            Coding::Deflate => Writer::Deflate(ZlibEncoder::new(Vec::new(), Compression::new(level))),
            Coding::Br => {
                let writer = CompressorWriter::new(Vec::new(), BROTLI_BUFFER_BYTES, level, brotli_window_bits);
                Writer::Br(Box::new(writer))
            }
            Coding::Zstd => Writer::Zstd(Frames::default()),
        })
    }

    /// Takes content; appends what is encoded to `out`.
    ///
    /// # Errors
    /// Those of the encoder; it must not be used again.
    pub fn write(&mut self, content: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        match &mut self.0 {
            Writer::Gzip(writer) => writer.write_all(content)?,
            Writer::Deflate(writer) => writer.write_all(content)?,
            Writer::Br(writer) => writer.write_all(content)?,
            Writer::Zstd(frames) => frames.write(content, out),
        }
        self.take(out);
        Ok(())
    }

    /// Appends so much that a decoder can give all content taken so far.
    ///
    /// # Errors
    /// Those of the encoder; it must not be used again.
    pub fn flush(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        match &mut self.0 {
            Writer::Gzip(writer) => writer.flush()?,
            Writer::Deflate(writer) => writer.flush()?,
            Writer::Br(writer) => writer.flush()?,
            Writer::Zstd(frames) => frames.flush(out),
        }
        self.take(out);
        Ok(())
    }

    /// Appends the rest, and ends the body.
    ///
    /// # Errors
    /// Those of the encoder.
    pub fn finish(self, out: &mut Vec<u8>) -> io::Result<()> {
        let mut rest = match self.0 {
            Writer::Gzip(writer) => writer.finish()?,
            Writer::Deflate(writer) => writer.finish()?,
            Writer::Br(writer) => writer.into_inner(),
            Writer::Zstd(mut frames) => {
                // No content at all is a frame, too.
                if !frames.begun || !frames.waiting.is_empty() {
                    frames.end_frame(out);
                }
                return Ok(());
            }
        };
        out.append(&mut rest);
        Ok(())
    }

    fn take(&mut self, out: &mut Vec<u8>) {
        match &mut self.0 {
            Writer::Gzip(writer) => out.append(writer.get_mut()),
            Writer::Deflate(writer) => out.append(writer.get_mut()),
            Writer::Br(writer) => out.append(writer.get_mut()),
            Writer::Zstd(_) => {}
        }
    }
}

impl Frames {
    fn write(&mut self, mut content: &[u8], out: &mut Vec<u8>) {
        while !content.is_empty() {
            let room = ZSTD_FRAME_BYTES.saturating_sub(self.waiting.len());
            let (now, later) = content.split_at(room.min(content.len()));
            self.waiting.extend_from_slice(now);
            content = later;
            if self.waiting.len() == ZSTD_FRAME_BYTES {
                self.end_frame(out);
            }
        }
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        if !self.waiting.is_empty() {
            self.end_frame(out);
        }
    }

    fn end_frame(&mut self, out: &mut Vec<u8>) {
        self.begun = true;
        let content = take(&mut self.waiting);
        out.append(&mut compress_to_vec(content.as_slice(), CompressionLevel::Fastest));
    }
}

/// Encodes a body that is there in full; `level` is brought into the range of [`Coding::levels`].
///
/// # Errors
/// Those of the encoder.
pub fn encode(coding: Coding, level: u32, content: &[u8]) -> io::Result<Vec<u8>> {
    if coding == Coding::Zstd {
        // One frame, for readers that stop behind the first.
        return Ok(compress_to_vec(content, CompressionLevel::Fastest));
    }
    let bits = usize::BITS.saturating_sub(content.len().leading_zeros());
    let mut out = Vec::new();
    let mut encoder = Encoder::with_window(coding, level, bits.clamp(BROTLI_WINDOW_BITS, MAX_BROTLI_WINDOW_BITS));
    encoder.write(content, &mut out)?;
    encoder.finish(&mut out)?;
    Ok(out)
}
