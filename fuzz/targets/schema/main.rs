//! Texts by schemas: any bytes, any cut of them, and two ways to ask, with the same verdict; and rewritten by any options,
//! to a text that is JSON and that nothing more is to be changed in.

#![no_main]

mod grown;

use std::borrow::Cow;

use arbitrary::Arbitrary;
use grown::{Document, Grown};
use libfuzzer_sys::fuzz_target;
use nexure_core::schema::{
    JsonLimits, JsonProblem, RewriteOptions, Schema, SchemaOptions, Unknown, ValidatorOptions, Verdict,
};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    schema: &'a str,
    text: &'a [u8],
    cuts: Vec<u16>,
    grown: Grown,
    definitions: Vec<Grown>,
    document: Document,
    options: (bool, u8, bool),
    fields: Vec<(&'a str, &'a str)>,
}

fuzz_target!(|input: Input<'_>| {
    let mut grown = String::new();
    grown::write_schema(&input.grown, &input.definitions, &mut grown);
    let mut document = String::new();
    input.document.write(&mut document);
    let unknown = match input.options.1 % 3 {
        0 => Unknown::Keep,
        1 => Unknown::Strip,
        _ => Unknown::Refuse,
    };
    let rewrite = RewriteOptions { coerce: input.options.0, unknown, defaults: input.options.2 };
    for (source, text) in [(input.schema, input.text), (&*grown, document.as_bytes()), (&*grown, input.text)] {
        for strict in [true, false] {
            let options =
                SchemaOptions { strict, refuse_unknown: unknown == Unknown::Refuse, ..SchemaOptions::default() };
            let Ok(schema) = Schema::compile(source.as_bytes(), &options) else { continue };
            check(&schema, text, &input.cuts);
            check_rewriting(&schema, text, rewrite, !source.contains("x-sanitize"));
            check_fields(&schema, &input.fields, rewrite);
        }
    }
});

fn check(schema: &Schema, text: &[u8], cuts: &[u16]) {
    let mut validator = schema.validator(ValidatorOptions::default());
    let whole = validator.validate(text);
    let mut ends: Vec<usize> = cuts.iter().map(|cut| usize::from(*cut) % (text.len() + 1)).collect();
    ends.sort_unstable();
    ends.push(text.len());
    validator.begin();
    let last = ends.len() - 1;
    let pieces = ends.iter().enumerate().find_map(|(at, end)| validator.push(&text[..*end], at == last));
    assert_eq!(pieces.as_ref(), Some(&whole));
    // Asked for more, it may find that a text is malformed behind its first violation, and no other difference.
    let all = ValidatorOptions { max_violations: 100, ..ValidatorOptions::default() };
    match (&whole, schema.validator(all).validate(text)) {
        (Verdict::Valid, other) => assert_eq!(other, Verdict::Valid),
        (Verdict::Invalid(first), Verdict::Invalid(others)) => assert!(others.contains(&first[0])),
        (Verdict::Invalid(_), Verdict::Valid) => panic!("a violation is lost"),
        _ => {}
    }
    if let Verdict::Invalid(list) = &whole {
        let mut json = Vec::new();
        list[0].write_json("body", &mut json);
        assert!(serde_json::from_slice::<serde_json::Value>(&json).is_ok());
    }
    if whole == Verdict::Valid {
        assert!(str::from_utf8(text).is_ok());
    }
}

fn is_json(text: &[u8]) -> bool {
    let anything = Schema::compile(b"true", &SchemaOptions::default()).unwrap();
    let ours = anything.validator(ValidatorOptions::default()).validate(text) == Verdict::Valid;
    ours && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

fn check_rewriting(schema: &Schema, text: &[u8], options: RewriteOptions, repeats: bool) {
    let limits = JsonLimits::default();
    let mut changes = Vec::new();
    match schema.rewrite(text, &options, &limits, Some(&mut changes)) {
        Ok(None) => assert!(changes.is_empty()),
        Ok(Some(rewritten)) => {
            assert!(schema.rewrites(&options));
            assert!(!changes.is_empty());
            assert!(is_json(&rewritten), "{:?}", String::from_utf8_lossy(&rewritten));
            // What is sanitised twice may change twice: an `&` is escaped again.
            if repeats {
                let again = schema.rewrite(&rewritten, &options, &limits, None);
                assert!(matches!(again, Ok(None)), "{:?} {again:?}", String::from_utf8_lossy(&rewritten));
            }
        }
        Err(error) if error.problem == JsonProblem::Length => {}
        Err(_) => assert!(!is_json(text)),
    }
}

fn check_fields(schema: &Schema, fields: &[(&str, &str)], options: RewriteOptions) {
    let mut out = Vec::new();
    let fields = fields.iter().map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(*value)));
    schema.object_from_fields(fields, &options, &mut out, None);
    assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&out).is_ok(), "{:?}", String::from_utf8_lossy(&out));
}
