//! Content codings: what was encoded comes back however it is cut; bytes of nobody's encoder give the same content or
//! the same refusal however they are cut, never more than the limit, and never more than was asked for.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nexure_core::coding::{Coding, DecodeError, Decoder, Encoder, compressible, encode, negotiate};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    coding: u8,
    level: u8,
    limit: u16,
    room: u16,
    cuts: [u8; 4],
    bytes: &'a [u8],
}

/// Decodes in pieces of the sizes that `next` gives; the content, and how it ended.
fn decode(
    coding: Coding,
    bytes: &[u8],
    limit: u64,
    room: usize,
    mut next: impl FnMut() -> usize,
) -> (Vec<u8>, Result<(), DecodeError>) {
    let (mut decoder, mut out) = (Decoder::new(coding, limit), Vec::new());
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(next().clamp(1, rest.len()));
        rest = later;
        let mut left = piece;
        loop {
            let before = out.len();
            let progress = match decoder.write(left, room, &mut out) {
                Ok(progress) => progress,
                Err(error) => {
                    assert!(out.len() as u64 <= limit);
                    return (out, Err(error));
                }
            };
            assert!(out.len() - before <= room && out.len() as u64 <= limit);
            left = &left[progress.consumed..];
            if !progress.more {
                assert!(left.is_empty(), "all is taken unless there is no room");
                break;
            }
        }
    }
    (out, decoder.finish())
}

/// Two decodings are one: content may have been given before a refusal, or not, and of brotli that is malformed behind
/// the limit either may be told.
fn assert_same(coding: Coding, one: &(Vec<u8>, Result<(), DecodeError>), other: &(Vec<u8>, Result<(), DecodeError>)) {
    let either = [Err(DecodeError::Malformed), Err(DecodeError::TooLarge)];
    let may_differ = coding == Coding::Br && either.contains(&one.1) && either.contains(&other.1);
    assert!(one.1 == other.1 || may_differ, "{:?} {:?}", one.1, other.1);
    if one.1.is_ok() {
        assert_eq!(one.0, other.0);
    } else {
        assert!(one.0.starts_with(&other.0) || other.0.starts_with(&one.0));
    }
}

fuzz_target!(|input: Input<'_>| {
    let coding = Coding::ALL[usize::from(input.coding) % Coding::ALL.len()];
    let (limit, room) = (u64::from(input.limit), usize::from(input.room).max(1));
    let mut cuts = input.cuts.iter().cycle();
    let mut next = || usize::from(*cuts.next().unwrap_or(&1));

    // As bytes of a stranger.
    let whole = decode(coding, input.bytes, limit, usize::MAX, || usize::MAX);
    assert_same(coding, &whole, &decode(coding, input.bytes, limit, room, &mut next));
    let choice = negotiate(Some(input.bytes), &Coding::ALL);
    assert_eq!(choice, negotiate(Some(&input.bytes.to_ascii_uppercase()), &Coding::ALL));
    assert_eq!(compressible(input.bytes), compressible(&input.bytes.to_ascii_uppercase()));

    // As content.
    let level = u32::from(input.level % 8);
    let mut encoded = Vec::new();
    let mut encoder = Encoder::new(coding, level);
    let mut rest = input.bytes;
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(next().clamp(1, rest.len()));
        rest = later;
        encoder.write(piece, &mut encoded).expect("a vector takes everything");
        if piece.len().is_multiple_of(3) {
            encoder.flush(&mut encoded).expect("a vector takes everything");
            let (so_far, _) = decode(coding, &encoded, u64::MAX, usize::MAX, || usize::MAX);
            assert_eq!(so_far, &input.bytes[..input.bytes.len() - rest.len()]);
        }
    }
    encoder.finish(&mut encoded).expect("a vector takes everything");
    let once = encode(coding, level, input.bytes).expect("a vector takes everything");
    for encoded in [encoded, once] {
        let decoded = decode(coding, &encoded, input.bytes.len() as u64, room, &mut next);
        assert_eq!(decoded, (input.bytes.to_vec(), Ok(())));
    }
});
