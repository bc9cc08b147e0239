//! Writes answers as HTTP/1.1 messages (RFC 9112 §4, §6).

use crate::http::{AnswerFields, FieldError, HttpDate, check_answer_fields, write_status_line};

use super::layout::header_set;

/// A final answer as the application gave it.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The status, 200-999.
    pub status: u16,
    /// The interned header set, see [`header_set`].
    pub header_set: u32,
    /// More field lines, `name: value CRLF` each; checked here.
    pub fields: &'a [u8],
    /// The body.
    pub body: Body<'a>,
    /// Whether the connection closes behind it.
    pub close: bool,
}

impl Answer<'_> {
    /// Bytes that [`write_answer`] may append.
    pub(super) const fn room(&self) -> usize {
        let copied = if let Body::Bytes(bytes) = self.body { bytes.len() } else { 0 };
        self.fields.len().saturating_add(copied).saturating_add(256)
    }
}

/// The body of an answer.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// Bytes, copied into the connection's output.
    Bytes(&'a [u8]),
    /// Bytes the host keeps under this number until they are sent or the connection has gone.
    Reference {
        /// The host's number.
        id: u32,
        /// Number of bytes.
        length: usize,
    },
    /// Bytes that follow step by step, as many as a `Content-Length` among the field lines says, or any number.
    Stream,
}

/// How the end of a body is told (RFC 9112 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// By its length, of which so much is left.
    Known(u64),
    /// By the chunked coding.
    Chunked,
    /// By the end of the connection: the client speaks HTTP/1.0.
    UntilClose,
}

/// What follows the head of an answer, beside what was written with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Nothing.
    Nothing,
    /// A body by reference.
    Reference {
        /// The host's number.
        id: u32,
        /// Number of bytes.
        length: usize,
    },
    /// A body that is written step by step.
    Stream(Framing),
}

impl Body<'_> {
    /// Number of bytes.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Reference { length, .. } => *length,
            Self::Stream => 0,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What the request decides about its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts")]
pub struct Terms {
    /// HEAD: everything but the body.
    pub head_only: bool,
    /// The connection closes behind the answer, and says so.
    pub close: bool,
    /// HTTP/1.0 with keep-alive, which must be confirmed.
    pub confirm_keep_alive: bool,
    /// HTTP/1.0, which knows no chunked coding.
    pub http10: bool,
}

/// Appends the head of an answer to `out`, and its body when it is bytes; returns what follows.
///
/// # Errors
/// [`FieldError`] when the field lines may not be sent; `out` is then unchanged.
pub fn write_answer(
    answer: &Answer<'_>,
    terms: Terms,
    date: &HttpDate,
    out: &mut Vec<u8>,
) -> Result<Follows, FieldError> {
    if !(200..=999).contains(&answer.status) {
        return Err(FieldError::Reserved);
    }
    let found = if answer.fields.is_empty() { AnswerFields::default() } else { check_answer_fields(answer.fields)? };
    // RFC 9110 §6.4.1: these have no content; §8.6: 204 has no Content-Length either, and 205 says it is empty.
    let bodiless = matches!(answer.status, 204 | 205 | 304);
    let streams = matches!(answer.body, Body::Stream);
    let length = if bodiless { 0 } else { answer.body.len() };
    // Content-Length may tell what a GET would have sent; anywhere else it must be true.
    let told = found.content_length.filter(|_| answer.status != 204);
    if found.content_length.is_some_and(|told| {
        let free = terms.head_only || answer.status == 304 || (streams && !bodiless);
        answer.status == 204 || (told != length as u64 && !free)
    }) {
        return Err(FieldError::Reserved);
    }
    let framing = match told {
        _ if !streams || bodiless => None,
        Some(told) => Some(Framing::Known(told)),
        None if terms.http10 => Some(Framing::UntilClose),
        None => Some(Framing::Chunked),
    };
    out.reserve(answer.room());
    write_status_line(answer.status, out);
    if !found.date {
        out.extend_from_slice(date.line());
    }
    if !found.content_type && answer.status != 204 {
        out.extend_from_slice(header_set::lines(answer.header_set));
    }
    out.extend_from_slice(answer.fields);
    if terms.close || (framing == Some(Framing::UntilClose) && !terms.head_only) {
        out.extend_from_slice(b"Connection: close\r\n");
    } else if terms.confirm_keep_alive {
        out.extend_from_slice(b"Connection: keep-alive\r\n");
    }
    if framing == Some(Framing::Chunked) {
        out.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
    } else if told.is_none() && framing.is_none() && !matches!(answer.status, 204 | 304) {
        out.extend_from_slice(b"Content-Length: ");
        out.extend_from_slice(itoa::Buffer::new().format(length).as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    if bodiless || terms.head_only {
        return Ok(Follows::Nothing);
    }
    Ok(match (answer.body, framing) {
        (Body::Bytes(bytes), _) => {
            out.extend_from_slice(bytes);
            Follows::Nothing
        }
        (Body::Reference { id, length }, _) if length > 0 => Follows::Reference { id, length },
        (Body::Stream, Some(framing)) => Follows::Stream(framing),
        _ => Follows::Nothing,
    })
}
