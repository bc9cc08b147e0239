//! Mistakes in schemas, found when they are compiled.

use crate::schema::{Schema, SchemaOptions};

fn error(schema: &str) -> Option<(String, &'static str)> {
    Schema::compile(schema.as_bytes(), &SchemaOptions::default()).err().map(|error| {
        assert!(!error.to_string().is_empty());
        (error.location.clone(), error.code())
    })
}

#[test]
fn names_the_place_of_each_mistake() {
    for (schema, location, code) in [
        (r#"{"a":}"#, "#", "ERR_NEXURE_SCHEMA_SYNTAX"),
        ("1", "#", "ERR_NEXURE_SCHEMA_SYNTAX"),
        (r#"{"properties":{"a":{"type":"text"}}}"#, "#/properties/a/type", "ERR_NEXURE_SCHEMA_SYNTAX"),
        (r#"{"minLength":-1}"#, "#/minLength", "ERR_NEXURE_SCHEMA_SYNTAX"),
        (r#"{"multipleOf":0}"#, "#/multipleOf", "ERR_NEXURE_SCHEMA_SYNTAX"),
        (r#"{"$defs":{"a":{"minLenght":1}}}"#, "#/$defs/a/minLenght", "ERR_NEXURE_SCHEMA_UNKNOWN"),
        (r#"{"format":"emial"}"#, "#/format", "ERR_NEXURE_SCHEMA_UNKNOWN"),
        (r#"{"$schema":"https://example.com/mine"}"#, "#", "ERR_NEXURE_SCHEMA_UNKNOWN"),
        (r##"{"$ref":"#/$defs/a"}"##, "#/$ref", "ERR_NEXURE_SCHEMA_REFERENCE"),
        (r#"{"$ref":"https://example.com/a"}"#, "#/$ref", "ERR_NEXURE_SCHEMA_REFERENCE"),
        (r##"{"$ref":"#"}"##, "#", "ERR_NEXURE_SCHEMA_REFERENCE"),
        (r##"{"anyOf":[{"type":"null"},{"$ref":"#/anyOf/1"}]}"##, "#/anyOf/1", "ERR_NEXURE_SCHEMA_REFERENCE"),
        (r#"{"pattern":"(a)\\1"}"#, "#/pattern", "ERR_NEXURE_SCHEMA_PATTERN"),
        (r#"{"patternProperties":{"[":{}}}"#, "#/patternProperties", "ERR_NEXURE_SCHEMA_PATTERN"),
        (r#"{"minimum":2,"maximum":1}"#, "#", "ERR_NEXURE_SCHEMA_CONTRADICTION"),
        (r#"{"minimum":1,"exclusiveMaximum":1}"#, "#", "ERR_NEXURE_SCHEMA_CONTRADICTION"),
        (r#"{"minItems":2,"maxItems":1}"#, "#", "ERR_NEXURE_SCHEMA_CONTRADICTION"),
        (r#"{"type":"string","minimum":1}"#, "#", "ERR_NEXURE_SCHEMA_CONTRADICTION"),
        (r#"{"type":"string","enum":[1]}"#, "#", "ERR_NEXURE_SCHEMA_CONTRADICTION"),
        (r#"{"then":{}}"#, "#", "ERR_NEXURE_SCHEMA_CONTRADICTION"),
        (
            r#"{"required":["a"],"properties":{"b":{}},"additionalProperties":false}"#,
            "#",
            "ERR_NEXURE_SCHEMA_CONTRADICTION",
        ),
    ] {
        assert_eq!(error(schema), Some((location.to_owned(), code)), "{schema}");
    }
}

#[test]
fn takes_what_only_describes() {
    for schema in [
        r#"{"x-order":1,"title":"t","description":"d","default":1,"examples":[1],"$comment":"c"}"#,
        r##"{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"a":{}},"$ref":"#/definitions/a"}"##,
        r#"{"type":"string","contentEncoding":"base64","contentSchema":{"type":"null"}}"#,
        r#"{"$ref":"https://json-schema.org/draft/2020-12/schema"}"#,
        r#"{"$ref":"http://json-schema.org/draft-07/schema#"}"#,
        r##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##,
    ] {
        assert_eq!(error(schema), None, "{schema}");
    }
}
