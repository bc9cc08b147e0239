//! What checking costs, beside reading alone: `cargo bench -p nexure-core --bench schema`.
//!
//! Nanoseconds per text and megabytes per second, the least of a hundred short samples. Nothing is asserted: it is for figures in
//! documents.

#![allow(missing_docs, clippy::cast_precision_loss, clippy::unwrap_used, reason = "a program that prints figures")]

use std::hint::black_box;
use std::time::Instant;

use nexure_core::schema::{Columns, Schema, SchemaOptions, ValidatorOptions, Verdict};

const SAMPLES: usize = 100;

const USER: &str = r#"{
  "type": "object",
  "required": ["name", "age", "email", "role", "tags"],
  "properties": {
    "name": { "type": "string", "minLength": 1, "maxLength": 100 },
    "age": { "type": "integer", "minimum": 0, "maximum": 150 },
    "email": { "type": "string", "pattern": "^[^@\\s]+@[^@\\s]+$" },
    "role": { "type": "string", "enum": ["admin", "editor", "reader"] },
    "tags": { "type": "array", "items": { "type": "string" }, "maxItems": 10 }
  }
}"#;

/// The users of the comparison with JavaScript.
const ACCOUNT: &str = r#"{
  "type": "object",
  "required": ["id", "name", "email", "age", "active"],
  "properties": {
    "id": { "type": "integer", "minimum": 0 },
    "name": { "type": "string", "minLength": 1, "maxLength": 100 },
    "email": { "type": "string", "maxLength": 100 },
    "age": { "type": "integer", "minimum": 0, "maximum": 150 },
    "active": { "type": "boolean" }
  }
}"#;

const ADA: &str =
    r#"{"name":"Ada Lovelace","age":36,"email":"ada@example.com","role":"admin","tags":["math","engines"]}"#;

fn least_ns(runs: usize, mut run: impl FnMut()) -> f64 {
    let sample = |_| {
        let start = Instant::now();
        for _ in 0..runs {
            run();
        }
        start.elapsed().as_nanos() as f64 / runs as f64
    };
    (0..SAMPLES).map(sample).fold(f64::INFINITY, f64::min)
}

fn report(name: &str, schema: &str, text: &str) {
    let schema = Schema::compile(schema.as_bytes(), &SchemaOptions::default()).unwrap();
    let mut validator = schema.validator(ValidatorOptions::default());
    let right = validator.validate(text.as_bytes()) == Verdict::Valid;
    let runs = (200_000 / text.len()).max(1);
    let ns = least_ns(runs, || drop(black_box(validator.validate(black_box(text.as_bytes())))));
    let rate = text.len() as f64 * 1000.0 / ns;
    println!("{name:<44} {:>9} {:>9} {ns:>12.0} {rate:>9.0}", text.len(), if right { "valid" } else { "invalid" });
}

fn report_columns(name: &str, schema: &str, text: &str) {
    let schema = Schema::compile(schema.as_bytes(), &SchemaOptions::default()).unwrap();
    let mut validator = schema.validator(ValidatorOptions::default());
    let mut columns = Columns::default();
    validator.validate_columns(text.as_bytes(), &mut columns);
    let words = columns.words().map_or("no words".to_owned(), |words| format!("{} words", words.len()));
    let runs = (200_000 / text.len()).max(1);
    let ns = least_ns(runs, || drop(black_box(validator.validate_columns(black_box(text.as_bytes()), &mut columns))));
    println!("{name:<44} {:>9} {words:>9} {ns:>12.0} {:>9.0}", text.len(), text.len() as f64 * 1000.0 / ns);
}

fn account(number: usize) -> String {
    format!(
        r#"{{"id":{number},"name":"Ada Lovelace {number}","email":"ada{number}@example.org","age":{},"active":{}}}"#,
        36 + number % 9,
        number.is_multiple_of(2)
    )
}

fn main() {
    println!("{:<44} {:>9} {:>9} {:>12} {:>9}", "case", "bytes", "verdict", "ns", "MB/s");
    let list = |schema: &str| format!(r#"{{"type":"array","items":{schema}}}"#);
    let many = |count: usize| format!("[{}]", vec![ADA; count].join(","));
    let accounts: Vec<String> = (0..100).map(account).collect();
    let accounts = format!("[{}]", accounts.join(","));
    report("account", ACCOUNT, &account(1));
    report_columns("account, columns", ACCOUNT, &account(1));
    report("100 accounts", &list(ACCOUNT), &accounts);
    report_columns("100 accounts, columns", &list(ACCOUNT), &accounts);
    report("100 accounts, spaces", &list(ACCOUNT), &accounts.replace(':', ": ").replace(',', ", "));
    report("100 accounts, read only", "true", &accounts);
    let branches = format!(r#"{{"anyOf":[{{"type":"null"}},{USER}]}}"#);
    report("user", USER, ADA);
    report("user, first member wrong", USER, &ADA.replace("\"Ada Lovelace\"", "1"));
    report("user, last member wrong", USER, &ADA.replace("\"engines\"", "1"));
    report("user, read only", "true", ADA);
    report("user in anyOf", &branches, ADA);
    report("10 users", &list(USER), &many(10));
    report("100 users", &list(USER), &many(100));
    report("100 users, read only", "true", &many(100));
    report("100 users in anyOf", &list(&branches), &many(100));
    report("100 users in allOf", &format!(r#"{{"allOf":[{}]}}"#, list(USER)), &many(100));
    let numbers: Vec<String> = (0..10_000).map(|number| (number * 7919 % 100_003).to_string()).collect();
    let numbers = format!("[{}]", numbers.join(","));
    report("10 000 integers", &list(r#"{"type":"integer","minimum":0}"#), &numbers);
    report("10 000 integers, unique", r#"{"type":"array","uniqueItems":true}"#, &numbers);
    report("one string of 100 KB", r#"{"type":"string","maxLength":200000}"#, &format!("\"{}\"", "a".repeat(100_000)));
    report("one string of 100 KB, not ASCII", r#"{"type":"string"}"#, &format!("\"{}\"", "é".repeat(50_000)));
}
