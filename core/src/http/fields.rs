//! The field lines an application adds to an answer, checked before a byte of them leaves (RFC 9110 §5).
//!
//! JavaScript checks names and values when they are set, to throw where the mistake is; this check stands at the
//! door all answers go through, so that no path around the first one can split a response.

use super::syntax::{is_token_byte, is_value_byte, parse_content_length};

/// Why the field lines of an answer were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// A name is not a token, a value holds a control character, or a line has no CRLF.
    Malformed,
    /// A field that belongs to the server: `Transfer-Encoding`, `Connection`, or a second or wrong `Content-Length`.
    Reserved,
}

/// What a checked block of field lines holds that the server would otherwise add itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnswerFields {
    /// The value of `Content-Length`.
    pub content_length: Option<u64>,
    /// Whether `Date` is among them.
    pub date: bool,
    /// Whether `Content-Type` is among them.
    pub content_type: bool,
}

/// Checks `block`: lines of `name: value CRLF`, as JavaScript composes them.
///
/// # Errors
/// A [`FieldError`] when any line is not allowed; none of the block may then be sent.
pub fn check_answer_fields(block: &[u8]) -> Result<AnswerFields, FieldError> {
    let mut found = AnswerFields::default();
    let mut rest = block;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\r', rest).ok_or(FieldError::Malformed)?;
        let (line, tail) = rest.split_at_checked(end).ok_or(FieldError::Malformed)?;
        rest = tail.strip_prefix(b"\r\n").ok_or(FieldError::Malformed)?;
        let colon = memchr::memchr(b':', line).ok_or(FieldError::Malformed)?;
        let (name, value) = line.split_at_checked(colon).ok_or(FieldError::Malformed)?;
        let value = value.get(1..).unwrap_or_default();
        if name.is_empty() || !name.iter().all(|&byte| is_token_byte(byte)) || !value.iter().all(|&b| is_value_byte(b))
        {
            return Err(FieldError::Malformed);
        }
        match name.len() {
            4 => found.date |= name.eq_ignore_ascii_case(b"date"),
            10 if name.eq_ignore_ascii_case(b"connection") => return Err(FieldError::Reserved),
            12 => found.content_type |= name.eq_ignore_ascii_case(b"content-type"),
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                let length = parse_content_length(value.trim_ascii());
                if found.content_length.is_some() || length.is_none() {
                    return Err(FieldError::Reserved);
                }
                found.content_length = length;
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => return Err(FieldError::Reserved),
            _ => {}
        }
    }
    Ok(found)
}
