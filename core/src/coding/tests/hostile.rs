//! Bytes that are no coding, and codings that are not all there.

use proptest::prelude::*;

use super::{decode, decode_in_pieces, sample};
use crate::coding::DecodeError::{Malformed, TooLarge, Truncated};
use crate::coding::{Coding, encode};

#[test]
fn what_ends_too_early_is_truncated() {
    let content = sample(400);
    for coding in Coding::ALL {
        let encoded = encode(coding, 5, &content).unwrap();
        for end in 0..encoded.len() {
            let (out, result) = decode(coding, &encoded[..end]);
            assert_eq!(result, Err(Truncated), "{} of {} bytes of {}", end, encoded.len(), coding.as_str());
            assert!(content.starts_with(&out));
        }
    }
}

#[test]
fn refuses_anything_behind_the_end() {
    for coding in Coding::ALL {
        let encoded = encode(coding, 5, b"content").unwrap();
        for garbage in [&b"\0\0\0\0"[..], b"garbage", b"\n\n\n\n\n"] {
            let more = [&encoded, garbage].concat();
            for cut in [0, encoded.len(), more.len()] {
                let (out, result) = decode_in_pieces(coding, &more, &[cut], 100, 100);
                assert_eq!((out.as_slice(), result), (&b"content"[..], Err(Malformed)), "{}", coding.as_str());
            }
        }
        // One byte may be the beginning of a member or frame that does not come.
        let (_, result) = decode(coding, &[&encoded[..], &[0x1f]].concat());
        assert!(result.is_err(), "{}", coding.as_str());
    }
}

#[test]
fn reads_members_and_frames_one_behind_the_other() {
    // RFC 1952 §2.2, RFC 8878 §3
    for coding in [Coding::Gzip, Coding::Zstd] {
        let parts = [b"one, ".as_slice(), b"", b"two"].map(|part| encode(coding, 5, part).unwrap()).concat();
        for cut in 0..parts.len() {
            assert_eq!(decode_in_pieces(coding, &parts, &[cut], 100, 100), (b"one, two".to_vec(), Ok(())));
        }
    }
    for coding in [Coding::Deflate, Coding::Br] {
        let encoded = encode(coding, 5, b"one").unwrap();
        assert_eq!(decode(coding, &encoded.repeat(2)), (b"one".to_vec(), Err(Malformed)));
    }
}

#[test]
fn refuses_a_bare_deflate_stream_and_a_preset_dictionary() {
    // RFC 9110 §8.4.1.2: `deflate` is the zlib format.
    assert_eq!(decode(Coding::Deflate, &[0x4b, 0x4c, 0x04, 0x00]), (Vec::new(), Err(Malformed)));
    assert_eq!(decode(Coding::Deflate, &[0x78, 0xbb, 1, 2, 3, 4, 0x4b]), (Vec::new(), Err(Malformed)));
}

#[test]
fn refuses_wrong_checksums_and_lengths() {
    for coding in [Coding::Gzip, Coding::Deflate, Coding::Zstd] {
        let encoded = encode(coding, 1, b"content").unwrap();
        let mut wrong = encoded.clone();
        let last = wrong.len() - 1;
        wrong[last] ^= 1;
        assert_eq!(decode(coding, &wrong).1, Err(Malformed), "{}", coding.as_str());
    }
    // A frame that tells 2 bytes and has 1, without and with a checksum bit that nobody set.
    let frame = |length: u8| [0x28, 0xb5, 0x2f, 0xfd, 0b10_0000, length, 0b1001, 0, 0, b'x'];
    assert_eq!(decode(Coding::Zstd, &frame(1)), (b"x".to_vec(), Ok(())));
    assert_eq!(decode(Coding::Zstd, &frame(2)).1, Err(Malformed));
}

#[test]
fn refuses_zstd_that_needs_a_dictionary_or_has_reserved_bits() {
    let frames: [(&[u8], _); 4] = [
        (&[0x28, 0xb5, 0x2f, 0xfd, 0b10_0001, 7, 1, 0b1001, 0, 0, b'x'], Err(Malformed)),
        (&[0x28, 0xb5, 0x2f, 0xfd, 0b10_0001, 0, 1, 0b1001, 0, 0, b'x'], Ok(())),
        (&[0x28, 0xb5, 0x2f, 0xfd, 0b10_1000, 1, 0b1001, 0, 0, b'x'], Err(Malformed)),
        // A block of the reserved kind.
        (&[0x28, 0xb5, 0x2f, 0xfd, 0b10_0000, 1, 0b1111, 0, 0, b'x'], Err(Malformed)),
    ];
    for (frame, end) in frames {
        assert_eq!(decode(Coding::Zstd, frame).1, end, "{frame:x?}");
    }
}

#[test]
fn skips_zstd_frames_that_are_made_to_be_skipped() {
    let skipped = [&[0x5f, 0x2a, 0x4d, 0x18, 5, 0, 0, 0][..], b"other"].concat();
    let bytes = [&skipped[..], &encode(Coding::Zstd, 1, b"content").unwrap(), &skipped].concat();
    for cut in 0..=bytes.len() {
        assert_eq!(decode_in_pieces(Coding::Zstd, &bytes, &[cut], 100, 7), (b"content".to_vec(), Ok(())));
    }
    assert_eq!(decode(Coding::Zstd, &bytes[..bytes.len() - 1]).1, Err(Truncated));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_change_of_bytes_breaks_the_decoder_or_its_limit(
        coding in prop::sample::select(Coding::ALL.to_vec()),
        length in 0_usize..3000,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        room in 1_usize..4000,
    ) {
        let mut bytes = encode(coding, 3, &sample(length)).unwrap();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let whole = decode_in_pieces(coding, &bytes, &[], 1 << 20, 2000);
        prop_assert!(whole.0.len() <= 2000);
        let cut = cut.index(bytes.len() + 1);
        let cut = decode_in_pieces(coding, &bytes, &[cut], room, 2000);
        // Brotli that is malformed behind the limit may be told as either.
        let either = [Err(Malformed), Err(TooLarge)];
        let may_differ = coding == Coding::Br && either.contains(&whole.1) && either.contains(&cut.1);
        prop_assert!(whole.1 == cut.1 || may_differ, "{:?} {:?}", whole.1, cut.1);
    }

    #[test]
    fn any_bytes_end_one_way_however_they_are_cut(
        coding in prop::sample::select(Coding::ALL.to_vec()),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        cut in any::<prop::sample::Index>(),
    ) {
        // Above what so few bytes could become; only how they end is compared.
        let whole = decode_in_pieces(coding, &bytes, &[], 1 << 20, 1 << 25);
        let cut = cut.index(bytes.len() + 1);
        prop_assert_eq!(whole.1, decode_in_pieces(coding, &bytes, &[cut], 1 << 12, 1 << 25).1);
    }
}
