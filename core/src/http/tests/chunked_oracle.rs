//! The decoder against one that sees the whole body at once.

use proptest::prelude::*;

use crate::http::ChunkedDecoder;
use crate::http::ChunkedError::{self, Malformed, TooLarge, TrailersTooLarge};

/// The content, and the bytes taken and whether that is the end.
pub(super) type Decoded = (Vec<u8>, Result<(usize, bool), ChunkedError>);

/// Decodes `bytes` cut at `cuts`.
pub(super) fn decode_in_pieces(bytes: &[u8], limit: u64, cuts: &[usize]) -> Decoded {
    let mut decoder = ChunkedDecoder::default();
    let (mut content, mut taken) = (Vec::new(), 0);
    for end in cuts.iter().copied().chain([bytes.len()]) {
        let piece = &bytes[taken..end.clamp(taken, bytes.len())];
        match decoder.decode(piece, limit, |stretch| content.extend_from_slice(stretch)) {
            Ok(progress) => {
                taken += progress.consumed;
                if progress.done {
                    return (content, Ok((taken, true)));
                }
                assert_eq!(progress.consumed, piece.len(), "only the end leaves bytes over");
            }
            Err(error) => return (content, Err(error)),
        }
    }
    (content, Ok((taken, false)))
}

/// Takes a line that ends in CRLF off `rest`; `None` while it may still come.
fn line<'a>(rest: &mut &'a [u8], allowed: impl Fn(u8) -> bool) -> Result<Option<&'a [u8]>, ChunkedError> {
    let end = rest.iter().position(|byte| !allowed(*byte)).unwrap_or(rest.len());
    let (text, tail) = rest.split_at(end);
    match tail {
        [] | [b'\r'] => Ok(None),
        [b'\r', b'\n', after @ ..] => {
            *rest = after;
            Ok(Some(text))
        }
        _ => Err(Malformed),
    }
}

fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= 0x20 && byte != 0x7f)
}

/// Whether `text`, from the first `;` on, is a list of extensions; one that is not `whole` may go on behind its end.
fn are_extensions(text: &[u8], whole: bool) -> bool {
    let token = |text: &mut &[u8]| {
        let end = text.iter().position(|byte| !is_token(*byte)).unwrap_or(text.len());
        *text = &text[end..];
        end > 0
    };
    let mut rest = text;
    while let [b';', after @ ..] = rest {
        rest = after;
        if !token(&mut rest) {
            return rest.is_empty() && !whole;
        }
        let [b'=', after @ ..] = rest else { continue };
        rest = after;
        if let [b'"', after @ ..] = rest {
            let Some(length) = quoted(after) else { return !whole };
            rest = &after[length..];
        } else if !token(&mut rest) {
            return rest.is_empty() && !whole;
        }
    }
    rest.is_empty()
}

/// The length of a quoted string behind its first quote, the last one included; `None` while it does not end.
fn quoted(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    })?;
    Some(end + 1)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The body at once, for bodies small enough that only the limit on content matters.
fn reference(bytes: &[u8], limit: u64) -> Decoded {
    let (mut rest, mut content) = (bytes, Vec::new());
    let result = read_body(&mut rest, limit, &mut content);
    let taken = bytes.len() - rest.len();
    (content, result.map(|done| if done { (taken, true) } else { (bytes.len(), false) }))
}

fn read_body(rest: &mut &[u8], limit: u64, content: &mut Vec<u8>) -> Result<bool, ChunkedError> {
    loop {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let size = rest[..digits]
            .iter()
            .fold(0_u64, |size, digit| size * 16 + u64::from(char::from(*digit).to_digit(16).unwrap()));
        if content.len() as u64 + size > limit {
            return Err(TooLarge);
        }
        match rest.get(digits) {
            None => return Ok(false),
            Some(_) if digits == 0 => return Err(Malformed),
            Some(b'\r' | b';') => *rest = &rest[digits..],
            Some(_) => return Err(Malformed),
        }
        let end = rest.iter().position(|byte| !is_text(*byte)).unwrap_or(rest.len());
        if !are_extensions(&rest[..end], end < rest.len()) {
            return Err(Malformed);
        }
        if line(rest, is_text)?.is_none() {
            return Ok(false);
        }
        if size == 0 {
            break;
        }
        let size = usize::try_from(size).unwrap();
        let here = size.min(rest.len());
        content.extend_from_slice(&rest[..here]);
        *rest = &rest[here..];
        match *rest {
            [] | [b'\r'] => return Ok(false),
            [b'\r', b'\n', after @ ..] => *rest = after,
            _ => return Err(Malformed),
        }
    }
    loop {
        if rest.starts_with(b"\r") || rest.is_empty() {
            return Ok(line(rest, |_| false)?.is_some());
        }
        let name = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        match rest.get(name) {
            None => return Ok(false),
            Some(b':') if name > 0 && !rest[..name].eq_ignore_ascii_case(b"host") => {}
            Some(_) => return Err(Malformed),
        }
        if line(rest, is_text)?.is_none() {
            return Ok(false);
        }
    }
}

/// Pieces of bodies, some of them broken.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let whole = vec![
        "5\r\nhello\r\n",
        "1;a=b;c\r\nx\r\n",
        "1\r\nx\r\n",
        "3;a=b\r\nabc\r\n",
        "02\r\n\r\n\r\n",
        "4;q=\"\\\"\"\r\nwxyz\r\n",
        "A\r\n0123456789\r\n",
        "0\r\n",
        "\r\n",
        "0\r\n\r\n",
        "Tr: v\r\n",
    ];
    let broken = vec![
        "1;",
        "1;a=",
        " ",
        ";",
        "=",
        "\"",
        "\\",
        "host: a\r\n",
        "5\n",
        "\r",
        "\n",
        "g",
        ";\"",
        "7",
        "x",
        " ",
        "0",
        ":",
        "\u{e9}",
        "\0",
    ];
    prop_oneof![12 => prop::sample::select(whole), 1 => prop::sample::select(broken)]
        .prop_map(|text| text.as_bytes().to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_reference(
        pieces in prop::collection::vec(piece(), 0..10), limit in 0..40_u64, cuts in prop::collection::vec(0..80_usize, 0..6),
    ) {
        let bytes = pieces.concat();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.sort_unstable();
        let whole = decode_in_pieces(&bytes, limit, &[]);
        prop_assert_eq!(&whole, &decode_in_pieces(&bytes, limit, &cuts));
        prop_assert_eq!(&whole, &reference(&bytes, limit));
    }

    #[test]
    fn gives_back_what_was_encoded(
        stretches in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 0..8), cut in 0..3000_usize,
    ) {
        let mut body = Vec::new();
        for stretch in &stretches {
            body.extend_from_slice(format!("{:X}\r\n", stretch.len()).as_bytes());
            body.extend_from_slice(stretch);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"0\r\n\r\n");
        let decoded = decode_in_pieces(&body, 1 << 20, &[cut.min(body.len())]);
        prop_assert_eq!(decoded, (stretches.concat(), Ok((body.len(), true))));
    }

    #[test]
    fn never_gives_more_than_the_limit(bytes in prop::collection::vec(any::<u8>(), 0..200), limit in 0..50_u64) {
        let (content, result) = decode_in_pieces(&bytes, limit, &[]);
        prop_assert!(content.len() as u64 <= limit);
        prop_assert!(result != Err(TrailersTooLarge), "too few bytes for that");
    }
}
