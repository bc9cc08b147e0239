//! Patterns: what they mean in JavaScript, and what is refused.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::schema::pattern::{Pattern, PatternCache};

#[test]
fn means_what_it_means_in_javascript() {
    for (source, matching, others) in [
        ("^abc$", vec!["abc"], vec!["abc\n", "abcd"]),
        (r"^\cC$", vec!["\u{3}"], vec![r"\cC"]),
        (r"^\d+$", vec!["42"], vec!["৪২"]),
        (r"^\w$", vec!["a"], vec!["é"]),
        (r"^\W$", vec!["é", "🐲"], vec!["a"]),
        (r"^\s$", vec![" ", "\u{feff}", "\u{2003}"], vec!["\u{1}", "\u{180e}"]),
        (r"^\p{Letter}+$", vec!["école"], vec!["1"]),
        ("^🐲*$", vec!["", "🐲🐲"], vec!["🐉"]),
        (r"^\ud83d\udc32$", vec!["🐲"], vec!["🐉"]),
        ("^.$", vec!["🐲"], vec!["\n", "\u{2028}", ""]),
        ("^[^]$", vec!["\n"], vec![""]),
        ("a[]", vec![], vec!["a", ""]),
        (r"^[\w.+-]+$", vec!["a-b+c.d"], vec!["a b"]),
        ("^[[&&~~-]+$", vec!["[&~-"], vec!["a"]),
        (r"^a{,2}$", vec!["a{,2}"], vec!["aa"]),
        (r"^(?<year>\d{4})-(?:a|b)$", vec!["2020-a"], vec!["202-a"]),
        (r"\bfoo\b", vec!["a foo b", "éfoo"], vec!["afoo"]),
        (r"^(?=.*\d)(?!.*\s).{4,}$", vec!["abc1"], vec!["abcd", "ab 1", "a1"]),
        (r"^[\p{L}' -]{1,100}$", vec!["Ÿvonne d'Été"], vec!["", "a1"]),
        (r"^<!--.*?-->[<>]$", vec!["<!-- a --><"], vec!["<!-- a -->"]),
    ] {
        // With a table, and without.
        for pattern in [Pattern::compile(source), Pattern::compile_within(source, 0)].map(Result::unwrap) {
            let mut cache = PatternCache::default();
            for text in &matching {
                assert!(pattern.is_match(text.as_bytes(), &mut cache), "{source} {text:?}");
            }
            for text in &others {
                assert!(!pattern.is_match(text.as_bytes(), &mut cache), "not {source} {text:?}");
            }
        }
    }
}

#[test]
fn refuses_what_is_none_or_needs_more_than_an_automaton() {
    for source in [
        "(",
        ")",
        "[",
        "a**",
        "*",
        r"\Z",
        r"\a",
        r"\p{Nonsense}",
        r"\pL",
        "[b-a]",
        "a{2,1}",
        r"(a)\1",
        "a(?=b)",
        "(?<=a)b",
        r"(?<n>a)\k<n>",
        "(?<1>a)",
        r"\u12",
        r"\ud83d",
        "^(?=a)b|c",
        "(?#a)",
        r"\",
    ] {
        assert!(Pattern::compile(source).is_err(), "{source}");
    }
}

proptest! {
    #[test]
    fn finds_the_same_with_and_without_a_table(
        source in r"(\^|\\b)?([ab]|\(a\|b\|é\)|\[\^a\]|\.)(\*|\+|\?|\{1,3\})?(a|b|é)?(\.\*)?[ab](\$|\\b)?",
        text in "[abé ]{0,80}",
    ) {
        let [table, none] = [1 << 20, 0].map(|bytes| Pattern::compile_within(&source, bytes).unwrap());
        let found = |pattern: &Pattern| pattern.is_match(text.as_bytes(), &mut PatternCache::default());
        prop_assert_eq!(found(&table), found(&none), "{} {:?}", source, text);
    }
}

/// The same in `benches/patterns.rs`, with figures.
#[test]
fn takes_no_longer_for_a_text_that_was_made_for_that() {
    for (source, unit) in
        [("^(a+)+$", "a"), ("(.*)*x", "a"), ("[ab]*a[ab]{100}$", "abbabaaab"), (r"^(\p{L}+\s?){1,40}$", "é")]
    {
        let pattern = Pattern::compile(source).unwrap();
        let text = unit.repeat(32 * 1024 / unit.len()) + "!";
        let start = Instant::now();
        assert!(!pattern.is_match(text.as_bytes(), &mut PatternCache::default()), "{source}");
        // Without optimisation, beside other work.
        assert!(start.elapsed() < Duration::from_secs(10), "{source}: {:?}", start.elapsed());
    }
}
