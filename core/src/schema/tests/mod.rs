//! Tests of schemas by subject, and what they share.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected should fail loudly"
)]

mod bounds;
mod columns;
mod extensions;
mod fields;
mod formats;
mod keywords;
mod oracle;
mod patterns;
mod rewriting;
mod rewriting_oracle;
mod strict;
mod texts;

use super::{Columns, JsonLimits, Schema, SchemaOptions, ValidatorOptions, Verdict};

fn lenient() -> SchemaOptions {
    SchemaOptions { strict: false, ..SchemaOptions::default() }
}

/// The verdict on a text, which must be the same for every cut, and with and without an index or a straight way.
fn check(schema: &str, text: &str) -> Verdict {
    let compiled = Schema::compile(schema.as_bytes(), &lenient()).unwrap_or_else(|error| panic!("{error}"));
    let mut validator = compiled.validator(ValidatorOptions::default());
    let verdict = validator.validate(text.as_bytes());
    validator.begin();
    let pieces = (0..=text.len()).find_map(|end| validator.push(&text.as_bytes()[..end], end == text.len()));
    assert_eq!(pieces.as_ref(), Some(&verdict), "{schema} {text}: byte by byte");
    for cut in 0..=text.len().min(100) {
        validator.begin();
        let first = validator.push(&text.as_bytes()[..cut], false);
        let two = first.or_else(|| validator.push(text.as_bytes(), true));
        assert_eq!(two.as_ref(), Some(&verdict), "{schema} {text}: cut at {cut}");
    }
    let stepping = Schema::stepping(schema.as_bytes(), &lenient()).unwrap();
    let stepped = stepping.validator(ValidatorOptions::default()).validate(text.as_bytes());
    assert_eq!(stepped, verdict, "{schema} {text}: step by step");
    let mut columns = Columns::default();
    let with_columns = validator.validate_columns(text.as_bytes(), &mut columns);
    assert_eq!(with_columns, verdict, "{schema} {text}: with columns");
    let indexing = Schema::indexing(schema.as_bytes(), &lenient()).unwrap();
    let all = ValidatorOptions { max_violations: 1000, ..ValidatorOptions::default() };
    match (
        &verdict,
        compiled.validator(all).validate(text.as_bytes()),
        indexing.validator(all).validate(text.as_bytes()),
    ) {
        (Verdict::Invalid(first), Verdict::Invalid(mut some), Verdict::Invalid(mut others)) => {
            assert!(some.contains(&first[0]), "{schema} {text}: {first:?} is not among {some:?}");
            let key = |violation: &super::Violation| format!("{violation:?}");
            some.sort_by_key(key);
            others.sort_by_key(key);
            assert_eq!(some, others, "{schema} {text}: with an index");
        }
        (Verdict::Valid, Verdict::Valid, Verdict::Valid) | (Verdict::Malformed(_), ..) => {}
        others => panic!("{schema} {text}: {others:?}"),
    }
    verdict
}

/// Instance, schema and keyword of the first violation, or nothing.
fn breach(schema: &str, text: &str) -> Option<(String, String, &'static str)> {
    match check(schema, text) {
        Verdict::Valid => None,
        Verdict::Invalid(list) => list.into_iter().next().map(|one| (one.instance, one.schema, one.keyword)),
        other => panic!("{schema} {text}: {other:?}"),
    }
}

fn reads(text: &[u8], limits: JsonLimits) -> Verdict {
    let schema = Schema::compile(b"true", &SchemaOptions::default()).unwrap();
    schema.validator(ValidatorOptions { limits, ..ValidatorOptions::default() }).validate(text)
}
