//! Each limit at its edge, with the error of its own.

use super::{contents, error, error_within, field, file, parse_within};
use crate::multipart::MultipartError::{
    self, FieldTooLarge, FileTooLarge, HeadTooLarge, Malformed, TooLarge, TooManyFields, TooManyFiles,
    TooManyHeadLines, TooManyParts,
};
use crate::multipart::{Event, Limits, Parser, boundary_of};

/// Holds a body within `limits`, and one over them to an error.
fn at_the_edge(within: &str, over: &str, limits: Limits, expected: MultipartError) {
    assert_eq!(parse_within(within.as_bytes(), limits).1, Ok(()));
    assert_eq!(error_within(over.as_bytes(), limits), expected);
}

#[test]
fn counts_fields_files_and_parts() {
    let limits = Limits { max_fields: 2, max_files: 1, max_parts: 4, ..Limits::default() };
    let (a, f) = (field("a", "x"), file("f", "x"));
    at_the_edge(&format!("{a}{f}{a}--B--"), &format!("{a}{f}{a}{a}--B--"), limits, TooManyFields);
    at_the_edge(&format!("{a}{f}{a}--B--"), &format!("{f}{a}{f}--B--"), limits, TooManyFiles);
    let nameless = "--B\r\n\r\nx\r\n";
    at_the_edge(&format!("{}--B--", nameless.repeat(4)), &format!("{}--B--", nameless.repeat(5)), limits, TooManyParts);
    at_the_edge(
        &format!("{}--B--", "--B\r\n".repeat(4)),
        &format!("{}--B--", "--B\r\n".repeat(5)),
        limits,
        TooManyParts,
    );
}

#[test]
fn measures_contents_by_what_they_are() {
    let limits = Limits { max_field_bytes: 7, max_file_bytes: 9, ..Limits::default() };
    let body = |part: fn(&str, &str) -> String, bytes: usize| format!("{}--B--", part("a", &"\r\n--b----"[..bytes]));
    at_the_edge(&body(field, 7), &body(field, 8), limits, FieldTooLarge);
    at_the_edge(&body(file, 9), &format!("{}--B--", file("a", "\r\n--b-----")), limits, FileTooLarge);
    at_the_edge("--B\r\n\r\n1234567\r\n--B--", "--B\r\n\r\n12345678\r\n--B--", limits, FieldTooLarge);
    // What is within the limit has been given, so that every cut gives the same.
    let (parts, _) = parse_within(body(field, 8).as_bytes(), limits);
    assert_eq!(parts[0].content, b"\r\n--b--");
}

#[test]
fn measures_heads() {
    let line = "Content-Disposition: form-data; name=a\r\n";
    let limits = Limits { max_head_bytes: line.len() + 8, max_head_lines: 3, ..Limits::default() };
    let body = |lines: &str| format!("--B\r\n{line}{lines}\r\nx\r\n--B--");
    at_the_edge(&body("x: y\r\n"), &body("x: yz\r\n"), limits, HeadTooLarge);
    at_the_edge(&body("x:\r\n"), &body("-----------------"), limits, HeadTooLarge);
    let limits = Limits { max_head_bytes: 1000, ..limits };
    at_the_edge(&body("x: y\r\ny: z\r\n"), &body("x: y\r\ny: z\r\nz: 0\r\n"), limits, TooManyHeadLines);
    at_the_edge(&body("x: y\r\n z\r\n"), &body("x: y\r\n z\r\n 0\r\n"), limits, TooManyHeadLines);
    assert_eq!(error_within(body("").as_bytes(), Limits { max_head_bytes: 0, ..limits }), HeadTooLarge);
}

#[test]
fn measures_the_whole_body() {
    let body = format!("{}--B--\r\nepilogue", field("a", "1"));
    let limits = Limits { max_total_bytes: body.len() as u64, ..Limits::default() };
    at_the_edge(&body, &format!("{body}!"), limits, TooLarge);
}

#[test]
fn bytes_of_no_part_are_few() {
    let most = 16 * 1024;
    let body = |preamble: usize, padding: usize, epilogue: usize| {
        let (before, pad) = ("-".repeat(preamble), " ".repeat(padding));
        format!(
            "{before}\r\n--B{pad}\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--B--\r\n{}",
            "-".repeat(epilogue)
        )
    };
    for (within, over) in [
        (body(most, 0, 0), body(most + 1, 0, 0)),
        (body(0, most, 0), body(0, most + 1, 0)),
        (body(0, 0, most), body(0, 0, most + 1)),
        (body(most / 2, 0, most / 2), body(most / 2, 1, most / 2)),
    ] {
        assert_eq!(contents(within.as_bytes()).len(), 1);
        assert_eq!(error(over.as_bytes()), Malformed);
    }
}

#[test]
fn a_long_content_costs_one_event_for_each_push() {
    let mut parser = Parser::new(&boundary_of(b"multipart/form-data; boundary=B").unwrap(), Limits::default());
    parser.push(file("f", "").trim_end().as_bytes(), |_| ()).unwrap();
    parser.push(b"\r\n\r\n", |_| ()).unwrap();
    let chunk = vec![b'\n'; 1 << 16];
    for _ in 0..100 {
        let mut events = 0;
        parser
            .push(&chunk, |event| {
                assert_eq!(event, Event::Data(0..chunk.len()));
                events += 1;
            })
            .unwrap();
        assert_eq!(events, 1);
    }
}

#[test]
fn every_error_has_a_code_of_its_own_and_a_status() {
    let mut codes: Vec<_> = MultipartError::ALL.iter().map(|error| error.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), MultipartError::ALL.len());
    for error in MultipartError::ALL {
        assert!(error.code().starts_with("ERR_NEXURE_MULTIPART_"));
        assert!([400, 413, 415].contains(&error.status()));
        assert!(error.to_string().ends_with('.'));
    }
}
