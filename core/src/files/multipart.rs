//! `multipart/byteranges`: the text around the parts (RFC 9110 §14.6), with its length known before a byte is read.

use std::fmt::Write as _;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use super::range::ByteRange;

/// The framing of several parts.
pub struct Framing {
    /// 32 hexadecimal digits.
    pub boundary: String,
    /// What stands before each part, in their order.
    pub heads: Vec<String>,
    /// What stands behind the last.
    pub closing: String,
    /// Bytes of heads, parts and closing together.
    pub content_length: u64,
}

/// Frames `parts` of a file of `len` bytes.
pub fn frame(parts: &[ByteRange], len: u64, media_type: &str) -> Framing {
    let boundary = random_boundary();
    let closing = format!("\r\n--{boundary}--\r\n");
    let mut content_length = bytes_of(&closing);
    let mut heads = Vec::with_capacity(parts.len());
    for part in parts {
        let head = format!(
            "\r\n--{boundary}\r\nContent-Type: {media_type}\r\nContent-Range: {}\r\n\r\n",
            content_range(*part, len)
        );
        content_length = content_length.saturating_add(bytes_of(&head)).saturating_add(part.len());
        heads.push(head);
    }
    Framing { boundary, heads, closing, content_length }
}

/// The value of `Content-Range` for a part.
pub fn content_range(part: ByteRange, len: u64) -> String {
    format!("bytes {}-{}/{len}", part.start, part.end.saturating_sub(1))
}

fn bytes_of(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

/// 128 bits that nobody can foresee, so that no file can be made to contain them: two hashes under fresh random keys.
fn random_boundary() -> String {
    let mut boundary = String::with_capacity(32);
    for _ in 0..2 {
        // Writing to a string cannot fail.
        let _ = write!(boundary, "{:016x}", RandomState::new().build_hasher().finish());
    }
    boundary
}
