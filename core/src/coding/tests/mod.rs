//! Codings against themselves, bytes of other encoders, and bytes of nobody who means well.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that meets the unexpected should fail loudly")]

mod bounds;
mod foreign;
mod hostile;
mod negotiation;
mod round_trips;

use super::{Coding, DecodeError, Decoder, Encoder};

/// Decodes `bytes` cut at `cuts`, with `room` for each call; gives the content and how it ended.
fn decode_in_pieces(
    coding: Coding,
    bytes: &[u8],
    cuts: &[usize],
    room: usize,
    limit: u64,
) -> (Vec<u8>, Result<(), DecodeError>) {
    let mut decoder = Decoder::new(coding, limit);
    let mut out = Vec::new();
    let mut start = 0;
    for end in cuts.iter().copied().chain([bytes.len()]) {
        let mut rest = &bytes[start..end];
        start = end;
        loop {
            let before = out.len();
            match decoder.write(rest, room, &mut out) {
                Ok(progress) => {
                    assert!(out.len() - before <= room);
                    rest = &rest[progress.consumed..];
                    if !progress.more {
                        assert!(rest.is_empty(), "all is taken unless there is no room");
                        break;
                    }
                }
                Err(error) => {
                    assert_eq!(decoder.write(b"", 1, &mut Vec::new()), Err(DecodeError::Malformed));
                    assert_eq!(decoder.finish(), Err(DecodeError::Malformed));
                    return (out, Err(error));
                }
            }
        }
    }
    (out, decoder.finish())
}

fn decode(coding: Coding, bytes: &[u8]) -> (Vec<u8>, Result<(), DecodeError>) {
    decode_in_pieces(coding, bytes, &[], 1 << 20, 1 << 20)
}

/// A body of pieces, with a flush behind each.
fn encode_flushed(coding: Coding, pieces: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(coding, coding.default_level());
    let mut parts = Vec::new();
    for piece in pieces {
        let mut out = Vec::new();
        encoder.write(piece, &mut out).unwrap();
        encoder.flush(&mut out).unwrap();
        parts.push(out);
    }
    let mut out = Vec::new();
    encoder.finish(&mut out).unwrap();
    parts.push(out);
    parts
}

/// Text that has something to find, and some that has not.
fn sample(bytes: usize) -> Vec<u8> {
    let mut seed = 1_u32;
    let mut text = Vec::new();
    while text.len() < bytes {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.extend_from_slice(format!("{{\"id\":{},\"title\":\"The {} book\"}},", seed >> 20, seed % 7).as_bytes());
    }
    text.truncate(bytes);
    text
}
