//! Much content from few bytes stops at the limit, and nothing is held because it was announced.

use super::{decode_in_pieces, sample};
use crate::coding::DecodeError::{Malformed, TooLarge};
use crate::coding::{Coding, Decoder, encode};

#[test]
fn gives_content_up_to_the_limit_and_not_one_byte_more() {
    let content = sample(3000);
    for coding in Coding::ALL {
        let encoded = encode(coding, 5, &content).unwrap();
        let every_byte: Vec<usize> = (0..encoded.len()).collect();
        for room in [1, 100, 1 << 20] {
            for cuts in [&[][..], &every_byte] {
                assert_eq!(decode_in_pieces(coding, &encoded, cuts, room, 3000), (content.clone(), Ok(())));
                for limit in [0, 1, 1024, 2999] {
                    let (out, end) = decode_in_pieces(coding, &encoded, cuts, room, limit);
                    assert_eq!(end, Err(TooLarge), "{} limit {limit}", coding.as_str());
                    assert!(out.len() as u64 <= limit && content.starts_with(&out));
                }
            }
        }
    }
}

#[test]
fn what_is_too_long_before_it_is_malformed_is_too_large_at_every_split() {
    let content = sample(80);
    for coding in [Coding::Gzip, Coding::Deflate, Coding::Zstd] {
        let mut encoded = super::encode_flushed(coding, &[&content[..79], &content[79..]]).concat();
        let last = encoded.len() - 1;
        encoded[last] ^= 1;
        let every_byte: Vec<usize> = (0..encoded.len()).collect();
        for room in [1, 1000] {
            for cuts in [&[][..], &every_byte] {
                let (_, end) = decode_in_pieces(coding, &encoded, cuts, room, 78);
                assert_eq!(end, Err(TooLarge), "{}", coding.as_str());
                let (out, end) = decode_in_pieces(coding, &encoded, cuts, room, 80);
                assert_eq!((out.len(), end), (80, Err(Malformed)), "{}", coding.as_str());
            }
        }
    }
    // Malformed in the middle: the fuzz target found that the room decided which error was told.
    let found = [
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..],
        &[
            0x4d, 0x2c, 0xcd, 0x4c, 0xce, 0x56, 0x48, 0x55, 0x28, 0x2c, 0xcd, 0x4c, 0xce, 0x56, 0x48, 0x2a, 0x5a, 0x0e,
            0, 0,
        ],
    ]
    .concat();
    for limit in 0..30 {
        let whole = decode_in_pieces(Coding::Gzip, &found, &[], 1000, limit);
        assert_eq!(whole, decode_in_pieces(Coding::Gzip, &found, &[], 1, limit));
    }
}

#[test]
fn a_bomb_costs_no_more_than_the_limit() {
    const LIMIT: u64 = 100_000;
    let mut bombs: Vec<(Coding, Vec<u8>)> = Vec::new();
    for coding in Coding::ALL {
        bombs.push((coding, encode(coding, 1, &vec![0; 4 << 20]).unwrap()));
    }
    // Blocks of one byte a hundred and thirty thousand times, 4 bytes each, in a window of 8 MiB: 32 GiB.
    let block = (((128_u32 << 10) << 3) | 0b010).to_le_bytes();
    let blocks = [block[0], block[1], block[2], b'x'].repeat(1 << 18);
    bombs.push((Coding::Zstd, [&[0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3][..], &blocks].concat()));
    for (coding, bomb) in bombs {
        let (mut decoder, mut out) = (Decoder::new(coding, LIMIT), Vec::new());
        assert_eq!(decoder.write(&bomb, usize::MAX, &mut out), Err(TooLarge), "{}", coding.as_str());
        assert!(out.len() as u64 <= LIMIT && out.capacity() as u64 <= 2 * LIMIT);
    }
}

#[test]
fn a_zstd_frame_that_tells_too_long_a_content_is_refused_by_its_head() {
    let head = |length: u64| [&[0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000][..], &length.to_le_bytes()].concat();
    for (length, end) in [(1001, TooLarge), (u64::MAX, TooLarge), (1000, super::DecodeError::Truncated)] {
        assert_eq!(decode_in_pieces(Coding::Zstd, &head(length), &[], 10, 1000).1, Err(end));
    }
}

#[test]
fn a_zstd_window_of_more_than_8_mib_is_refused() {
    // RFC 9659 §3
    let frame = |descriptor: u8| [&[0x28, 0xb5, 0x2f, 0xfd, 0, descriptor][..], &[0b1001, 0, 0, b'x']].concat();
    for (descriptor, end) in [(0, Ok(())), (13 << 3, Ok(())), ((13 << 3) | 1, Err(Malformed)), (255, Err(Malformed))] {
        assert_eq!(decode_in_pieces(Coding::Zstd, &frame(descriptor), &[], 10, 1000).1, end, "{descriptor}");
    }
    // A frame without a window has the length of its content.
    let single = [&[0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000][..], &((8_u32 << 20) + 1).to_le_bytes()].concat();
    assert_eq!(decode_in_pieces(Coding::Zstd, &single, &[], 10, 1 << 30).1, Err(Malformed));
}

#[test]
fn a_brotli_metablock_that_claims_more_than_the_limit_is_refused_before_it_is_made() {
    // The window of 16 MiB, a first metablock of 16 MiB that is not compressed, and one byte of it.
    let mut bits = Bits::default();
    bits.push(0b1111, 4);
    bits.push(0, 1);
    bits.push(2, 2);
    bits.push((16 << 20) - 1, 24);
    bits.push(1, 1);
    bits.push(0, 64 - 32);
    let claim = bits.bytes;
    assert_eq!(decode_in_pieces(Coding::Br, &claim, &[], 1 << 20, 100_000), (Vec::new(), Err(TooLarge)));
    let (_, end) = decode_in_pieces(Coding::Br, &claim, &[], 1 << 20, 16 << 20);
    assert_eq!(end, Err(super::DecodeError::Truncated));
}

#[test]
fn brotli_with_a_large_window_is_refused() {
    // RFC 9841 §9.2: not for the coding `br`
    assert_eq!(decode_in_pieces(Coding::Br, &[0b0001_0001, 30, 0b11], &[], 10, 1000).1, Err(Malformed));
}

#[test]
fn empty_members_and_frames_are_counted() {
    for coding in [Coding::Gzip, Coding::Zstd] {
        let empty = encode(coding, 1, b"").unwrap();
        assert_eq!(decode_in_pieces(coding, &empty.repeat(64), &[], 10, 1000).1, Ok(()), "{}", coding.as_str());
        assert_eq!(decode_in_pieces(coding, &empty.repeat(65), &[], 10, 1000).1, Err(Malformed));
        let full = encode(coding, 1, &[b'x'; 512]).unwrap();
        assert_eq!(decode_in_pieces(coding, &full.repeat(500), &[], 1000, 1 << 20).1, Ok(()));
    }
}

/// Bits as brotli has them, the lowest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn push(&mut self, value: u64, bits: usize) {
        for bit in 0..bits {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= u8::from(value >> bit & 1 == 1) << (self.count % 8);
            self.count += 1;
        }
    }
}
