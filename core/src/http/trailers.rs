//! The trailer section of a chunked body (RFC 9112 §7.1.2), checked as it arrives and then forgotten.
//!
//! A field that says how the message is framed, routed or read must not come in a trailer (RFC 9110 §6.5.1): whoever
//! joins trailers to the head would read another message than we do, so it is refused and not only ignored.

use super::chunked::{ChunkedError, ChunkedLimits};
use super::syntax::{is_token_byte, is_value_byte};

/// Names no trailer may have (RFC 9110 §6.5.1).
const FORBIDDEN: [&[u8]; 12] = [
    b"authorization",
    b"connection",
    b"content-encoding",
    b"content-length",
    b"content-range",
    b"content-type",
    b"cookie",
    b"expect",
    b"host",
    b"te",
    b"transfer-encoding",
    b"upgrade",
];
/// The length of the longest of them.
const LONGEST_FORBIDDEN: usize = b"transfer-encoding".len();

/// A trailer section that is arriving.
#[derive(Clone, Debug, Default)]
pub(super) struct TrailerSection {
    state: State,
    bytes: u32,
    fields: u32,
    /// The name under way, as far as it can be a forbidden one.
    name: [u8; LONGEST_FORBIDDEN],
    name_length: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    Name,
    Value,
    ValueLf,
    EndLf,
}

impl TrailerSection {
    /// Takes one byte; returns whether it was the last of the section.
    pub(super) fn step(&mut self, byte: u8, limits: &ChunkedLimits) -> Result<bool, ChunkedError> {
        self.state = match (self.state, byte) {
            (State::Start, b'\r') => State::EndLf,
            (State::Start, byte) if is_token_byte(byte) => {
                self.fields = self.fields.saturating_add(1);
                self.name_length = 0;
                self.keep(byte);
                self.charge(State::Name, limits)?
            }
            (State::Name, b':') => {
                if self.name_is_forbidden() {
                    return Err(ChunkedError::Malformed);
                }
                self.charge(State::Value, limits)?
            }
            (State::Name, byte) if is_token_byte(byte) => {
                self.keep(byte);
                self.charge(State::Name, limits)?
            }
            (State::Value, b'\r') => State::ValueLf,
            (State::Value, byte) if is_value_byte(byte) => self.charge(State::Value, limits)?,
            (State::ValueLf, b'\n') => State::Start,
            (State::EndLf, b'\n') => return Ok(true),
            _ => return Err(ChunkedError::Malformed),
        };
        Ok(false)
    }

    fn keep(&mut self, byte: u8) {
        if let Some(place) = self.name.get_mut(self.name_length) {
            *place = byte;
        }
        self.name_length = self.name_length.saturating_add(1);
    }

    /// Whether the name that has just ended is one no trailer may have; a longer one than is kept is none of them.
    fn name_is_forbidden(&self) -> bool {
        let name = self.name.get(..self.name_length).unwrap_or_default();
        FORBIDDEN.iter().any(|forbidden| forbidden.eq_ignore_ascii_case(name))
    }

    fn charge(&mut self, next: State, limits: &ChunkedLimits) -> Result<State, ChunkedError> {
        self.bytes = self.bytes.saturating_add(1);
        if self.bytes > limits.max_trailer_bytes || self.fields > limits.max_trailer_fields {
            return Err(ChunkedError::TrailersTooLarge);
        }
        Ok(next)
    }
}
