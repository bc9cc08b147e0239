//! Ranges by table, and against a set of bytes.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::files::{ByteRange, Ranges, resolve_ranges};

fn parts(ranges: &[(u64, u64)]) -> Ranges {
    Ranges::Parts(ranges.iter().map(|&(start, end)| ByteRange { start, end }).collect())
}

#[test]
fn reads_what_the_grammar_allows() {
    for (field, expected) in [
        ("bytes=0-499", parts(&[(0, 500)])),
        ("bytes=500-999", parts(&[(500, 1000)])),
        ("bytes=-500", parts(&[(9500, 10_000)])),
        ("bytes=9500-", parts(&[(9500, 10_000)])),
        ("bytes=0-0,-1", parts(&[(0, 1), (9999, 10_000)])),
        ("bytes= 0-999, 4500-5499, -1000", parts(&[(0, 1000), (4500, 5500), (9000, 10_000)])),
        ("BYTES=0-0", parts(&[(0, 1)])),
        ("bytes=,, 0-0 ,", parts(&[(0, 1)])),
        ("bytes=0-99999999999999999999999999", parts(&[(0, 10_000)])),
        ("bytes=-99999", parts(&[(0, 10_000)])),
        ("bytes=20000-,0-0", parts(&[(0, 1)])),
        ("bytes=-0,0-0", parts(&[(0, 1)])),
        ("bytes=00-01", parts(&[(0, 2)])),
        // Overlapping, touching and nearly touching ranges are one, where the first of them stood.
        ("bytes=500-600,601-999", parts(&[(500, 1000)])),
        ("bytes=500-700,601-999", parts(&[(500, 1000)])),
        ("bytes=0-9,90-99", parts(&[(0, 100)])),
        ("bytes=0-9,91-99", parts(&[(0, 10), (91, 100)])),
        ("bytes=9000-9009,0-9,9005-9019", parts(&[(9000, 9020), (0, 10)])),
        ("bytes=0-9,9000-9009,5-5", parts(&[(0, 10), (9000, 9010)])),
    ] {
        assert_eq!(resolve_ranges(field.as_bytes(), 10_000, 16), expected, "{field}");
    }
}

#[test]
fn has_nothing_for_ranges_behind_the_end() {
    for field in ["bytes=10000-", "bytes=10000-10001", "bytes=-0", "bytes=99999999999999999999999-", "bytes=-0,20000-"]
    {
        assert_eq!(resolve_ranges(field.as_bytes(), 10_000, 16), Ranges::Unsatisfiable, "{field}");
    }
}

#[test]
fn ignores_what_is_malformed_or_of_another_unit() {
    for field in [
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=a-b",
        "bytes=0",
        "bytes=5-4",
        "bytes=0-0,5-4",
        "bytes=--1",
        "bytes=0--1",
        "bytes=+1-2",
        "bytes=0 -1",
        "bytes=0-1;",
        "bytes =0-1",
        "items=0-1",
        "bytes=0x0-1",
        "bytes=1-2-3",
        "bytes=0-1,x",
    ] {
        assert_eq!(resolve_ranges(field.as_bytes(), 10_000, 16), Ranges::Ignored, "{field}");
    }
}

#[test]
fn ignores_more_ranges_than_allowed_and_any_of_an_empty_file() {
    let many = |count| format!("bytes={}", vec!["0-"; count].join(","));
    assert_eq!(resolve_ranges(many(16).as_bytes(), 10, 16), parts(&[(0, 10)]));
    assert_eq!(resolve_ranges(many(17).as_bytes(), 10, 16), Ranges::Ignored);
    assert_eq!(resolve_ranges(many(100_000).as_bytes(), 10, 16), Ranges::Ignored);
    assert_eq!(resolve_ranges(b"bytes=0-0", 10, 0), Ranges::Ignored);
    for field in ["bytes=0-", "bytes=-5", "bytes=5-"] {
        assert_eq!(resolve_ranges(field.as_bytes(), 0, 16), Ranges::Ignored, "{field}");
    }
}

proptest! {
    #[test]
    fn sends_each_asked_byte_once(ranges in prop::collection::vec((0_u64..600, 0_u64..600), 1..16), len in 1_u64..500) {
        let texts: Vec<String> = ranges.iter().map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))).collect();
        let field = format!("bytes={}", texts.join(","));
        let asked: BTreeSet<u64> =
            ranges.iter().flat_map(|(a, b)| *a.min(b)..=*a.max(b)).filter(|byte| *byte < len).collect();
        match resolve_ranges(field.as_bytes(), len, 16) {
            Ranges::Ignored => prop_assert!(false, "{field}"),
            Ranges::Unsatisfiable => prop_assert!(asked.is_empty()),
            Ranges::Parts(parts) => {
                let mut sent = BTreeSet::new();
                for part in &parts {
                    prop_assert!(part.start < part.end && part.end <= len);
                    for byte in part.start..part.end {
                        prop_assert!(sent.insert(byte), "byte {byte} twice in {parts:?}");
                    }
                }
                prop_assert!(asked.is_subset(&sent));
                // What was not asked for only fills short gaps.
                let gaps = sent.difference(&asked).count();
                prop_assert!(gaps <= 80 * ranges.len());
            }
        }
    }

    #[test]
    fn takes_any_bytes(field in any::<Vec<u8>>(), len: u64) {
        let _ = resolve_ranges(&field, len, 16);
        let _ = resolve_ranges(&[b"bytes=".as_slice(), &field].concat(), len, 16);
    }
}
