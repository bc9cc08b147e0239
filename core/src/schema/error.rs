//! What is wrong with a schema. All of these are mistakes of the developer, found when a schema is compiled.

use std::fmt;

use super::json_error::JsonError;

/// A schema that cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// Where: a JSON pointer in a fragment, behind the URI of the document if that is not the schema itself.
    pub location: String,
    /// What is wrong.
    pub problem: SchemaProblem,
}

/// What is wrong with a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaProblem {
    /// It is not JSON.
    Json(JsonError),
    /// A keyword has a value it cannot have; what it should be.
    Value(&'static str),
    /// A keyword that the draft does not have.
    UnknownKeyword(String),
    /// A format that nobody defined.
    UnknownFormat(String),
    /// A `$schema` that is neither built in nor registered.
    UnknownDialect(String),
    /// A reference to what is neither in the schema nor registered.
    Reference(String),
    /// A pattern that cannot be compiled, and why.
    Pattern {
        /// The expression.
        source: String,
        /// Why.
        reason: String,
    },
    /// References that lead to themselves without looking into the value.
    Loop,
    /// Keywords that contradict each other, or that have no effect beside each other; how.
    Contradiction(String),
    /// The schema is too large.
    Limit(&'static str),
}

impl SchemaError {
    /// The code that JavaScript sees, whatever is wrong.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "ERR_NEXURE_SCHEMA"
    }

    /// The kind of mistake, for programs.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self.problem {
            SchemaProblem::Json(_) | SchemaProblem::Value(_) => "syntax",
            SchemaProblem::UnknownKeyword(_) | SchemaProblem::UnknownFormat(_) | SchemaProblem::UnknownDialect(_) => {
                "unknown"
            }
            SchemaProblem::Reference(_) | SchemaProblem::Loop => "reference",
            SchemaProblem::Pattern { .. } => "pattern",
            SchemaProblem::Contradiction(_) => "contradiction",
            SchemaProblem::Limit(_) => "limit",
        }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "schema {}: {}", self.location, self.problem)
    }
}

impl fmt::Display for SchemaProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(out, "{error}"),
            Self::Value(expected) => write!(out, "must be {expected}"),
            Self::UnknownKeyword(name) => {
                write!(out, "has the unknown keyword {name:?}; names that begin with \"x-\" are free")
            }
            Self::UnknownFormat(name) => write!(out, "has the unknown format {name:?}"),
            Self::UnknownDialect(uri) => write!(out, "has the unknown $schema {uri:?}: register it first"),
            Self::Reference(uri) => write!(out, "refers to {uri:?}, which is not here and not registered"),
            Self::Pattern { source, reason } => {
                write!(out, "has the pattern {source:?}, which cannot be compiled: {reason}")
            }
            Self::Loop => write!(out, "refers to itself for the same value"),
            Self::Contradiction(how) => write!(out, "{how}"),
            Self::Limit(what) => write!(out, "has more than {what}"),
        }
    }
}

impl std::error::Error for SchemaError {}
