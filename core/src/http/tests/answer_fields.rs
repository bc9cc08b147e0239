//! The check of the field lines of an answer against one that splits lines and looks at each.

use proptest::prelude::*;

use crate::http::{AnswerFields, FieldError, check_answer_fields};

#[test]
fn finds_what_the_server_would_add() {
    assert_eq!(check_answer_fields(b""), Ok(AnswerFields::default()));
    let found = check_answer_fields(b"X: y\r\ndate: now\r\nCONTENT-TYPE: a/b\r\ncontent-length: 12 \r\n").unwrap();
    assert_eq!(found, AnswerFields { content_length: Some(12), date: true, content_type: true });
}

#[test]
fn refuses_what_would_split_a_response() {
    let blocks: [&[u8]; 14] = [
        b"X: y",
        b"X: y\r",
        b"X: y\n",
        b"X: a\nB: c\r\n",
        b"X: a\rB: c\r\n",
        b"\r\n",
        b"X: y\r\n\r\n",
        b"X: y\r\n\r\nHTTP/1.1 200 OK\r\n",
        b"no colon\r\n",
        b": y\r\n",
        b"X : y\r\n",
        b" X: y\r\n",
        b"X: a\0b\r\n",
        b"X: a\x7fb\r\n",
    ];
    for block in blocks {
        assert_eq!(check_answer_fields(block), Err(FieldError::Malformed), "{:?}", block.escape_ascii().to_string());
    }
}

#[test]
fn refuses_fields_of_the_server() {
    let blocks = [
        "Transfer-Encoding: chunked\r\n",
        "transfer-encoding:\r\n",
        "Connection: close\r\n",
        "CONNECTION: x\r\n",
        "Content-Length: 1\r\nContent-Length: 1\r\n",
        "Content-Length: \r\n",
        "Content-Length: +1\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 1,1\r\n",
        "Content-Length: 18446744073709551616\r\n",
    ];
    for block in blocks {
        assert_eq!(check_answer_fields(block.as_bytes()), Err(FieldError::Reserved), "{block:?}");
    }
}

/// The grammar by the letter: each line `token ":" value CRLF`, and the rules for the fields of the server.
fn naive(block: &[u8]) -> Result<AnswerFields, FieldError> {
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let (mut rest, mut found) = (block, AnswerFields::default());
    while !rest.is_empty() {
        let end = rest.windows(2).position(|two| two == b"\r\n").ok_or(FieldError::Malformed)?;
        let (line, tail) = (&rest[..end], &rest[end + 2..]);
        rest = tail;
        let colon = line.iter().position(|byte| *byte == b':').ok_or(FieldError::Malformed)?;
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        let control = |byte: &u8| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f;
        if name.is_empty() || !name.iter().all(token) || value.iter().any(control) {
            return Err(FieldError::Malformed);
        }
        match name.to_ascii_lowercase().as_slice() {
            b"connection" | b"transfer-encoding" => return Err(FieldError::Reserved),
            b"date" => found.date = true,
            b"content-type" => found.content_type = true,
            b"content-length" => {
                let text = str::from_utf8(value).unwrap_or("x").trim();
                let digits = text == "0"
                    || !text.is_empty()
                        && text.len() <= 16
                        && !text.starts_with('0')
                        && text.bytes().all(|byte| byte.is_ascii_digit());
                let length = text.parse().ok().filter(|length| digits && *length < 1 << 53);
                if found.content_length.is_some() || length.is_none() {
                    return Err(FieldError::Reserved);
                }
                found.content_length = length;
            }
            _ => {}
        }
    }
    Ok(found)
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let names = vec![
        "X",
        "date",
        "Date",
        "Content-Type",
        "content-length",
        "Connection",
        "Transfer-Encoding",
        "X Y",
        "",
        "tags",
    ];
    let values =
        vec![" y", "", " 12", "\t007 ", " +1", " 99999999999999999", " close", " a\nb", " a\rb", " caf\u{e9}", " \0"];
    let ends = vec!["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "", "\r\n\r\n"];
    (prop::sample::select(names), prop::bool::weighted(0.95), prop::sample::select(values), prop::sample::select(ends))
        .prop_map(|(name, colon, value, end)| [name, if colon { ":" } else { "" }, value, end].concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_grammar(lines in prop::collection::vec(line(), 0..5)) {
        let block = lines.concat();
        prop_assert_eq!(check_answer_fields(&block), naive(&block));
    }

    #[test]
    fn agrees_with_the_grammar_on_noise(block in "[X:\r\n \t\u{0}\u{7f}é]{0,24}") {
        prop_assert_eq!(check_answer_fields(block.as_bytes()), naive(block.as_bytes()));
    }
}
