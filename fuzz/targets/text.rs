//! The cutting of a joined text: each piece must come out as it would have crossed alone.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../src/binding/text.rs"]
mod text;

use text::split_units;

fuzz_target!(|pieces: Vec<Vec<u16>>| {
    // Most random units are no surrogates; the high bits of every other one are bent towards them.
    let pieces: Vec<Vec<u16>> = pieces
        .into_iter()
        .map(|piece| {
            piece.into_iter().map(|unit| if unit & 1 == 1 { 0xd800 | (unit & 0x07ff) } else { unit }).collect()
        })
        .collect();
    let joined = String::from_utf16_lossy(&pieces.concat());
    let mut rest = joined.as_bytes();
    for piece in &pieces {
        let mut repaired = vec![b'?'; 3];
        let cut = split_units(&mut rest, piece.len(), &mut repaired);
        assert_eq!(cut, String::from_utf16_lossy(piece).as_bytes());
    }
    assert!(rest.is_empty());
});
