//! Mistakes in schemas, found when they are compiled.

use crate::schema::{Schema, SchemaOptions};

fn error(schema: &str) -> Option<(String, &'static str)> {
    Schema::compile(schema.as_bytes(), &SchemaOptions::default()).err().map(|error| {
        assert!(!error.to_string().is_empty());
        (error.location.clone(), error.reason())
    })
}

#[test]
fn names_the_place_of_each_mistake() {
    for (schema, location, code) in [
        (r#"{"a":}"#, "#", "syntax"),
        ("1", "#", "syntax"),
        (r#"{"properties":{"a":{"type":"text"}}}"#, "#/properties/a/type", "syntax"),
        (r#"{"minLength":-1}"#, "#/minLength", "syntax"),
        (r#"{"multipleOf":0}"#, "#/multipleOf", "syntax"),
        (r#"{"$defs":{"a":{"minLenght":1}}}"#, "#/$defs/a/minLenght", "unknown"),
        (r#"{"format":"emial"}"#, "#/format", "unknown"),
        (r#"{"$schema":"https://example.com/mine"}"#, "#", "unknown"),
        (r##"{"$ref":"#/$defs/a"}"##, "#/$ref", "reference"),
        (r#"{"$ref":"https://example.com/a"}"#, "#/$ref", "reference"),
        (r##"{"$ref":"#"}"##, "#", "reference"),
        (r##"{"anyOf":[{"type":"null"},{"$ref":"#/anyOf/1"}]}"##, "#/anyOf/1", "reference"),
        (r#"{"pattern":"(a)\\1"}"#, "#/pattern", "pattern"),
        (r#"{"patternProperties":{"[":{}}}"#, "#/patternProperties", "pattern"),
        (r#"{"minimum":2,"maximum":1}"#, "#", "contradiction"),
        (r#"{"minimum":1,"exclusiveMaximum":1}"#, "#", "contradiction"),
        (r#"{"minItems":2,"maxItems":1}"#, "#", "contradiction"),
        (r#"{"type":"string","minimum":1}"#, "#", "contradiction"),
        (r#"{"type":"string","enum":[1]}"#, "#", "contradiction"),
        (r#"{"then":{}}"#, "#", "contradiction"),
        (r#"{"required":["a"],"properties":{"b":{}},"additionalProperties":false}"#, "#", "contradiction"),
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
