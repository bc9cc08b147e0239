//! The chunked coding: however the bytes are cut, the same content or the same error, and always within the budgets.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nexure_core::http::{ChunkedDecoder, ChunkedError};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    limit: u16,
    cuts: [u8; 4],
    bytes: &'a [u8],
}

#[derive(Debug, PartialEq, Eq)]
struct Decoded {
    content: Vec<u8>,
    consumed: usize,
    end: Result<bool, ChunkedError>,
}

/// Decodes `bytes` in pieces of the sizes that `next` gives.
fn decode(bytes: &[u8], limit: u64, mut next: impl FnMut() -> usize) -> Decoded {
    let mut decoder = ChunkedDecoder::default();
    let mut decoded = Decoded { content: Vec::new(), consumed: 0, end: Ok(false) };
    while decoded.end == Ok(false) && decoded.consumed < bytes.len() {
        let rest = &bytes[decoded.consumed..];
        let piece = &rest[..next().clamp(1, rest.len())];
        match decoder.decode(piece, limit, |content| decoded.content.extend_from_slice(content)) {
            Ok(progress) => {
                assert!(progress.done || progress.consumed == piece.len(), "only the end leaves bytes over");
                decoded.consumed += progress.consumed;
                decoded.end = Ok(progress.done);
            }
            Err(error) => {
                // Where in the piece it went wrong is not told.
                decoded.consumed = 0;
                decoded.end = Err(error);
            }
        }
    }
    decoded
}

fuzz_target!(|input: Input<'_>| {
    let limit = u64::from(input.limit);
    let whole = decode(input.bytes, limit, || usize::MAX);
    assert!(whole.content.len() as u64 <= limit);
    if let Ok(done) = whole.end {
        // What may have been announced and not come yet is allowed for only while the body is not complete.
        let announced = if done { whole.content.len() } else { usize::from(input.limit) };
        assert!(whole.consumed - whole.content.len() <= 16 * 1024 + announced / 4);
    }
    assert_eq!(whole, decode(input.bytes, limit, || 1));
    let mut cuts = input.cuts.iter().cycle();
    assert_eq!(whole, decode(input.bytes, limit, || usize::from(*cuts.next().unwrap_or(&1))));
    // A decoder that is done takes nothing more.
    if whole.end == Ok(true) {
        let more = [&input.bytes[..whole.consumed], b"5\r\nafter\r\n"].concat();
        assert_eq!(whole, decode(&more, limit, || usize::MAX));
    }
});
