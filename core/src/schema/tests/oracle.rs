//! Random schemas and values against another implementation, which reads the value first, and against our own with an
//! index for all.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{check, lenient};
use crate::schema::{Schema, Verdict};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..4).prop_map(Value::from),
        (-8i32..8).prop_map(|number| json!(f64::from(number) / 4.0)),
        "[ab\"\\\\é]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

fn schema() -> impl Strategy<Value = Value> {
    let types = prop::sample::select(vec!["null", "boolean", "integer", "number", "string", "array", "object"]);
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        types.prop_map(|name| json!({ "type": name })),
        value().prop_map(|value| json!({ "const": value })),
        prop::collection::vec(value(), 1..4).prop_map(|values| json!({ "enum": values })),
        (-2i64..3, 1i64..4).prop_map(|(min, divisor)| json!({ "minimum": min, "multipleOf": divisor })),
        (0u32..3, 0u32..3).prop_map(|(min, more)| json!({ "minLength": min, "maxLength": min + more })),
        (0u32..3).prop_map(|count| json!({ "minItems": count, "maxProperties": count, "uniqueItems": true })),
        Just(json!({ "pattern": "^a", "required": ["a"] })),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..3);
        let map = prop::collection::btree_map("[abc]", inner.clone(), 0..3);
        prop_oneof![
            (map.clone(), inner.clone())
                .prop_map(|(map, more)| json!({ "properties": map, "additionalProperties": more })),
            (map.clone(), inner.clone())
                .prop_map(|(map, more)| json!({ "patternProperties": map, "propertyNames": more })),
            (map, list.clone())
                .prop_map(|(map, list)| json!({ "properties": map, "anyOf": list, "unevaluatedProperties": false })),
            (list.clone(), inner.clone()).prop_map(|(list, more)| json!({ "prefixItems": list, "items": more })),
            (list.clone(), inner.clone())
                .prop_map(|(list, more)| json!({ "prefixItems": list, "contains": more, "unevaluatedItems": false })),
            list.clone().prop_map(|list| json!({ "allOf": list })),
            list.clone().prop_map(|list| json!({ "anyOf": list })),
            list.prop_map(|list| json!({ "oneOf": list })),
            inner.clone().prop_map(|inner| json!({ "not": inner })),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| json!({ "if": a, "then": b, "else": c })),
            inner.prop_map(|inner| json!({ "items": inner, "dependentSchemas": { "a": { "required": ["b"] } } })),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn agrees_with_another_implementation(schema in schema(), value in value()) {
        let expected = jsonschema::draft202012::new(&schema).unwrap().is_valid(&value);
        let verdict = check(&schema.to_string(), &value.to_string());
        prop_assert_eq!(verdict == Verdict::Valid, expected, "{} {}: {:?}", schema, value, verdict);
    }

    #[test]
    fn takes_any_bytes_as_schema_and_as_text(schema in ".{0,60}", text in ".{0,60}") {
        if let Ok(compiled) = Schema::compile(schema.as_bytes(), &lenient()) {
            let _ = compiled.validator(crate::schema::ValidatorOptions::default()).validate(text.as_bytes());
        }
    }
}
