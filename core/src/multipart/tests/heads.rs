//! Heads of parts: names of fields and of files as they are sent.

use super::{body_with, error, parse_within};
use crate::multipart::MultipartError::{Malformed, NameTooLong};
use crate::multipart::{Limits, PartHead};

fn head(lines: &str) -> Option<PartHead> {
    let (parts, result) = parse_within(&body_with(lines), Limits::default());
    assert_eq!(result, Ok(()), "{lines}");
    parts.into_iter().next().map(|part| part.head)
}

/// The name, and the file names as sent and safe, of a disposition's parameters.
fn names(parameters: &str) -> (String, Option<(String, String)>) {
    let head = head(&format!("Content-Disposition: form-data; {parameters}\r\n")).expect(parameters);
    (head.name, head.filename.map(|filename| (filename.raw, filename.safe)))
}

#[test]
fn reads_names_in_every_spelling() {
    for (parameters, name) in [
        ("name=\"a\"", "a"),
        ("name=a", "a"),
        ("NAME=a", "a"),
        ("name = a", "a"),
        ("name=\"a\";", "a"),
        ("; name=\"a\" ; x=\"; name=b\"", "a"),
        ("name=\"\"", ""),
        ("name=\"a;b\"", "a;b"),
        ("name=\"a%22b%0D%0ac%25\"", "a\"b\r\nc%25"),
        ("name=\"a\\\"b\"", "a\"b"),
        ("name=\"a\\\\b\\c\"", "a\\b\\c"),
        ("name=\"a\"b\"", "a\"b"),
        ("name=\"a\\\"", "a\\"),
        ("name=\"na\u{ef}ve\"", "na\u{ef}ve"),
        ("name=na\u{ef}ve", "na\u{ef}ve"),
        ("name=\"__proto__\"", "__proto__"),
    ] {
        assert_eq!(names(parameters), (name.to_owned(), None), "{parameters}");
    }
}

#[test]
fn reads_file_names_and_keeps_their_last_segment() {
    for (parameters, raw, safe) in [
        ("filename=\"a.txt\"", "a.txt", "a.txt"),
        ("filename=\"\"", "", ""),
        ("filename=\"/tmp/a.txt\"", "/tmp/a.txt", "a.txt"),
        ("filename=\"C:\\files\\a.txt\"", "C:\\files\\a.txt", "a.txt"),
        ("filename=\"..\"", "..", ""),
        ("filename=\"../.\"", "../.", ""),
        ("filename=\"a/\"", "a/", ""),
        ("filename=\"%0Aa\"", "\na", "\u{fffd}a"),
        ("filename*=utf-8''n%C3%A4me.txt", "n\u{e4}me.txt", "n\u{e4}me.txt"),
        ("filename*=UTF-8'en'%2e%2E%2fa", "../a", "a"),
        ("filename*=iso-8859-1''%e4", "\u{e4}", "\u{e4}"),
        ("filename*=utf-8''%ff%00", "\u{fffd}\0", "\u{fffd}\u{fffd}"),
        ("filename=\"plain\"; filename*=utf-8''extended", "extended", "extended"),
        ("filename*=utf-8''extended; filename=\"plain\"", "extended", "extended"),
    ] {
        let (name, filename) = names(&format!("name=n; {parameters}"));
        assert_eq!((name.as_str(), filename), ("n", Some((raw.to_owned(), safe.to_owned()))), "{parameters}");
    }
}

#[test]
fn refuses_what_two_readers_could_take_differently() {
    for lines in [
        "Content-Disposition: form-data; name=\"a\"; name=\"b\"\r\n",
        "Content-Disposition: form-data; name=a; filename=b; FileName=c\r\n",
        "Content-Disposition: form-data; name=\"a\r\n",
        "Content-Disposition: form-data; name=a b\r\n",
        "Content-Disposition: form-data; name=a\"b\r\n",
        "Content-Disposition: form-data; name=\r\n",
        "Content-Disposition: form-data; name\r\n",
        "Content-Disposition: form-data; n\rme=\"a\"\r\n",
        "Content-Disposition: form-data; n\nme=\"a\"\r\n",
        "Content-Disposition: form-data; name=\"a\0\"\r\n",
        "Content-Disposition: form-data; name=n; filename*=utf-8''%f\r\n",
        "Content-Disposition: form-data; name=n; filename*=utf-8'a\r\n",
        "Content-Disposition: form-data; name=n; filename*=koi8-r''a\r\n",
        "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n",
        "Content-Disposition: form-data; name=a\r\nContent-Type: a/b\r\ncontent-type: c/d\r\n",
        " Content-Disposition: form-data; name=a\r\n",
        "Content-Disposition : form-data; name=a\r\n",
        "Content-<isposition: form-data; name=a\r\n",
        ": form-data; name=a\r\n",
        "Content-Disposition\r\n",
    ] {
        assert_eq!(error(&body_with(lines)), Malformed, "{lines:?}");
    }
}

#[test]
fn gives_all_fields_in_lower_case_and_unfolds_them() {
    let head = head(concat!(
        "CONTENT-type:\r\n text/plain;\r\n\tcharset=utf-8 \r\n",
        "content-DISPOSITION: form-data; name=a\r\n",
        "Content-Transfer-Encoding: base64\r\n",
        "X-Empty:\r\n",
    ))
    .unwrap();
    assert_eq!(head.content_type(), Some("text/plain; charset=utf-8"));
    assert_eq!(head.transfer_encoding(), Some("base64"));
    let names: Vec<&str> = head.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-type", "content-disposition", "content-transfer-encoding", "x-empty"]);
}

#[test]
fn an_empty_content_type_is_none() {
    let head = head("Content-Type: \r\nContent-Disposition: form-data; name=a\r\n").unwrap();
    assert_eq!((head.content_type(), head.transfer_encoding()), (None, None));
}

#[test]
fn replaces_what_is_not_utf8() {
    let body =
        b"--B\r\nContent-Disposition: form-data; name=\"\xff\"; filename=\"a\xe2\x98\"\r\nX: \xfe\r\n\r\n\r\n--B--";
    let (parts, result) = parse_within(body, Limits::default());
    assert_eq!(result, Ok(()));
    assert_eq!(parts[0].head.name, "\u{fffd}");
    assert_eq!(parts[0].head.filename.as_ref().unwrap().raw, "a\u{fffd}");
    assert_eq!(parts[0].head.fields[1].1, "\u{fffd}");
}

#[test]
fn a_name_has_as_many_bytes_as_the_limit_says() {
    let with = |bytes: usize| body_with(&format!("Content-Disposition: form-data; name=\"{}\"\r\n", "n".repeat(bytes)));
    assert_eq!(parse_within(&with(1024), Limits::default()).1, Ok(()));
    assert_eq!(error(&with(1025)), NameTooLong);
}
