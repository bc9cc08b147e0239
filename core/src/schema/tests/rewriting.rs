//! What is changed in texts before they are checked.

use super::{Verdict, lenient};
use crate::schema::{
    Change, JsonLimits, JsonProblem, RewriteOptions, Schema, SchemaOptions, Unknown, ValidatorOptions,
};

fn compiled(schema: &str) -> Schema {
    Schema::compile(schema.as_bytes(), &SchemaOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

pub(super) const KEEP: RewriteOptions = RewriteOptions { coerce: false, unknown: Unknown::Keep, defaults: true };
pub(super) const STRIP: RewriteOptions = RewriteOptions { coerce: false, unknown: Unknown::Strip, defaults: true };
pub(super) const COERCE: RewriteOptions = RewriteOptions { coerce: true, unknown: Unknown::Keep, defaults: true };

/// The rewritten text, or the text itself; rewriting it again must change nothing.
pub(super) fn rewritten(schema: &Schema, text: &str, options: RewriteOptions) -> (String, Vec<Change>) {
    let mut changes = Vec::new();
    let limits = JsonLimits::default();
    let Some(bytes) = schema.rewrite(text.as_bytes(), &options, &limits, Some(&mut changes)).unwrap() else {
        assert_eq!(changes, [], "{text}");
        return (text.to_owned(), changes);
    };
    assert!(schema.rewrites(&options), "{text}");
    assert!(!changes.is_empty(), "{text}");
    let again = schema.rewrite(&bytes, &options, &limits, None).unwrap();
    assert_eq!(again.as_deref().map(String::from_utf8_lossy), None, "a second time: {text}");
    (String::from_utf8(bytes).unwrap(), changes)
}

fn rewrite(schema: &str, text: &str, options: RewriteOptions) -> String {
    rewritten(&compiled(schema), text, options).0
}

fn verdict(schema: &Schema, text: &str) -> Verdict {
    schema.validator(ValidatorOptions::default()).validate(text.as_bytes())
}

#[test]
fn sanitises_strings_and_nothing_else() {
    for (steps, text, expected) in [
        (r#"["trim"]"#, r#"" a\t\u00a0\ufeff\u2028""#, r#""a""#),
        (r#"["trim"]"#, r#""\u0085a""#, r#""\u0085a""#),
        (r#"["trim"]"#, r#""a  b""#, r#""a  b""#),
        (r#"["trim"]"#, r#""   ""#, r#""""#),
        (r#"["nfc"]"#, r#""e\u0301 \ud83d\ude00""#, r#""é 😀""#),
        (r#"["nfc"]"#, r#""\u00e9""#, r#""\u00e9""#),
        (r#"["lowercase"]"#, r#""ÄBC \" \\ \u0001 İ""#, "\"äbc \\\" \\\\ \\u0001 i\u{307}\""),
        (r#"["stripControl"]"#, r#""a\u0000\u001b\u007f\u009f\t\n\rb""#, r#""a\t\n\rb""#),
        (r#"["escapeHtml"]"#, r#""<a b=\"c\">'&""#, r#""&lt;a b=&quot;c&quot;&gt;&#39;&amp;""#),
        (r#"["trim","lowercase"]"#, r#"" A ""#, r#""a""#),
        // Taking out what stands around white space makes it stand at the end.
        (r#"["trim","stripControl"]"#, r#""\u0000 a""#, r#"" a""#),
        (r#"["stripControl","trim"]"#, r#""\u0000 a""#, r#""a""#),
        (r#"["trim"]"#, "[\" a \", 1, {\"b\": \" c \"}]", "[\" a \", 1, {\"b\": \" c \"}]"),
    ] {
        let schema = compiled(&format!(r#"{{"x-sanitize":{steps}}}"#));
        let result = schema.rewrite(text.as_bytes(), &KEEP, &JsonLimits::default(), None).unwrap();
        assert_eq!(String::from_utf8(result.unwrap_or(text.into())).unwrap(), expected, "{steps} {text}");
    }
}

#[test]
fn escapes_again_what_is_escaped() {
    let schema = compiled(r#"{"x-sanitize":["escapeHtml"]}"#);
    let result = schema.rewrite(br#""&amp;""#, &KEEP, &JsonLimits::default(), None).unwrap();
    assert_eq!(result.as_deref(), Some(&br#""&amp;amp;""#[..]));
}

#[test]
fn follows_what_certainly_applies() {
    let trim = r#"{"x-sanitize":["trim"]}"#;
    for (schema, text, expected) in [
        (r#"{"properties":{"a":T}}"#, r#"{"a":" x ","b":" x "}"#, r#"{"a":"x","b":" x "}"#),
        (r#"{"patternProperties":{"^a":T}}"#, r#"{"ab":" x ","b":" x "}"#, r#"{"ab":"x","b":" x "}"#),
        (r#"{"properties":{"a":true},"additionalProperties":T}"#, r#"{"a":" x ","b":" x "}"#, r#"{"a":" x ","b":"x"}"#),
        (r#"{"items":T}"#, r#"[" x ",[" x "]]"#, r#"["x",[" x "]]"#),
        (r#"{"prefixItems":[true,T]}"#, r#"[" x "," x "," x "]"#, r#"[" x ","x"," x "]"#),
        (r#"{"prefixItems":[true],"items":T}"#, r#"[" x "," x "]"#, r#"[" x ","x"]"#),
        (r##"{"$defs":{"t":T},"items":{"$ref":"#/$defs/t"}}"##, r#"[" x "]"#, r#"["x"]"#),
        (
            r#"{"allOf":[{"properties":{"a":T}},{"properties":{"b":T}}]}"#,
            r#"{"a":" x","b":" x"}"#,
            r#"{"a":"x","b":"x"}"#,
        ),
        (r#"{"anyOf":[{"type":"null"},{"type":"string","x-sanitize":["trim"]}]}"#, r#"" x ""#, r#""x""#),
        (
            r##"{"properties":{"a":{"type":"string","x-sanitize":["trim"]},"next":{"oneOf":[{"type":"null"},{"$ref":"#"}]}},"type":"object"}"##,
            r#"{"a":" x","next":{"a":" y","next":null}}"#,
            r#"{"a":"x","next":{"a":"y","next":null}}"#,
        ),
        (r#"{"properties":{"a\"b":T}}"#, r#"{"a\u0022b":" x"}"#, r#"{"a\u0022b":"x"}"#),
    ] {
        assert_eq!(rewrite(&schema.replace('T', trim), text, KEEP), expected, "{schema}");
    }
}

#[test]
fn coerces_strings_without_loss_or_not_at_all() {
    for (types, texts, expected) in [
        (r#""integer""#, &["0", "42", "-7", "9007199254740991", "-9007199254740991"][..], true),
        (
            r#""integer""#,
            &["", " 1", "1 ", "+1", "01", "-01", "0x10", "1.0", "1e3", "1_000", "١", "-", "9007199254740992"],
            false,
        ),
        (r#""number""#, &["0", "1.5", "-2e-3", "1E5", "0.1"], true),
        (
            r#""number""#,
            &["", "1.", ".5", "1e999", "-1e999", "Infinity", "NaN", "0x1p3", "1,5", "9007199254740993"],
            false,
        ),
        (r#""boolean""#, &["true", "false"], true),
        (r#""boolean""#, &["", "True", "1", "0", "yes", "on", "null"], false),
        (r#""null""#, &["null"], true),
        (r#""null""#, &["", "NULL", "undefined", "0"], false),
        (r#"["boolean","null"]"#, &["true", "null"], true),
        // A string is right already.
        (r#"["integer","string"]"#, &["42", "x"], false),
        (r#""string""#, &["42", "true", "null"], false),
        (r#"["object","array"]"#, &["{}", "[]", "1"], false),
    ] {
        let schema = format!(r#"{{"type":{types}}}"#);
        for text in texts {
            let text_as_json = serde_json::Value::from(*text).to_string();
            let result = rewrite(&schema, &text_as_json, COERCE);
            assert_eq!(&result, if expected { *text } else { text_as_json.as_str() }, "{types}");
            assert_eq!(rewrite(&schema, &text_as_json, KEEP), text_as_json, "{types}: switched off");
        }
    }
    for (schema, text, expected) in [
        ("{}", r#""1""#, r#""1""#),
        (r#"{"enum":[1,2]}"#, r#""1""#, "1"),
        (r#"{"const":true}"#, r#""true""#, "true"),
        (r#"{"anyOf":[{"type":"integer"},{"type":"boolean"}]}"#, r#""1""#, "1"),
        (r#"{"allOf":[{"type":["integer","string"]},{"type":["integer","null"]}]}"#, r#""1""#, "1"),
        (r#"{"type":"integer","x-coerce":false}"#, r#""1""#, r#""1""#),
        (r#"{"type":"integer","x-coerce":"off"}"#, r#""1""#, r#""1""#),
        (r#"{"type":"integer","x-sanitize":["trim"]}"#, r#"" 1""#, "1"),
        (r#"{"type":"integer"}"#, r#""\u0031""#, "1"),
        (r#"{"items":{"type":"integer"}}"#, r#"["1",2,"x",true]"#, r#"[1,2,"x",true]"#),
    ] {
        let schema = Schema::compile(schema.as_bytes(), &lenient()).unwrap();
        assert_eq!(rewritten(&schema, text, COERCE).0, expected, "{text}");
    }
    assert_eq!(rewrite(r#"{"type":"integer","x-coerce":"lossless"}"#, r#""1""#, KEEP), "1");
}

#[test]
fn strips_what_no_schema_of_the_object_knows() {
    let ab = r#""properties":{"a":true,"b":true}"#;
    for (schema, text, expected) in [
        ("{AB}", r#"{"a":1,"x":2,"b":3}"#, r#"{"a":1,"b":3}"#),
        ("{AB}", r#"{"x":2,"a":1}"#, r#"{"a":1}"#),
        ("{AB}", r#"{"x":[{"a":[]},"}"], "y" : "\"" , "a":1 }"#, r#"{"a":1 }"#),
        ("{AB}", r#"{ "a":1, "x":{} }"#, r#"{ "a":1 }"#),
        ("{AB}", r#"{"x":1,"y":2}"#, "{}"),
        ("{AB}", r#"{"a":1}"#, r#"{"a":1}"#),
        (r#"{AB,"additionalProperties":false}"#, r#"{"x":1,"a":2}"#, r#"{"a":2}"#),
        (r#"{AB,"additionalProperties":true}"#, r#"{"x":1}"#, r#"{"x":1}"#),
        (r#"{AB,"additionalProperties":{"type":"null"}}"#, r#"{"x":1}"#, r#"{"x":1}"#),
        (r#"{AB,"unevaluatedProperties":false}"#, r#"{"x":1}"#, "{}"),
        (r#"{AB,"patternProperties":{"^x":true}}"#, r#"{"x":1,"y":2}"#, r#"{"x":1}"#),
        (r#"{AB,"required":["c"]}"#, r#"{"c":1,"d":1}"#, r#"{"c":1}"#),
        (r#"{"type":"object"}"#, r#"{"x":1}"#, r#"{"x":1}"#),
        (
            r#"{"allOf":[{"properties":{"o":{AB}}},{"properties":{"o":{"additionalProperties":true}}}]}"#,
            r#"{"o":{"x":1}}"#,
            r#"{"o":{"x":1}}"#,
        ),
        (r#"{"allOf":[{AB},{"properties":{"c":true}}]}"#, r#"{"a":1,"c":2,"d":3}"#, r#"{"a":1,"c":2}"#),
        (
            r#"{AB,"anyOf":[{"properties":{"c":true}},{"patternProperties":{"^d":true}}]}"#,
            r#"{"c":2,"d":3,"e":1}"#,
            r#"{"c":2,"d":3}"#,
        ),
        (r#"{"properties":{"o":{AB}}}"#, r#"{"o":{"x":1},"p":1}"#, r#"{"o":{}}"#),
        (r#"{"items":{AB}}"#, r#"[{"x":1},{"a":1,"x":1}]"#, r#"[{},{"a":1}]"#),
        (r#"{AB,"x-unknown":"keep"}"#, r#"{"x":1}"#, r#"{"x":1}"#),
    ] {
        let schema = schema.replace("AB", ab);
        assert_eq!(rewrite(&schema, text, STRIP), expected, "{schema}");
        assert_eq!(rewrite(&schema, text, KEEP), text, "{schema}: switched off");
    }
    assert_eq!(rewrite(r#"{"properties":{"a":true},"x-unknown":"strip"}"#, r#"{"a":1,"x":2}"#, KEEP), r#"{"a":1}"#);
}

#[test]
fn fills_in_what_lacks() {
    for (schema, text, expected) in [
        (r#"{"properties":{"a":{"default":1},"b":{"default":"é\""}}}"#, "{}", r#"{"a":1,"b":"é\""}"#),
        (r#"{"properties":{"a":{"default":1},"b":{"default":2}}}"#, r#"{"b":0}"#, r#"{"b":0,"a":1}"#),
        (r#"{"properties":{"a":{"default":1}}}"#, r#"{ "a" : null }"#, r#"{ "a" : null }"#),
        (r#"{"properties":{"a":{"default":1}}}"#, r#"{"\u0061":0}"#, r#"{"\u0061":0}"#),
        (r#"{"properties":{"a":{"default":1}}}"#, r"[{}]", r"[{}]"),
        (r#"{"properties":{"o":{"default":{},"properties":{"a":{"default":1}}}}}"#, "{}", r#"{"o":{"a":1}}"#),
        (r#"{"properties":{"o":{"properties":{"a":{"default":1}}}}}"#, "{}", "{}"),
        (r#"{"properties":{"o":{"properties":{"a":{"default":1}}}}}"#, r#"{"o":{}}"#, r#"{"o":{"a":1}}"#),
        (r#"{"items":{"properties":{"a":{"default":1}}}}"#, r#"[{},{"a":2}]"#, r#"[{"a":1},{"a":2}]"#),
        (r#"{"prefixItems":[{"default":1},{"default":2},{},{"default":4}]}"#, "[]", "[1,2]"),
        (r#"{"prefixItems":[{"default":1},{"default":2}]}"#, "[ 0 ]", "[ 0,2 ]"),
        (
            r#"{"allOf":[{"properties":{"a":{"default":1}}},{"properties":{"a":{"default":2},"b":{"default":3}}}]}"#,
            "{}",
            r#"{"a":1,"b":3}"#,
        ),
        (r##"{"$defs":{"d":{"default":1}},"properties":{"a":{"$ref":"#/$defs/d"}}}"##, "{}", r#"{"a":1}"#),
        (r#"{"anyOf":[{"properties":{"a":{"default":1}}},{"type":"object"}]}"#, "{}", "{}"),
        (r#"{"default":{"a":1}}"#, "{}", "{}"),
        (r#"{"properties":{"a":{"type":"string","x-sanitize":["trim"],"default":" x "}}}"#, "{}", r#"{"a":"x"}"#),
    ] {
        assert_eq!(rewrite(schema, text, KEEP), expected, "{schema}");
        let off = RewriteOptions { defaults: false, ..KEEP };
        assert_eq!(rewrite(schema, text, off), text, "{schema}: switched off");
    }
}

#[test]
fn does_all_in_its_order_and_tells_what_it_did() {
    let schema = compiled(
        r#"{"type":"object","properties":{"a/b":{"type":"string","x-sanitize":["trim"]},"n":{"items":{"type":"integer"}},
            "d":{"type":"array","default":[1]}},"required":["a/b"]}"#,
    );
    let options = RewriteOptions { coerce: true, unknown: Unknown::Strip, defaults: true };
    let (text, changes) = rewritten(&schema, r#"{"gone":{"a":" "},"a/b":" x","n":["1",2,"3"]}"#, options);
    assert_eq!(text, r#"{"a/b":"x","n":[1,2,3],"d":[1]}"#);
    let told: Vec<_> = changes.iter().map(|change| (change.pointer.as_str(), change.kind.name())).collect();
    assert_eq!(
        told,
        [("/gone", "stripped"), ("/a~1b", "sanitised"), ("/n/0", "coerced"), ("/n/2", "coerced"), ("/d", "default")]
    );
}

#[test]
fn rewrites_nothing_where_nothing_can_change() {
    for (schema, options, rewrites) in [
        (r#"{"properties":{"a":{"type":"integer"}}}"#, KEEP, false),
        (r#"{"properties":{"a":{"type":"integer"}}}"#, COERCE, true),
        (r#"{"properties":{"a":{"type":"string"}}}"#, COERCE, false),
        (r#"{"properties":{"a":{"type":"integer"}}}"#, STRIP, true),
        (r#"{"additionalProperties":{"type":"integer"}}"#, STRIP, false),
        (r#"{"properties":{"a":{"default":1}}}"#, KEEP, true),
        (r#"{"properties":{"a":{"default":1}}}"#, RewriteOptions { defaults: false, ..KEEP }, false),
        (r#"{"properties":{"a":{"type":"integer","format":"int64"}}}"#, KEEP, true),
        (r#"{"properties":{"a":{"x-unknown":"strip","properties":{"a":true}}}}"#, KEEP, true),
    ] {
        assert_eq!(compiled(schema).rewrites(&options), rewrites, "{schema} {options:?}");
    }
}

#[test]
fn keeps_the_digits_of_wide_integers() {
    let int64 = r#"{"type":"integer","format":"int64"}"#;
    let uint64 = r#"{"type":["integer","null"],"format":"uint64","x-as":"bigint"}"#;
    for (schema, text, expected, right) in [
        (int64, "9007199254740993", r#""9007199254740993""#, true),
        (int64, "-9223372036854775808", r#""-9223372036854775808""#, true),
        (int64, "9223372036854775808", "9223372036854775808", false),
        (int64, "9007199254740991", "9007199254740991", true),
        // A string that a client sends is taken where it is written as we would, and nowhere else.
        (int64, r#""9007199254740993""#, r#""9007199254740993""#, true),
        (int64, r#""1""#, r#""1""#, false),
        (int64, r#""09007199254740993""#, r#""09007199254740993""#, false),
        (int64, "9007199254740993.0", "9007199254740993.0", false),
        (uint64, "18446744073709551615", r#""18446744073709551615""#, true),
        (uint64, "-9007199254740993", "-9007199254740993", false),
        (uint64, "null", "null", true),
        (r#"{"type":"integer"}"#, "9007199254740993", "9007199254740993", false),
        (r#"{"type":"number"}"#, "9007199254740993", "9007199254740993", false),
        (r#"{"type":"number"}"#, "1e300", "1e300", true),
        (r#"{"type":"integer"}"#, "1e16", "1e16", false),
        (r#"{"type":"integer"}"#, "1e15", "1e15", true),
        ("{}", "9007199254740993", "9007199254740993", true),
        (r#"{"type":"integer","format":"int32"}"#, "2147483648", "2147483648", false),
        (r#"{"type":"integer","format":"uint32"}"#, "4294967295", "4294967295", true),
        (r#"{"type":"number","format":"double"}"#, "0.5", "0.5", true),
        (
            r#"{"anyOf":[{"type":"integer","format":"int64"},{"type":"null"}]}"#,
            "9007199254740993",
            r#""9007199254740993""#,
            true,
        ),
        // Another schema that looks at the value would see a string.
        (
            r#"{"allOf":[{"type":"integer","format":"int64"},{"minimum":1}]}"#,
            "9007199254740993",
            "9007199254740993",
            false,
        ),
        (
            r#"{"allOf":[{"type":"integer","format":"int64"},{"minimum":1}]}"#,
            r#""-9007199254740993""#,
            r#""-9007199254740993""#,
            false,
        ),
    ] {
        let schema = compiled(schema);
        let (result, _) = rewritten(&schema, text, KEEP);
        assert_eq!(result, expected);
        assert_eq!(verdict(&schema, &result) == Verdict::Valid, right, "{result}");
    }
    let bounded = compiled(r#"{"type":"integer","format":"int64","minimum":9007199254740995}"#);
    assert!(matches!(verdict(&bounded, r#""9007199254740993""#), Verdict::Invalid(_)));
    assert_eq!(verdict(&bounded, r#""9007199254740995""#), Verdict::Valid);
    let schema = compiled(int64);
    assert_eq!(rewritten(&schema, r#""9007199254740993""#, COERCE).0, r#""9007199254740993""#);
    assert_eq!(rewritten(&schema, r#""12""#, COERCE).0, "12");
}

#[test]
fn refuses_malformed_texts_and_defaults_without_end() {
    let schema = compiled(r#"{"items":{"properties":{"a":{"default":"0123456789"}}}}"#);
    let limits = JsonLimits::default();
    for (text, problem) in [
        ("[1,", JsonProblem::Truncated),
        ("[{}}", JsonProblem::Syntax),
        (r#"[{"a":1,"a":2}]"#, JsonProblem::DuplicateKey),
        (r#"[{"__proto__":2}]"#, JsonProblem::PrototypeKey),
    ] {
        assert_eq!(schema.rewrite(text.as_bytes(), &KEEP, &limits, None).unwrap_err().problem, problem, "{text}");
    }
    let many = format!("[{}{{}}]", "{},".repeat(1000));
    assert!(schema.rewrite(many.as_bytes(), &KEEP, &limits, None).unwrap().is_some());
    let schema = compiled(&format!(r#"{{"items":{{"properties":{{"a":{{"default":"{}"}}}}}}}}"#, "x".repeat(1000)));
    let error = schema.rewrite(many.as_bytes(), &KEEP, &limits, None).unwrap_err();
    assert_eq!(error.problem, JsonProblem::Length);
}

#[test]
fn tells_a_bounded_number_of_changes() {
    let schema = compiled(r#"{"items":{"type":"string","x-sanitize":["trim"]}}"#);
    let text = format!("[{}\" \"]", "\" \",".repeat(5000));
    let mut changes = Vec::new();
    let result = schema.rewrite(text.as_bytes(), &KEEP, &JsonLimits::default(), Some(&mut changes)).unwrap();
    assert_eq!(result.unwrap().len(), text.len() - 5001);
    assert_eq!(changes.len(), 1000);
}
