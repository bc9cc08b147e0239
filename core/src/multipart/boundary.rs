//! The boundary of a body in parts, from its media type (RFC 9110 §8.3.1, RFC 2046 §5.1.1).

use super::error::MultipartError;
use crate::http::is_token_byte;

/// Bytes of a boundary (RFC 2046 §5.1.1).
const MAX_BOUNDARY_BYTES: usize = 70;

/// A boundary: 1 to 70 bytes that may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary(Vec<u8>);

impl Boundary {
    /// The bytes, without the hyphens that go before them in a body.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Boundary {
    type Error = MultipartError;

    fn try_from(bytes: &[u8]) -> Result<Self, MultipartError> {
        let fits = (1..=MAX_BOUNDARY_BYTES).contains(&bytes.len());
        // A space at the end could not be told from the padding of a delimiter.
        if fits && bytes.iter().all(|&byte| is_boundary_byte(byte)) && !bytes.ends_with(b" ") {
            return Ok(Self(bytes.to_vec()));
        }
        Err(MultipartError::Boundary)
    }
}

/// The boundary in the value of a `Content-Type` field.
///
/// # Errors
/// [`MultipartError::Type`] for another type than `multipart/form-data`, [`MultipartError::Boundary`] for a malformed
/// value and for a boundary that is missing, doubled, or none by RFC 2046.
pub fn boundary_of(content_type: &[u8]) -> Result<Boundary, MultipartError> {
    let end = memchr::memchr(b';', content_type).unwrap_or(content_type.len());
    let (media_type, mut rest) = content_type.split_at_checked(end).unwrap_or_default();
    if !media_type.trim_ascii().eq_ignore_ascii_case(b"multipart/form-data") {
        return Err(MultipartError::Type);
    }
    let mut boundary = None;
    while let Some(after) = rest.strip_prefix(b";") {
        rest = after.trim_ascii_start();
        if rest.is_empty() || rest.starts_with(b";") {
            // RFC 9110 §5.6.6 lets a parameter be empty.
            continue;
        }
        let name = take_token(&mut rest)?;
        rest = rest.strip_prefix(b"=").ok_or(MultipartError::Boundary)?;
        let value = match rest.strip_prefix(b"\"") {
            Some(quoted) => take_quoted(quoted, &mut rest)?,
            None => take_token(&mut rest)?.to_vec(),
        };
        if name.eq_ignore_ascii_case(b"boundary") && boundary.replace(value).is_some() {
            return Err(MultipartError::Boundary);
        }
        rest = rest.trim_ascii_start();
    }
    if !rest.is_empty() {
        return Err(MultipartError::Boundary);
    }
    Boundary::try_from(boundary.ok_or(MultipartError::Boundary)?.as_slice())
}

fn take_token<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], MultipartError> {
    let end = rest.iter().position(|&byte| !is_token_byte(byte)).unwrap_or(rest.len());
    let (token, after) = rest.split_at_checked(end).unwrap_or_default();
    *rest = after;
    if token.is_empty() { Err(MultipartError::Boundary) } else { Ok(token) }
}

/// Reads a quoted string whose opening quote is gone (RFC 9110 §5.6.4).
fn take_quoted<'a>(quoted: &'a [u8], rest: &mut &'a [u8]) -> Result<Vec<u8>, MultipartError> {
    let mut value = Vec::new();
    let mut left = quoted;
    loop {
        let (byte, after) = match left {
            [b'"', after @ ..] => {
                *rest = after;
                return Ok(value);
            }
            [b'\\', byte, after @ ..] | [byte, after @ ..] => (*byte, after),
            [] => return Err(MultipartError::Boundary),
        };
        if !matches!(byte, b'\t' | 0x20..=0x7e | 0x80..) {
            return Err(MultipartError::Boundary);
        }
        value.push(byte);
        left = after;
    }
}

/// `bchars` (RFC 2046 §5.1.1).
const fn is_boundary_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'\'' | b'(' | b')' | b'+' | b'_' | b',' | b'-' | b'.' | b'/' | b':' | b'=' | b'?' | b' ')
}
