//! What a param may be: the built-in types, an expression, or one that the application named.
//!
//! | constraint | a param that |
//! |---|---|
//! | `int` | is a whole number as JavaScript can hold it: `0`, or digits without a leading zero, with `-` or without; at most 2^53 - 1 |
//! | `float` | is a decimal number: digits, with `-`, a fraction and an exponent or without; finite |
//! | `bool` | is `true` or `false` |
//! | `uuid` | is a UUID in its text form, in capitals or not (RFC 9562 §4) |
//! | `date` | is a day that exists, as `2026-02-28` (RFC 3339 §5.6 `full-date`) |
//! | `slug` | is lower-case letters and digits in words joined by single `-` |
//! | anything else | matches the expression from its first byte to its last |
//!
//! Of look-around, which no automaton has, two forms are understood, because they can be asked apart: `(?!X)Y`, what does
//! not begin with `X`, and `((?!X).)*`, what does not contain `X`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::PatternProblem;
use super::regex::Regex;

/// What a param is to a handler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParamKind {
    /// Text.
    #[default]
    Text,
    /// A number: `int` or `float`.
    Number,
    /// `true` or `false`.
    Boolean,
}

/// The constraints an application has named, by name.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    named: BTreeMap<String, Arc<Constraint>>,
}

/// A constraint of one param.
#[derive(Debug)]
pub(super) struct Constraint {
    /// As the pattern has it; equal for equal constraints.
    pub source: String,
    pub kind: ParamKind,
    /// Types before expressions, narrow types before wide ones.
    pub rank: u8,
    pub regex: Regex,
    /// What the automaton cannot tell.
    check: Option<fn(&[u8]) -> bool>,
    /// What the text must not be.
    never: Option<Regex>,
}

struct BuiltIn {
    name: &'static str,
    expression: &'static str,
    kind: ParamKind,
    check: Option<fn(&[u8]) -> bool>,
}

/// From the narrowest to the widest.
const BUILT_IN: [BuiltIn; 6] = [
    BuiltIn { name: "bool", expression: "true|false", kind: ParamKind::Boolean, check: None },
    BuiltIn { name: "int", expression: "0|-?[1-9][0-9]{0,15}", kind: ParamKind::Number, check: Some(is_safe_integer) },
    BuiltIn {
        name: "float",
        expression: r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?",
        kind: ParamKind::Number,
        check: Some(is_finite),
    },
    BuiltIn {
        name: "date",
        expression: "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])",
        kind: ParamKind::Text,
        check: Some(is_day),
    },
    BuiltIn {
        name: "uuid",
        expression: "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
        kind: ParamKind::Text,
        check: None,
    },
    BuiltIn { name: "slug", expression: "[a-z0-9]+(?:-[a-z0-9]+)*", kind: ParamKind::Text, check: None },
];

impl Constraints {
    /// Names an expression, given in JavaScript's syntax with the flag `i` or without; `(name)` in a pattern stands for it.
    ///
    /// # Errors
    /// The reason why it is no constraint: the name is not one or taken, or the expression cannot be compiled.
    pub fn define(&mut self, name: &str, expression: &str, ignore_case: bool) -> Result<(), String> {
        if !is_word(name) {
            return Err("its name is not letters, digits and '_'".to_owned());
        }
        if BUILT_IN.iter().any(|other| other.name == name) || self.named.contains_key(name) {
            return Err("its name is taken".to_owned());
        }
        let (regex, never) = compile(expression, ignore_case)?;
        let rank = number_of(BUILT_IN.len());
        let constraint = Constraint { source: name.to_owned(), kind: ParamKind::Text, rank, regex, check: None, never };
        self.named.insert(name.to_owned(), Arc::new(constraint));
        Ok(())
    }

    /// What stands between the parentheses behind a param. A word that names no constraint is an expression only if
    /// `words` says so.
    pub(super) fn resolve(&self, source: &str, words: bool) -> Result<Arc<Constraint>, PatternProblem> {
        if let Some(constraint) = self.named.get(source) {
            return Ok(Arc::clone(constraint));
        }
        let invalid = |reason| PatternProblem::InvalidConstraint { source: source.to_owned(), reason };
        let built_in = BUILT_IN.iter().zip(0..).find(|(other, _)| other.name == source);
        let (expression, kind, rank, check) = match built_in {
            Some((built_in, rank)) => (built_in.expression, built_in.kind, rank, built_in.check),
            None if source.is_empty() => return Err(invalid("it is empty".to_owned())),
            None if !words && is_word(source) => return Err(PatternProblem::UnknownConstraint(source.to_owned())),
            None => (source, ParamKind::Text, number_of(BUILT_IN.len()) + 1, None),
        };
        let (regex, never) = compile(expression, false).map_err(invalid)?;
        Ok(Arc::new(Constraint { source: source.to_owned(), kind, rank, regex, check, never }))
    }
}

/// The names of the built-in constraints.
pub(super) fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|built_in| built_in.name)
}

impl Constraint {
    /// Whether a whole param, decoded, is one.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        self.regex.matches(text) && self.permits(text)
    }

    /// Whether a text that the automaton takes is one indeed.
    pub(super) fn permits(&self, text: &[u8]) -> bool {
        self.check.is_none_or(|check| check(text)) && !self.never.as_ref().is_some_and(|never| never.matches(text))
    }
}

/// Compiles an expression, and apart from it what a negative look-ahead forbids.
fn compile(expression: &str, ignore_case: bool) -> Result<(Regex, Option<Regex>), String> {
    let inner = expression.strip_prefix('^').unwrap_or(expression);
    let bare = inner.strip_suffix('$').unwrap_or(inner);
    let tempered = bare.strip_prefix("((?!").or_else(|| bare.strip_prefix("(?:(?!"));
    if let Some(forbidden) = tempered.and_then(|rest| rest.strip_suffix(").)*")).filter(|it| is_closed(it)) {
        return Ok((Regex::compile(".*", false)?, Some(Regex::compile_search(forbidden, ignore_case)?)));
    }
    if let Some(rest) = inner.strip_prefix("(?!")
        && let Some(end) = closing_parenthesis(rest)
        && let Some((forbidden, after)) = rest.split_at_checked(end)
    {
        let allowed = Regex::compile(after.get(1..).unwrap_or_default(), ignore_case)?;
        return Ok((allowed, Some(Regex::compile_prefix(forbidden, ignore_case)?)));
    }
    Ok((Regex::compile(expression, ignore_case)?, None))
}

/// Whether all parentheses close that open.
fn is_closed(expression: &str) -> bool {
    closing_parenthesis(&format!("{expression})")) == Some(expression.len())
}

/// Where the parenthesis closes that was opened in front of `text`; escaped ones and those between brackets do not count.
pub(super) fn closing_parenthesis(text: &str) -> Option<usize> {
    let (mut depth, mut in_class) = (0_u32, false);
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class => depth += 1,
            b')' if !in_class && depth == 0 => return Some(at),
            b')' if !in_class => depth -= 1,
            _ => {}
        }
    }
    None
}

fn is_word(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn number_of(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

/// Sixteen digits at most, so that nothing overflows.
fn is_safe_integer(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    digits.iter().fold(0_u64, |value, digit| value.wrapping_mul(10).wrapping_add(u64::from(digit & 0xf))) < 1 << 53
}

fn is_finite(text: &[u8]) -> bool {
    str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok()).is_some_and(f64::is_finite)
}

/// Whether the month, which is one, has the day.
fn is_day(text: &[u8]) -> bool {
    let number = |range: std::ops::Range<usize>| {
        text.get(range).unwrap_or_default().iter().fold(0_u32, |value, digit| value * 10 + u32::from(digit & 0xf))
    };
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let leaps = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leaps => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    day <= days
}
