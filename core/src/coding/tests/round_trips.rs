//! What is encoded comes back, however it was cut.

use super::{decode, decode_in_pieces, encode_flushed, sample};
use crate::coding::{Coding, Decoder, Encoder, encode};

#[test]
fn every_level_gives_back_what_it_took() {
    for coding in Coding::ALL {
        for level in coding.levels() {
            for content in [sample(0), sample(1), sample(5000), vec![7; 3000]] {
                let encoded = encode(coding, level, &content).unwrap();
                assert_eq!(decode(coding, &encoded), (content, Ok(())), "{} {level}", coding.as_str());
            }
        }
    }
}

#[test]
fn a_level_out_of_range_is_the_nearest() {
    for coding in Coding::ALL {
        let [least, most] = [*coding.levels().start(), *coding.levels().end()];
        assert_eq!(encode(coding, 0, b"text").unwrap(), encode(coding, least, b"text").unwrap());
        assert_eq!(encode(coding, 99, b"text").unwrap(), encode(coding, most, b"text").unwrap());
    }
}

#[test]
fn every_split_and_any_room_give_the_same_content() {
    let content = sample(700);
    for coding in Coding::ALL {
        let encoded = encode_flushed(coding, &[&content[..300], &content[300..301], &content[301..]]).concat();
        for cut in 0..=encoded.len() {
            let decoded = decode_in_pieces(coding, &encoded, &[cut], 1 << 20, 1 << 20);
            assert_eq!(decoded, (content.clone(), Ok(())), "{} cut at {cut}", coding.as_str());
        }
        let every_byte: Vec<usize> = (0..encoded.len()).collect();
        for room in [1, 2, 7, 699, 700, 701] {
            assert_eq!(decode_in_pieces(coding, &encoded, &every_byte, room, 700), (content.clone(), Ok(())));
            assert_eq!(decode_in_pieces(coding, &encoded, &[], room, 700), (content.clone(), Ok(())));
        }
    }
}

#[test]
fn content_longer_than_a_piece_a_window_or_a_frame_comes_back() {
    let content = sample(300_000);
    for coding in Coding::ALL {
        let mut encoder = Encoder::new(coding, 3);
        let mut bytes = Vec::new();
        for piece in content.chunks(77_777) {
            encoder.write(piece, &mut bytes).unwrap();
        }
        encoder.finish(&mut bytes).unwrap();
        for room in [1000, 1 << 20] {
            let decoded = decode_in_pieces(coding, &bytes, &[10, 5000], room, 300_000);
            assert!(decoded == (content.clone(), Ok(())), "{}", coding.as_str());
        }
    }
}

#[test]
fn a_flush_makes_everything_so_far_readable() {
    let pieces: [&[u8]; 4] = [b"data: 1\n\n", b"d", b"", b"data: another event, and another\n\n"];
    // The zstd decoder gives content when it leaves the window, or the frame ends: a flush ends it.
    for coding in Coding::ALL {
        let mut decoder = Decoder::new(coding, 1000);
        for (part, piece) in encode_flushed(coding, &pieces).iter().zip(pieces) {
            let mut out = Vec::new();
            let progress = decoder.write(part, 1000, &mut out).unwrap();
            assert_eq!((out.as_slice(), progress.more), (piece, false), "{}", coding.as_str());
        }
    }
}

#[test]
fn a_flush_of_nothing_adds_nothing_that_is_read() {
    for coding in Coding::ALL {
        let encoded = encode_flushed(coding, &[b"", b"", b"x", b"", b""]).concat();
        assert_eq!(decode(coding, &encoded), (b"x".to_vec(), Ok(())), "{}", coding.as_str());
        assert_eq!(decode(coding, &encode_flushed(coding, &[b""]).concat()), (Vec::new(), Ok(())));
    }
}
