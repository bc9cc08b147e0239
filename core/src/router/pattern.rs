//! The syntax of patterns; what one means is decided here once, the tree only stores parts.
//!
//! | in a pattern | takes |
//! |---|---|
//! | `text` | these bytes, after decoding |
//! | `:name` | a segment, or the part of it between other pieces; never empty, unless [empty params](super::RouterOptions) are taken |
//! | `:name(int)` | the same, if it is an `int`; also `float`, `bool`, `uuid`, `date`, `slug`, or a name the application defined |
//! | `:name(\d+)`, `:name(^\d+$)` | the same, if it matches the whole expression, written as in JavaScript |
//! | `:a-:b`, `:file.:ext`, `v:major(int).x` | several params and text in one segment; text must stand between two params |
//! | `:name?` | a last segment that may be missing, with the slash in front of it; so may several last ones |
//! | `*`, `*name` | at the end: the rest of the path, slashes included; it may be empty |
//! | `*`, `*name` alone | the whole path, its first slash included |
//! | `::` | a colon |
//!
//! A name is `[A-Za-z_$][A-Za-z0-9_$]*` and ends at the first other character. What a typo could have meant is refused, never
//! taken as literal text: `?` elsewhere, `#`, braces, percent escapes, names that repeat, unknown constraints. With
//! [`permissive_patterns`](super::RouterOptions) the last four are taken as find-my-way takes them.

use std::sync::Arc;

use super::RouterOptions;
use super::constraint::{Constraint, ParamKind, closing_parenthesis};
use super::error::{PatternProblem, RouteError, RouteLimit};
use super::segment::{Piece, Segment};

/// Most params of one pattern, the wildcard included; chosen, it sizes [`super::Captures`].
pub const MAX_PARAMS: usize = 16;

/// Longest pattern in bytes; chosen. It also bounds the depth of the tree and with it the recursion of a lookup.
pub const MAX_PATTERN_BYTES: usize = 1024;

/// A param of a pattern, as a handler sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name; `*` for a wildcard without one.
    pub name: String,
    /// What it is to a handler.
    pub kind: ParamKind,
}

/// A part of a shape. Text keeps its slashes: `/a/:b/c` is `/a/`, a param, `/c`.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Text(String),
    /// The rest of a segment.
    Param,
    /// The rest of a segment, matched as a whole.
    Segment(Arc<Segment>),
    /// The rest of the path.
    Wildcard,
    /// The whole path.
    Everything,
}

/// A parsed pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub params: Vec<Param>,
    /// What the pattern stands for: itself, and without each of its optional segments.
    pub shapes: Vec<Vec<Part>>,
}

enum Token {
    Text(String),
    Param { name: String, constraint: Option<Arc<Constraint>> },
    Wildcard(String),
}

#[derive(Default)]
struct Tokens {
    tokens: Vec<Token>,
    optional: bool,
}

/// Parses a pattern.
pub(super) fn parse(pattern: &str, options: &RouterOptions) -> Result<Pattern, RouteError> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(RouteError::Limit { pattern: pattern.to_owned(), limit: RouteLimit::PatternBytes });
    }
    let parsed =
        read(pattern, options).map_err(|problem| RouteError::Syntax { pattern: pattern.to_owned(), problem })?;
    if parsed.params.len() > MAX_PARAMS {
        return Err(RouteError::Limit { pattern: pattern.to_owned(), limit: RouteLimit::Params });
    }
    Ok(parsed)
}

fn read(pattern: &str, options: &RouterOptions) -> Result<Pattern, PatternProblem> {
    if let Some(name) = pattern.strip_prefix('*') {
        let name = wildcard_name(name)?;
        let params = vec![Param { name, kind: ParamKind::Text }];
        return Ok(Pattern { params, shapes: vec![vec![Part::Everything]] });
    }
    let Some(mut rest) = pattern.strip_prefix('/') else { return Err(PatternProblem::NoLeadingSlash) };
    let mut segments = Vec::new();
    loop {
        let (segment, after) = read_segment(rest, options)?;
        segments.push(segment);
        match after {
            Some(after) => rest = after,
            None => break,
        }
    }
    tidy(&mut segments, options);
    let params = params_of(&segments, options)?;
    let required = segments.iter().rposition(|segment| !segment.optional).map_or(0, |at| at + 1);
    if segments.iter().take(required).any(|segment| segment.optional) {
        return Err(PatternProblem::OptionalNotLast);
    }
    let shapes = (required..=segments.len())
        .rev()
        .map(|count| parts_of(segments.get(..count).unwrap_or_default(), options))
        .collect();
    Ok(Pattern { params, shapes })
}

/// Drops the empty segments that mean nothing to this router.
fn tidy(segments: &mut Vec<Tokens>, options: &RouterOptions) {
    let is_empty = |segment: &Tokens| segment.tokens.is_empty();
    if options.merge_slashes {
        let last = segments.len().saturating_sub(1);
        let mut at = 0..;
        segments.retain(|segment| at.next() == Some(last) || !is_empty(segment));
    }
    if options.ignore_trailing_slash && segments.len() > 1 && segments.last().is_some_and(is_empty) {
        segments.pop();
    }
}

fn params_of(segments: &[Tokens], options: &RouterOptions) -> Result<Vec<Param>, PatternProblem> {
    let mut params: Vec<Param> = Vec::new();
    for token in segments.iter().flat_map(|segment| &segment.tokens) {
        let (name, kind) = match token {
            Token::Text(_) => continue,
            Token::Param { name, constraint } => (name, constraint.as_ref().map_or(ParamKind::Text, |it| it.kind)),
            Token::Wildcard(name) => (name, ParamKind::Text),
        };
        if !options.permissive_patterns && params.iter().any(|param| param.name == *name) {
            return Err(PatternProblem::DuplicateName(name.clone()));
        }
        params.push(Param { name: name.clone(), kind });
    }
    Ok(params)
}

/// Reads up to the next slash outside of parentheses; what follows it, if there is one.
fn read_segment<'p>(mut rest: &'p str, options: &RouterOptions) -> Result<(Tokens, Option<&'p str>), PatternProblem> {
    let mut segment = Tokens::default();
    let mut text = String::new();
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '/' => {
                segment.push_text(&mut text);
                return Ok((segment, Some(after)));
            }
            ':' if after.starts_with(':') => {
                text.push(':');
                rest = after.get(1..).unwrap_or_default();
            }
            ':' => {
                segment.push_text(&mut text);
                if matches!(segment.tokens.last(), Some(Token::Param { .. })) {
                    return Err(PatternProblem::AdjacentParams);
                }
                rest = read_param(after, &mut segment, options)?;
            }
            '*' => {
                segment.push_text(&mut text);
                if segment.tokens.iter().any(|token| matches!(token, Token::Param { .. })) {
                    return Err(PatternProblem::WildcardBehindParam);
                }
                if after.contains('/') {
                    return Err(PatternProblem::WildcardNotLast);
                }
                segment.tokens.push(Token::Wildcard(wildcard_name(after)?));
                return Ok((segment, None));
            }
            '?' | '#' | '\0' => return Err(PatternProblem::ForbiddenCharacter(c)),
            '{' | '}' if !options.permissive_patterns => return Err(PatternProblem::ForbiddenCharacter(c)),
            '%' if !options.permissive_patterns && is_escape(rest) => {
                return Err(PatternProblem::PercentEscape(rest.chars().take(3).collect()));
            }
            _ => {
                text.push(c);
                rest = after;
            }
        }
    }
    segment.push_text(&mut text);
    Ok((segment, None))
}

impl Tokens {
    fn push_text(&mut self, text: &mut String) {
        if !text.is_empty() {
            self.tokens.push(Token::Text(std::mem::take(text)));
        }
    }
}

/// Reads a param behind its colon; what follows it.
fn read_param<'p>(rest: &'p str, segment: &mut Tokens, options: &RouterOptions) -> Result<&'p str, PatternProblem> {
    let (name, mut rest) = split_name(rest)?;
    let mut constraint = None;
    if let Some(inner) = rest.strip_prefix('(') {
        let Some(end) = closing_parenthesis(inner) else { return Err(PatternProblem::OpenParenthesis) };
        let (source, after) = inner.split_at_checked(end).unwrap_or((inner, ""));
        constraint =
            Some(options.constraints.resolve(source, options.open_constraints || options.permissive_patterns)?);
        rest = after.get(1..).unwrap_or_default();
    }
    segment.tokens.push(Token::Param { name: name.to_owned(), constraint });
    if let Some(after) = rest.strip_prefix('?') {
        if !after.is_empty() && !after.starts_with('/') || !matches!(segment.tokens.first(), Some(Token::Param { .. }))
        {
            return Err(PatternProblem::OptionalNotSegment);
        }
        segment.optional = true;
        rest = after;
    }
    Ok(rest)
}

/// The name at the beginning of `rest`, and what follows it.
fn split_name(rest: &str) -> Result<(&str, &str), PatternProblem> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
    let (name, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let spoilt = after.chars().next().is_some_and(char::is_alphanumeric);
    if spoilt || name.starts_with(|c: char| c.is_ascii_digit()) {
        let end = rest.find(|c: char| !is_name(c) && !c.is_alphanumeric()).unwrap_or(rest.len());
        return Err(PatternProblem::InvalidName(rest.get(..end).unwrap_or(rest).to_owned()));
    }
    if name.is_empty() {
        return Err(PatternProblem::EmptyParamName);
    }
    Ok((name, after))
}

fn wildcard_name(rest: &str) -> Result<String, PatternProblem> {
    if rest.is_empty() {
        return Ok("*".to_owned());
    }
    match split_name(rest) {
        Ok((name, "")) => Ok(name.to_owned()),
        _ => Err(PatternProblem::InvalidName(rest.to_owned())),
    }
}

fn is_escape(text: &str) -> bool {
    matches!(text.as_bytes(), [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

fn parts_of(segments: &[Tokens], options: &RouterOptions) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    if segments.is_empty() {
        text.push('/');
    }
    for segment in segments {
        text.push('/');
        let mut tokens = segment.tokens.iter().peekable();
        while let Some(Token::Text(more)) = tokens.peek() {
            text.push_str(more);
            tokens.next();
        }
        let Some(first) = tokens.peek() else { continue };
        parts.push(Part::Text(std::mem::take(&mut text)));
        if matches!(first, Token::Wildcard(_)) {
            parts.push(Part::Wildcard);
            return fold(parts, options);
        }
        let pieces: Vec<Piece> = tokens.filter_map(|token| piece_of(token, options)).collect();
        parts.push(match pieces.as_slice() {
            [Piece::Param(None)] => Part::Param,
            _ => Part::Segment(Arc::new(Segment::new(pieces))),
        });
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    fold(parts, options)
}

fn piece_of(token: &Token, options: &RouterOptions) -> Option<Piece> {
    match token {
        Token::Text(text) if options.ignore_case => Some(Piece::Text(text.to_ascii_lowercase().into_bytes())),
        Token::Text(text) => Some(Piece::Text(text.clone().into_bytes())),
        Token::Param { constraint, .. } => Some(Piece::Param(constraint.clone())),
        Token::Wildcard(_) => None,
    }
}

fn fold(mut parts: Vec<Part>, options: &RouterOptions) -> Vec<Part> {
    if options.ignore_case {
        for part in &mut parts {
            if let Part::Text(text) = part {
                text.make_ascii_lowercase();
            }
        }
    }
    parts
}

/// Whether two shapes match the same paths, judged by how they are written: equal but for names.
pub(super) fn same_shape(a: &[Part], b: &[Part]) -> bool {
    let is_rest = |parts: &[Part]| match parts {
        [Part::Everything] => true,
        [Part::Text(text), Part::Wildcard] => text == "/",
        _ => false,
    };
    is_rest(a) && is_rest(b)
        || a.len() == b.len()
            && a.iter().zip(b).all(|pair| match pair {
                (Part::Text(a), Part::Text(b)) => a == b,
                (Part::Segment(a), Part::Segment(b)) => a.same_shape(b),
                (Part::Param, Part::Param) | (Part::Wildcard, Part::Wildcard) => true,
                _ => false,
            })
}
