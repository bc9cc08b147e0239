//! Routes that declare their input, and what must hold of the requests that come of them.

use std::rc::Rc;

use nexure_core::engine::{Engine, RouteRules};
use nexure_core::http::Method;
use nexure_core::input::{BodyRules, InputRules, PartRules};
use nexure_core::schema::{JsonLimits, RewriteOptions, Schema, SchemaOptions, Unknown, ValidatorOptions, Verdict};

use crate::records::Request;

/// Decided by the first piece that is wrong, without changing anything.
const STREAMED: &str = r#"{"type":"object","required":["id"],"additionalProperties":{"type":"array","maxItems":3},
    "properties":{"id":{"type":"integer","minimum":1},"name":{"type":"string","maxLength":4}}}"#;
/// Changed before it is checked.
const CHANGED: &str = r#"{"type":"object","x-unknown":"strip","properties":{
    "id":{"type":"integer","minimum":1,"x-coerce":"lossless"},"name":{"maxLength":4,"x-sanitize":["trim","escapeHtml"]},
    "page":{"type":"integer","default":1},"tags":{"type":"array","items":{"type":"string"},"uniqueItems":true}}}"#;
/// Of the parts of a head, which are coerced.
const PARAMS: &str = r#"{"properties":{"id":{"type":"integer"}}}"#;
const QUERY: &str = r#"{"properties":{"page":{"type":"integer","minimum":1,"default":1},
    "tag":{"type":"array","items":{"maxLength":2}},"on":{"type":"boolean"}}}"#;
const HEADERS: &str = r#"{"required":["host"],"properties":{"x-a":{"type":["integer","null"]}}}"#;
const COOKIES: &str = r#"{"properties":{"a":{"type":"number"},"b":{"maxLength":3}}}"#;

/// The routes. Two are answered by the core alone, two ask how to answer what does not fit.
pub const ROUTES: [(Method, &str); 4] =
    [(Method::Post, "/s"), (Method::Post, "/c"), (Method::Post, "/a/*path"), (Method::Put, "/p/:id")];

/// The number of the first of them, behind the routes that declare nothing.
const FIRST: u32 = 7;

/// The rules of the engine for each.
pub fn route_rules() -> [RouteRules; ROUTES.len()] {
    let asks = RouteRules { asks_invalid: true, ..RouteRules::DEFAULT };
    [RouteRules::DEFAULT, RouteRules::DEFAULT, asks, RouteRules { streams_body: true, ..asks }]
}

/// The schemas are compiled once; what remembers anything begins anew with every engine.
struct Schemas {
    streamed: Schema,
    changed: Schema,
    head: [Schema; 4],
}

thread_local! {
    static SCHEMAS: Schemas = Schemas {
        streamed: compile(STREAMED),
        changed: compile(CHANGED),
        head: [PARAMS, QUERY, HEADERS, COOKIES].map(compile),
    };
}

fn compile(schema: &str) -> Schema {
    Schema::compile(schema.as_bytes(), &SchemaOptions::default()).expect("a schema of our own")
}

/// Gives the routes their rules.
pub fn declare(engine: &mut Engine) {
    SCHEMAS.with(|schemas| {
        let coerced = RewriteOptions { coerce: true, ..RewriteOptions::default() };
        let body = |schema: &Schema, options| BodyRules {
            part: PartRules::new(schema.clone(), options),
            form: RewriteOptions { unknown: Unknown::Strip, ..coerced },
            optional: false,
            is_filter: false,
        };
        let part = |at: usize| Some(PartRules::new(schemas.head[at].clone(), coerced));
        let streamed = || Some(body(&schemas.streamed, RewriteOptions::default()));
        let limits = JsonLimits::default();
        let all = [
            InputRules { body: streamed(), max_errors: 1, limits, ..InputRules::default() },
            InputRules {
                body: Some(body(&schemas.changed, RewriteOptions::default())),
                query: part(1),
                headers: part(2),
                max_errors: 3,
                changes: true,
                limits,
                ..InputRules::default()
            },
            InputRules { body: streamed(), query: part(1), max_errors: 1, limits, ..InputRules::default() },
            InputRules {
                body: streamed().map(|body| BodyRules { optional: true, ..body }),
                params: part(0),
                param_names: vec!["id".to_owned()],
                query: part(1),
                headers: part(2),
                cookies: part(3),
                max_errors: 100,
                changes: true,
                limits,
            },
        ];
        for (route, rules) in (FIRST..).zip(all) {
            engine.set_input(route, Rc::new(rules));
        }
    });
}

/// What is said to fit does, what is said not to comes with a document, and nothing else reaches a handler but content with
/// a coding. What was made of the head is JSON.
pub fn check(request: &Request) {
    let (is_valid, is_invalid) = request.checked;
    let Some(at) = request.route.checked_sub(FIRST).filter(|at| *at < ROUTES.len() as u32) else {
        assert!(!is_valid && !is_invalid && request.input.is_empty());
        return;
    };
    if !request.input.is_empty() {
        assert!(serde_json::from_slice::<serde_json::Value>(&request.input).is_ok_and(|input| input.is_object()));
    }
    if is_invalid {
        assert!(!is_valid && at >= 2, "only routes that ask are told");
        let document: serde_json::Value = serde_json::from_slice(&request.body).expect("a document");
        assert_eq!(document["status"], request.status);
        return;
    }
    if is_valid {
        let fits = SCHEMAS.with(|schemas| {
            let schema = if at == 1 { &schemas.changed } else { &schemas.streamed };
            schema.validator(ValidatorOptions::default()).validate(&request.body) == Verdict::Valid
        });
        let is_left_out = at == 3 && request.body.is_empty();
        assert!(fits || is_left_out, "{:?}", String::from_utf8_lossy(&request.body));
        assert!(!request.streams, "what is checked is whole");
        return;
    }
    let is_coded = request.fields.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"content-encoding"));
    assert!(is_coded, "handed over unchecked");
}
