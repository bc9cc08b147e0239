//! Entity tags and times of modification, and the conditions on them (RFC 9110 §8.8, §13).
//!
//! A tag is the size and the time of modification. It is strong once that time lies two seconds back: before, a second
//! change could leave both as they are, which is what §8.8.1 calls weak (2 s is the granularity of FAT; the others are
//! finer). So `If-Range` works with the tags of files that rest, and the text of a tag is the same before and after.

use std::time::{Duration, UNIX_EPOCH};

use super::Coding;

/// How long ago a file was changed before its validators are strong.
const SETTLED_NS: i128 = 2_000_000_000;
/// Unix seconds of 9999-12-31T23:59:59Z, the last moment an HTTP date can say.
const LAST_SECOND: i64 = 253_402_300_799;

/// A moment, in seconds and nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileTime {
    /// Whole seconds, rounded down.
    pub seconds: i64,
    /// Nanoseconds above them; 0-999,999,999.
    pub nanos: u32,
}

impl FileTime {
    /// Whether this lies so far before `now` that a later change shows.
    #[must_use]
    pub fn is_settled(self, now: Self) -> bool {
        now.as_nanos() - self.as_nanos() >= SETTLED_NS
    }

    /// As an HTTP date (RFC 9110 §5.6.7).
    #[must_use]
    pub fn http_date(self) -> String {
        let seconds = u64::try_from(self.seconds.clamp(0, LAST_SECOND)).unwrap_or_default();
        httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    fn as_nanos(self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos)
    }
}

/// The tag of a file in one coding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityTag {
    /// The opaque part, in quotes.
    pub opaque: String,
    /// Whether it begins with `W/`.
    pub weak: bool,
}

impl EntityTag {
    /// The tag of a file.
    #[must_use]
    pub fn of(len: u64, mtime: FileTime, coding: Option<Coding>, now: FileTime) -> Self {
        let (sign, nanos) = if mtime.as_nanos() < 0 { ("-", -mtime.as_nanos()) } else { ("", mtime.as_nanos()) };
        let (dash, name) = coding.map_or(("", ""), |coding| ("-", coding.name()));
        Self { opaque: format!("\"{len:x}-{sign}{nanos:x}{dash}{name}\""), weak: !mtime.is_settled(now) }
    }

    /// As in `ETag`.
    #[must_use]
    pub fn field_value(&self) -> String {
        if self.weak { format!("W/{}", self.opaque) } else { self.opaque.clone() }
    }
}

/// What a representation is compared by.
#[derive(Clone, Debug, Default)]
pub struct Validators {
    /// The tag; `None` when the application sends none.
    pub tag: Option<EntityTag>,
    /// `Last-Modified`; `None` when the application sends none. Never after now (RFC 9110 §8.8.2.1).
    pub modified: Option<FileTime>,
    /// Whether `modified` is a strong validator (RFC 9110 §8.8.2.2).
    pub is_modified_strong: bool,
}

/// The conditional fields of a request; several lines of one name joined by `, `.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conditions<'a> {
    /// `If-Match`
    pub if_match: Option<&'a [u8]>,
    /// `If-None-Match`
    pub if_none_match: Option<&'a [u8]>,
    /// `If-Modified-Since`
    pub if_modified_since: Option<&'a [u8]>,
    /// `If-Unmodified-Since`
    pub if_unmodified_since: Option<&'a [u8]>,
    /// `If-Range`
    pub if_range: Option<&'a [u8]>,
}

/// What the conditions of a GET or HEAD lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// The request is answered as if it had none.
    Holds,
    /// 304
    NotModified,
    /// 412
    Failed,
}

impl Conditions<'_> {
    /// Evaluates all but `If-Range`, in the order of RFC 9110 §13.2.2. A date that is none is ignored.
    #[must_use]
    pub fn evaluate(&self, validators: &Validators) -> Precondition {
        // §13.2.2 steps 1 and 2: the date counts only without the tag.
        if let Some(field) = self.if_match {
            if !matches_any(field, validators.tag.as_ref(), Comparison::Strong) {
                return Precondition::Failed;
            }
        } else if let Some((date, modified)) = date_of(self.if_unmodified_since).zip(validators.modified)
            && modified.seconds > date
        {
            return Precondition::Failed;
        }
        // Steps 3 and 4.
        if let Some(field) = self.if_none_match {
            if matches_any(field, validators.tag.as_ref(), Comparison::Weak) {
                return Precondition::NotModified;
            }
        } else if let Some((date, modified)) = date_of(self.if_modified_since).zip(validators.modified)
            && modified.seconds <= date
        {
            return Precondition::NotModified;
        }
        Precondition::Holds
    }

    /// Step 5: whether `Range` is to be heeded. Both validators must be strong (RFC 9110 §13.1.5): parts of two
    /// states of a file are never to be put together.
    #[must_use]
    pub fn heeds_range(&self, validators: &Validators) -> bool {
        let Some(field) = self.if_range.map(<[u8]>::trim_ascii) else { return true };
        if field.starts_with(b"\"") || field.starts_with(b"W/") {
            return next_tag(field).is_some_and(|(tag, rest)| {
                rest.is_empty() && validators.tag.as_ref().is_some_and(|own| Comparison::Strong.holds(&tag, own))
            });
        }
        let exact = date_of(Some(field)).zip(validators.modified).is_some_and(|(date, own)| own.seconds == date);
        exact && validators.is_modified_strong
    }
}

/// RFC 9110 §8.8.3.2
#[derive(Clone, Copy)]
enum Comparison {
    Strong,
    Weak,
}

/// A tag in a request.
struct GivenTag<'a> {
    weak: bool,
    opaque: &'a [u8],
}

impl Comparison {
    fn holds(self, given: &GivenTag<'_>, own: &EntityTag) -> bool {
        given.opaque == own.opaque.as_bytes() && (matches!(self, Self::Weak) || !(given.weak || own.weak))
    }
}

/// Whether `*`, or a tag of the list, is that of a file that exists. The list ends where it is malformed.
fn matches_any(field: &[u8], own: Option<&EntityTag>, comparison: Comparison) -> bool {
    if field.trim_ascii() == b"*" {
        return true;
    }
    let Some(own) = own else { return false };
    let mut rest = field;
    loop {
        rest = rest.trim_ascii_start();
        // Empty elements are legal (RFC 9110 §5.6.1).
        if let [b',', after @ ..] = rest {
            rest = after;
            continue;
        }
        let Some((tag, after)) = next_tag(rest) else { return false };
        let after = after.trim_ascii_start();
        if !after.is_empty() && !after.starts_with(b",") {
            return false;
        }
        if comparison.holds(&tag, own) {
            return true;
        }
        rest = after;
    }
}

/// The tag that `text` begins with, and what follows it.
fn next_tag(text: &[u8]) -> Option<(GivenTag<'_>, &[u8])> {
    let (weak, quoted) = text.strip_prefix(b"W/").map_or((false, text), |quoted| (true, quoted));
    let inner = quoted.strip_prefix(b"\"")?;
    let end = memchr::memchr(b'"', inner)?.checked_add(2)?;
    let (opaque, rest) = quoted.split_at_checked(end)?;
    Some((GivenTag { weak, opaque }, rest))
}

/// Unix seconds of an HTTP date.
fn date_of(field: Option<&[u8]>) -> Option<i64> {
    let text = str::from_utf8(field?.trim_ascii()).ok()?;
    let time = httpdate::parse_http_date(text).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}
