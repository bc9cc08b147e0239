//! Keywords that the drafts do not have, where they stand and what they may say; formats and keywords of the application.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Verdict, lenient};
use crate::schema::{
    Custom, CustomFormat, CustomKeyword, Deferred, Params, Schema, SchemaOptions, Validator, ValidatorOptions,
    Violation,
};

fn error(schema: &str, options: &SchemaOptions) -> Option<(String, &'static str)> {
    Schema::compile(schema.as_bytes(), options).err().map(|error| {
        assert!(!error.to_string().is_empty());
        (error.location.clone(), error.reason())
    })
}

fn custom() -> SchemaOptions {
    let formats = HashMap::from([
        ("colour".to_owned(), CustomFormat::Values(vec!["red".to_owned(), "green".to_owned()])),
        ("slug".to_owned(), CustomFormat::Pattern("^[a-z]+(-[a-z]+)*$".to_owned())),
        ("isbn".to_owned(), CustomFormat::Deferred(7)),
    ]);
    let even = Schema::compile(br#"{"type":"boolean"}"#, &SchemaOptions::default()).unwrap();
    let keywords = HashMap::from([
        ("even".to_owned(), CustomKeyword { validator: 1, types: vec!["integer".to_owned()], params: Some(even) }),
        ("exists".to_owned(), CustomKeyword { validator: 2, types: Vec::new(), params: None }),
    ]);
    SchemaOptions { custom: Arc::new(Custom { formats, keywords }), ..SchemaOptions::default() }
}

#[test]
fn names_the_place_of_what_cannot_be_meant() {
    let [syntax, contradiction, limit] = ["syntax", "contradiction", "limit"];
    for (schema, location, code) in [
        (r#"{"x-sanitize":"trim"}"#, "#/x-sanitize", syntax),
        (r#"{"x-sanitize":[]}"#, "#/x-sanitize", syntax),
        (r#"{"x-sanitize":["trim","html"]}"#, "#/x-sanitize", syntax),
        (r#"{"x-coerce":true}"#, "#/x-coerce", syntax),
        (r#"{"x-coerce":"on"}"#, "#/x-coerce", syntax),
        (r#"{"x-unknown":"drop"}"#, "#/x-unknown", syntax),
        (r#"{"x-as":"number"}"#, "#/x-as", syntax),
        (r#"{"x-validate":"nobody"}"#, "#/x-validate", syntax),
        (r#"{"x-as":"bigint","type":"integer"}"#, "#", contradiction),
        (r#"{"x-as":"date","format":"time"}"#, "#", contradiction),
        (r#"{"type":"integer","x-sanitize":["trim"]}"#, "#", contradiction),
        (r#"{"type":"array","x-unknown":"strip"}"#, "#", contradiction),
        (r#"{"anyOf":[{"x-sanitize":["trim"]},{"type":"integer"}]}"#, "#/anyOf/0/x-sanitize", contradiction),
        (
            r#"{"oneOf":[{"type":"string","x-sanitize":["trim"]},{"type":"string"}]}"#,
            "#/oneOf/0/x-sanitize",
            contradiction,
        ),
        (r#"{"not":{"x-coerce":false}}"#, "#/not/x-coerce", contradiction),
        (r#"{"if":{"type":"null"},"then":{"x-unknown":"strip"}}"#, "#/then/x-unknown", contradiction),
        (
            r#"{"contains":{"properties":{"a":{"x-sanitize":["trim"]}}}}"#,
            "#/contains/properties/a/x-sanitize",
            contradiction,
        ),
        (r#"{"dependentSchemas":{"a":{"x-unknown":"strip"}}}"#, "#/dependentSchemas/a/x-unknown", contradiction),
        (
            r##"{"$defs":{"a":{"x-sanitize":["trim"]}},"not":{"$ref":"#/$defs/a"}}"##,
            "#/$defs/a/x-sanitize",
            contradiction,
        ),
        (
            r##"{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"a":{}},"$ref":"#/definitions/a","x-sanitize":["trim"]}"##,
            "#/x-sanitize",
            contradiction,
        ),
        (r#"{"type":"integer","default":"1"}"#, "#/default", contradiction),
        (r#"{"properties":{"a":{"minimum":2,"default":1}}}"#, "#/properties/a/default", contradiction),
        (
            r#"{"properties":{"o":{"required":["a"],"properties":{"b":{"default":1}},"default":{}}}}"#,
            "#/properties/o/default",
            contradiction,
        ),
        (r##"{"properties":{"a":{"$ref":"#","default":{}}}}"##, "#/properties/a/default", limit),
    ] {
        assert_eq!(error(schema, &SchemaOptions::default()), Some((location.to_owned(), code)), "{schema}");
    }
    for schema in [
        r##"{"$defs":{"a":{"x-sanitize":["trim"]}},"properties":{"a":{"$ref":"#/$defs/a"}}}"##,
        r#"{"properties":{"o":{"required":["a"],"properties":{"a":{"default":1}},"default":{}}}}"#,
        r#"{"anyOf":[{"type":"string","x-sanitize":["trim"]},{"type":"integer"}]}"#,
        r#"{"type":"integer","format":"uint64","x-as":"bigint","default":18446744073709551615}"#,
        r#"{"type":"string","format":"date-time","x-as":"date"}"#,
        r#"{"x-internal":{"anything":true}}"#,
    ] {
        assert_eq!(error(schema, &SchemaOptions::default()), None, "{schema}");
    }
    assert_eq!(
        error(r#"{"x-sanitize":"trim","x-as":1,"x-coerce":2,"x-unknown":[],"default":1,"type":"null"}"#, &lenient()),
        None
    );
}

#[test]
fn defaults_that_are_to_be_filled_in_stand_where_they_are() {
    let lost = r#"{"oneOf":[{"properties":{"k":{"const":"a"},"n":{"default":1}}},{"properties":{"k":{"const":"b"}}}]}"#;
    let followed = r#"{"anyOf":[{"type":"object","properties":{"n":{"default":1}}},{"type":"string"}]}"#;
    let fills = SchemaOptions { fills: true, ..SchemaOptions::default() };
    let found = Some(("#/oneOf/0/properties/n/default".to_owned(), "contradiction"));
    assert_eq!(error(lost, &fills), found);
    assert_eq!(error(lost, &SchemaOptions::default()), None);
    assert_eq!(error(lost, &SchemaOptions { strict: false, ..fills.clone() }), None);
    assert_eq!(error(followed, &fills), None);
}

#[test]
fn refuses_unknown_properties_by_option_and_by_keyword() {
    let ab = r#""properties":{"a":true,"b":{"properties":{"c":true}}}"#;
    for (schema, text, by_option, by_keyword) in [
        (r"{AB U}", r#"{"a":1}"#, None, None),
        (r"{AB U}", r#"{"x":1}"#, Some("/x"), Some("/x")),
        (r"{AB U}", r#"{"b":{"x":1}}"#, Some("/b/x"), None),
        (r#"{AB U,"additionalProperties":{"type":"integer"}}"#, r#"{"x":1}"#, None, None),
        (r#"{"type":"object" U}"#, r#"{"x":1}"#, None, Some("/x")),
        (r#"{"allOf":[{AB},{"properties":{"c":true}}] U}"#, r#"{"a":1,"c":1}"#, None, None),
        (r#"{"allOf":[{AB},{"properties":{"c":true}}] U}"#, r#"{"a":1,"d":1}"#, Some("/d"), Some("/d")),
        (r#"{AB,"oneOf":[{"required":["a"]},{"properties":{"c":true},"required":["c"]}] U}"#, r#"{"c":1}"#, None, None),
        (
            r#"{AB,"oneOf":[{"required":["a"]},{"properties":{"c":true},"required":["c"]}] U}"#,
            r#"{"a":1,"c":1}"#,
            Some(""),
            Some(""),
        ),
        (r##"{"$defs":{"n":{AB}},"$ref":"#/$defs/n" U}"##, r#"{"x":1}"#, Some("/x"), Some("/x")),
        (
            r##"{"$defs":{"n":{AB}},"properties":{"p":{"$ref":"#/$defs/n"},"q":{"allOf":[{"$ref":"#/$defs/n"},{"properties":{"y":true}}]}} U}"##,
            r#"{"p":{"a":1},"q":{"a":1,"y":1}}"#,
            None,
            None,
        ),
        (
            r##"{"$defs":{"n":{AB}},"properties":{"p":{"$ref":"#/$defs/n"},"q":{"allOf":[{"$ref":"#/$defs/n"},{"properties":{"y":true}}]}} U}"##,
            r#"{"p":{"y":1}}"#,
            Some("/p/y"),
            None,
        ),
        (r#"{"anyOf":[{"type":"null"},{"type":"object",AB}] U}"#, r#"{"x":1}"#, Some("/x"), Some("/x")),
        (r#"{"anyOf":[{"type":"null"},{"type":"object",AB}] U}"#, "null", None, None),
    ] {
        let find = |schema: &str, refuse_unknown| {
            let schema = schema.replace("AB", ab);
            let options = SchemaOptions { refuse_unknown, strict: false, ..SchemaOptions::default() };
            let compiled =
                Schema::compile(schema.as_bytes(), &options).unwrap_or_else(|error| panic!("{schema} {error}"));
            match compiled.validator(ValidatorOptions::default()).validate(text.as_bytes()) {
                Verdict::Valid => None,
                Verdict::Invalid(list) => {
                    assert!(matches!(list[0].keyword, "unknown" | "oneOf"), "{list:?}");
                    Some(list[0].instance.clone())
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(find(&schema.replace(" U", ""), true).as_deref(), by_option, "{schema} {text}");
        assert_eq!(
            find(&schema.replace(" U", r#","x-unknown":"refuse""#), false).as_deref(),
            by_keyword,
            "{schema} {text}"
        );
        assert_eq!(
            find(&schema.replace(" U", r#","x-unknown":"keep""#), false),
            by_option.filter(|at| at.is_empty()).map(str::to_owned)
        );
    }
}

#[test]
fn asks_for_nothing_that_is_not_there_when_it_checks_a_part() {
    let options = SchemaOptions { partial: true, ..SchemaOptions::default() };
    let schema = r#"{"type":"object","required":["a"],"minProperties":2,"dependentRequired":{"b":["a"]},
        "properties":{"a":{"type":"integer"},"b":{"required":["c"],"properties":{"c":true}}},"maxProperties":2}"#;
    let compiled = Schema::compile(schema.as_bytes(), &options).unwrap();
    for (text, keyword) in [
        ("{}", None),
        (r#"{"b":{}}"#, None),
        (r#"{"a":"x"}"#, Some("type")),
        (r#"{"b":{},"c":1,"d":1}"#, Some("maxProperties")),
    ] {
        match compiled.validator(ValidatorOptions::default()).validate(text.as_bytes()) {
            Verdict::Valid => assert_eq!(keyword, None, "{text}"),
            Verdict::Invalid(list) => assert_eq!(keyword, Some(list[0].keyword), "{text}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn checks_formats_that_are_values_or_expressions() {
    let schema = r#"{"properties":{"c":{"type":"string","format":"colour"},"s":{"type":"string","format":"slug"}}}"#;
    let compiled = Schema::compile(schema.as_bytes(), &custom()).unwrap();
    assert!(compiled.deferrals().is_empty());
    for (text, right) in [
        (r#"{"c":"red","s":"a-b"}"#, true),
        (r#"{"c":"\u0067reen","s":"a"}"#, true),
        (r#"{"c":"blue"}"#, false),
        (r#"{"s":"A"}"#, false),
    ] {
        let verdict = compiled.validator(ValidatorOptions::default()).validate(text.as_bytes());
        match verdict {
            Verdict::Valid => assert!(right, "{text}"),
            Verdict::Invalid(list) => {
                assert!(!right, "{text}");
                assert_eq!(list[0].keyword, "format");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(error(schema, &SchemaOptions::default()).unwrap().1, "unknown");
}

fn deferred(validator: &mut Validator, text: &str) -> Vec<(u32, String, String)> {
    let verdict = validator.validate(text.as_bytes());
    assert_eq!(verdict, Verdict::Valid, "{text}");
    let tell = |one: &Deferred| {
        let span = &text[one.start as usize..one.end as usize];
        (one.validator, one.pointer.clone(), span.to_owned())
    };
    validator.deferred().iter().map(tell).collect()
}

#[test]
fn gives_the_values_of_which_the_application_decides() {
    let schema = r#"{"properties":{"b":{"format":"isbn"},"n":{"items":{"even":true}},
        "o":{"x-validate":"exists","properties":{"i":{"format":"isbn"}}},"p/q":{"prefixItems":[{"exists":{"table":"t"}}]}},
        "patternProperties":{"^b":{"exists":1}},"propertyNames":{"format":"isbn"}}"#;
    let compiled = Schema::compile(schema.as_bytes(), &custom()).unwrap();
    let rules: Vec<_> =
        compiled.deferrals().iter().map(|one| (one.validator, one.name.as_str(), one.params.as_str())).collect();
    assert_eq!(rules.len(), 7);
    assert!(rules.contains(&(2, "exists", r#"{"table":"t"}"#)) && rules.contains(&(1, "even", "true")));
    assert!(rules.contains(&(2, "exists", "null")) && rules.contains(&(7, "isbn", "null")));
    assert!(compiled.deferrals().iter().any(|one| one.schema == "#/properties/n/items/even"));
    let mut validator = compiled.validator(ValidatorOptions::default());
    let list = deferred(&mut validator, r#" {"b":"x\n", "n":[1, 2.5,"t",4.0, [5]]} "#);
    let list: Vec<_> = list.iter().map(|(number, at, span)| (*number, at.as_str(), span.as_str())).collect();
    assert_eq!(
        list,
        [
            (7, "/b", "\"b\""),
            (2, "/b", r#""x\n""#),
            (7, "/b", r#""x\n""#),
            (7, "/n", "\"n\""),
            (1, "/n/0", "1"),
            (1, "/n/3", "4.0"),
        ]
    );
    let list = deferred(&mut validator, r#"{"o":{"i":"\ud83d\ude00","j":[[]]},"p/q":[[[1]],2]}"#);
    let list: Vec<_> = list.iter().map(|(number, at, span)| (*number, at.as_str(), span.as_str())).collect();
    assert!(list.contains(&(2, "/o", r#"{"i":"\ud83d\ude00","j":[[]]}"#)), "{list:?}");
    assert!(list.contains(&(7, "/o/i", r#""\ud83d\ude00""#)) && list.contains(&(2, "/p~1q/0", "[[1]]")), "{list:?}");
    assert_eq!(list.len(), 5);
    assert!(matches!(validator.validate(br#"{"n":1,"b":{}} x"#), Verdict::Malformed(_)));
    assert!(deferred(&mut validator, "{}").is_empty());
}

#[test]
fn tells_where_deferred_values_stand_wherever_they_stand() {
    let all =
        r##"{"$id":"all","anyOf":[true],"format":"isbn","items":{"$ref":"#"},"additionalProperties":{"$ref":"#"}}"##;
    let compiled = Schema::compile(all.as_bytes(), &custom()).unwrap();
    let mut validator = compiled.validator(ValidatorOptions::default());
    let text = r#"["a",["b",{"k":"c","l":{"m":["d"]}},[]],"e",{"~":"f"}]"#;
    let found = deferred(&mut validator, text);
    let expected = ["/0", "/1/0", "/1/1/k", "/1/1/l/m/0", "/2", "/3/~0"];
    assert_eq!(found.iter().map(|(_, at, _)| at.as_str()).collect::<Vec<_>>(), expected);
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    for (_, pointer, span) in found {
        assert_eq!(value.pointer(&pointer).unwrap().to_string(), span);
    }
}

#[test]
fn bounds_the_pointers_of_deferred_values() {
    let compiled = Schema::compile(br#"{"properties":{"K":{"items":{"format":"isbn"}}}}"#, &custom()).unwrap();
    drop(compiled);
    let key = "k".repeat(1000);
    let schema = format!(r#"{{"properties":{{"{key}":{{"items":{{"format":"isbn"}}}}}}}}"#);
    let compiled = Schema::compile(schema.as_bytes(), &custom()).unwrap();
    let text = format!(r#"{{"{key}":[{}""]}}"#, "\"\",".repeat(20_000));
    assert_eq!(compiled.validator(ValidatorOptions::default()).validate(text.as_bytes()), Verdict::Exhausted);
}

#[test]
fn refuses_what_the_application_decides_where_a_value_may_be_right_without_it() {
    for (schema, location) in [
        (r#"{"anyOf":[{"format":"isbn"},true]}"#, "#/anyOf/0/format"),
        (r#"{"oneOf":[{"properties":{"a":{"even":true}}}]}"#, "#/oneOf/0/properties/a/even"),
        (r#"{"not":{"x-validate":"exists"}}"#, "#/not/x-validate"),
        (r#"{"if":{"format":"isbn"},"then":false}"#, "#/if/format"),
        (r#"{"contains":{"format":"isbn"}}"#, "#/contains/format"),
        (r##"{"$defs":{"a":{"format":"isbn"}},"items":{"not":{"$ref":"#/$defs/a"}}}"##, "#/$defs/a/format"),
    ] {
        for options in [custom(), SchemaOptions { strict: false, ..custom() }] {
            let expected = Some((location.to_owned(), "contradiction"));
            assert_eq!(error(schema, &options), expected, "{schema}");
        }
    }
    let wrong = error(r#"{"even":1}"#, &custom());
    assert_eq!(wrong, Some(("#/even".to_owned(), "syntax")));
    assert_eq!(error(r#"{"if":{"type":"string"},"then":{"format":"isbn"}}"#, &custom()), None);
}

#[test]
fn writes_violations_as_json_without_the_value() {
    let schema = r#"{"properties":{"a":{"type":["integer","null"]},"b":{"minimum":1.5},"c":{"required":["x\""]},
        "d":{"pattern":"^\\d$"},"e":{"uniqueItems":true},"f":{"oneOf":[true,true]},"g":{"enum":[1]},"h":false}}"#;
    let compiled = Schema::compile(schema.as_bytes(), &lenient()).unwrap();
    for (text, expected) in [
        (
            r#"{"a":"secret"}"#,
            r#"{"in":"body","pointer":"/a","code":"type","message":"must be null or integer","params":{"type":["null","integer"]}}"#,
        ),
        (
            r#"{"b":1}"#,
            r#"{"in":"body","pointer":"/b","code":"minimum","message":"must be at least 1.5","params":{"limit":1.5}}"#,
        ),
        (
            r#"{"c":{}}"#,
            r#"{"in":"body","pointer":"/c","code":"required","message":"must have the property \"x\\\"\"","params":{"property":"x\""}}"#,
        ),
        (
            r#"{"d":"secret"}"#,
            r#"{"in":"body","pointer":"/d","code":"pattern","message":"must match the pattern \"^\\\\d$\"","params":{"pattern":"^\\d$"}}"#,
        ),
        (
            r#"{"e":["secret","secret"]}"#,
            r#"{"in":"body","pointer":"/e","code":"uniqueItems","message":"must not have equal items (0 and 1)","params":{"items":[0,1]}}"#,
        ),
        (
            r#"{"f":"secret"}"#,
            r#"{"in":"body","pointer":"/f","code":"oneOf","message":"must match exactly one of several schemas, not 2","params":{"found":2}}"#,
        ),
        (
            r#"{"g":"secret"}"#,
            r#"{"in":"body","pointer":"/g","code":"enum","message":"must be one of the values allowed"}"#,
        ),
        (r#"{"h":"secret"}"#, r#"{"in":"body","pointer":"/h","code":"properties","message":"must not be there"}"#),
    ] {
        let Verdict::Invalid(list) = compiled.validator(ValidatorOptions::default()).validate(text.as_bytes()) else {
            panic!("{text}");
        };
        let mut out = Vec::new();
        list[0].write_json("body", &mut out);
        let json = String::from_utf8(out).unwrap();
        let parse = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(parse(&json), parse(expected));
        let mut alone = Vec::new();
        list[0].write_json("", &mut alone);
        assert!(alone.starts_with(b"{\"pointer\":"));
    }
    let unsafe_integer = Violation {
        instance: "/\n".to_owned(),
        schema: String::new(),
        keyword: "unsafe_integer",
        params: Params::None,
    };
    let mut out = Vec::new();
    unsafe_integer.write_json("query", &mut out);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        r#"{"in":"query","pointer":"/\n","code":"unsafe_integer","message":"must be between -9007199254740991 and 9007199254740991"}"#
    );
}
