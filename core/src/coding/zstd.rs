//! Zstandard frames, without dictionaries, with windows of at most 8 MiB (RFC 8878, RFC 9659).
//!
//! The crate reads from a source that blocks until there is enough, so this finds where heads and blocks end, collects
//! one of them (never more than 128 KiB), and hands it over whole. It decodes a block at a time, and the frame it sees
//! has a head of ours: with a window that is no larger than the limit needs.

use std::io::Read as _;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::decoder::{DecodeError, Step};

const MAGIC: [u8; 4] = 0xfd2f_b528_u32.to_le_bytes();
/// Skippable frames begin with this, whatever the lowest four bits are.
const SKIPPABLE_MAGIC: u32 = 0x184d_2a50;
/// The largest window that content may need (RFC 9659 §3).
const MAX_WINDOW_BYTES: u64 = 8 * 1024 * 1024;
/// The largest block, encoded or decoded (RFC 8878 §3.1.1.2.4).
const MAX_BLOCK_BYTES: u64 = 128 * 1024;
const BLOCK_HEAD_BYTES: usize = 3;
const CHECKSUM_BYTES: usize = 4;

pub(super) struct Unzstd {
    decoder: FrameDecoder,
    place: Place,
    /// The head or block that is not there in full.
    collected: Vec<u8>,
    max_bytes: u64,
    made: u64,
    frames: u64,
}

#[derive(Clone, Copy)]
enum Place {
    /// Before or in the head of a frame.
    Head,
    /// In a skippable frame, so many bytes before its end.
    Skip(u64),
    /// Before or in a block.
    Block(Frame),
    /// Behind the last block, with content that was not given out yet.
    Drain(Frame),
}

#[derive(Clone, Copy)]
struct Frame {
    has_checksum: bool,
    /// The length of the content, if the head tells it.
    content: Option<u64>,
    /// What our decoder keeps of it.
    window: u64,
    /// Content of the frames before it.
    before: u64,
}

impl Unzstd {
    pub(super) fn new(max_bytes: u64) -> Self {
        let (decoder, collected) = (FrameDecoder::new(), Vec::new());
        Self { decoder, place: Place::Head, collected, max_bytes, made: 0, frames: 0 }
    }

    pub(super) fn is_complete(&self) -> bool {
        matches!(self.place, Place::Head) && self.collected.is_empty() && self.frames > 0
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, DecodeError> {
        let mut taken: usize = 0;
        loop {
            let made = self.give(output)?;
            let rest = input.get(taken..).unwrap_or_default();
            if made > 0 || (rest.is_empty() && !matches!(self.place, Place::Drain(_))) {
                return Ok(Step { taken, made });
            }
            taken = taken.saturating_add(self.take(rest)?);
        }
    }

    /// Gives content that is ready.
    fn give(&mut self, output: &mut [u8]) -> Result<usize, DecodeError> {
        if !matches!(self.place, Place::Block(_) | Place::Drain(_)) {
            return Ok(0);
        }
        let made = self.decoder.read(output).map_err(|_| DecodeError::Malformed)?;
        self.made = self.made.saturating_add(made as u64);
        Ok(made)
    }

    /// Takes input to the end of what is being collected, and acts on it if it is there in full.
    fn take(&mut self, input: &[u8]) -> Result<usize, DecodeError> {
        if let Place::Drain(frame) = self.place {
            self.end_frame(frame)?;
            return Ok(0);
        }
        if let Place::Skip(left) = self.place {
            let taken = left.min(input.len() as u64);
            self.place = if taken == left { Place::Head } else { Place::Skip(left - taken) };
            return Ok(usize::try_from(taken).unwrap_or(0));
        }
        let needed = self.needed()?;
        let taken = needed.saturating_sub(self.collected.len()).min(input.len());
        self.collected.extend_from_slice(input.get(..taken).unwrap_or_default());
        // What has come may tell that more belongs to it.
        if self.collected.len() == self.needed()? {
            match self.place {
                Place::Block(frame) => self.decode_block(frame)?,
                _ => self.begin_frame()?,
            }
            self.collected.clear();
        }
        Ok(taken)
    }

    fn needed(&self) -> Result<usize, DecodeError> {
        match self.place {
            Place::Block(frame) => block_length(&self.collected, frame),
            _ => head_length(&self.collected),
        }
    }

    fn begin_frame(&mut self) -> Result<(), DecodeError> {
        self.frames = self.frames.saturating_add(1);
        if !self.collected.starts_with(&MAGIC) {
            let length = little_endian(self.collected.get(4..).unwrap_or_default());
            self.place = if length == 0 { Place::Head } else { Place::Skip(length) };
            return Ok(());
        }
        let head = FrameHead::read(&self.collected);
        if head.has_reserved || head.dictionary != 0 {
            return Err(DecodeError::Malformed);
        }
        let left = self.max_bytes.saturating_sub(self.made);
        if head.content.is_some_and(|content| content > left) {
            return Err(DecodeError::TooLarge);
        }
        if head.window > MAX_WINDOW_BYTES {
            return Err(DecodeError::Malformed);
        }
        // Content within the limit cannot refer to more than the limit, and blocks must fit.
        let needed = head.window.min(left.saturating_add(1).max(MAX_BLOCK_BYTES));
        let descriptor = (0..=u8::MAX).find(|&descriptor| window_bytes(descriptor) >= needed).unwrap_or(u8::MAX);
        let [m0, m1, m2, m3] = MAGIC;
        let ours = [m0, m1, m2, m3, u8::from(head.has_checksum) << 2, descriptor];
        self.decoder.set_max_window_size(window_bytes(descriptor));
        self.decoder.reset(ours.as_slice()).map_err(|_| DecodeError::Malformed)?;
        self.place = Place::Block(Frame {
            has_checksum: head.has_checksum,
            content: head.content,
            window: window_bytes(descriptor),
            before: self.made,
        });
        Ok(())
    }

    fn decode_block(&mut self, frame: Frame) -> Result<(), DecodeError> {
        let blocks = BlockDecodingStrategy::UptoBlocks(1);
        let is_last =
            self.decoder.decode_blocks(self.collected.as_slice(), blocks).map_err(|_| DecodeError::Malformed)?;
        let ready = self.decoder.can_collect() as u64;
        // Content only becomes ready before the last block when the window is full, too.
        let kept = if is_last || ready == 0 { 0 } else { frame.window };
        if self.made.saturating_add(ready).saturating_add(kept) > self.max_bytes {
            return Err(DecodeError::TooLarge);
        }
        if is_last {
            self.place = Place::Drain(frame);
        }
        Ok(())
    }

    fn end_frame(&mut self, frame: Frame) -> Result<(), DecodeError> {
        let has_length = frame.content.is_none_or(|content| content == self.made - frame.before);
        let has_sum =
            !frame.has_checksum || self.decoder.get_checksum_from_data() == self.decoder.get_calculated_checksum();
        if !has_length || !has_sum {
            return Err(DecodeError::Malformed);
        }
        self.place = Place::Head;
        Ok(())
    }
}

/// What the head of a frame says (RFC 8878 §3.1.1.1).
struct FrameHead {
    has_checksum: bool,
    has_reserved: bool,
    dictionary: u64,
    content: Option<u64>,
    window: u64,
}

impl FrameHead {
    /// Reads a head that is there in full.
    fn read(bytes: &[u8]) -> Self {
        let descriptor = bytes.get(4).copied().unwrap_or(0);
        let parts = HeadParts::of(descriptor);
        let (window, rest) = bytes.get(5..).unwrap_or_default().split_at_checked(parts.window).unwrap_or_default();
        let (dictionary, content) = rest.split_at_checked(parts.dictionary).unwrap_or_default();
        let content = match parts.content {
            0 => None,
            // The two-byte form begins where the one-byte form ends.
            2 => Some(little_endian(content).saturating_add(256)),
            _ => Some(little_endian(content)),
        };
        Self {
            has_checksum: descriptor & 0b100 != 0,
            has_reserved: descriptor & 0b1000 != 0,
            dictionary: little_endian(dictionary),
            content,
            window: window.first().map_or(content.unwrap_or(0), |&descriptor| window_bytes(descriptor)),
        }
    }
}

/// Lengths of the fields of a frame's head.
struct HeadParts {
    window: usize,
    dictionary: usize,
    content: usize,
}

impl HeadParts {
    fn of(descriptor: u8) -> Self {
        let is_single = descriptor & 0b10_0000 != 0;
        Self {
            window: usize::from(!is_single),
            dictionary: [0, 1, 2, 4].get(usize::from(descriptor & 0b11)).copied().unwrap_or(0),
            content: match descriptor >> 6 {
                0 => usize::from(is_single),
                flag => 1 << flag,
            },
        }
    }
}

/// Bytes of a head that begins like this, as far as can be told.
fn head_length(bytes: &[u8]) -> Result<usize, DecodeError> {
    let Some(magic) = bytes.first_chunk() else { return Ok(MAGIC.len()) };
    if u32::from_le_bytes(*magic) & !0xf == SKIPPABLE_MAGIC {
        return Ok(8);
    }
    if *magic != MAGIC {
        return Err(DecodeError::Malformed);
    }
    let parts = bytes.get(4).map(|&descriptor| HeadParts::of(descriptor));
    Ok(5 + parts.map_or(0, |parts| parts.window + parts.dictionary + parts.content))
}

/// Bytes of a block that begins like this, as far as can be told, with the checksum that follows the last.
fn block_length(bytes: &[u8], frame: Frame) -> Result<usize, DecodeError> {
    let Some(head) = bytes.get(..BLOCK_HEAD_BYTES) else { return Ok(BLOCK_HEAD_BYTES) };
    let head = little_endian(head);
    let size = head >> 3;
    if size > MAX_BLOCK_BYTES {
        return Err(DecodeError::Malformed);
    }
    let content = match (head >> 1) & 0b11 {
        // One byte, again and again.
        1 => 1,
        _ => usize::try_from(size).unwrap_or(0),
    };
    let checksum = if head & 1 != 0 && frame.has_checksum { CHECKSUM_BYTES } else { 0 };
    Ok(BLOCK_HEAD_BYTES + content + checksum)
}

/// The window that its descriptor means (RFC 8878 §3.1.1.1.2).
fn window_bytes(descriptor: u8) -> u64 {
    let base = 1_u64 << (10 + (descriptor >> 3));
    base + base / 8 * u64::from(descriptor & 0b111)
}

/// A number of up to eight bytes.
fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| (number << 8) | u64::from(byte))
}
