//! Texts by schemas: any bytes, any cut of them, and two ways to ask, with the same verdict.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nexure_core::schema::{Schema, SchemaOptions, ValidatorOptions, Verdict};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    schema: &'a str,
    text: &'a [u8],
    cuts: Vec<u16>,
}

fuzz_target!(|input: Input<'_>| {
    for strict in [true, false] {
        let options = SchemaOptions { strict, ..SchemaOptions::default() };
        let Ok(schema) = Schema::compile(input.schema.as_bytes(), &options) else { continue };
        let mut validator = schema.validator(ValidatorOptions::default());
        let whole = validator.validate(input.text);
        let mut ends: Vec<usize> = input.cuts.iter().map(|cut| usize::from(*cut) % (input.text.len() + 1)).collect();
        ends.sort_unstable();
        ends.push(input.text.len());
        validator.begin();
        let last = ends.len() - 1;
        let pieces = ends.iter().enumerate().find_map(|(at, end)| validator.push(&input.text[..*end], at == last));
        assert_eq!(pieces.as_ref(), Some(&whole));
        // Asked for more, it may find that a text is malformed behind its first violation, and no other difference.
        let all = ValidatorOptions { max_violations: 100, ..ValidatorOptions::default() };
        match (&whole, schema.validator(all).validate(input.text)) {
            (Verdict::Valid, other) => assert_eq!(other, Verdict::Valid),
            (Verdict::Invalid(first), Verdict::Invalid(others)) => assert!(others.contains(&first[0])),
            (Verdict::Invalid(_), Verdict::Valid) => panic!("a violation is lost"),
            _ => {}
        }
        if whole == Verdict::Valid {
            assert!(str::from_utf8(input.text).is_ok());
        }
    }
});
