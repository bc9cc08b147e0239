//! Whole answers: status, fields, pieces and length agree.

use proptest::prelude::*;

use super::{NOW, meta};
use crate::files::{
    ByteRange, Coding, CodingSet, Conditions, FileError, FilePlan, FileRequest, FileTime, PlanOptions, Segment,
    accepted_codings, plan,
};
use crate::http::check_answer_fields;
use Coding::{Brotli, Gzip, Zstd};

fn asks(range: &str) -> FileRequest<'_> {
    FileRequest { range: Some(range.as_bytes()), ..FileRequest::default() }
}

fn field<'p>(plan: &'p FilePlan, name: &str) -> Option<&'p str> {
    plan.fields.lines().find_map(|line| line.split_once(": ").filter(|(n, _)| *n == name).map(|(_, value)| value))
}

/// The content, of a file whose byte at place n is n modulo 251.
fn content(plan: &FilePlan) -> Vec<u8> {
    let mut content = Vec::new();
    for segment in &plan.segments {
        match segment {
            Segment::Bytes(bytes) => content.extend_from_slice(bytes),
            Segment::File(ByteRange { start, end }) => {
                content.extend((*start..*end).map(|at| u8::try_from(at % 251).unwrap()));
            }
        }
    }
    content
}

#[test]
fn answers_with_the_whole_file() {
    let options = PlanOptions { cache_control: Some("public, max-age=60".to_owned()), ..PlanOptions::default() };
    let plan = plan(&FileRequest::default(), &meta(10), &options, NOW);
    assert_eq!((plan.status, plan.content_length, plan.error), (200, Some(10), None));
    assert_eq!(plan.segments, [Segment::File(ByteRange { start: 0, end: 10 })]);
    assert_eq!(
        plan.fields,
        "Accept-Ranges: bytes\r\nCache-Control: public, max-age=60\r\nETag: \"a-ae1b981da166f00\"\r\n\
         Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain; charset=utf-8\r\n"
    );
}

#[test]
fn answers_head_like_get_without_content_and_range() {
    let request = FileRequest { is_head: true, range: Some(b"bytes=0-1"), ..FileRequest::default() };
    let head = plan(&request, &meta(10), &PlanOptions::default(), NOW);
    let get = plan(&FileRequest::default(), &meta(10), &PlanOptions::default(), NOW);
    assert_eq!((head.status, head.content_length, &head.fields), (200, Some(10), &get.fields));
    assert!(head.segments.is_empty());
}

#[test]
fn answers_with_one_part() {
    let plan = plan(&asks("bytes=2-4"), &meta(10), &PlanOptions::default(), NOW);
    assert_eq!((plan.status, plan.content_length), (206, Some(3)));
    assert_eq!(field(&plan, "Content-Range"), Some("bytes 2-4/10"));
    assert_eq!(field(&plan, "Content-Type"), Some("text/plain; charset=utf-8"));
    assert_eq!(content(&plan), [2, 3, 4]);
}

#[test]
fn answers_with_several_parts_in_the_order_asked_for() {
    let plan = plan(&asks("bytes=9000-9001,0-2"), &meta(10_000), &PlanOptions::default(), NOW);
    assert_eq!(plan.status, 206);
    assert_eq!(field(&plan, "Content-Range"), None);
    let boundary = field(&plan, "Content-Type").unwrap().strip_prefix("multipart/byteranges; boundary=").unwrap();
    assert_eq!(boundary.len(), 32);
    let content = content(&plan);
    assert_eq!(plan.content_length, Some(content.len() as u64));
    let expected = [
        format!("\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 9000-9001/10000\r\n\r\n")
            .as_bytes(),
        &[215, 216],
        format!("\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-2/10000\r\n\r\n")
            .as_bytes(),
        &[0, 1, 2],
        format!("\r\n--{boundary}--\r\n").as_bytes(),
    ]
    .concat();
    assert_eq!(content, expected);
}

#[test]
fn no_two_answers_have_the_same_boundary() {
    let types: std::collections::HashSet<String> = (0..1000)
        .map(|_| plan(&asks("bytes=0-0,9000-9000"), &meta(10_000), &PlanOptions::default(), NOW))
        .map(|plan| field(&plan, "Content-Type").unwrap().to_owned())
        .collect();
    assert_eq!(types.len(), 1000);
}

#[test]
fn sends_the_whole_file_when_its_parts_would_be_no_shorter() {
    let plan = plan(&asks("bytes=0-99,200-399"), &meta(500), &PlanOptions::default(), NOW);
    assert_eq!((plan.status, plan.content_length), (200, Some(500)));
    assert_eq!(field(&plan, "Content-Range"), None);
}

#[test]
fn refuses_a_range_behind_the_end_and_lets_nobody_keep_the_refusal() {
    let options = PlanOptions { cache_control: Some("immutable".to_owned()), ..PlanOptions::default() };
    let plan = plan(&asks("bytes=10-"), &meta(10), &options, NOW);
    assert_eq!((plan.status, plan.error, plan.content_length), (416, Some(FileError::Range), None));
    assert_eq!(plan.fields, "Content-Range: bytes */10\r\n");
}

#[test]
fn ignores_ranges_when_the_options_say_so() {
    let options = PlanOptions { accept_ranges: false, ..PlanOptions::default() };
    for range in ["bytes=0-0", "bytes=10-"] {
        let plan = plan(&asks(range), &meta(10), &options, NOW);
        assert_eq!(plan.status, 200);
        assert_eq!(field(&plan, "Accept-Ranges"), None);
    }
}

#[test]
fn evaluates_conditions_before_ranges() {
    let tag = b"\"a-ae1b981da166f00\"".as_slice();
    let with = |conditions| {
        let request = FileRequest { range: Some(b"bytes=10-"), conditions, is_head: false };
        plan(&request, &meta(10), &PlanOptions::default(), NOW)
    };
    let not_modified = with(Conditions { if_none_match: Some(tag), ..Conditions::default() });
    assert_eq!((not_modified.status, not_modified.content_length), (304, None));
    assert_eq!(field(&not_modified, "ETag"), Some("\"a-ae1b981da166f00\""));
    assert_eq!(field(&not_modified, "Content-Type"), None);
    assert!(not_modified.segments.is_empty());
    let failed = with(Conditions { if_match: Some(b"\"b\""), ..Conditions::default() });
    assert_eq!((failed.status, failed.error, failed.fields.as_str()), (412, Some(FileError::Precondition), ""));
    assert_eq!(with(Conditions { if_range: Some(tag), ..Conditions::default() }).status, 416);
    assert_eq!(with(Conditions { if_range: Some(b"\"b\""), ..Conditions::default() }).status, 200);
}

#[test]
fn tells_variants_apart() {
    let mut variant = meta(10);
    variant.coding = Some(Coding::Brotli);
    variant.varies = true;
    variant.disposition = Some("attachment".to_owned());
    let coded = plan(&FileRequest::default(), &variant, &PlanOptions::default(), NOW);
    assert_eq!(field(&coded, "Content-Encoding"), Some("br"));
    assert_eq!(field(&coded, "Vary"), Some("Accept-Encoding"));
    assert_eq!(field(&coded, "ETag"), Some("\"a-ae1b981da166f00-br\""));
    assert_eq!(field(&coded, "Content-Type"), Some("text/plain; charset=utf-8"));
    assert_eq!(field(&coded, "Content-Disposition"), Some("attachment"));
}

#[test]
fn says_no_last_modified_after_now() {
    let mut future = meta(10);
    future.mtime = FileTime { seconds: NOW.seconds + 60, nanos: 0 };
    let answer = plan(&FileRequest::default(), &future, &PlanOptions::default(), NOW);
    assert_eq!(field(&answer, "Last-Modified"), Some("Wed, 18 May 2033 03:33:20 GMT"));
    assert!(field(&answer, "ETag").unwrap().starts_with("W/"));
}

#[test]
fn leaves_out_what_the_options_leave_out() {
    let options = PlanOptions { etag: false, last_modified: false, ..PlanOptions::default() };
    let answer = plan(&FileRequest::default(), &meta(10), &options, NOW);
    assert_eq!(answer.fields, "Accept-Ranges: bytes\r\nContent-Type: text/plain; charset=utf-8\r\n");
}

#[test]
fn accepts_codings_by_name_and_by_star() {
    let set = |codings: &[Coding]| codings.iter().fold(CodingSet::EMPTY, |set, coding| set.with(*coding));
    for (field, codings) in [
        ("", set(&[])),
        ("identity", set(&[])),
        ("gzip, deflate, br, zstd", set(&[Brotli, Zstd, Gzip])),
        ("GZIP;q=0.5,br ; Q=1", set(&[Gzip, Brotli])),
        ("x-gzip", set(&[Gzip])),
        ("gzip;q=0", set(&[])),
        ("gzip;q=0.000, br;q=0.001", set(&[Brotli])),
        ("gzip;q=0, *", set(&[Brotli, Zstd])),
        ("*;q=0", set(&[])),
        ("br, *;q=0", set(&[Brotli])),
        ("gzip;q=x", set(&[])),
        ("gzip, gzip;q=0", set(&[])),
        ("gzipp, ggzip, br2", set(&[])),
    ] {
        assert_eq!(accepted_codings(Some(field.as_bytes())), codings, "{field}");
    }
    assert_eq!(accepted_codings(None), CodingSet::EMPTY);
}

proptest! {
    #[test]
    fn the_length_is_that_of_the_pieces_and_the_fields_can_be_sent(
        fields in prop::array::uniform6(prop::option::of(any::<Vec<u8>>())),
        list in "bytes=[0-9]{0,4}-[0-9]{0,4}(, ?[0-9]{0,4}-[0-9]{0,4}){0,5}",
        is_head: bool,
        len in 0_u64..5000,
    ) {
        let [if_match, if_none_match, if_modified_since, if_unmodified_since, if_range, range] = &fields;
        let conditions = Conditions {
            if_match: if_match.as_deref(),
            if_none_match: if_none_match.as_deref(),
            if_modified_since: if_modified_since.as_deref(),
            if_unmodified_since: if_unmodified_since.as_deref(),
            if_range: if_range.as_deref(),
        };
        for request in [
            FileRequest { is_head, conditions, range: range.as_deref() },
            FileRequest { is_head, conditions: Conditions::default(), range: Some(list.as_bytes()) },
        ] {
            let answer = plan(&request, &meta(len), &PlanOptions::default(), NOW);
            prop_assert!(check_answer_fields(answer.fields.as_bytes()).is_ok());
            let sent = content(&answer).len() as u64;
            match answer.status {
                200 | 206 if is_head => prop_assert!(sent == 0 && answer.content_length == Some(len)),
                200 | 206 => prop_assert!(answer.content_length == Some(sent) && sent <= len),
                304 | 412 | 416 => prop_assert!(answer.content_length.is_none() && sent == 0),
                other => prop_assert!(false, "{other}"),
            }
        }
    }
}
