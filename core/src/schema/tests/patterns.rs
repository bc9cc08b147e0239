//! Patterns: what they mean in JavaScript, and what is refused.

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
        let pattern = Pattern::compile(source).unwrap();
        for text in &matching {
            assert!(pattern.is_match(text.as_bytes(), &mut PatternCache::default()), "{source} {text:?}");
        }
        for text in &others {
            assert!(!pattern.is_match(text.as_bytes(), &mut PatternCache::default()), "not {source} {text:?}");
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
