//! Why a route cannot be added. All of these are mistakes of the developer, found before the server listens; nothing
//! a request contains leads here.

use std::fmt;

use super::pattern::{MAX_PARAMS, MAX_PATTERN_BYTES};
use super::routes::MAX_ROUTES;
use crate::http::Method;

/// A route that cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteError {
    /// A route of the same method and shape exists; the names of params are no part of the shape.
    Conflict {
        /// The method of both routes.
        method: Method,
        /// The pattern that was refused.
        pattern: String,
        /// The pattern that was there before it.
        existing: String,
    },
    /// The pattern is not one.
    Syntax {
        /// The pattern that was refused.
        pattern: String,
        /// What is wrong with it.
        problem: PatternProblem,
    },
    /// The pattern or the router would become too large.
    Limit {
        /// The pattern that was refused.
        pattern: String,
        /// The limit it exceeds.
        limit: RouteLimit,
    },
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternProblem {
    /// It does not begin with `/`.
    NoLeadingSlash,
    /// A `:` without a name after it.
    EmptyParamName,
    /// The name of a param or wildcard is not `[A-Za-z_][A-Za-z0-9_]*`.
    InvalidName(String),
    /// Two params, or a param and the wildcard, have this name.
    DuplicateName(String),
    /// A wildcard that is not the last segment.
    WildcardNotLast,
    /// A `:` or `*` inside a segment: a param or wildcard is always a whole segment.
    PartialSegment(String),
    /// A `?`, `#` or NUL, which no path of a request contains as such.
    ForbiddenCharacter(char),
    /// A percent escape: patterns are plain text, `/caf%C3%A9` is written `/café`.
    PercentEscape(String),
}

/// A limit of the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteLimit {
    /// [`MAX_PATTERN_BYTES`]
    PatternBytes,
    /// [`MAX_PARAMS`]
    Params,
    /// [`MAX_ROUTES`]
    Routes,
}

impl RouteError {
    /// The code that JavaScript sees.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "ERR_NEXURE_ROUTE_CONFLICT",
            Self::Syntax { .. } => "ERR_NEXURE_ROUTE_SYNTAX",
            Self::Limit { .. } => "ERR_NEXURE_ROUTE_LIMIT",
        }
    }
}

impl fmt::Display for RouteError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { method, pattern, existing } => {
                let method = method.as_str();
                write!(out, "route {method} {pattern:?} has the same shape as {method} {existing:?}")
            }
            Self::Syntax { pattern, problem } => write!(out, "route pattern {pattern:?} {problem}"),
            Self::Limit { pattern, limit } => write!(out, "route pattern {pattern:?} {limit}"),
        }
    }
}

impl fmt::Display for PatternProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLeadingSlash => write!(out, "does not begin with '/'"),
            Self::EmptyParamName => write!(out, "has a ':' without a name"),
            Self::InvalidName(name) => write!(out, "has the invalid name {name:?}: use letters, digits and '_'"),
            Self::DuplicateName(name) => write!(out, "has the name {name:?} twice"),
            Self::WildcardNotLast => write!(out, "has a wildcard that is not its last segment"),
            Self::PartialSegment(segment) => {
                write!(out, "has ':' or '*' inside the segment {segment:?}: a param or wildcard is a whole segment")
            }
            Self::ForbiddenCharacter(character) => write!(out, "contains the character {character:?}"),
            Self::PercentEscape(escape) => write!(out, "contains the escape {escape:?}: write the character itself"),
        }
    }
}

impl fmt::Display for RouteLimit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PatternBytes => write!(out, "is longer than {MAX_PATTERN_BYTES} bytes"),
            Self::Params => write!(out, "has more than {MAX_PARAMS} params"),
            Self::Routes => write!(out, "exceeds the limit of {MAX_ROUTES} routes"),
        }
    }
}

impl std::error::Error for RouteError {}
