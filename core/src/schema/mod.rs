//! Checks JSON against schemas (JSON Schema 2020-12, 2019-09, draft-07) on its bytes, before any value is made of them.
//!
//! A schema is compiled to a [flat program](program), a text is [read](reader) once, and [checked](stream) on the way.
//! [Why so](../../../docs/design/validation.md). Fetches nothing, runs no code of schemas. What a schema
//! changes in a text is [rewritten](rewrite) before it is checked.

mod canonical;
mod coerce;
mod columns;
mod compile;
mod content;
mod crowd;
mod custom;
mod deferred;
mod ecma;
mod error;
mod evaluate;
mod evaluated;
mod fields;
mod findings;
mod finish;
mod format;
mod json_error;
mod keys;
mod keywords;
mod leaf;
mod limits;
mod meta;
mod names;
mod number;
mod options;
mod pattern;
mod places;
mod program;
mod quote;
mod reader;
mod refs;
mod report;
mod rewrite;
mod rules;
mod scan;
mod shape;
mod straight;
mod stream;
mod strict;
mod tape;
mod unknown;
mod uri;
mod validate;
mod violation;
mod ways;
mod whole;

#[cfg(test)]
mod tests;

pub use columns::Columns;
pub use custom::{Custom, CustomFormat, CustomKeyword, Deferral, Deferred, write_deferred};
pub use error::{SchemaError, SchemaProblem};
pub use json_error::{JsonError, JsonProblem};
pub use limits::JsonLimits;
pub use options::{Draft, RewriteOptions, SchemaOptions, Unknown};
pub use program::Types;
pub(crate) use quote::quote;
pub use rewrite::{Change, ChangeKind};
pub use validate::{Schema, Validator, ValidatorOptions, Verdict};
pub use violation::{Params, Violation};
