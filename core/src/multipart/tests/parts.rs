//! Delimiters and what is between them.

use super::{contents, error, field, file, parse_within};
use crate::multipart::Limits;
use crate::multipart::MultipartError::{Malformed, Truncated};

fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|&(name, content)| (name.to_owned(), content.to_owned())).collect()
}

#[test]
fn gives_parts_in_their_order() {
    let body = format!("{}{}{}--B--\r\n", field("a", "1"), file("f", "two\r\nlines"), field("a", ""));
    assert_eq!(contents(body.as_bytes()), named(&[("a", "1"), ("f", "two\r\nlines"), ("a", "")]));
}

#[test]
fn content_may_hold_almost_a_delimiter() {
    for content in [
        "\r",
        "\n",
        "\r\n",
        "\r\n-",
        "\r\n--",
        "--B",
        "x--B--",
        "\r\r\n--\r\n-B",
        "\r\n--\r\n--b",
        "\n--B",
        "\r--B",
        "\r\n\r\n",
    ] {
        let after_line = content.starts_with("--B");
        let content = if after_line { format!("x{content}") } else { content.to_owned() };
        let body = format!("{}--B--", field("a", &content));
        assert_eq!(contents(body.as_bytes()), named(&[("a", &content)]), "{content:?}");
    }
}

#[test]
fn a_part_may_have_no_content_line() {
    // RFC 2046 §5.1.1: the empty line may be the one before the delimiter.
    let body = b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n--B--";
    assert_eq!(contents(body), named(&[("a", "")]));
}

#[test]
fn passes_over_what_is_no_form_field() {
    for part in [
        "--B\r\n\r\nx\r\n",
        "--B\r\n\r\n",
        "--B\r\n",
        "--B\r\n--B\r\n--B\r\n",
        "--B\r\nContent-Type: text/plain\r\n\r\nx\r\n",
        "--B\r\nContent-Disposition:\r\n\r\nx\r\n",
        "--B\r\nContent-Disposition: form-data; filename=f\r\n\r\nx\r\n",
        "--B\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n",
    ] {
        let body = format!("{}{part}{}--B--", field("a", "1"), field("b", "2"));
        assert_eq!(contents(body.as_bytes()), named(&[("a", "1"), ("b", "2")]), "{part:?}");
    }
}

#[test]
fn tolerates_preamble_padding_and_epilogue() {
    let a = field("a", "1");
    for body in [
        format!("\r\n{a}--B--"),
        format!("\r\n\r\n{a}--B--"),
        format!("a preamble\r\n--b\r\n{a}--B--"),
        format!("{}--B-- \t", a.replace("--B", "--B \t")),
        format!("{a}--B--\r"),
        format!("{a}--B--\r\nan epilogue\r\n--B\r\n"),
    ] {
        assert_eq!(contents(body.as_bytes()), named(&[("a", "1")]), "{body:?}");
    }
}

#[test]
fn a_form_may_be_empty() {
    for body in ["--B--", "--B--\r\n", "\r\n--B--"] {
        assert_eq!(contents(body.as_bytes()), []);
    }
    assert_eq!(error(b"nothing that we know\r\n--B--"), Malformed);
}

#[test]
fn refuses_lines_that_only_begin_with_a_delimiter() {
    let a = field("a", "1");
    for line in ["--Bx", "--B-", "--B-x", "--B\n", "--B\rx", "--B--x", "--B--\n", "--B--\rx", "--B x"] {
        assert_eq!(error(format!("{a}{line}\r\n--B--").as_bytes()), Malformed, "{line:?}");
    }
    assert_eq!(error(b"--BB--\r\n"), Malformed);
}

#[test]
fn refuses_a_body_that_ends_early() {
    let body = format!("{}{}--B--", field("a", "1"), file("f", "\r\n--b"));
    for end in 0..body.len() {
        let (parts, result) = parse_within(&body.as_bytes()[..end], Limits::default());
        assert_eq!(result, Err(Truncated), "at {end}");
        assert!(
            parts
                .iter()
                .all(|part| if part.head.name == "a" { "1" } else { "\r\n--b" }.as_bytes().starts_with(&part.content))
        );
    }
    assert_eq!(error(b" --B--"), Truncated);
}
