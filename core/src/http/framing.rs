//! The fields of one head that the server itself acts on, each read once into a typed value (RFC 9112 §§3.2, 6, 9).
//!
//! Every field that decides framing is read here and nowhere else, so that no two places can disagree about it.

use super::head::{BodyLength, HeadError};
use super::host::is_host;
use super::syntax::parse_content_length;

/// What the fields of one head say about framing and the connection.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one head, not a state in disguise")]
pub(super) struct Framing {
    hosts: u32,
    host_is_bad: bool,
    host_is_empty: bool,
    content_length: Option<u64>,
    chunked: bool,
    /// A length that is repeated, unreadable, or not meant to reach us.
    length_is_bad: bool,
    content_types: u32,
    close: bool,
    keep_alive: bool,
    expectations: u32,
    expectation_is_bad: bool,
}

impl Framing {
    /// Reads one field; what is wrong with it is told by [`Framing::body`].
    pub(super) fn read(&mut self, name: &[u8], value: &[u8]) {
        // The length alone rules out nearly every field before a byte is compared.
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => {
                self.hosts = self.hosts.saturating_add(1);
                self.host_is_empty = value.is_empty();
                self.host_is_bad |= !value.is_empty() && !is_host(value);
            }
            6 if name.eq_ignore_ascii_case(b"expect") => {
                self.expectations = self.expectations.saturating_add(1);
                self.expectation_is_bad |= !value.eq_ignore_ascii_case(b"100-continue");
            }
            10 if name.eq_ignore_ascii_case(b"connection") => self.read_connection(value),
            12 if name.eq_ignore_ascii_case(b"content-type") => {
                self.content_types = self.content_types.saturating_add(1);
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                let length = parse_content_length(value);
                self.length_is_bad |= self.content_length.is_some() || length.is_none();
                self.content_length = length;
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                self.length_is_bad |= self.chunked || !value.eq_ignore_ascii_case(b"chunked");
                self.chunked = true;
            }
            _ => {}
        }
    }

    fn read_connection(&mut self, value: &[u8]) {
        for option in value.split(|&byte| byte == b',') {
            let option = option.trim_ascii();
            self.close |= option.eq_ignore_ascii_case(b"close");
            self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
            // An intermediary drops the fields that are named here (RFC 9110 §7.6.1): one that would drop these reads
            // another message than we do.
            for name in [b"host".as_slice(), b"content-length", b"transfer-encoding"] {
                self.length_is_bad |= option.eq_ignore_ascii_case(name);
            }
        }
    }

    /// The delimitation of the content, if nothing is in doubt; `needs_host` unless the target is `*`.
    ///
    /// # Errors
    /// The same for the same fields in any order: what is about the host first, then what is about the length.
    pub(super) fn body(&self, http11: bool, needs_host: bool) -> Result<BodyLength, HeadError> {
        let wrong_count = self.hosts > 1 || (http11 && self.hosts == 0);
        // An empty value says that the target has no authority (RFC 9112 §3.2), which an http URI always has.
        if wrong_count || self.host_is_bad || (needs_host && self.host_is_empty) {
            return Err(HeadError::Host);
        }
        if self.length_is_bad {
            return Err(HeadError::Framing);
        }
        // A field that is no list stands once (RFC 9110 §5.3): two readers would take one each.
        if self.content_types > 1 {
            return Err(HeadError::Malformed);
        }
        match (self.chunked, self.content_length) {
            (true, None) if http11 => Ok(BodyLength::Chunked),
            (true, _) => Err(HeadError::Framing),
            (false, length) => Ok(BodyLength::Known(length.unwrap_or(0))),
        }
    }

    /// Whether the client waits for an interim answer; in HTTP/1.0 it does not (RFC 9110 §10.1.1).
    ///
    /// # Errors
    /// [`HeadError::Expectation`] for anything but one `100-continue`.
    pub(super) fn expects_continue(&self, http11: bool) -> Result<bool, HeadError> {
        match self.expectations {
            0 => Ok(false),
            1 if !self.expectation_is_bad => Ok(http11),
            _ => Err(HeadError::Expectation),
        }
    }

    /// Whether the connection may carry another request (RFC 9112 §9.3).
    pub(super) const fn keeps_alive(&self, http11: bool) -> bool {
        !self.close && (http11 || self.keep_alive)
    }
}
