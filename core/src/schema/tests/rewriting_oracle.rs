//! Random schemas and texts against an implementation that works on values: what follows properties, items, references and
//! `allOf`, in the order of the rules, with no thought for speed.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::lenient;
use crate::schema::{JsonLimits, RewriteOptions, Schema, Unknown, ValidatorOptions};

const STRINGS: [&str; 11] = ["", "1", "-7", "01", "1.5", "true", "null", " 1", " A\t", "é\"\\", "9007199254740993"];

/// Schemas that certainly apply to a value: itself, those of `$ref` and of `allOf`, the nearest first.
fn with_parts<'s>(root: &'s Value, schema: &'s Value, out: &mut Vec<&'s Value>) {
    let is_known = |out: &[&Value], schema: &Value| out.iter().any(|known| std::ptr::eq(*known, schema));
    let mut at = out.len();
    if !is_known(out, schema) {
        out.push(schema);
    }
    while let Some(schema) = out.get(at).copied() {
        at += 1;
        let referred = schema["$ref"].as_str().map(|name| &root["$defs"][name.rsplit('/').next().unwrap()]);
        for part in referred.into_iter().chain(schema["allOf"].as_array().into_iter().flatten()) {
            if !is_known(out, part) {
                out.push(part);
            }
        }
    }
}

fn all<'s>(root: &'s Value, schemas: impl IntoIterator<Item = &'s Value>) -> Vec<&'s Value> {
    let mut out = Vec::new();
    schemas.into_iter().for_each(|schema| with_parts(root, schema, &mut out));
    out
}

fn types(schemas: &[&Value]) -> Option<Vec<String>> {
    let mut result: Option<Vec<String>> = None;
    for schema in schemas.iter().filter(|schema| schema.get("type").is_some()) {
        let mut own = vec![schema["type"].as_str().unwrap().to_owned()];
        if own[0] == "number" {
            own.push("integer".to_owned());
        }
        result = Some(match result {
            Some(before) => before.into_iter().filter(|name| own.contains(name)).collect(),
            None => own,
        });
    }
    result
}

fn coerced(text: &str, types: &[String]) -> Option<Value> {
    let has = |name: &str| types.iter().any(|known| known == name);
    let integer = text.parse::<i64>().ok().filter(|value| value.to_string() == text && value.abs() < 1 << 53);
    match text {
        "true" | "false" if has("boolean") => Some(json!(text == "true")),
        "null" if has("null") => Some(Value::Null),
        _ if has("integer") && integer.is_some() => integer.map(Value::from),
        "1.5" if has("number") => Some(json!(1.5)),
        _ => None,
    }
}

fn child<'s>(schemas: &[&'s Value], name: &str) -> Vec<&'s Value> {
    let of = |schema: &&'s Value| match schema["properties"].get(name) {
        Some(known) => Some(known),
        None => schema.get("additionalProperties").filter(|others| !others.is_boolean()),
    };
    schemas.iter().filter_map(of).collect()
}

fn knows(schema: &Value, name: &str) -> bool {
    let open = schema.get("additionalProperties").is_some_and(|others| *others != Value::Bool(false));
    open || schema["properties"].get(name).is_some()
}

fn naive(root: &Value, schemas: &[&Value], value: &Value, options: RewriteOptions) -> Value {
    match value {
        Value::String(text) => {
            let steps = schemas.iter().filter(|schema| schema.get("x-sanitize").is_some());
            let text = steps.fold(text.clone(), |text, _| text.trim().to_lowercase());
            let asked = types(schemas).filter(|types| options.coerce && !types.contains(&"string".to_owned()));
            asked.and_then(|types| coerced(&text, &types)).unwrap_or(Value::String(text))
        }
        Value::Array(list) => {
            let items: Vec<_> = schemas.iter().filter_map(|schema| schema.get("items")).collect();
            list.iter().map(|item| naive(root, &all(root, items.iter().copied()), item, options)).collect()
        }
        Value::Object(members) => {
            let speaks = |schema: &&Value| {
                schema.get("additionalProperties").is_some()
                    || schema["properties"].as_object().is_some_and(|names| !names.is_empty())
            };
            let strips = options.unknown == Unknown::Strip && schemas.iter().any(speaks);
            let mut result = Map::new();
            for (name, member) in members {
                if strips && !schemas.iter().any(|schema| knows(schema, name)) {
                    continue;
                }
                let below = all(root, child(schemas, name));
                result.insert(name.clone(), naive(root, &below, member, options));
            }
            let known = schemas.iter().flat_map(|schema| schema["properties"].as_object().into_iter().flatten());
            for (name, own) in known.filter(|_| options.defaults) {
                let default = all(root, [own]).into_iter().find_map(|schema| schema.get("default"));
                if let (None, Some(default)) = (result.get(name), default) {
                    let below = all(root, child(schemas, name));
                    result.insert(name.clone(), naive(root, &below, default, options));
                }
            }
            Value::Object(result)
        }
        other => other.clone(),
    }
}

fn value() -> impl Strategy<Value = Value> {
    let strings = prop::sample::select(STRINGS.to_vec());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..4).prop_map(Value::from),
        strings.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abcx]", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// Chooses by a seed.
struct Choice(u64);

impl Choice {
    fn of(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }
}

/// A value of the shape that a schema describes, most of the time.
fn grown(root: &Value, schema: &Value, choice: &mut Choice) -> Value {
    let schemas = all(root, [schema]);
    let names: Vec<&String> =
        schemas.iter().filter_map(|schema| schema["properties"].as_object()).flat_map(Map::keys).collect();
    let items = schemas.iter().find_map(|schema| schema.get("items"));
    let is_open = schemas.iter().any(|schema| schema.get("additionalProperties").is_some());
    match choice.of(12) {
        0 => json!([" A", { "a": "1" }]),
        1 => json!({ "x": " 1" }),
        _ if !names.is_empty() || is_open => {
            let mut object = Map::new();
            for name in names {
                if choice.of(4) > 0 {
                    let below = child(&schemas, name);
                    object
                        .insert(name.clone(), below.first().map_or(Value::Null, |schema| grown(root, schema, choice)));
                }
            }
            if choice.of(2) > 0 {
                object.insert(
                    "x".to_owned(),
                    child(&schemas, "x").first().map_or(json!(" 1"), |schema| grown(root, schema, choice)),
                );
            }
            Value::Object(object)
        }
        _ => match items {
            Some(items) => (0..choice.of(4)).map(|_| grown(root, items, choice)).collect(),
            None => json!(STRINGS[choice.of(STRINGS.len())]),
        },
    }
}

fn schema() -> impl Strategy<Value = Value> {
    let names = vec!["null", "boolean", "integer", "number", "string", "array", "object"];
    let leaf = prop_oneof![
        prop::sample::select(names).prop_map(|name| json!({ "type": name })),
        prop::sample::select(vec!["boolean", "integer", "number"]).prop_map(|name| json!({ "type": name })),
        Just(json!({ "x-sanitize": ["trim", "lowercase"] })),
        Just(json!({ "type": "integer", "x-sanitize": ["trim", "lowercase"] })),
        prop::sample::select(vec!["p", "q"]).prop_map(|name| json!({ "$ref": format!("#/$defs/{name}") })),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let map = prop::collection::btree_map("[abc]", inner.clone(), 0..3);
        prop_oneof![
            3 => map.clone().prop_map(|map| json!({ "properties": map })),
            1 => map.clone().prop_map(|map| json!({ "properties": map, "additionalProperties": false })),
            1 => (map, inner.clone())
                .prop_map(|(map, others)| json!({ "properties": map, "additionalProperties": others })),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|list| json!({ "allOf": list })),
            1 => inner.clone().prop_map(|items| json!({ "items": items })),
            2 => (inner, value()).prop_map(|(inner, default)| json!({ "allOf": [inner], "default": default })),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn agrees_with_an_implementation_on_values(
        (a, b, c) in (schema(), schema(), schema()),
        (p, q) in (schema(), schema()),
        (any_value, seed, is_any) in (value(), any::<u64>(), prop::bool::weighted(0.1)),
        (coerce, strip, defaults) in any::<(bool, bool, bool)>(),
    ) {
        // References go one way, so that there are no loops.
        let only_down = |text: String| text.replace("#/$defs/p", "#/$defs/q");
        let q: Value = serde_json::from_str(&q.to_string().replace("$ref", "x-no-ref")).unwrap();
        let p: Value = serde_json::from_str(&only_down(p.to_string())).unwrap();
        let schema = json!({ "$defs": { "p": p, "q": q }, "properties": { "a": a, "b": b, "c": c } });
        let value = if is_any { any_value } else { grown(&schema, &schema, &mut Choice(seed)) };
        let unknown = if strip { Unknown::Strip } else { Unknown::Keep };
        let options = RewriteOptions { coerce, unknown, defaults };
        let expected = naive(&schema, &all(&schema, [&schema]), &value, options);
        let compiled = Schema::compile(schema.to_string().as_bytes(), &lenient()).unwrap();
        let text = value.to_string();
        let mut changes = Vec::new();
        let result = compiled.rewrite(text.as_bytes(), &options, &JsonLimits::default(), Some(&mut changes)).unwrap();
        prop_assert_eq!(changes.is_empty(), result.is_none());
        prop_assert_eq!(result.is_none(), expected == value, "{} {}", schema, value);
        let result: Value = result.map_or(value.clone(), |text| serde_json::from_slice(&text).unwrap());
        prop_assert_eq!(&result, &expected, "{} {} {:?}", schema, value, options);
        prop_assert!(compiled.rewrites(&options) || result == value);
        // What each change points at differs, or was not there.
        for change in changes {
            let (before, after) = (value.pointer(&change.pointer), result.pointer(&change.pointer));
            prop_assert!(before != after || before.is_none(), "{} {:?}", value, change);
        }
        let _ = compiled.validator(ValidatorOptions::default()).validate(result.to_string().as_bytes());
    }
}
