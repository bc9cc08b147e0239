//! What the handler that streams files asks the core: paths, variants, plans. One crossing for each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use napi_derive::napi;
use nexure_core::files::{
    self, Coding, CodingSet, Conditions, Dotfiles, FileError, FileMeta, FileMount, FileRequest, FileTime, PathPolicy,
    PlanOptions, Segment,
};

use super::layout::NativeProblem;

/// Options of a root; JavaScript has checked them.
#[napi(object)]
pub struct FileRootOptions {
    /// `ignore`, `deny` or `allow`.
    pub dotfiles: String,
    /// Whether `ETag` is sent.
    pub etag: bool,
    /// Whether `Last-Modified` is sent.
    pub last_modified: bool,
    /// Whether ranges are served.
    pub accept_ranges: bool,
    /// Ranges of one request.
    pub max_ranges: u32,
    /// `Cache-Control`
    pub cache_control: Option<String>,
    /// The codings of variants, the best first: `br`, `zstd`, `gzip`.
    pub precompressed: Vec<String>,
}

/// A path below a root, or why there is none.
#[napi(object)]
pub struct ResolvedFilePath {
    /// Segments with `/` between them, and a `/` at the end if a directory is asked for.
    pub path: Option<String>,
    /// The problem instead.
    pub problem: Option<NativeProblem>,
}

impl From<FileError> for NativeProblem {
    fn from(error: FileError) -> Self {
        Self { status: error.status(), code: error.code().to_owned(), detail: error.detail().to_owned() }
    }
}

/// The fields of a request that matter, several lines of one name joined by `, `.
#[napi(object)]
pub struct FileRequestFields {
    /// Whether it is a HEAD.
    pub is_head: bool,
    /// `If-Match`
    pub if_match: Option<String>,
    /// `If-None-Match`
    pub if_none_match: Option<String>,
    /// `If-Modified-Since`
    pub if_modified_since: Option<String>,
    /// `If-Unmodified-Since`
    pub if_unmodified_since: Option<String>,
    /// `If-Range`
    pub if_range: Option<String>,
    /// `Range`
    pub range: Option<String>,
}

/// What is known of a file.
#[napi(object)]
pub struct FileFacts {
    /// Bytes.
    pub length: f64,
    /// Whole seconds of the time of modification.
    pub mtime_seconds: f64,
    /// Nanoseconds above them.
    pub mtime_nanos: u32,
    /// `Content-Type`
    pub media_type: String,
    /// The coding of this very file.
    pub coding: Option<String>,
    /// Whether another request might have been given another variant.
    pub varies: bool,
    /// `Content-Disposition`
    pub disposition: Option<String>,
}

impl From<&FileFacts> for FileMeta {
    fn from(facts: &FileFacts) -> Self {
        Self {
            len: length(facts.length),
            mtime: file_time(facts.mtime_seconds, facts.mtime_nanos),
            media_type: facts.media_type.clone(),
            coding: facts.coding.as_deref().and_then(|name| Coding::from_name(name.as_bytes())),
            varies: facts.varies,
            disposition: facts.disposition.clone(),
        }
    }
}

/// An answer.
#[napi(object)]
pub struct PlannedFile {
    /// 200, 206, 304, 412 or 416.
    pub status: u16,
    /// With 412 and 416.
    pub problem: Option<NativeProblem>,
    /// Lines of `name: value CRLF`.
    pub fields: String,
    /// `Content-Length`; nothing with 304, 412 and 416.
    pub content_length: Option<f64>,
    /// Start and end of each part of the file, one behind the other.
    pub slices: Vec<f64>,
    /// With several parts, what stands before each and behind the last; else empty.
    pub frames: Vec<String>,
}

/// A directory whose files are served, or the files that handlers name.
#[napi]
pub struct FileRoot {
    pub(super) mount: FileMount,
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl FileRoot {
    /// A root.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: FileRootOptions) -> Self {
        static NEXT_ID: AtomicU32 = AtomicU32::new(0);
        let dotfiles = match options.dotfiles.as_str() {
            "allow" => Dotfiles::Allow,
            "deny" => Dotfiles::Deny,
            _ => Dotfiles::Ignore,
        };
        Self {
            mount: FileMount {
                id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
                policy: PathPolicy { dotfiles, ..PathPolicy::default() },
                codings: options.precompressed.iter().filter_map(|name| Coding::from_name(name.as_bytes())).collect(),
                options: Arc::new(PlanOptions {
                    etag: options.etag,
                    last_modified: options.last_modified,
                    accept_ranges: options.accept_ranges,
                    max_ranges: options.max_ranges as usize,
                    cache_control: options.cache_control,
                }),
            },
        }
    }

    /// The file or directory that the rest of a request path names, percent-encoded and without the `/` before it.
    #[napi(catch_unwind)]
    pub fn resolve(&self, raw: String) -> ResolvedFilePath {
        match files::resolve_path(raw.as_bytes(), self.mount.policy) {
            Ok(path) => ResolvedFilePath { path: Some(path), problem: None },
            Err(error) => ResolvedFilePath { path: None, problem: Some(error.into()) },
        }
    }

    /// The codings that an `Accept-Encoding` allows of those the root has, the best first.
    #[napi(catch_unwind)]
    pub fn accepted(&self, field: Option<String>) -> Vec<String> {
        let accepted = self.mount.accepted(field.as_deref().map(str::as_bytes));
        accepted.map(|coding| coding.name().to_owned()).collect()
    }

    /// The answer to a request for a file, now.
    #[napi(catch_unwind)]
    pub fn plan(&self, request: FileRequestFields, facts: FileFacts) -> PlannedFile {
        let asked = FileRequest {
            is_head: request.is_head,
            conditions: Conditions {
                if_match: bytes(request.if_match.as_ref()),
                if_none_match: bytes(request.if_none_match.as_ref()),
                if_modified_since: bytes(request.if_modified_since.as_ref()),
                if_unmodified_since: bytes(request.if_unmodified_since.as_ref()),
                if_range: bytes(request.if_range.as_ref()),
            },
            range: bytes(request.range.as_ref()),
        };
        let plan = files::plan(&asked, &FileMeta::from(&facts), &self.mount.options, now());
        let (mut slices, mut frames) = (Vec::new(), Vec::new());
        for segment in plan.segments {
            match segment {
                Segment::File(part) => slices.extend([number(part.start), number(part.end)]),
                Segment::Bytes(text) => frames.push(String::from_utf8_lossy(&text).into_owned()),
            }
        }
        PlannedFile {
            status: plan.status,
            problem: plan.error.map(NativeProblem::from),
            fields: plan.fields,
            content_length: plan.content_length.map(number),
            slices,
            frames,
        }
    }
}

/// The media type of a file by its name.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn media_type_of(path: String) -> String {
    files::media_type_of(&path).to_owned()
}

/// What the names of files in this coding end with; nothing if there is no such coding.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn coding_suffix(name: String) -> Option<String> {
    Coding::from_name(name.as_bytes()).map(|coding| coding.suffix().to_owned())
}

/// Where a directory is that was asked for, by this raw path and query, without its trailing slash.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn directory_location(path: String, query: Option<String>) -> String {
    files::directory_location(path.as_bytes(), query.as_deref().map(str::as_bytes))
}

/// What can be wrong with a request for a file, as it is answered.
#[napi(catch_unwind)]
pub fn file_problems() -> Vec<NativeProblem> {
    FileError::ALL.into_iter().map(NativeProblem::from).collect()
}

fn bytes(field: Option<&String>) -> Option<&[u8]> {
    field.map(String::as_bytes)
}

/// The codings with these names.
pub fn coding_set(names: &[String]) -> CodingSet {
    let codings = names.iter().filter_map(|name| Coding::from_name(name.as_bytes()));
    codings.fold(CodingSet::EMPTY, CodingSet::with)
}

/// The time now.
pub fn now() -> FileTime {
    // A clock before 1970 is no clock.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    FileTime { seconds: i64::try_from(now.as_secs()).unwrap_or(i64::MAX), nanos: now.subsec_nanos() }
}

/// A time as JavaScript gives it.
#[allow(clippy::cast_possible_truncation, reason = "whole seconds; what does not fit is the largest or smallest")]
pub fn file_time(seconds: f64, nanos: u32) -> FileTime {
    FileTime { seconds: seconds as i64, nanos }
}

/// A length as JavaScript gives it.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a length; what does not fit is the largest or 0"
)]
pub fn length(number: f64) -> u64 {
    number as u64
}

#[allow(clippy::cast_precision_loss, reason = "JavaScript gave the length of the file as such a number")]
fn number(bytes: u64) -> f64 {
    bytes as f64
}
