//! Labels of internationalised domain names: which characters they have and where (RFC 5892), and how they are
//! written if some run from right to left (RFC 5893). Whether a label is in normal form C is not looked at.

use super::idna_tables as tables;
use super::punycode;

/// Letters of Arabic that join on both sides (Unicode, `Joining_Type` D), as far as they lie in its first block.
const JOINING_BOTH: &[u32] = &[
    0x620, 0x620, 0x626, 0x626, 0x628, 0x628, 0x62a, 0x62e, 0x633, 0x63f, 0x641, 0x647, 0x649, 0x64a, 0x66e, 0x66f,
    0x678, 0x687, 0x69a, 0x6bf, 0x6c1, 0x6c2, 0x6cc, 0x6cc, 0x6ce, 0x6ce, 0x6d0, 0x6d1, 0x6fa, 0x6fc, 0x6ff, 0x6ff,
];
/// Those that join with what is before them only (`Joining_Type` R).
const JOINING_BEFORE: &[u32] = &[
    0x622, 0x625, 0x627, 0x627, 0x629, 0x629, 0x62f, 0x632, 0x648, 0x648, 0x671, 0x673, 0x675, 0x677, 0x688, 0x699,
    0x6c0, 0x6c0, 0x6c3, 0x6cb, 0x6cd, 0x6cd, 0x6cf, 0x6cf, 0x6d2, 0x6d3, 0x6d5, 0x6d5, 0x6ee, 0x6ef,
];
const GREEK: &[u32] = &[
    0x370, 0x373, 0x375, 0x377, 0x37a, 0x37d, 0x37f, 0x37f, 0x384, 0x384, 0x386, 0x386, 0x388, 0x3e1, 0x3f0, 0x3ff,
    0x1f00, 0x1fff,
];
const HEBREW: &[u32] = &[0x591, 0x5f4, 0xfb1d, 0xfb4f];
/// Hiragana, Katakana and Han.
const JAPANESE: &[u32] = &[
    0x3005, 0x3005, 0x3007, 0x3007, 0x3021, 0x3029, 0x3038, 0x303b, 0x3041, 0x3096, 0x309d, 0x309f, 0x30a1, 0x30fa,
    0x30fd, 0x30ff, 0x31f0, 0x31ff, 0x3400, 0x4dbf, 0x4e00, 0x9fff, 0xf900, 0xfad9, 0x1b000, 0x1b167, 0x20000, 0x323af,
];

/// Whether a table of ranges has a code point.
fn has(table: &[u32], point: char) -> bool {
    let point = u32::from(point);
    // Behind an odd number of bounds it lies within a range.
    let below = table.partition_point(|bound| *bound < point);
    below % 2 == 1 || table.get(below) == Some(&point)
}

/// What a label that begins with `xn--` means.
pub(super) fn decode(label: &str) -> Option<String> {
    punycode::decode(label.get(4..)?)
}

/// Whether a label that begins with `xn--` is what an allowed label is written as.
pub(super) fn is_encoded_label(label: &str) -> bool {
    let Some(decoded) = decode(label) else { return false };
    let again = punycode::encode(&decoded);
    !decoded.is_ascii()
        && again.is_some_and(|again| label.get(4..).is_some_and(|text| again.eq_ignore_ascii_case(text)))
        && is_label(&decoded)
        && is_bidi_name(&[decoded])
}

/// The bytes of a label beyond ASCII as it is sent; `None` if it is not allowed.
pub(super) fn encoded_length(label: &str) -> Option<usize> {
    // Every character takes a byte or more, so that longer labels need not be counted.
    if label.chars().nth(63).is_some() || !is_label(label) {
        return None;
    }
    punycode::encode(label).map(|encoded| encoded.len() + "xn--".len())
}

fn is_label(label: &str) -> bool {
    let points: Vec<char> = label.chars().collect();
    let hyphens = points.first() == Some(&'-') || points.last() == Some(&'-') || points.get(2..4) == Some(&['-', '-']);
    !hyphens
        && points.first().is_some_and(|first| !has(tables::MARKS, *first))
        && (0..points.len()).all(|at| is_allowed(&points, at))
}

/// RFC 5892 §2 and appendix A.
fn is_allowed(points: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| points.get(at).copied());
    let after = points.get(at + 1).copied();
    match points.get(at).copied().unwrap_or_default() {
        c if c.is_ascii() => c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c.is_ascii_uppercase(),
        '\u{200d}' => before.is_some_and(|c| has(tables::VIRAMAS, c)),
        '\u{200c}' => before.is_some_and(|c| has(tables::VIRAMAS, c)) || joins(points, at),
        '\u{b7}' => before == Some('l') && after == Some('l'),
        '\u{375}' => after.is_some_and(|c| has(GREEK, c)),
        '\u{5f3}' | '\u{5f4}' => before.is_some_and(|c| has(HEBREW, c)),
        '\u{30fb}' => points.iter().any(|c| has(JAPANESE, *c)),
        '\u{660}'..='\u{669}' => !points.iter().any(|c| matches!(c, '\u{6f0}'..='\u{6f9}')),
        '\u{6f0}'..='\u{6f9}' => !points.iter().any(|c| matches!(c, '\u{660}'..='\u{669}')),
        c => has(tables::PVALID, c),
    }
}

/// Whether letters join over a place (RFC 5892 appendix A.1).
fn joins(points: &[char], at: usize) -> bool {
    let mark = |c: &&char| !has(tables::NONSPACING, **c);
    let (before, after) = points.split_at(at);
    let before = before.iter().rev().find(mark);
    let after = after.iter().skip(1).find(mark);
    before.is_some_and(|c| has(JOINING_BOTH, *c))
        && after.is_some_and(|c| has(JOINING_BOTH, *c) || has(JOINING_BEFORE, *c))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Left,
    Right,
    ArabicNumber,
    EuropeanNumber,
    Nonspacing,
    Neutral,
}

fn direction(c: char) -> Direction {
    match c {
        '0'..='9' => Direction::EuropeanNumber,
        '-' => Direction::Neutral,
        c if c.is_ascii() => Direction::Left,
        c if has(tables::RIGHT_TO_LEFT, c) => Direction::Right,
        c if has(tables::ARABIC_NUMBERS, c) => Direction::ArabicNumber,
        c if has(tables::EUROPEAN_NUMBERS, c) => Direction::EuropeanNumber,
        c if has(tables::NONSPACING, c) => Direction::Nonspacing,
        c if has(tables::NEUTRAL, c) || matches!(c, '\u{200c}' | '\u{200d}') => Direction::Neutral,
        _ => Direction::Left,
    }
}

/// Whether a name keeps the rule of RFC 5893 §2, which applies if one of its labels runs from right to left.
pub(super) fn is_bidi_name(labels: &[String]) -> bool {
    let is_right = |c: char| matches!(direction(c), Direction::Right | Direction::ArabicNumber);
    !labels.iter().any(|label| label.chars().any(is_right)) || labels.iter().all(|label| is_bidi_label(label))
}

fn is_bidi_label(label: &str) -> bool {
    use Direction::{ArabicNumber, EuropeanNumber, Left, Neutral, Nonspacing, Right};
    let directions: Vec<Direction> = label.chars().map(direction).collect();
    let last = directions.iter().rev().find(|direction| **direction != Nonspacing);
    let has = |wanted: Direction| directions.contains(&wanted);
    match directions.first() {
        Some(Right) => {
            !(has(Left) || has(EuropeanNumber) && has(ArabicNumber))
                && matches!(last, Some(Right | EuropeanNumber | ArabicNumber))
        }
        Some(Left) => !has(Right) && !has(ArabicNumber) && matches!(last, Some(Left | EuropeanNumber)),
        Some(ArabicNumber | EuropeanNumber | Nonspacing | Neutral) | None => false,
    }
}
