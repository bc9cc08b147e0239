//! The conditions of RFC 9110 §13, one row per case, and their order.

use super::{MTIME, NOW};
use crate::files::{Coding, Conditions, EntityTag, FileTime, Precondition, Validators};
use Precondition::{Failed, Holds, NotModified};

const SAME: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

fn validators(weak: bool) -> Validators {
    Validators {
        tag: Some(EntityTag { opaque: "\"a\"".to_owned(), weak }),
        modified: Some(MTIME),
        is_modified_strong: !weak,
    }
}

/// If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since.
fn conditions(fields: [Option<&str>; 4]) -> Conditions<'_> {
    let [if_match, if_unmodified_since, if_none_match, if_modified_since] =
        fields.map(|field| field.map(str::as_bytes));
    Conditions { if_match, if_none_match, if_modified_since, if_unmodified_since, if_range: None }
}

#[test]
fn compares_one_field() {
    for (fields, strong, weak) in [
        ([None; 4], Holds, Holds),
        ([Some("\"a\""), None, None, None], Holds, Failed),
        ([Some("W/\"a\""), None, None, None], Failed, Failed),
        ([Some("\"b\""), None, None, None], Failed, Failed),
        ([Some("\"b\", \"a\""), None, None, None], Holds, Failed),
        ([Some("*"), None, None, None], Holds, Holds),
        ([Some("a"), None, None, None], Failed, Failed),
        ([Some(""), None, None, None], Failed, Failed),
        ([None, Some(SAME), None, None], Holds, Holds),
        ([None, Some(AFTER), None, None], Holds, Holds),
        ([None, Some(BEFORE), None, None], Failed, Failed),
        ([None, Some("yesterday"), None, None], Holds, Holds),
        ([None, None, Some("\"a\""), None], NotModified, NotModified),
        ([None, None, Some("W/\"a\""), None], NotModified, NotModified),
        ([None, None, Some("\"b\""), None], Holds, Holds),
        ([None, None, Some(" ,\"b\" ,, W/\"a\","), None], NotModified, NotModified),
        ([None, None, Some("*"), None], NotModified, NotModified),
        ([None, None, Some("\"a"), None], Holds, Holds),
        ([None, None, Some("\"x\"\"a\""), None], Holds, Holds),
        ([None, None, Some("\"b,\\\", \"a\""), None], NotModified, NotModified),
        ([None, None, Some("w/\"a\""), None], Holds, Holds),
        ([None, None, None, Some(SAME)], NotModified, NotModified),
        ([None, None, None, Some(AFTER)], NotModified, NotModified),
        ([None, None, None, Some(BEFORE)], Holds, Holds),
        ([None, None, None, Some("Sunday, 06-Nov-94 08:49:37 GMT")], NotModified, NotModified),
        ([None, None, None, Some("Sun Nov  6 08:49:37 1994")], NotModified, NotModified),
        ([None, None, None, Some("")], Holds, Holds),
        ([None, None, None, Some("Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT")], Holds, Holds),
    ] {
        assert_eq!(conditions(fields).evaluate(&validators(false)), strong, "strong, {fields:?}");
        assert_eq!(conditions(fields).evaluate(&validators(true)), weak, "weak, {fields:?}");
    }
}

#[test]
fn heeds_the_order_of_precedence() {
    for (fields, expected) in [
        // The tag decides, the date beside it does not.
        ([Some("\"a\""), Some(BEFORE), None, None], Holds),
        ([Some("\"b\""), Some(AFTER), None, None], Failed),
        ([None, None, Some("\"b\""), Some(SAME)], Holds),
        ([None, None, Some("\"a\""), Some(BEFORE)], NotModified),
        // 412 before 304.
        ([Some("\"b\""), None, Some("\"a\""), None], Failed),
        ([None, Some(BEFORE), Some("\"a\""), None], Failed),
        ([Some("\"a\""), None, Some("\"a\""), None], NotModified),
        ([None, Some(AFTER), None, Some(SAME)], NotModified),
    ] {
        assert_eq!(conditions(fields).evaluate(&validators(false)), expected, "{fields:?}");
    }
}

#[test]
fn compares_with_nothing_that_is_not_sent() {
    let none = Validators::default();
    assert_eq!(conditions([Some("\"a\""), None, None, None]).evaluate(&none), Failed);
    assert_eq!(conditions([Some("*"), None, None, None]).evaluate(&none), Holds);
    assert_eq!(conditions([None, Some(BEFORE), None, None]).evaluate(&none), Holds);
    assert_eq!(conditions([None, None, Some("\"a\""), None]).evaluate(&none), Holds);
    assert_eq!(conditions([None, None, Some("*"), None]).evaluate(&none), NotModified);
    assert_eq!(conditions([None, None, None, Some(AFTER)]).evaluate(&none), Holds);
}

#[test]
fn heeds_a_range_only_with_a_strong_validator_that_is_the_same() {
    for (if_range, strong, weak) in [
        (None, true, true),
        (Some("\"a\""), true, false),
        (Some("W/\"a\""), false, false),
        (Some("\"b\""), false, false),
        (Some("\"a\", \"a\""), false, false),
        (Some("*"), false, false),
        (Some(""), false, false),
        (Some(SAME), true, false),
        (Some(AFTER), false, false),
        (Some(BEFORE), false, false),
        (Some("yesterday"), false, false),
    ] {
        let asked = Conditions { if_range: if_range.map(str::as_bytes), ..Conditions::default() };
        assert_eq!(asked.heeds_range(&validators(false)), strong, "strong, {if_range:?}");
        assert_eq!(asked.heeds_range(&validators(true)), weak, "weak, {if_range:?}");
    }
    let asked = Conditions { if_range: Some(SAME.as_bytes()), ..Conditions::default() };
    assert!(!asked.heeds_range(&Validators::default()));
}

#[test]
fn a_tag_tells_size_time_and_coding_apart() {
    let later = FileTime { nanos: MTIME.nanos + 1, ..MTIME };
    let negative = FileTime { seconds: -MTIME.seconds - 1, ..MTIME };
    let tags = [
        EntityTag::of(1, MTIME, None, NOW),
        EntityTag::of(2, MTIME, None, NOW),
        EntityTag::of(1, later, None, NOW),
        EntityTag::of(1, negative, None, NOW),
        EntityTag::of(1, MTIME, Some(Coding::Gzip), NOW),
        EntityTag::of(1, MTIME, Some(Coding::Zstd), NOW),
        EntityTag::of(1, MTIME, Some(Coding::Brotli), NOW),
    ];
    for (at, tag) in tags.iter().enumerate() {
        assert!(tags[at + 1..].iter().all(|other| other.opaque != tag.opaque));
        assert!(!tag.weak && tag.opaque.bytes().all(|byte| byte.is_ascii_graphic()), "{}", tag.opaque);
    }
    assert_eq!(tags[0].field_value(), "\"1-ae1b981da166f00\"");
}

#[test]
fn a_file_changed_less_than_two_seconds_ago_has_weak_validators() {
    for (seconds, nanos, weak) in [(2, 0, false), (1, 999_999_999, true), (0, 0, true), (-10, 0, true), (3, 0, false)] {
        let now = FileTime { seconds: MTIME.seconds + seconds, nanos: MTIME.nanos };
        let now =
            if nanos == 0 { now } else { FileTime { seconds: now.seconds, nanos: now.nanos + nanos - 999_999_999 } };
        let tag = EntityTag::of(1, MTIME, None, now);
        assert_eq!(tag.weak, weak, "{seconds}");
        assert_eq!(tag.field_value().starts_with("W/"), weak);
        assert_eq!(tag.opaque, EntityTag::of(1, MTIME, None, NOW).opaque);
    }
}
