//! The header lines of a part (RFC 2046 §5.1, RFC 5322 §2.2).

use super::disposition::{Disposition, FileName, into_text, parse_disposition};
use super::error::MultipartError;
use super::limits::Limits;
use crate::http::is_token_byte;

/// The head of a part that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartHead {
    /// The name of the field.
    pub name: String,
    /// The name of the file, empty if none was chosen; a part without one is a plain field.
    pub filename: Option<FileName>,
    /// All header lines in their order, names in lower case, values as sent but for folding.
    pub fields: Vec<(String, String)>,
}

impl PartHead {
    /// `Content-Type`, if it is there and not empty; `text/plain` is what it stands for then (RFC 7578 §4.4).
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.field("content-type").filter(|value| !value.is_empty())
    }

    /// `Content-Transfer-Encoding` as it was sent; the content is not decoded.
    #[must_use]
    pub fn transfer_encoding(&self) -> Option<&str> {
        self.field("content-transfer-encoding")
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// Parses `block`, which ends with its empty line; `None` for a part that is no form field.
pub(super) fn parse_head(block: &[u8], limits: &Limits) -> Result<Option<PartHead>, MultipartError> {
    let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
    let mut rest = block.strip_suffix(b"\r\n").unwrap_or(block);
    let mut lines = 0_usize;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\r', rest).ok_or(MultipartError::Malformed)?;
        let (line, tail) = rest.split_at_checked(end).ok_or(MultipartError::Malformed)?;
        rest = tail.strip_prefix(b"\r\n").ok_or(MultipartError::Malformed)?;
        lines = lines.saturating_add(1);
        if lines > limits.max_head_lines {
            return Err(MultipartError::TooManyHeadLines);
        }
        if !line.iter().all(|byte| matches!(byte, b'\t' | 0x20..=0x7e | 0x80..)) {
            return Err(MultipartError::Malformed);
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let (_, value) = fields.last_mut().ok_or(MultipartError::Malformed)?;
            if !value.is_empty() {
                value.push(b' ');
            }
            value.extend_from_slice(line.trim_ascii());
            continue;
        }
        let colon = memchr::memchr(b':', line).ok_or(MultipartError::Malformed)?;
        let (name, value) = line.split_at_checked(colon).ok_or(MultipartError::Malformed)?;
        if name.is_empty() || !name.iter().all(|&byte| is_token_byte(byte)) {
            return Err(MultipartError::Malformed);
        }
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        fields.push((into_text(name.to_ascii_lowercase()), value.to_vec()));
    }
    let disposition = sole(&fields, "content-disposition")?;
    sole(&fields, "content-type")?;
    let Some(Disposition { name, name_bytes, filename }) = disposition.map_or(Ok(None), parse_disposition)? else {
        return Ok(None);
    };
    if name_bytes > limits.max_name_bytes {
        return Err(MultipartError::NameTooLong);
    }
    let fields = fields.into_iter().map(|(name, value)| (name, into_text(value))).collect();
    Ok(Some(PartHead { name, filename, fields }))
}

/// The value of a field that may be there once: two readers would take different ones.
fn sole<'a>(fields: &'a [(String, Vec<u8>)], name: &str) -> Result<Option<&'a [u8]>, MultipartError> {
    let mut found = fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_slice());
    let first = found.next();
    if found.next().is_some() { Err(MultipartError::Malformed) } else { Ok(first) }
}
