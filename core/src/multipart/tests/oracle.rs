//! The parser against one that sees the whole body at once and searches it plainly.

use proptest::prelude::*;

use super::{Parsed, Part, parse_cut};
use crate::multipart::head::parse_head;
use crate::multipart::{Limits, MultipartError};

/// The body at once, by the grammar of RFC 2046 §5.1.1; for bodies within all limits.
fn reference(body: &[u8]) -> Parsed {
    let mut parts = Vec::new();
    let result = read_body(body, &mut parts);
    (parts, result)
}

fn read_body(body: &[u8], parts: &mut Vec<Part>) -> Result<(), MultipartError> {
    // A line end in front lets every delimiter begin with one.
    let text = [b"\r\n", body].concat();
    let find = |from: usize, needle: &[u8]| {
        let found = text[from..].windows(needle.len()).position(|window| window == needle);
        found.map(|at| from + at).ok_or(MultipartError::Truncated)
    };
    let mut at = find(0, b"\r\n--B")?;
    let preamble = at > 2 || (at == 2 && !text.starts_with(b"\r\n\r\n--B"));
    let mut count = 0;
    loop {
        at += b"\r\n--B".len();
        if text[at..].starts_with(b"--") {
            if count == 0 && preamble {
                return Err(MultipartError::Malformed);
            }
            let rest = text[at + 2..].trim_ascii_start_of_padding();
            return match rest {
                [] | [b'\r'] | [b'\r', b'\n', ..] => Ok(()),
                _ => Err(MultipartError::Malformed),
            };
        }
        match &text[at..] {
            [] | [b'-'] => return Err(MultipartError::Truncated),
            [b'-', ..] => return Err(MultipartError::Malformed),
            _ => {}
        }
        let line = text[at..].trim_ascii_start_of_padding();
        match line {
            [] | [b'\r'] => return Err(MultipartError::Truncated),
            [b'\r', b'\n', ..] => at = text.len() - line.len(),
            _ => return Err(MultipartError::Malformed),
        }
        count += 1;
        if text[at..].starts_with(b"\r\n--B") {
            continue;
        }
        // The head begins behind the line end at `at`, and its empty line may be the first.
        let end = find(at, b"\r\n\r\n")? + 4;
        let head = parse_head(&text[at + 2..end], &Limits::default())?;
        let next = find(end - 2, b"\r\n--B");
        if let Some(head) = head {
            let content = match next {
                Ok(next) => text[end..next.max(end)].to_vec(),
                Err(_) => without_beginning(&text[end - 2..]),
            };
            parts.push(Part { head, content, complete: next.is_ok() });
        }
        at = next?;
    }
}

/// What of an open content has been given: all but what may begin a delimiter. The line end in front is no content.
fn without_beginning(text: &[u8]) -> Vec<u8> {
    let kept = (0..=5).rev().find(|&kept| kept <= text.len() && b"\r\n--B".starts_with(&text[text.len() - kept..]));
    text[..text.len() - kept.unwrap()].get(2..).unwrap_or_default().to_vec()
}

trait Padding {
    fn trim_ascii_start_of_padding(&self) -> &[u8];
}

impl Padding for [u8] {
    fn trim_ascii_start_of_padding(&self) -> &[u8] {
        let padding = self.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        &self[padding..]
    }
}

/// Pieces of bodies, some of them broken.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let whole = vec![
        "--B\r\n",
        "\r\n--B\r\n",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n",
        "\r\n--B\r\nContent-Disposition: form-data; name=a\r\n\r\n",
        "\r\n--B\r\nContent-Disposition: form-data; name=\"b\"; filename=\"c\"\r\nContent-Type: x/y\r\n\r\n",
        "Content-Disposition: form-data; name=a\r\n",
        "X: y\r\n",
        "\r\n",
        "content",
        "\r\n--B--",
    ];
    let broken = vec!["\r", "\n", "-", "--", "B", "\r\n--", "\r\n-", " ", "\t", "x", "--B", "\r\n--B"];
    prop_oneof![6 => prop::sample::select(whole), 3 => prop::sample::select(broken)]
        .prop_map(|text| text.as_bytes().to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_reference(
        pieces in prop::collection::vec(piece(), 0..12), cuts in prop::collection::vec(0..200_usize, 0..6),
    ) {
        let body = pieces.concat();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(body.len())).collect();
        cuts.sort_unstable();
        let whole = parse_cut(&body, Limits::default(), []);
        prop_assert_eq!(&whole, &parse_cut(&body, Limits::default(), cuts));
        prop_assert_eq!(&whole, &parse_cut(&body, Limits::default(), 1..body.len()));
        prop_assert_eq!(&whole, &reference(&body));
    }

    #[test]
    fn gives_back_what_was_sent(
        contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..8), cut in 0..3000_usize,
    ) {
        let mut body = Vec::new();
        for content in &contents {
            body.extend_from_slice(b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--B--\r\n");
        prop_assume!(!contents.iter().any(|content| content.windows(3).any(|window| window == b"--B")));
        let (parts, result) = parse_cut(&body, Limits::default(), [cut.min(body.len())]);
        prop_assert_eq!(result, Ok(()));
        prop_assert_eq!(parts.into_iter().map(|part| part.content).collect::<Vec<_>>(), contents);
    }

    #[test]
    fn limits_give_the_same_for_every_cut(
        pieces in prop::collection::vec(piece(), 0..10), cuts in prop::collection::vec(0..200_usize, 0..6),
        field in 0..12_u64, total in 0..300_u64, heads in 0..120_usize, parts in 0..4_u32,
    ) {
        let limits = Limits {
            max_field_bytes: field, max_file_bytes: field / 2, max_total_bytes: total, max_head_bytes: heads,
            max_parts: parts, max_head_lines: 2, ..Limits::default()
        };
        let body = pieces.concat();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(body.len())).collect();
        cuts.sort_unstable();
        prop_assert_eq!(parse_cut(&body, limits, []), parse_cut(&body, limits, cuts));
    }
}
