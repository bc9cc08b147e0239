//! Names and values of queries, paths, headers, cookies and forms as objects.

use std::borrow::Cow;

use super::rewriting::{COERCE, KEEP};
use super::{Verdict, lenient};
use crate::schema::{Change, RewriteOptions, Schema, Unknown, ValidatorOptions};

fn object(schema: &str, fields: &[(&str, &str)], options: RewriteOptions) -> (String, Vec<Change>) {
    let schema = Schema::compile(schema.as_bytes(), &lenient()).unwrap_or_else(|error| panic!("{error}"));
    let mut out = b"before".to_vec();
    let mut changes = Vec::new();
    let fields = fields.iter().map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(*value)));
    schema.object_from_fields(fields, &options, &mut out, Some(&mut changes));
    let text = String::from_utf8(out).unwrap();
    (text.strip_prefix("before").unwrap().to_owned(), changes)
}

#[test]
fn makes_of_texts_what_the_schema_asks_for_without_loss() {
    let all = r#"{"properties":{"i":{"type":"integer"},"n":{"type":"number"},"b":{"type":"boolean"},"z":{"type":["null","integer"]},
        "s":{"type":"string"},"l":{"type":"array","items":{"type":"integer"}},"u":{"type":["integer","string"]},
        "m":{"type":["array","string"],"items":{"type":"string"}},"w":{"type":"integer","format":"int64"},
        "o":{"type":"object"},"k":{"type":"integer","x-coerce":false},"e":{"enum":[1,"x"]},"d":{"format":"date"}}}"#;
    for (fields, expected) in [
        (&[][..], "{}"),
        (&[("i", "42")], r#"{"i":42}"#),
        (&[("i", "-0")], r#"{"i":-0}"#),
        (&[("i", "")], r#"{"i":""}"#),
        (&[("i", "0x10")], r#"{"i":"0x10"}"#),
        (&[("i", "1e999")], r#"{"i":"1e999"}"#),
        (&[("i", "9007199254740992")], r#"{"i":"9007199254740992"}"#),
        (&[("n", "1e2")], r#"{"n":1e2}"#),
        (&[("n", "1e999")], r#"{"n":"1e999"}"#),
        (&[("b", "true")], r#"{"b":true}"#),
        (&[("b", "1")], r#"{"b":"1"}"#),
        (&[("z", "null")], r#"{"z":null}"#),
        (&[("z", "3")], r#"{"z":3}"#),
        (&[("s", "42")], r#"{"s":"42"}"#),
        (&[("u", "42")], r#"{"u":42}"#),
        (&[("u", "4 2")], r#"{"u":"4 2"}"#),
        (&[("e", "1")], r#"{"e":1}"#),
        (&[("e", "x")], r#"{"e":"x"}"#),
        (&[("k", "1")], r#"{"k":"1"}"#),
        (&[("d", "2026-01-01")], r#"{"d":"2026-01-01"}"#),
        (&[("o", "{}")], r#"{"o":"{}"}"#),
        (&[("w", "42")], r#"{"w":42}"#),
        (&[("w", "9223372036854775807")], r#"{"w":"9223372036854775807"}"#),
        // Repeated names.
        (&[("l", "1")], r#"{"l":[1]}"#),
        (&[("l", "1"), ("i", "2"), ("l", "x"), ("l", "3")], r#"{"l":[1,"x",3],"i":2}"#),
        (&[("l[]", "1")], r#"{"l":[1]}"#),
        (&[("l[]", "1"), ("l", "2")], r#"{"l":[1,2]}"#),
        (&[("i", "1"), ("i", "2")], r#"{"i":["1","2"]}"#),
        (&[("i[]", "1")], r#"{"i":["1"]}"#),
        (&[("m", "1")], r#"{"m":"1"}"#),
        (&[("m", "1"), ("m", "2")], r#"{"m":["1","2"]}"#),
        // Unknown names, and names that nobody takes apart.
        (&[("x", "1"), ("y", "1"), ("y", "2"), ("z[]", "1")], r#"{"x":"1","y":["1","2"],"z":["1"]}"#),
        (&[("x[]", "1"), ("i[a]", "1"), ("i.a", "1")], r#"{"x[]":"1","i[a]":"1","i.a":"1"}"#),
        (&[("a\"\n", "\\\u{1}é")], "{\"a\\\"\\n\":\"\\\\\\u0001é\"}"),
    ] {
        assert_eq!(object(all, fields, COERCE).0, expected, "{fields:?}");
    }
    assert_eq!(object(all, &[("i", "1"), ("l", "2")], KEEP).0, r#"{"i":"1","l":["2"]}"#);
}

#[test]
fn looks_into_schemas_that_are_put_together() {
    for schema in [
        r##"{"$defs":{"q":{"properties":{"i":{"type":"integer"}}}},"$ref":"#/$defs/q"}"##,
        r#"{"allOf":[{"properties":{"i":{"type":"integer"}}},{"properties":{"s":{"type":"string"}}}]}"#,
        r#"{"anyOf":[{"type":"object","properties":{"i":{"type":"integer"}}},{"type":"null"}]}"#,
        r##"{"$defs":{"n":{"type":"integer"}},"properties":{"i":{"$ref":"#/$defs/n"}}}"##,
        r#"{"properties":{"i":{"anyOf":[{"type":"integer"},{"type":"boolean"}]}}}"#,
    ] {
        assert_eq!(object(schema, &[("i", "1"), ("s", "1")], COERCE).0, r#"{"i":1,"s":"1"}"#, "{schema}");
    }
}

#[test]
fn sanitises_strips_and_fills_in_as_in_other_texts() {
    let schema = r#"{"type":"object","properties":{"i":{"type":"integer","x-sanitize":["trim"]},
        "l":{"type":"array","items":{"type":"integer"},"default":[1]}}}"#;
    let options = RewriteOptions { unknown: Unknown::Strip, ..COERCE };
    let (text, changes) = object(schema, &[("x", "1"), ("i", " 1 ")], options);
    assert_eq!(text, r#"{"i":1,"l":[1]}"#);
    let told: Vec<_> = changes.iter().map(|change| (change.pointer.as_str(), change.kind.name())).collect();
    assert_eq!(told, [("/x", "stripped"), ("/i", "sanitised"), ("/i", "coerced"), ("/l", "default")]);
}

#[test]
fn leaves_keys_that_change_prototypes_for_the_check_to_refuse() {
    let (text, _) = object("{}", &[("__proto__", "1")], COERCE);
    let anything = Schema::compile(b"true", &lenient()).unwrap();
    let verdict = anything.validator(ValidatorOptions::default()).validate(text.as_bytes());
    assert!(
        matches!(verdict, Verdict::Malformed(error) if error.problem.code() == "ERR_NEXURE_BODY_POISONED"),
        "{text}"
    );
}
