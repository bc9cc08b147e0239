//! The syntax of patterns: static text, `:name` segments and a last `*` or `*name`. What a pattern means is decided
//! here once; the tree only stores parts. What a typo could have meant is refused, never taken as literal text.

use super::error::{PatternProblem, RouteError, RouteLimit};

/// Most params of one pattern, the wildcard included; chosen, it sizes [`super::Captures`].
pub const MAX_PARAMS: usize = 16;

/// Longest pattern in bytes; chosen. It also bounds the depth of the tree and with it the recursion of a lookup.
pub const MAX_PATTERN_BYTES: usize = 1024;

/// A piece of a pattern. Static text keeps its slashes: `/a/:b/c` is `/a/`, `b`, `/c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'p> {
    Static(&'p str),
    Param(&'p str),
    /// The name, empty if it has none.
    Wildcard(&'p str),
}

/// Splits a pattern into parts. The first is always static text that begins with `/`, a param or wildcard always
/// follows a `/`, and two static parts never stand side by side.
pub(super) fn parse(pattern: &str) -> Result<Vec<Part<'_>>, RouteError> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(RouteError::Limit { pattern: pattern.to_owned(), limit: RouteLimit::PatternBytes });
    }
    let parts = split(pattern).map_err(|problem| RouteError::Syntax { pattern: pattern.to_owned(), problem })?;
    if names(&parts).count() > MAX_PARAMS {
        return Err(RouteError::Limit { pattern: pattern.to_owned(), limit: RouteLimit::Params });
    }
    Ok(parts)
}

/// The names of params and wildcard in pattern order, `*` for a wildcard without one.
pub(super) fn names<'p>(parts: &[Part<'p>]) -> impl Iterator<Item = &'p str> {
    parts.iter().filter_map(|part| match part {
        Part::Static(_) => None,
        Part::Wildcard("") => Some("*"),
        Part::Param(name) | Part::Wildcard(name) => Some(*name),
    })
}

fn split(pattern: &str) -> Result<Vec<Part<'_>>, PatternProblem> {
    let Some(segments) = pattern.strip_prefix('/') else { return Err(PatternProblem::NoLeadingSlash) };
    let mut parts = Vec::new();
    let (mut static_from, mut at) = (0, 1);
    for segment in segments.split('/') {
        let end = at + segment.len();
        let part = if let Some(name) = segment.strip_prefix(':') {
            if name.is_empty() {
                return Err(PatternProblem::EmptyParamName);
            }
            check_name(name)?;
            Some(Part::Param(name))
        } else if let Some(name) = segment.strip_prefix('*') {
            if end != pattern.len() {
                return Err(PatternProblem::WildcardNotLast);
            }
            if !name.is_empty() {
                check_name(name)?;
            }
            Some(Part::Wildcard(name))
        } else {
            check_text(segment)?;
            None
        };
        if let Some(part) = part {
            if let Part::Param(name) | Part::Wildcard(name) = part
                && names(&parts).any(|other| other == name)
            {
                return Err(PatternProblem::DuplicateName(name.to_owned()));
            }
            parts.extend(pattern.get(static_from..at).map(Part::Static));
            parts.push(part);
            static_from = end;
        }
        at = end + 1;
    }
    parts.extend(pattern.get(static_from..).filter(|text| !text.is_empty()).map(Part::Static));
    Ok(parts)
}

fn check_name(name: &str) -> Result<(), PatternProblem> {
    let valid = !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if valid { Ok(()) } else { Err(PatternProblem::InvalidName(name.to_owned())) }
}

fn check_text(segment: &str) -> Result<(), PatternProblem> {
    if segment.contains([':', '*']) {
        return Err(PatternProblem::PartialSegment(segment.to_owned()));
    }
    if let Some(character) = segment.chars().find(|c| matches!(c, '?' | '#' | '\0')) {
        return Err(PatternProblem::ForbiddenCharacter(character));
    }
    let is_escape = |window: &&[u8]| matches!(window, [b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    if let Some(escape) = segment.as_bytes().windows(3).find(is_escape) {
        return Err(PatternProblem::PercentEscape(String::from_utf8_lossy(escape).into_owned()));
    }
    Ok(())
}

/// Whether two patterns match the same paths: equal but for names.
pub(super) fn same_shape(a: &[Part<'_>], b: &[Part<'_>]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (Part::Static(a), Part::Static(b)) => a == b,
            (Part::Param(_), Part::Param(_)) | (Part::Wildcard(_), Part::Wildcard(_)) => true,
            _ => false,
        })
}
