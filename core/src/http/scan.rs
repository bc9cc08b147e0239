//! Finds the end of a request head without parsing it, so that a head that arrives in pieces is looked at once.
//!
//! Lines end in CRLF and nothing else (RFC 9112 §2.2 lets a server accept a bare LF; two readers that differ there
//! can be desynchronised, so we do not).

use super::chunked::is_token_byte;
use super::head::{HeadError, HeadLimits};

/// What [`scan_head`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// The head ends before this offset; the empty line is included.
    Complete(usize),
    /// No end yet; call again with more bytes and this offset as `from`.
    Incomplete(usize),
}

/// Looks for the empty line that ends a head in `bytes`, which begin with the first byte of the request line.
///
/// `from` is 0 at first and then the offset of the last [`Scan::Incomplete`]: every byte is examined once however
/// the head was split.
///
/// # Errors
/// [`HeadError::Malformed`] for a bare LF or a first byte that begins no method, [`HeadError::TargetTooLong`] and
/// [`HeadError::TooLarge`] once the limits are passed, complete or not.
pub fn scan_head(bytes: &[u8], from: usize, limits: &HeadLimits) -> Result<Scan, HeadError> {
    if from == 0 && !begins_request(bytes) {
        return Err(HeadError::Malformed);
    }
    // A request line is known to be too long before its end: the method takes a few bytes beside the target.
    let most = limits.max_target_bytes.saturating_add(32);
    if bytes.get(..most).is_some_and(|line| memchr::memchr(b'\n', line).is_none()) {
        return Err(HeadError::TargetTooLong);
    }
    let mut at = from;
    while let Some(offset) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)) {
        let end = at.saturating_add(offset).saturating_add(1);
        let head = bytes.get(..end).unwrap_or_default();
        if !head.ends_with(b"\r\n") {
            return Err(HeadError::Malformed);
        }
        if end > limits.max_head_bytes {
            return Err(HeadError::TooLarge);
        }
        if head.ends_with(b"\r\n\r\n") {
            return Ok(Scan::Complete(end));
        }
        at = end;
    }
    if bytes.len() > limits.max_head_bytes {
        return Err(HeadError::TooLarge);
    }
    // A CR at the very end may be half of a CRLF; everything before is settled.
    Ok(Scan::Incomplete(bytes.len()))
}

/// Whether bytes can begin a request line: with a token, the method (RFC 9112 §3). No bytes can.
pub(super) fn begins_request(bytes: &[u8]) -> bool {
    bytes.first().is_none_or(|&byte| is_token_byte(byte))
}
