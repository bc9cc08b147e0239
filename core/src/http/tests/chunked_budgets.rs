//! What a chunked body may cost beside its content, counted over the whole message.

use super::chunked_oracle::decode_in_pieces;
use crate::http::ChunkedError::{self, Malformed, TrailersTooLarge};

fn end_of(body: &str) -> Result<bool, ChunkedError> {
    let whole = decode_in_pieces(body.as_bytes(), 1 << 30, &[]);
    let cuts: Vec<usize> = (0..body.len()).step_by(7).collect();
    assert_eq!(whole, decode_in_pieces(body.as_bytes(), 1 << 30, &cuts));
    whole.1.map(|(_, done)| done)
}

#[test]
fn a_size_has_sixteen_digits() {
    assert_eq!(end_of(&format!("{:0>16}\r\nx\r\n0\r\n\r\n", 1)), Ok(true));
    assert_eq!(end_of(&format!("{:0>17}\r\nx\r\n0\r\n\r\n", 1)), Err(Malformed));
    assert_eq!(end_of(&"0".repeat(17)), Err(Malformed));
}

#[test]
fn the_extensions_of_a_chunk_have_256_bytes() {
    assert_eq!(end_of(&format!("1;{}\r\nx\r\n0\r\n\r\n", "e".repeat(256))), Ok(true));
    assert_eq!(end_of(&format!("1;{}\r\nx\r\n0\r\n\r\n", "e".repeat(257))), Err(Malformed));
}

#[test]
fn the_extensions_of_a_body_have_4_kib() {
    let chunk = format!("1;{}\r\nx\r\n", "e".repeat(256));
    let body = |more: &str| format!("{}1{more}\r\nx\r\n0\r\n\r\n", chunk.repeat(16));
    assert_eq!(end_of(&body("")), Ok(true));
    assert_eq!(end_of(&body(";e")), Err(Malformed));
}

#[test]
fn trailers_have_8_kib() {
    let trailers = |bytes: usize| format!("0\r\nA:{}\r\n\r\n", "b".repeat(bytes - 2));
    assert_eq!(end_of(&trailers(8 * 1024)), Ok(true));
    assert_eq!(end_of(&trailers(8 * 1024 + 1)), Err(TrailersTooLarge));
}

#[test]
fn trailers_have_32_lines() {
    assert_eq!(end_of(&format!("0\r\n{}\r\n", "A: b\r\n".repeat(32))), Ok(true));
    assert_eq!(end_of(&format!("0\r\n{}\r\n", "A: b\r\n".repeat(33))), Err(TrailersTooLarge));
}

#[test]
fn framing_has_16_kib_and_a_quarter_of_the_content() {
    // Five bytes of framing for each byte of content: 5n <= 16,384 + n / 4, and the end takes five more.
    let body = |chunks: usize| format!("{}0\r\n\r\n", "1\r\nx\r\n".repeat(chunks));
    let most = (0..16 * 1024).take_while(|chunks: &usize| chunks * 5 + 5 <= 16 * 1024 + chunks / 4).last().unwrap();
    assert_eq!(end_of(&body(most)), Ok(true));
    assert_eq!(end_of(&body(most + 1)), Err(Malformed));
    // A chunk of 24 bytes has 6 bytes of framing, which is its quarter; one of 20 bytes has one more than that.
    assert_eq!(end_of(&format!("{}0\r\n\r\n", format!("18\r\n{}\r\n", "x".repeat(24)).repeat(100_000))), Ok(true));
    assert_eq!(end_of(&format!("{}0\r\n\r\n", format!("14\r\n{}\r\n", "x".repeat(20)).repeat(17_000))), Err(Malformed));
}
