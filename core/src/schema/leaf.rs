//! The rules for values that have no others in them, shared by both ways to check.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::canonical;
use super::number;
use super::pattern::PatternCache;
use super::program::{Choices, CustomRule, Node, NumberRule, Program, StringRule, Types};
use super::reader::{Kind, Scalar};
use super::report::{Flow, Report};
use super::violation::Params;
use super::{content, scan, whole};

/// Memory that is used again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    decoded: Vec<u8>,
    canonical: Vec<u8>,
    caches: Vec<PatternCache>,
    /// Integers that JavaScript would read as others are taken.
    pub(super) unsafe_integers: bool,
}

impl Scratch {
    /// Whether a pattern is found in a text.
    pub(super) fn pattern(&mut self, program: &Program, number: u32, text: &[u8]) -> bool {
        let Some(pattern) = program.patterns.get(number as usize) else { return false };
        if self.caches.len() < program.patterns.len() {
            self.caches.resize_with(program.patterns.len(), PatternCache::default);
        }
        self.caches.get_mut(number as usize).is_some_and(|cache| pattern.is_match(text, cache))
    }
}

/// Checks what is known of any value by its first byte.
#[inline]
pub(super) fn check_type(node: &Node, kind: Kind, raw: &[u8], report: &mut impl Report) -> Flow {
    if let Some(keyword) = node.never {
        return report.fail(keyword, || Params::None);
    }
    if node.types == Types::ALL {
        return ControlFlow::Continue(());
    }
    let types = Types::of(kind);
    let fits = if kind == Kind::Number {
        node.types.has(Types::NUMBERS) || (node.types.has(Types::INTEGER) && number::is_integer(raw))
    } else {
        node.types.has(types)
    };
    if fits { ControlFlow::Continue(()) } else { report.fail("type", || Params::Types(node.types)) }
}

/// Checks a value that is no array and no object. `text` is that in which it stands.
pub(super) fn check(
    program: &Program,
    node: &Node,
    scalar: Scalar,
    text: &[u8],
    scratch: &mut Scratch,
    report: &mut impl Report,
) -> Flow {
    let raw = text.get(scalar.start as usize..scalar.end as usize).unwrap_or_default();
    let kind = match node.beyond {
        // An integer that was rewritten to keep its digits.
        Some(whole) if scalar.kind == Kind::String && whole.is_beyond(raw) => Kind::Number,
        _ => scalar.kind,
    };
    check_type(node, kind, raw, report)?;
    match kind {
        Kind::Number => {
            if scalar.kind == Kind::Number
                && !scratch.unsafe_integers
                && node.types != Types::ALL
                && whole::is_unsafe(raw, !node.types.has(Types::NUMBERS))
            {
                report.fail("unsafe_integer", || Params::None)?;
            }
            check_choices(node, kind, raw, scratch, report)?;
            for rule in &node.numbers {
                check_number(rule, raw, report)?;
            }
        }
        Kind::String => {
            if node.choices.is_empty() && node.strings.is_empty() {
                return ControlFlow::Continue(());
            }
            if !scalar.escaped {
                return check_string(program, node, raw, scratch, report);
            }
            let mut decoded = std::mem::take(&mut scratch.decoded);
            decoded.clear();
            scan::decode(raw, &mut decoded);
            let flow = check_string(program, node, &decoded, scratch, report);
            scratch.decoded = decoded;
            flow?;
        }
        _ => check_choices(node, kind, raw, scratch, report)?,
    }
    ControlFlow::Continue(())
}

/// The place of a value in a sorted list.
#[inline]
pub(super) fn place(list: &[Box<[u8]>], bytes: &[u8]) -> Option<usize> {
    if list.len() <= 4 {
        return list.iter().position(|known| **known == *bytes);
    }
    list.binary_search_by(|known| (**known).cmp(bytes)).ok()
}

fn is_among(list: &[Box<[u8]>], bytes: &[u8]) -> bool {
    place(list, bytes).is_some()
}

fn check_choices(node: &Node, kind: Kind, raw: &[u8], scratch: &mut Scratch, report: &mut impl Report) -> Flow {
    for choices in &node.choices {
        scratch.canonical.clear();
        canonical::write_scalar(kind, raw, &mut scratch.canonical);
        check_canonical(choices, &scratch.canonical, report)?;
    }
    ControlFlow::Continue(())
}

/// Checks a value in canonical form that is no string.
pub(super) fn check_canonical(choices: &Choices, bytes: &[u8], report: &mut impl Report) -> Flow {
    if is_among(&choices.others, bytes) {
        return ControlFlow::Continue(());
    }
    report.fail(choices.keyword, || Params::None)
}

fn check_number(rule: &NumberRule, raw: &[u8], report: &mut impl Report) -> Flow {
    let (fits, keyword, limit) = match rule {
        NumberRule::Minimum(bound) => (bound.compare(raw) != Ordering::Less, "minimum", bound.text()),
        NumberRule::Maximum(bound) => (bound.compare(raw) != Ordering::Greater, "maximum", bound.text()),
        NumberRule::ExclusiveMinimum(bound) => {
            (bound.compare(raw) == Ordering::Greater, "exclusiveMinimum", bound.text())
        }
        NumberRule::ExclusiveMaximum(bound) => (bound.compare(raw) == Ordering::Less, "exclusiveMaximum", bound.text()),
        NumberRule::MultipleOf(divisor, text) => (divisor.divides(raw), "multipleOf", text.as_bytes()),
        NumberRule::Format(whole) if whole.holds(raw) => return ControlFlow::Continue(()),
        NumberRule::Format(whole) => return report.fail("format", || Params::Name(whole.name().to_owned())),
    };
    if fits {
        return ControlFlow::Continue(());
    }
    report.fail(keyword, || Params::Limit(String::from_utf8_lossy(limit).into_owned()))
}

/// Characters of a text that is UTF-8 but for halves of surrogate pairs.
fn characters(text: &[u8]) -> u64 {
    // Every byte that does not continue a character begins one.
    text.iter().map(|byte| u64::from(byte & 0xc0 != 0x80)).sum()
}

/// Checks what a string means.
pub(super) fn check_string(
    program: &Program,
    node: &Node,
    text: &[u8],
    scratch: &mut Scratch,
    report: &mut impl Report,
) -> Flow {
    for choices in &node.choices {
        if !is_among(&choices.strings, text) {
            report.fail(choices.keyword, || Params::None)?;
        }
    }
    for rule in &node.strings {
        match rule {
            // A character has one to four bytes.
            StringRule::MinLength(min) => {
                let bytes = text.len() as u64;
                if bytes < min.saturating_mul(4) && characters(text) < *min {
                    report.fail("minLength", || Params::Limit(min.to_string()))?;
                }
            }
            StringRule::MaxLength(max) => {
                if text.len() as u64 > *max && characters(text) > *max {
                    report.fail("maxLength", || Params::Limit(max.to_string()))?;
                }
            }
            StringRule::Pattern(number) => {
                if !scratch.pattern(program, *number, text) {
                    let source = || program.patterns.get(*number as usize).map_or("", |pattern| pattern.source());
                    report.fail("pattern", || Params::Name(source().to_owned()))?;
                }
            }
            StringRule::Format(format) => {
                if !format.is_match(text) {
                    report.fail("format", || Params::Name(format.name().to_owned()))?;
                }
            }
            StringRule::Custom(name, rule) => {
                let fits = match rule {
                    CustomRule::Values(values) => is_among(values, text),
                    CustomRule::Pattern(number) => scratch.pattern(program, *number, text),
                };
                if !fits {
                    report.fail("format", || Params::Name(name.clone()))?;
                }
            }
            StringRule::Base64 => {
                if content::decode_base64(text).is_none() {
                    report.fail("contentEncoding", || Params::Name("base64".to_owned()))?;
                }
            }
            StringRule::Json { base64 } => {
                let decoded = if *base64 { content::decode_base64(text) } else { Some(text.to_vec()) };
                match decoded {
                    None => report.fail("contentEncoding", || Params::Name("base64".to_owned()))?,
                    Some(bytes) if !content::is_json(&bytes) => {
                        report.fail("contentMediaType", || Params::Name("application/json".to_owned()))?;
                    }
                    Some(_) => {}
                }
            }
        }
    }
    ControlFlow::Continue(())
}
