//! Reads a request head byte by byte, as far as its grammar goes (RFC 9112 §§2-5, RFC 9110 §5).
//!
//! This is what decides why a head is refused: the first byte that cannot stand where it stands, or that is one too
//! many, gives the error, so the same bytes get the same answer however they are cut. Heads that are in order come
//! here only when they arrive in pieces; [`super::parse_head`] takes the others at once.
//!
//! Lines end in CRLF and nothing else (RFC 9112 §2.2 lets a server accept a bare LF; two readers that differ there
//! can be desynchronised, so we do not).

use super::head::{HeadError, HeadLimits};
use super::syntax::{is_token_byte, is_value_byte};

/// Bytes of a method at which it is refused without waiting for its end; the longest that is registered has 17
/// (RFC 9112 §3 wants 501 for a method longer than any the server implements).
const MAX_METHOD_BYTES: usize = 32;

/// How far a head has been read: every byte is examined once, however the head was cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadScan {
    at: usize,
    state: State,
    /// Where the target begins.
    target: u16,
    fields: u16,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Method,
    Target,
    /// So many bytes of `HTTP/1.1` have come.
    Version(u8),
    LineLf,
    FieldStart,
    Name,
    Value,
    ValueLf,
    EndLf,
    Done,
}

impl HeadScan {
    /// Whether a byte has been examined.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.at > 0
    }

    /// Goes on in `bytes`, which begin with the first byte of the request line at every call; returns the length of the
    /// head, its empty line included, or `None` while that has not come.
    ///
    /// # Errors
    /// The [`HeadError`] of the first byte that is wrong; the scan must then not be used again.
    pub fn advance(&mut self, bytes: &[u8], limits: &HeadLimits) -> Result<Option<usize>, HeadError> {
        while self.state != State::Done {
            let Some(&byte) = bytes.get(self.at) else { return Ok(None) };
            if self.at >= limits.max_head_bytes {
                return Err(HeadError::TooLarge);
            }
            self.state = self.step(byte, bytes, limits)?;
            self.at = self.at.saturating_add(1);
        }
        Ok(Some(self.at))
    }

    fn step(&mut self, byte: u8, bytes: &[u8], limits: &HeadLimits) -> Result<State, HeadError> {
        Ok(match (self.state, byte) {
            (State::Method, b' ') if self.at > 0 => {
                self.target = u16::try_from(self.at.saturating_add(1)).unwrap_or(u16::MAX);
                State::Target
            }
            (State::Method, byte) if is_token_byte(byte) => {
                if self.at >= MAX_METHOD_BYTES {
                    return Err(HeadError::UnknownMethod);
                }
                State::Method
            }
            (State::Target, b' ') if self.at > usize::from(self.target) => State::Version(0),
            // A fragment is never sent (RFC 9112 §3.2), and what is not visible ASCII must have been encoded.
            (State::Target, 0x21..=0x7e) if byte != b'#' => {
                if self.at.saturating_sub(usize::from(self.target)) >= limits.max_target_bytes {
                    return Err(HeadError::TargetTooLong);
                }
                State::Target
            }
            (State::Version(8), b'\r') => State::LineLf,
            (State::Version(index), byte) if is_version_byte(index, byte) => State::Version(index.saturating_add(1)),
            (State::LineLf, b'\n') => {
                let line = bytes.get(..self.at).unwrap_or_default();
                if !line.ends_with(b"1.1\r") && !line.ends_with(b"1.0\r") {
                    return Err(HeadError::Version);
                }
                State::FieldStart
            }
            (State::FieldStart, b'\r') => State::EndLf,
            (State::FieldStart, byte) if is_token_byte(byte) => {
                if usize::from(self.fields) >= limits.max_fields.min(HeadLimits::MAX_FIELDS) {
                    return Err(HeadError::TooLarge);
                }
                self.fields = self.fields.saturating_add(1);
                State::Name
            }
            (State::Name, b':') => State::Value,
            (State::Name, byte) if is_token_byte(byte) => State::Name,
            (State::Value, b'\r') => State::ValueLf,
            (State::Value, byte) if is_value_byte(byte) => State::Value,
            (State::ValueLf, b'\n') => State::FieldStart,
            (State::EndLf, b'\n') => State::Done,
            _ => return Err(HeadError::Malformed),
        })
    }
}

/// Whether `byte` may stand at `index` of a version, `HTTP/` DIGIT `.` DIGIT (RFC 9112 §2.3).
fn is_version_byte(index: u8, byte: u8) -> bool {
    match index {
        5 | 7 => byte.is_ascii_digit(),
        _ => b"HTTP/0.0".get(usize::from(index)) == Some(&byte),
    }
}
