//! Writing the list of the benchmark from its columns: `cargo bench -p nexure-core --bench serialize`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a benchmark"
)]

use std::hint::black_box;
use std::time::Instant;

use nexure_core::serialize::{Columns, Output, PADDING, Program, Shape, Text, Written};

const NAMES: [(&str, Shape); 8] = [
    ("id", Shape::Number),
    ("name", Shape::String),
    ("email", Shape::String),
    ("role", Shape::String),
    ("active", Shape::Boolean),
    ("score", Shape::Number),
    ("city", Shape::String),
    ("createdAt", Shape::String),
];

fn main() {
    let list: serde_json::Value = serde_json::from_str(include_str!("../../benchmark/fixtures/list.json")).unwrap();
    let mut program = Program::default();
    program.add_place(Shape::Array(1)).unwrap();
    let object = program.add_place(Shape::Object).unwrap();
    let places: Vec<u32> = NAMES.iter().map(|(_, shape)| program.add_place(*shape).unwrap()).collect();
    let quoted: Vec<String> = NAMES.iter().map(|(name, _)| format!("{name:?}")).collect();
    let members: Vec<(&str, u32)> = quoted.iter().map(String::as_str).zip(places).collect();
    program.add_layout(object, &members).unwrap();

    let rows = list.as_array().unwrap();
    let (mut words, mut numbers, mut text) = (vec![rows.len() as u32], Vec::new(), String::new());
    for row in rows {
        words.extend([0, 0]);
        for (name, shape) in NAMES {
            let value = &row[name];
            match shape {
                Shape::Number => numbers.push(value.as_f64().unwrap()),
                Shape::Boolean => words.push(u32::from(value.as_bool().unwrap())),
                _ => {
                    let value = value.as_str().unwrap();
                    words.push(value.len() as u32);
                    text.push_str(value);
                }
            }
        }
    }
    let padded = format!("{text}{}", " ".repeat(PADDING));
    let units: Vec<u16> = text.encode_utf16().collect();
    for (name, text) in [("ascii", Text::Utf8(padded.as_bytes())), ("units", Text::Units(&units))] {
        let (mut memory, mut kept) = (vec![0; 32 * 1024], Vec::new());
        let mut bytes = Written::Given(0);
        let mut best = f64::INFINITY;
        for _ in 0..200 {
            let start = Instant::now();
            for _ in 0..50 {
                let mut out = Output::new(&mut memory, &mut kept);
                program.write(black_box(Columns { words: &words, numbers: &numbers, text }), &mut out).unwrap();
                bytes = out.written();
            }
            best = best.min(start.elapsed().as_secs_f64() / 50.0);
        }
        println!("{name}: {:.2} us for {bytes:?} bytes", best * 1e6);
    }
}
