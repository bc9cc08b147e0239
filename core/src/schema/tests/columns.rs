//! What stands in columns, and which texts fill none.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::{check, lenient};
use crate::schema::number::{self, Bound, Decimal};
use crate::schema::{Columns, JsonLimits, Schema, ValidatorOptions};

const USER: &str = r#"{"type":"object","required":["id"],"properties":{"id":{"type":"integer"},"name":{"type":"string"},
    "role":{"enum":["b","a"]},"active":{"type":"boolean"},"note":{"type":["string","null"]}}}"#;

fn words(schema: &str, text: &str) -> Option<(Vec<i32>, bool)> {
    check(schema, text);
    let compiled = Schema::compile(schema.as_bytes(), &lenient()).unwrap();
    let limits = JsonLimits { lone_surrogates: true, byte_order_mark: true, ..JsonLimits::default() };
    let options = ValidatorOptions { limits, ..ValidatorOptions::default() };
    let mut columns = Columns::default();
    compiled.validator(options).validate_columns(text.as_bytes(), &mut columns);
    let words = columns.words()?.iter().map(|word| word.cast_signed()).collect();
    Some((words, columns.is_ascii()))
}

#[test]
fn writes_each_value_as_its_schema_says() {
    let double = |value: f64| {
        let [a, b, c, d, rest @ ..] = value.to_le_bytes();
        [i32::MIN, i32::from_le_bytes([a, b, c, d]), i32::from_le_bytes(rest)]
    };
    let escaped = |length: i32| length | i32::MIN;
    let numbers = r#"{"type":"array","items":{"type":"number"}}"#;
    let strings = r#"{"type":"array","items":{"type":"string"}}"#;
    for (schema, text, expected, ascii) in [
        (USER, r#"{"id":7}"#, vec![1, 7], true),
        (USER, r#"{"id":7,"name":"Ada","role":"a","active":true}"#, vec![15, 7, 16, 3, 0, 1], true),
        (USER, r#" { "id" : -7 , "role" : "b" , "note" : null } "#, vec![21, -7, 1, 0], true),
        (USER, r#"{"id":7,"note":"x"}"#, vec![17, 7, 4, 16, 1], true),
        (numbers, "[]", vec![0], true),
        (numbers, "[1,0,2147483647,-2147483647]", vec![4, 1, 0, i32::MAX, -i32::MAX], true),
        (numbers, "[-0]", [&[1], &double(-0.0)[..]].concat(), true),
        (numbers, "[-2147483648]", [&[1], &double(-2_147_483_648.0)[..]].concat(), true),
        (numbers, "[2147483648]", [&[1], &double(2_147_483_648.0)[..]].concat(), true),
        (numbers, "[0.1,1e3]", [&[2], &double(0.1)[..], &double(1000.0)[..]].concat(), true),
        (numbers, "[3.3600000000000003]", [&[1], &double(3.360_000_000_000_000_3)[..]].concat(), true),
        (strings, r#"["","a"]"#, vec![2, 2, 0, 5, 1], true),
        (strings, "[\"\u{e9}\",\"\u{1f432}\",\"a\"]", vec![3, 2, 1, 6, 2, 11, 1], false),
        (strings, r#"["a\n","b"]"#, vec![2, 2, escaped(3), 8, 1], true),
        (strings, r#"["\ud800"]"#, vec![1, 2, escaped(6)], true),
        (r#"{"properties":{"a":{"type":"null"}}}"#, r#"{"a":null}"#, vec![6, 1], true),
        (r#"{"items":{}}"#, r#"[null,false,true,1,"a"]"#, vec![5, 5, 0, 1, 2, 3, 1, 4, 20, 1], true),
        (r#"{"prefixItems":[{"type":"integer"}],"items":{"type":"boolean"}}"#, "[5,true]", vec![5, 2, 5, 1], true),
    ] {
        assert_eq!(words(schema, text), Some((expected, ascii)), "{text}");
        let compiled = Schema::compile(schema.as_bytes(), &lenient()).unwrap();
        assert!(compiled.columns_plan().is_some(), "{schema}");
    }
}

#[test]
fn leaves_to_others_what_would_not_be_the_same() {
    let index = r#"{"type":"object","properties":{"b":{"type":"integer"},"0":{"type":"integer"}}}"#;
    let foreign = "{\"type\":\"object\",\"properties\":{\"\u{e9}\":{\"type\":\"integer\"}}}";
    for (schema, text) in [
        // In another order, unknown, or with escapes in a key.
        (USER, r#"{"name":"Ada","id":7}"#),
        (USER, r#"{"id":7,"more":1}"#),
        (USER, r#"{"\u0069d":7}"#),
        (index, r#"{"b":1}"#),
        (foreign, "{\"\u{e9}\":1}"),
        (r#"{"items":{}}"#, "[[1]]"),
        ("{\"items\":{}}", "\u{feff}[1]"),
        // Not valid.
        (USER, r#"{"id":"7"}"#),
        (USER, "{"),
    ] {
        assert_eq!(words(schema, text), None, "{text}");
    }
    assert_eq!(Schema::compile(b"true", &lenient()).unwrap().columns_plan(), None);
    let many: Vec<String> = (0..32).map(|at| format!(r#""k{at}":{{}}"#)).collect();
    let many = format!(r#"{{"type":"object","properties":{{{}}}}}"#, many.join(","));
    assert_eq!(Schema::compile(many.as_bytes(), &lenient()).unwrap().columns_plan(), None);
}

proptest! {
    #[test]
    fn reads_decimals_as_the_standard_library_does(
        text in "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,17})?",
        min in -1000i64..1000,
        more in 0i64..2000,
    ) {
        let ended = format!("{text},");
        if let Some((value, end)) = Decimal::read(ended.as_bytes(), 0) {
            prop_assert_eq!(end, text.len());
            let expected: f64 = text.parse().unwrap();
            prop_assert_eq!(value.to_f64().to_bits(), expected.to_bits(), "{}", text);
            prop_assert_eq!(value.is_integer(), number::is_integer(text.as_bytes()), "{}", text);
            let bound = |value: i64| Bound::read(value.to_string().as_bytes()).unwrap().compare(text.as_bytes());
            let within = bound(min) != Ordering::Less && bound(min + more) != Ordering::Greater;
            prop_assert_eq!(value.is_within(min, min + more), within, "{}", text);
        } else {
            let digits = text.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
            let digits: u128 = String::from_utf8(digits).unwrap().parse().unwrap();
            prop_assert!(digits >= 1 << 53 || text.len() > 18, "{}", text);
        }
        // It may go on, or is another.
        for other in [text.clone(), format!("{text}e1,"), format!("{text}.,"), format!("0{},", text.trim_start_matches('-'))] {
            let is_point_behind = other.ends_with(".,") && text.contains('.');
            prop_assert!(is_point_behind || Decimal::read(other.as_bytes(), 0).is_none(), "{}", other);
        }
    }
}
