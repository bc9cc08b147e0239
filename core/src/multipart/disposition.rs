//! `Content-Disposition` as forms have it (RFC 7578 §4.2), from browsers of all ages.
//!
//! Browsers write `"`, CR and LF of a name as `%22`, `%0D` and `%0A`, and nothing else escaped; others write `\"`.
//! Old ones escape nothing. So a quote ends a value only where a parameter can end, and a backslash that escapes
//! neither a quote nor itself is a backslash.

use super::error::MultipartError;
use crate::http::is_token_byte;

/// The name of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    /// What was sent, decoded. May hold a path, and be anything.
    pub raw: String,
    /// The last segment of the path: no `/`, no `\`, no control character, and neither `.` nor `..`. May be empty.
    pub safe: String,
}

impl FileName {
    fn new(raw: String) -> Self {
        let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
        let safe = match last {
            "." | ".." => String::new(),
            last => last.replace(char::is_control, "\u{fffd}"),
        };
        Self { raw, safe }
    }
}

/// What a form's `Content-Disposition` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Disposition {
    pub name: String,
    /// Bytes of the name as it was sent.
    pub name_bytes: usize,
    pub filename: Option<FileName>,
}

/// Reads the value of a field; `None` when it is that of no form field.
pub(super) fn parse_disposition(value: &[u8]) -> Result<Option<Disposition>, MultipartError> {
    let end = memchr::memchr(b';', value).unwrap_or(value.len());
    let (kind, mut rest) = value.split_at_checked(end).unwrap_or_default();
    if !kind.trim_ascii().eq_ignore_ascii_case(b"form-data") {
        return Ok(None);
    }
    let (mut name, mut filename, mut extended) = (None, None, None);
    while let Some(after) = rest.strip_prefix(b";") {
        rest = after.trim_ascii_start();
        if rest.is_empty() || rest.starts_with(b";") {
            continue;
        }
        let end = rest.iter().position(|&byte| !is_token_byte(byte)).unwrap_or(rest.len());
        let (parameter, after) = rest.split_at_checked(end).unwrap_or_default();
        let after = after.trim_ascii_start().strip_prefix(b"=").ok_or(MultipartError::Malformed)?.trim_ascii_start();
        let text = match after.strip_prefix(b"\"") {
            Some(quoted) => take_quoted(quoted, &mut rest)?,
            None => take_bare(after, &mut rest)?,
        };
        let known = match parameter {
            name_ if name_.eq_ignore_ascii_case(b"name") => &mut name,
            name_ if name_.eq_ignore_ascii_case(b"filename") => &mut filename,
            name_ if name_.eq_ignore_ascii_case(b"filename*") => &mut extended,
            _ => continue,
        };
        if known.replace(text).is_some() {
            return Err(MultipartError::Malformed);
        }
    }
    if !rest.is_empty() {
        return Err(MultipartError::Malformed);
    }
    let extended = extended.map(|text| decode_extended(&text).ok_or(MultipartError::Malformed)).transpose()?;
    let filename = extended.or_else(|| filename.map(|text| decode_browser(&text))).map(FileName::new);
    Ok(name.map(|text| Disposition { name: decode_browser(&text), name_bytes: text.len(), filename }))
}

/// Reads up to the quote that ends a value whose opening quote is gone; `rest` is then the `;` behind it or nothing.
fn take_quoted<'a>(quoted: &'a [u8], rest: &mut &'a [u8]) -> Result<Vec<u8>, MultipartError> {
    let mut text = Vec::new();
    let mut left = quoted;
    loop {
        left = match left {
            // A backslash before the very last quote escapes nothing: a name may end in one.
            [b'\\', b'"', after @ ..] if !after.trim_ascii_start().is_empty() => {
                text.push(b'"');
                after
            }
            [b'\\', b'\\', after @ ..] => {
                text.push(b'\\');
                after
            }
            [b'"', after @ ..] if matches!(after.trim_ascii_start(), [] | [b';', ..]) => {
                *rest = after.trim_ascii_start();
                return Ok(text);
            }
            [byte, after @ ..] => {
                text.push(*byte);
                after
            }
            [] => return Err(MultipartError::Malformed),
        };
    }
}

/// Reads a value without quotes; `rest` is then the `;` behind it or nothing.
fn take_bare<'a>(bare: &'a [u8], rest: &mut &'a [u8]) -> Result<Vec<u8>, MultipartError> {
    let end = memchr::memchr(b';', bare).unwrap_or(bare.len());
    let (text, after) = bare.split_at_checked(end).unwrap_or_default();
    let text = text.trim_ascii_end();
    if text.is_empty() || text.iter().any(|byte| matches!(byte, b' ' | b'\t' | b'"')) {
        return Err(MultipartError::Malformed);
    }
    *rest = after;
    Ok(text.to_vec())
}

/// Undoes the three escapes of browsers (HTML, "multipart/form-data encoding algorithm").
fn decode_browser(text: &[u8]) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut left = text;
    while let [byte, after @ ..] = left {
        let (byte, after) = match left {
            [b'%', b'2', b'2', after @ ..] => (b'"', after),
            [b'%', b'0', b'D' | b'd', after @ ..] => (b'\r', after),
            [b'%', b'0', b'A' | b'a', after @ ..] => (b'\n', after),
            _ => (*byte, after),
        };
        decoded.push(byte);
        left = after;
    }
    into_text(decoded)
}

/// An extended value (RFC 8187 §3.2): charset, language, percent escapes. `None` if it is malformed, or in another charset.
fn decode_extended(text: &[u8]) -> Option<String> {
    let mut pieces = text.splitn(3, |&byte| byte == b'\'');
    let (charset, _language, value) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let mut decoded = Vec::with_capacity(value.len());
    let mut left = value;
    while let [byte, after @ ..] = left {
        let (byte, after) = match left {
            [b'%', high, low, after @ ..] => (hex(*high)? << 4 | hex(*low)?, after),
            [b'%', ..] => return None,
            _ => (*byte, after),
        };
        decoded.push(byte);
        left = after;
    }
    if charset.eq_ignore_ascii_case(b"utf-8") {
        return Some(into_text(decoded));
    }
    charset.eq_ignore_ascii_case(b"iso-8859-1").then(|| decoded.into_iter().map(char::from).collect())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// UTF-8; what is not becomes U+FFFD.
pub(super) fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
