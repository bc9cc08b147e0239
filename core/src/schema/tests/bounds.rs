//! Work and memory that a peer can cause.

use std::time::{Duration, Instant};

use super::{check, lenient};
use crate::schema::{Schema, ValidatorOptions, Verdict};

#[test]
fn stops_schemas_whose_branches_branch_again() {
    let schema = r##"{"anyOf":[{"properties":{"a":{"$ref":"#"}},"required":["b"]},{"properties":{"a":{"$ref":"#"}},"required":["c"]}]}"##;
    let text = format!("{}1{}", r#"{"a":"#.repeat(60), "}".repeat(60));
    let compiled = Schema::compile(schema.as_bytes(), &lenient()).unwrap();
    let verdict = compiled.validator(ValidatorOptions::default()).validate(text.as_bytes());
    assert_eq!(verdict, Verdict::Exhausted);
}

#[test]
fn finds_equal_elements_without_comparing_all_with_all() {
    let text = format!("[{}]", (0..200_000).map(|at| at.to_string()).collect::<Vec<_>>().join(","));
    let compiled = Schema::compile(br#"{"uniqueItems":true}"#, &lenient()).unwrap();
    let start = Instant::now();
    let mut validator = compiled.validator(ValidatorOptions::default());
    assert_eq!(validator.validate(text.as_bytes()), Verdict::Valid);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn refuses_a_long_text_at_the_byte_that_decides_it() {
    let compiled = Schema::compile(br#"{"properties":{"a":{"type":"string"}}}"#, &lenient()).unwrap();
    let mut validator = compiled.validator(ValidatorOptions::default());
    assert_eq!(validator.push(br#"{"a":1"#, false), None, "the number may go on");
    assert!(matches!(validator.push(br#"{"a":1,"b":"#, false), Some(Verdict::Invalid(_))));
}

#[test]
fn compares_numbers_with_exponents_without_writing_them_out() {
    assert_eq!(check(r#"{"minimum":1e-300,"maximum":1e300,"multipleOf":1e-300}"#, "123e100"), Verdict::Valid);
    let limits = crate::schema::JsonLimits { not_finite: true, unsafe_integers: true, ..Default::default() };
    let compiled = Schema::compile(br#"{"type":"integer","multipleOf":7}"#, &lenient()).unwrap();
    let mut validator = compiled.validator(ValidatorOptions { limits, ..ValidatorOptions::default() });
    assert_eq!(validator.validate(b"7e999999999999999"), Verdict::Valid);
    assert!(matches!(validator.validate(b"1e999999999999999"), Verdict::Invalid(_)));
}
