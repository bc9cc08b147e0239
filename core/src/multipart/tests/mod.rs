//! Tests of form data in parts by subject, and what they share.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should fail loudly"
)]

mod boundaries;
mod heads;
mod limits;
mod oracle;
mod parts;

use super::{Boundary, Event, Limits, MultipartError, Parser, PartHead};

/// A part with its content; whether it was complete.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    head: PartHead,
    content: Vec<u8>,
    complete: bool,
}

/// The delimiter of the boundary `B`, which all of these bodies have.
const DELIMITER: &[u8] = b"\r\n--B";

type Parsed = (Vec<Part>, Result<(), MultipartError>);

/// Parses `body` cut at `cuts`.
fn parse_cut(body: &[u8], limits: Limits, cuts: impl IntoIterator<Item = usize>) -> Parsed {
    let mut parser = Parser::new(&Boundary::try_from(b"B".as_slice()).unwrap(), limits);
    let mut parts: Vec<Part> = Vec::new();
    let (mut taken, mut ended, mut result) = (0, false, Ok(()));
    for end in cuts.into_iter().chain([body.len()]) {
        let piece = &body[taken..end];
        taken = end;
        result = parser.push(piece, |event| {
            assert!(!ended, "nothing comes behind the end");
            let open = parts.last_mut().filter(|part| !part.complete);
            match event {
                Event::Part(head) => {
                    assert!(open.is_none(), "a part begins behind the end of the one before");
                    parts.push(Part { head: *head, content: Vec::new(), complete: false });
                }
                Event::Data(range) => {
                    assert!(!range.is_empty(), "no event is for nothing");
                    open.unwrap().content.extend_from_slice(&piece[range]);
                }
                Event::Held(range) => {
                    assert!(!range.is_empty() && range.end < DELIMITER.len());
                    open.unwrap().content.extend_from_slice(&DELIMITER[range]);
                }
                Event::PartEnd => open.unwrap().complete = true,
                Event::End => ended = true,
            }
        });
        if let Err(error) = result {
            assert_eq!(parser.push(b"--B--", |_| panic!("a parser that failed goes on")), Err(error));
            break;
        }
    }
    let finished = parser.finish();
    assert_eq!(result.and(finished), finished, "the error stays");
    (parts, finished)
}

/// Parses `body` whole, in single bytes and cut in two everywhere, which must all give the same.
fn parse_within(body: &[u8], limits: Limits) -> Parsed {
    let whole = parse_cut(body, limits, []);
    assert_eq!(whole, parse_cut(body, limits, 1..body.len()), "in single bytes: {}", body.escape_ascii());
    if body.len() < 2000 {
        for cut in 0..body.len() {
            assert_eq!(whole, parse_cut(body, limits, [cut]), "cut at {cut}: {}", body.escape_ascii());
        }
    }
    whole
}

/// Names and contents of a body that must be complete and well-formed.
fn contents(body: &[u8]) -> Vec<(String, String)> {
    let (parts, result) = parse_within(body, Limits::default());
    assert_eq!(result, Ok(()), "{}", body.escape_ascii());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    parts.into_iter().map(|part| (part.head.name, text(part.content))).collect()
}

fn error_within(body: &[u8], limits: Limits) -> MultipartError {
    parse_within(body, limits).1.expect_err(&body.escape_ascii().to_string())
}

fn error(body: &[u8]) -> MultipartError {
    error_within(body, Limits::default())
}

/// A part with these header lines, each with its CRLF, as a body of its own.
fn body_with(lines: &str) -> Vec<u8> {
    format!("--B\r\n{lines}\r\nx\r\n--B--").into_bytes()
}

fn field(name: &str, content: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
}

fn file(name: &str, content: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n{content}\r\n")
}
