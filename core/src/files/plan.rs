//! The answer to a GET or HEAD of a file, decided before a byte of it is read (RFC 9110 §13.2.2, §14, §15.3.7).
//!
//! The one place that decides: small files in memory and large ones from disk are answered by the same plan.

use super::multipart::{content_range, frame};
use super::range::{ByteRange, Ranges, resolve_ranges};
use super::validators::{Conditions, EntityTag, FileTime, Precondition, Validators};
use super::{Coding, FileError};

/// What of a request matters. Field values as they came, several lines of one name joined by `, `.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileRequest<'a> {
    /// Whether it is a HEAD: answered like a GET without `Range` (RFC 9110 §14.2), and without content.
    pub is_head: bool,
    /// The conditional fields.
    pub conditions: Conditions<'a>,
    /// `Range`
    pub range: Option<&'a [u8]>,
}

/// What of a file matters.
#[derive(Clone, Debug)]
pub struct FileMeta {
    /// Bytes.
    pub len: u64,
    /// When it was last changed.
    pub mtime: FileTime,
    /// `Content-Type`; that of the original if it is a coded variant. Visible ASCII and spaces.
    pub media_type: String,
    /// The coding of this very file.
    pub coding: Option<Coding>,
    /// Whether another request might have been given another variant: `Vary: Accept-Encoding`.
    pub varies: bool,
    /// `Content-Disposition`. Visible ASCII and spaces.
    pub disposition: Option<String>,
}

/// How files of one root are answered.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// Whether `ETag` is sent and compared; default `true`.
    pub etag: bool,
    /// Whether `Last-Modified` is sent and compared; default `true`.
    pub last_modified: bool,
    /// Whether ranges are served, and `Accept-Ranges: bytes` says so; default `true`.
    pub accept_ranges: bool,
    /// Ranges of one request, more are answered with the whole file; default 16.
    pub max_ranges: usize,
    /// `Cache-Control`; default none. Visible ASCII and spaces.
    pub cache_control: Option<String>,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self { etag: true, last_modified: true, accept_ranges: true, max_ranges: 16, cache_control: None }
    }
}

/// A piece of the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// These bytes.
    Bytes(Vec<u8>),
    /// This part of the file.
    File(ByteRange),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePlan {
    /// 200, 206, 304, 412 or 416.
    pub status: u16,
    /// What is wrong, with 412 and 416: the content is then its problem document, which the caller makes.
    pub error: Option<FileError>,
    /// Lines of `name: value CRLF`, without `Date` and `Content-Length`.
    pub fields: String,
    /// The content; none for HEAD, 304, 412 and 416, and for an empty file.
    pub segments: Vec<Segment>,
    /// `Content-Length`, also of a HEAD; `None` for 304, 412 and 416.
    pub content_length: Option<u64>,
}

/// Plans the answer to `request` at the moment `now`.
#[must_use]
pub fn plan(request: &FileRequest<'_>, meta: &FileMeta, options: &PlanOptions, now: FileTime) -> FilePlan {
    let validators = validators_of(meta, options, now);
    match request.conditions.evaluate(&validators) {
        Precondition::Failed => return refusal(FileError::Precondition, String::new()),
        Precondition::NotModified => return not_modified(meta, options, &validators),
        Precondition::Holds => {}
    }
    let ranges = match request.range {
        Some(field) if options.accept_ranges && !request.is_head && request.conditions.heeds_range(&validators) => {
            resolve_ranges(field, meta.len, options.max_ranges)
        }
        _ => Ranges::Ignored,
    };
    let mut fields = validator_fields(meta, options, &validators);
    match ranges {
        Ranges::Unsatisfiable => {
            return refusal(FileError::Range, format!("Content-Range: bytes */{}\r\n", meta.len));
        }
        Ranges::Parts(parts) => {
            if let Some(plan) = partial(&parts, meta, fields.clone()) {
                return plan;
            }
        }
        Ranges::Ignored => {}
    }
    push_representation(&mut fields, meta, &meta.media_type);
    let whole = ByteRange { start: 0, end: meta.len };
    let segments = if request.is_head || whole.is_empty() { Vec::new() } else { vec![Segment::File(whole)] };
    FilePlan { status: 200, error: None, fields, segments, content_length: Some(meta.len) }
}

fn validators_of(meta: &FileMeta, options: &PlanOptions, now: FileTime) -> Validators {
    Validators {
        tag: options.etag.then(|| EntityTag::of(meta.len, meta.mtime, meta.coding, now)),
        modified: options.last_modified.then(|| meta.mtime.min(now)),
        is_modified_strong: meta.mtime.is_settled(now),
    }
}

/// 206; `None` when the parts with their framing are no shorter than the file.
fn partial(parts: &[ByteRange], meta: &FileMeta, mut fields: String) -> Option<FilePlan> {
    if let [part] = parts {
        push_field(&mut fields, "Content-Range", &content_range(*part, meta.len));
        push_representation(&mut fields, meta, &meta.media_type);
        let segments = vec![Segment::File(*part)];
        return Some(FilePlan { status: 206, error: None, fields, segments, content_length: Some(part.len()) });
    }
    let framing = frame(parts, meta.len, &meta.media_type);
    if framing.content_length >= meta.len {
        return None;
    }
    push_representation(&mut fields, meta, &format!("multipart/byteranges; boundary={}", framing.boundary));
    let mut segments = Vec::with_capacity(parts.len().saturating_mul(2).saturating_add(1));
    for (head, part) in framing.heads.into_iter().zip(parts) {
        segments.push(Segment::Bytes(head.into_bytes()));
        segments.push(Segment::File(*part));
    }
    segments.push(Segment::Bytes(framing.closing.into_bytes()));
    let content_length = Some(framing.content_length);
    Some(FilePlan { status: 206, error: None, fields, segments, content_length })
}

/// 304 says what a 200 would have said of validators and caching, and nothing of the content (RFC 9110 §15.4.5).
fn not_modified(meta: &FileMeta, options: &PlanOptions, validators: &Validators) -> FilePlan {
    let fields = validator_fields(meta, options, validators);
    FilePlan { status: 304, error: None, fields, segments: Vec::new(), content_length: None }
}

/// Without the fields of the file: what may be kept for a year must not make a refusal be kept.
fn refusal(error: FileError, fields: String) -> FilePlan {
    FilePlan { status: error.status(), error: Some(error), fields, segments: Vec::new(), content_length: None }
}

/// The fields that every answer about the file has.
fn validator_fields(meta: &FileMeta, options: &PlanOptions, validators: &Validators) -> String {
    let mut fields = String::with_capacity(320);
    if options.accept_ranges {
        push_field(&mut fields, "Accept-Ranges", "bytes");
    }
    if let Some(cache_control) = &options.cache_control {
        push_field(&mut fields, "Cache-Control", cache_control);
    }
    if let Some(tag) = &validators.tag {
        push_field(&mut fields, "ETag", &tag.field_value());
    }
    if let Some(modified) = validators.modified {
        push_field(&mut fields, "Last-Modified", &modified.http_date());
    }
    if meta.varies {
        push_field(&mut fields, "Vary", "Accept-Encoding");
    }
    fields
}

fn push_representation(fields: &mut String, meta: &FileMeta, content_type: &str) {
    push_field(fields, "Content-Type", content_type);
    if let Some(coding) = meta.coding {
        push_field(fields, "Content-Encoding", coding.name());
    }
    if let Some(disposition) = &meta.disposition {
        push_field(fields, "Content-Disposition", disposition);
    }
}

/// Adds a line. Values come from options and tables, and are checked again where all answers leave.
fn push_field(fields: &mut String, name: &str, value: &str) {
    fields.push_str(name);
    fields.push_str(": ");
    fields.push_str(value);
    fields.push_str("\r\n");
}
