//! Form data in parts: however the bytes are cut, the same parts or the same error, and always within the limits.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nexure_core::multipart::{Boundary, Event, Limits, MultipartError, Parser, PartHead, boundary_of};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    small: bool,
    cuts: [u8; 4],
    bytes: &'a [u8],
}

#[derive(Debug, PartialEq, Eq)]
struct Part {
    head: PartHead,
    content: Vec<u8>,
    complete: bool,
}

#[derive(Debug, PartialEq, Eq)]
struct Parsed {
    parts: Vec<Part>,
    ended: bool,
    result: Result<(), MultipartError>,
}

/// Parses `bytes`, whose boundary is `B`, in pieces of the sizes that `next` gives.
fn parse(bytes: &[u8], limits: Limits, mut next: impl FnMut() -> usize) -> Parsed {
    let boundary = Boundary::try_from(b"B".as_slice()).expect("B is a boundary");
    let mut parser = Parser::new(&boundary, limits);
    let delimiter = parser.delimiter().to_vec();
    let mut parsed = Parsed { parts: Vec::new(), ended: false, result: Ok(()) };
    let mut rest = bytes;
    while parsed.result.is_ok() && !rest.is_empty() {
        let (piece, after) = rest.split_at(next().clamp(1, rest.len()));
        rest = after;
        let (parts, ended) = (&mut parsed.parts, &mut parsed.ended);
        parsed.result = parser.push(piece, |event| {
            assert!(!*ended, "nothing comes behind the end");
            let open = parts.last_mut().filter(|part| !part.complete);
            match event {
                Event::Part(head) => {
                    assert!(open.is_none(), "a part begins behind the end of the one before");
                    parts.push(Part { head: *head, content: Vec::new(), complete: false });
                }
                Event::Data(range) => open.expect("a part").content.extend_from_slice(&piece[range]),
                Event::Held(range) => open.expect("a part").content.extend_from_slice(&delimiter[range]),
                Event::PartEnd => open.expect("a part").complete = true,
                Event::End => *ended = true,
            }
        });
    }
    parsed.result = parsed.result.and(parser.finish());
    parsed
}

fn check(parsed: &Parsed, limits: &Limits, bytes: &[u8]) {
    let files = parsed.parts.iter().filter(|part| part.head.filename.is_some()).count();
    assert!(files <= limits.max_files as usize);
    assert!(parsed.parts.len() - files <= limits.max_fields as usize);
    assert!(parsed.parts.len() <= limits.max_parts as usize);
    assert_eq!(parsed.result.is_ok(), parsed.ended && parsed.result.is_ok());
    let mut content = 0;
    for part in &parsed.parts {
        content += part.content.len();
        let most = if part.head.filename.is_some() { limits.max_file_bytes } else { limits.max_field_bytes };
        assert!(part.content.len() as u64 <= most);
        assert!(part.complete || parsed.result.is_err());
        assert!(!part.content.windows(5).any(|window| window == b"\r\n--B"), "a delimiter is no content");
        assert!(part.head.fields.len() <= limits.max_head_lines);
        if let Some(filename) = &part.head.filename {
            assert!(!filename.safe.contains(['/', '\\']) && !filename.safe.contains(char::is_control));
            assert!(filename.safe != "." && filename.safe != "..");
        }
    }
    assert!(content <= bytes.len());
}

fuzz_target!(|input: Input<'_>| {
    // The same bytes as a content type: a boundary that is accepted is one by RFC 2046.
    if let Ok(boundary) = boundary_of(input.bytes) {
        let boundary = boundary.as_bytes();
        assert!((1..=70).contains(&boundary.len()) && !boundary.contains(&b'\r') && !boundary.ends_with(b" "));
    }
    let limits = if input.small {
        Limits {
            max_fields: 2,
            max_files: 1,
            max_parts: 4,
            max_name_bytes: 8,
            max_field_bytes: 8,
            max_file_bytes: 12,
            max_head_bytes: 128,
            max_head_lines: 3,
            max_total_bytes: 400,
        }
    } else {
        Limits::default()
    };
    let whole = parse(input.bytes, limits, || usize::MAX);
    check(&whole, &limits, input.bytes);
    assert_eq!(whole, parse(input.bytes, limits, || 1));
    let mut cuts = input.cuts.iter().cycle();
    assert_eq!(whole, parse(input.bytes, limits, || usize::from(*cuts.next().unwrap_or(&1))));
});
