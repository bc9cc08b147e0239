//! Why a route cannot be added. All of these are mistakes of the developer, found before the server listens; nothing
//! a request contains leads here.

use std::fmt;

use super::constraint;
use super::pattern::{MAX_PARAMS, MAX_PATTERN_BYTES};
use super::routes::MAX_ROUTES;
use crate::http::Method;

/// A route that cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteError {
    /// A route of the same method, shape and conditions exists; the names of params are no part of the shape.
    Conflict {
        /// The method of both routes.
        method: Method,
        /// The pattern that was refused.
        pattern: String,
        /// The pattern that was there before it.
        existing: String,
        /// The conditions of both, for people; empty if there are none.
        conditions: String,
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
    /// The host or version is not one.
    Condition {
        /// The pattern of the route.
        pattern: String,
        /// What is wrong with it.
        problem: ConditionProblem,
    },
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternProblem {
    /// It begins with neither `/` nor `*`.
    NoLeadingSlash,
    /// A `:` without a name after it.
    EmptyParamName,
    /// The name of a param or wildcard is not `[A-Za-z_$][A-Za-z0-9_$]*`.
    InvalidName(String),
    /// Two params, or a param and the wildcard, have this name.
    DuplicateName(String),
    /// A wildcard that is not at the end.
    WildcardNotLast,
    /// A wildcard in a segment with a param.
    WildcardBehindParam,
    /// Two params with no text between them.
    AdjacentParams,
    /// An optional segment in front of one that is not.
    OptionalNotLast,
    /// A `?` behind a param that does not make the whole segment optional.
    OptionalNotSegment,
    /// A constraint without its `)`.
    OpenParenthesis,
    /// A constraint of this name is neither built in nor defined.
    UnknownConstraint(String),
    /// A constraint that cannot be compiled.
    InvalidConstraint {
        /// The expression.
        source: String,
        /// Why.
        reason: String,
    },
    /// A `?`, `#`, NUL or brace, which no path of a request contains as such.
    ForbiddenCharacter(char),
    /// A percent escape: patterns are plain text, `/caf%C3%A9` is written `/café`.
    PercentEscape(String),
}

/// What is wrong with a condition of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConditionProblem {
    /// No host name, no `*.` in front of one, and no expression.
    Host(String),
    /// An expression for hosts that cannot be compiled.
    HostExpression {
        /// The expression.
        source: String,
        /// Why.
        reason: String,
    },
    /// No version, such as `1.2.3`, `1.2.x` or `1`.
    Version(String),
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
            Self::Condition { .. } => "ERR_NEXURE_ROUTE_CONDITION",
        }
    }
}

impl fmt::Display for RouteError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { method, pattern, existing, conditions } => {
                let method = method.as_str();
                write!(out, "route {method} {pattern:?} has the same shape as {method} {existing:?}{conditions}")
            }
            Self::Syntax { pattern, problem } => write!(out, "route pattern {pattern:?} {problem}"),
            Self::Limit { pattern, limit } => write!(out, "route pattern {pattern:?} {limit}"),
            Self::Condition { pattern, problem } => write!(out, "route {pattern:?} {problem}"),
        }
    }
}

impl fmt::Display for PatternProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLeadingSlash => write!(out, "does not begin with '/'"),
            Self::EmptyParamName => write!(out, "has a ':' without a name; a colon as such is written '::'"),
            Self::InvalidName(name) => write!(out, "has the invalid name {name:?}: use letters, digits, '_' and '$'"),
            Self::DuplicateName(name) => write!(out, "has the name {name:?} twice"),
            Self::WildcardNotLast => write!(out, "has a wildcard that is not at its end"),
            Self::WildcardBehindParam => write!(out, "has a wildcard and a param in one segment"),
            Self::AdjacentParams => write!(out, "has two params without text between them"),
            Self::OptionalNotLast => {
                write!(out, "has an optional segment that is not at its end: declare two routes instead")
            }
            Self::OptionalNotSegment => {
                write!(out, "has a '?' that does not end a segment of params: only whole segments are optional")
            }
            Self::OpenParenthesis => write!(out, "has a '(' without its ')'"),
            Self::UnknownConstraint(name) => {
                write!(out, "has the unknown constraint {name:?}; built in are ")?;
                for (at, name) in (0..).zip(constraint::built_in_names()) {
                    write!(out, "{}{name}", if at == 0 { "" } else { ", " })?;
                }
                write!(
                    out,
                    "; others are defined with the option routing.constraints, and a word as such is (?:{name})"
                )
            }
            Self::InvalidConstraint { source, reason } => {
                write!(out, "has the constraint {source:?}, which cannot be compiled: {reason}")
            }
            Self::ForbiddenCharacter(character) => write!(out, "contains the character {character:?}"),
            Self::PercentEscape(escape) => write!(out, "contains the escape {escape:?}: write the character itself"),
        }
    }
}

impl fmt::Display for ConditionProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host) => write!(out, "has {host:?} for a host: use 'example.com' or '*.example.com'"),
            Self::HostExpression { source, reason } => {
                write!(out, "has the expression {source:?} for a host, which cannot be compiled: {reason}")
            }
            Self::Version(version) => write!(out, "has {version:?} for a version: use '1.2.3', '1.2.x' or '1.x'"),
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
