//! What is JSON and what is not, and the limits of texts.

use super::reads;
use crate::schema::{JsonLimits, JsonProblem, Verdict};

fn problem(text: &[u8], limits: JsonLimits) -> Option<JsonProblem> {
    match reads(text, limits) {
        Verdict::Valid => None,
        Verdict::Malformed(error) => Some(error.problem),
        other => panic!("{other:?}"),
    }
}

#[test]
fn reads_what_the_standard_allows_and_refuses_all_else() {
    use JsonProblem::{ByteOrderMark, Encoding, LoneSurrogate, NotFinite, Syntax, Truncated};
    for (text, expected) in [
        (&b" {\"a\" : [ 1 , -0.5e+3 , true , false , null ] } \r\n\t"[..], None),
        (br#""\"\\\/\b\f\n\r\t\u00e9\ud83d\udc32""#, None),
        ("\"é🐲\u{7f}\u{2028}\"".as_bytes(), None),
        (b"", Some(Truncated)),
        (b"[1", Some(Truncated)),
        (b"tru", Some(Truncated)),
        (b"\"a", Some(Truncated)),
        (b"-", Some(Truncated)),
        (b"[1,]", Some(Syntax)),
        (b"[1}", Some(Syntax)),
        (b"{\"a\":1,}", Some(Syntax)),
        (b"{'a':1}", Some(Syntax)),
        (b"{\"a\" 1}", Some(Syntax)),
        (b"01", Some(Syntax)),
        (b"+1", Some(Syntax)),
        (b".5", Some(Syntax)),
        (b"1.", Some(Truncated)),
        (b"[1.]", Some(Syntax)),
        (b"0x10", Some(Syntax)),
        (b"NaN", Some(Syntax)),
        (b"1 2", Some(Syntax)),
        (b"\"\n\"", Some(Syntax)),
        (br#""\x41""#, Some(Syntax)),
        (br#""\u12""#, Some(Syntax)),
        (b"\x0c1", Some(Syntax)),
        (b"\"\xff\"", Some(Encoding)),
        (b"\"\xed\xa0\x80\"", Some(Encoding)),
        (b"\"\xc0\xaf\"", Some(Encoding)),
        (br#""\ud83d""#, Some(LoneSurrogate)),
        (br#""\udc32\ud83d""#, Some(LoneSurrogate)),
        (b"\xef\xbb\xbf1", Some(ByteOrderMark)),
        (b"1e999", Some(NotFinite)),
        (b"1e-999", None),
    ] {
        assert_eq!(problem(text, JsonLimits::default()), expected, "{}", text.escape_ascii());
    }
}

#[test]
fn refuses_keys_that_readers_understand_differently() {
    use JsonProblem::{DuplicateKey, PrototypeKey};
    let many = |last: &str| {
        let keys: Vec<String> = (0..100).map(|at| format!("\"k{at}\":1")).collect();
        format!("{{{},\"{last}\":1}}", keys.join(","))
    };
    for (text, expected) in [
        (r#"{"a":1,"a":2}"#.to_owned(), Some(DuplicateKey)),
        (r#"{"a":1,"\u0061":2}"#.to_owned(), Some(DuplicateKey)),
        (r#"{"a":{"a":1},"b":{"a":1}}"#.to_owned(), None),
        (many("k7"), Some(DuplicateKey)),
        (many(r"\u006b7"), Some(DuplicateKey)),
        (many("k100"), None),
        (r#"{"__proto__":1}"#.to_owned(), Some(PrototypeKey)),
        (r#"[{"__pro\u0074o__":1}]"#.to_owned(), Some(PrototypeKey)),
        (r#"{"constructor":{"prototype":1}}"#.to_owned(), Some(PrototypeKey)),
        (r#"{"constructor":{"a":1},"prototype":1}"#.to_owned(), None),
        (r#"{"constructor":[{"prototype":1}]}"#.to_owned(), None),
        (r#"["__proto__"]"#.to_owned(), None),
    ] {
        assert_eq!(problem(text.as_bytes(), JsonLimits::default()), expected, "{text}");
    }
    let lenient = JsonLimits { duplicate_keys: true, prototype_keys: true, ..JsonLimits::default() };
    assert_eq!(problem(br#"{"__proto__":1,"__proto__":2}"#, lenient), None);
}

#[test]
fn holds_each_limit_to_the_byte() {
    let limits = JsonLimits {
        max_depth: 2,
        max_keys: 2,
        max_key_bytes: 3,
        max_string_bytes: 4,
        max_number_bytes: 5,
        ..JsonLimits::default()
    };
    for (text, expected) in [
        ("[[1]]", None),
        ("[[[1]]]", Some(JsonProblem::Depth)),
        (r#"{"a":1,"b":2}"#, None),
        (r#"{"a":1,"b":2,"c":3}"#, Some(JsonProblem::Keys)),
        (r#"{"abc":1}"#, None),
        (r#"{"abcd":1}"#, Some(JsonProblem::KeyLength)),
        (r#""abcd""#, None),
        (r#""abcde""#, Some(JsonProblem::StringLength)),
        ("12345", None),
        ("[12345]", None),
        ("123456", Some(JsonProblem::NumberLength)),
        ("[123456]", Some(JsonProblem::NumberLength)),
    ] {
        assert_eq!(problem(text.as_bytes(), limits), expected, "{text}");
    }
    assert_eq!(problem(b"0e1234567890123456", JsonLimits::default()), Some(JsonProblem::NumberLength));
}
