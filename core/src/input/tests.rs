//! What is refused, and why.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that meets the unexpected should fail loudly")]

use std::rc::Rc;

use super::{BodyCheck, BodyKind, BodyRules, Fault, InputRules, InputText, PartRules};
use crate::schema::{JsonProblem, RewriteOptions, Schema, SchemaOptions};

fn rules(schema: &str, optional: bool) -> Rc<InputRules> {
    let schema = Schema::compile(schema.as_bytes(), &SchemaOptions::default()).unwrap();
    Rc::new(InputRules {
        body: Some(BodyRules {
            part: PartRules::new(schema, RewriteOptions::default()),
            form: RewriteOptions { coerce: true, ..RewriteOptions::default() },
            optional,
            is_filter: false,
        }),
        max_errors: 1,
        ..InputRules::default()
    })
}

const ORDER: &str = r#"{"type":"object","required":["id"],"properties":{"id":{"type":"integer","minimum":1}}}"#;

#[test]
fn every_cut_of_a_body_is_judged_as_the_whole() {
    let cases = [
        (r#"{"id":1}"#, None),
        (r#" {"id": 1, "more": [1,2,"\u00e9"]} "#, None),
        (r#"{"id":0}"#, Some(Fault::Invalid)),
        (r#"{"id":"1"}"#, Some(Fault::Invalid)),
        (r"{}", Some(Fault::Invalid)),
        (r#"{"id":1"#, Some(Fault::Json(JsonProblem::Truncated))),
        (r#"{"id":1}}"#, Some(Fault::Json(JsonProblem::Syntax))),
        (r#"{"id":1,"__proto__":1}"#, Some(Fault::Json(JsonProblem::PrototypeKey))),
        ("", Some(Fault::Missing)),
    ];
    for (text, expected) in cases {
        for first in 0..=text.len() {
            for second in first..=text.len() {
                let mut check = BodyCheck::new(rules(ORDER, false), BodyKind::Json, InputText::default());
                let mut found = None;
                let mut body = Vec::new();
                for (piece, last) in [(0..first, false), (first..second, false), (second..text.len(), true)] {
                    body.extend_from_slice(&text.as_bytes()[piece]);
                    match check.advance(&mut body, last) {
                        Ok(done) => assert_eq!(done, last, "{text}"),
                        Err(refusal) => {
                            found = Some(refusal.fault);
                            break;
                        }
                    }
                }
                assert_eq!(found, expected, "{text} {first} {second}");
            }
        }
    }
}

#[test]
fn content_may_be_missing_where_it_is_optional() {
    let mut check = BodyCheck::new(rules(ORDER, true), BodyKind::Json, InputText::default());
    assert_eq!(check.advance(&mut Vec::new(), true), Ok(true));
}
