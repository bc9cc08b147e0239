//! What expressions cost that stop other engines: `cargo bench -p nexure-core --bench patterns`.
//!
//! Classic expressions of attacks on backtracking, each with the input that attacks it, and some that make many states.
//! Microseconds per KiB, the least of some samples; a line that is above 1000 is marked, and the program then fails.

#![allow(missing_docs, clippy::cast_precision_loss, clippy::unwrap_used, reason = "a program that prints figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use nexure_core::schema::{Schema, SchemaOptions, ValidatorOptions};

const MOST_US_PER_KIB: f64 = 1000.0;
const BYTES: usize = 4 * 1024;

/// An expression, what is repeated, and what ends it.
const CORPUS: &[(&str, &str, &str)] = &[
    ("^(a+)+$", "a", "!"),
    ("^(a|a)*$", "a", "!"),
    ("^(a|aa)+$", "a", "!"),
    ("(a*)*b", "a", "!"),
    ("(.*)*x", "a", "\n"),
    ("^(a?){60}a{60}$", "a", "!"),
    ("(x+x+)+y", "x", "!"),
    ("^(([a-z])+.)+[A-Z]([a-z])+$", "a", "!"),
    (r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}([a-z]{2,3})$", "a", "!"),
    (r"^\s+|\s+$", " ", "x"),
    (r"(?:.*=.*)", "x", "\n"),
    (r".*.*=.*", "x", "\n"),
    (r#"^"([^"\\]|\\.)*"$"#, "\\\\", "!"),
    (r"^(\d+\.?)+$", "1", "!"),
    (r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$", "a.", "!"),
    (r"^(https?:\/\/)?([\da-z.-]+)\.([a-z.]{2,6})([\/\w .-]*)*\/?$", "a.", "!"),
    (r"<!--.*?-->", "<!--", "!"),
    (r"^(?=.*\d)(?=.*[a-z])(?!.*\s).{8,}$", "a", "!"),
    (r"^(\(([^()]|\([^()]*\))*\))*$", "(()", "!"),
    ("^(ab|a|b)*c$", "ab", "!"),
    (r"^(?:[a-z]{1,20}\.){1,20}$", "abc.", "!"),
    // These make a new state for nearly every byte.
    ("[ab]*a[ab]{12}$", "RANDOM", "!"),
    ("[ab]*a[ab]{40}$", "RANDOM", "!"),
    ("[ab]*a[ab]{100}$", "RANDOM", "!"),
    ("[ab]*a[ab]{300}$", "RANDOM", "!"),
    ("[ab]*a[ab]{124}$", "RANDOM", "!"),
    (r"^[\p{L}' -]{1,100}$", "é", "!"),
    (r"(\p{L}{1,10} ){1,10}$", "éa ", "!"),
    (r"(?:a|\p{L})*a(?:a|\p{L}){60}$", "𐐀é", "!"),
    (r"(\p{L}{1,50} ){1,20}$", "éa ", "!"),
    (r"(?:a|\p{L})*a(?:a|\p{L}){60}$", "RANDOM", "!"),
];

fn input(unit: &str, end: &str) -> String {
    if unit != "RANDOM" {
        return unit.repeat(BYTES / unit.len()) + end;
    }
    // Always the same: xorshift (Marsaglia, 2003).
    let mut state = 88_172_645_463_325_252u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if state & 1 == 0 { 'a' } else { 'b' }
    };
    (0..BYTES).map(next).chain(end.chars()).collect()
}

fn main() {
    let mut is_above = false;
    println!("{:<84} {:>9}", "expression", "µs/KiB");
    for (source, unit, end) in CORPUS {
        let quote =
            |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
        let schema = format!(r#"{{"type":"string","pattern":{}}}"#, quote(source));
        let schema = match Schema::compile(schema.as_bytes(), &SchemaOptions::default()) {
            Ok(schema) => schema,
            Err(error) => {
                println!("{source:<84} refused: {error}");
                continue;
            }
        };
        let text = quote(&input(unit, end));
        let mut validator = schema.validator(ValidatorOptions::default());
        let begin = Instant::now();
        let mut least = Duration::MAX;
        for _ in 0..20 {
            let start = Instant::now();
            black_box(validator.validate(black_box(text.as_bytes())));
            least = least.min(start.elapsed());
            if begin.elapsed() > Duration::from_millis(300) {
                break;
            }
        }
        let us = least.as_secs_f64() * 1e6 / (text.len() as f64 / 1024.0);
        is_above |= us > MOST_US_PER_KIB;
        println!("{source:<84} {us:>9.1} {}", if us > MOST_US_PER_KIB { "above" } else { "" });
    }
    assert!(!is_above, "an expression takes more than {MOST_US_PER_KIB} µs per KiB");
}
