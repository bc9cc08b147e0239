//! Schemas by themselves, for `SchemaValidator` of `nexurejs/native` and for all that JavaScript validates on its own: a
//! text crosses as bytes or as a string, a verdict as a number, and what is wrong only when it is asked for.

use std::collections::HashMap;
use std::sync::Arc;

use napi::bindgen_prelude::{Env, Unknown};
use napi::{Error, Result, Status};
use napi_derive::napi;
use nexure_core::schema::{
    Draft, JsonError, JsonLimits, JsonProblem, Params, Schema, SchemaError, SchemaOptions, Validator, ValidatorOptions,
    Verdict, Violation,
};

use super::layout::NativeProblem;
use super::{node_api, values};

/// The text is right, and ASCII: JavaScript makes a string of it with less work.
const VALID_ASCII: u32 = 0;
/// The text is right.
const VALID: u32 = 1;
/// It breaks the schema; `violations` tells how.
const INVALID: u32 = 2;
/// It is no JSON that is accepted; `problem` tells why.
const MALFORMED: u32 = 3;
/// Checking it would take more steps than it may cost.
const EXHAUSTED: u32 = 4;

/// What texts may be; JavaScript has checked the ranges.
#[napi(object)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct SchemaLimits {
    pub max_depth: u32,
    pub max_keys: u32,
    pub max_key_bytes: u32,
    pub max_string_bytes: u32,
    pub max_number_bytes: u32,
    pub duplicate_keys: bool,
    pub prototype_keys: bool,
    pub lone_surrogates: bool,
    pub byte_order_mark: bool,
    pub not_finite: bool,
}

impl From<SchemaLimits> for JsonLimits {
    fn from(limits: SchemaLimits) -> Self {
        Self {
            max_depth: limits.max_depth,
            max_keys: limits.max_keys,
            max_key_bytes: limits.max_key_bytes,
            max_string_bytes: limits.max_string_bytes,
            max_number_bytes: limits.max_number_bytes,
            duplicate_keys: limits.duplicate_keys,
            prototype_keys: limits.prototype_keys,
            lone_surrogates: limits.lone_surrogates,
            byte_order_mark: limits.byte_order_mark,
            not_finite: limits.not_finite,
        }
    }
}

/// How a schema is compiled and texts are checked by it; JavaScript has checked the ranges.
#[napi(object)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct SchemaSettings {
    /// 7, 2019 or 2020.
    pub draft: u32,
    pub strict: bool,
    pub formats: bool,
    pub content: bool,
    /// Passes over `required`.
    pub partial: bool,
    /// Empty: none.
    pub uri: String,
    pub max_errors: u32,
    pub limits: SchemaLimits,
}

/// Why a schema cannot be compiled.
#[napi(object)]
pub struct SchemaFailure {
    /// A JSON pointer in a fragment, behind the URI of the document if that is not the schema itself.
    pub location: String,
    /// One sentence for people, without the place.
    pub message: String,
    /// The kind of mistake.
    pub reason: String,
}

impl From<&SchemaError> for SchemaFailure {
    fn from(error: &SchemaError) -> Self {
        Self { location: error.location.clone(), message: error.problem.to_string(), reason: error.reason().to_owned() }
    }
}

/// What a value does wrong.
#[napi(object)]
pub struct SchemaViolation {
    pub pointer: String,
    /// A JSON pointer in a fragment.
    pub location: String,
    pub keyword: String,
    pub message: String,
    pub types: Option<Vec<String>>,
    pub limit: Option<String>,
    pub property: Option<String>,
    pub name: Option<String>,
    pub found: Option<u32>,
    pub items: Option<Vec<u32>>,
}

impl From<&Violation> for SchemaViolation {
    fn from(violation: &Violation) -> Self {
        let mut given = Self {
            pointer: violation.instance.clone(),
            location: violation.schema.clone(),
            keyword: violation.keyword.to_owned(),
            message: violation.to_string(),
            types: None,
            limit: None,
            property: None,
            name: None,
            found: None,
            items: None,
        };
        match &violation.params {
            Params::Types(types) => given.types = Some(types.names().map(str::to_owned).collect()),
            Params::Limit(limit) => given.limit = Some(limit.clone()),
            Params::Property(name) => given.property = Some(name.clone()),
            Params::Name(name) => given.name = Some(name.clone()),
            Params::Found(found) => given.found = Some(*found),
            Params::Equal(one, two) => given.items = Some(vec![*one, *two]),
            _ => {}
        }
        given
    }
}

/// Why a text was refused before any schema had a say.
#[napi(object)]
pub struct JsonFailure {
    /// The stable code.
    pub code: String,
    /// One sentence for people.
    pub message: String,
    /// The HTTP status.
    pub status: u16,
    /// Where, in bytes.
    pub offset: f64,
}

#[allow(clippy::cast_precision_loss, reason = "an offset into 4 GiB at most, which a double holds exactly")]
impl From<JsonError> for JsonFailure {
    fn from(error: JsonError) -> Self {
        let problem = error.problem;
        Self {
            code: problem.code().to_owned(),
            message: problem.message().to_owned(),
            status: problem.status(),
            offset: error.offset as f64,
        }
    }
}

/// Every reason for which a text is refused before any schema has a say.
#[napi(catch_unwind)]
pub fn json_problems() -> Vec<NativeProblem> {
    JsonProblem::ALL
        .iter()
        .map(|problem| NativeProblem {
            status: problem.status(),
            code: problem.code().to_owned(),
            detail: problem.message().to_owned(),
        })
        .collect()
}

/// Schemas that others may refer to.
#[napi]
#[derive(Default)]
pub struct SchemaRegistry {
    schemas: Arc<HashMap<String, Vec<u8>>>,
}

#[napi]
impl SchemaRegistry {
    /// A registry without schemas but those of the drafts.
    #[napi(constructor, catch_unwind)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the text of a schema, or puts it in the place of the one that has this URI.
    #[napi(catch_unwind)]
    pub fn add(&mut self, uri: String, text: String) {
        Arc::make_mut(&mut self.schemas).insert(uri, text.into_bytes());
    }
}

/// A compiled schema and what checks texts by it, one after the other.
#[napi]
pub struct SchemaProgram {
    compiled: std::result::Result<Validator, SchemaError>,
    /// Where a string is put before it is read.
    text: Vec<u8>,
    found: Vec<Violation>,
    problem: Option<JsonError>,
}

#[napi]
impl SchemaProgram {
    /// Compiles the text of a schema; `failure` tells whether it can be used.
    #[napi(constructor, catch_unwind)]
    #[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
    pub fn new(text: String, settings: SchemaSettings, registry: &SchemaRegistry) -> Self {
        let options = SchemaOptions {
            draft: match settings.draft {
                7 => Draft::Draft7,
                2019 => Draft::Draft201909,
                _ => Draft::Draft202012,
            },
            strict: settings.strict,
            formats: settings.formats,
            content: settings.content,
            partial: settings.partial,
            uri: settings.uri,
            registered: Arc::clone(&registry.schemas),
        };
        let validator_options = ValidatorOptions {
            limits: settings.limits.into(),
            max_violations: settings.max_errors as usize,
            ..ValidatorOptions::default()
        };
        Self {
            compiled: Schema::compile(text.as_bytes(), &options).map(|schema| schema.validator(validator_options)),
            text: Vec::new(),
            found: Vec::new(),
            problem: None,
        }
    }

    /// Why the schema cannot be compiled.
    #[napi(getter, catch_unwind)]
    pub fn failure(&self) -> Option<SchemaFailure> {
        self.compiled.as_ref().err().map(SchemaFailure::from)
    }

    /// Checks a text in bytes, which are not kept.
    #[napi(catch_unwind)]
    pub fn check_bytes(&mut self, env: Env, bytes: Unknown<'_>) -> Result<u32> {
        let view = node_api::Env(env.raw()).view(values::raw(&bytes)).map_err(|_| misused("bytes"))?;
        self.check(values::view_bytes(&view))
    }

    /// Checks a text in a string.
    #[napi(catch_unwind)]
    pub fn check_text(&mut self, env: Env, text: Unknown<'_>, units: u32) -> Result<u32> {
        let mut copy = std::mem::take(&mut self.text);
        // Three bytes per unit and one more are enough for any string. It never shrinks, so that nothing is cleared twice.
        copy.resize(copy.len().max((units as usize).saturating_mul(3).saturating_add(1)), 0);
        let verdict = node_api::Env(env.raw())
            .write_utf8(values::raw(&text), &mut copy)
            .map_err(|_| misused("a string"))
            .and_then(|written| self.check(copy.get(..written).unwrap_or_default()));
        if copy.capacity() <= MAX_KEPT_BYTES {
            self.text = copy;
        }
        verdict
    }

    /// What the last text does wrong, when it is invalid.
    #[napi(catch_unwind)]
    pub fn violations(&mut self) -> Vec<SchemaViolation> {
        std::mem::take(&mut self.found).iter().map(SchemaViolation::from).collect()
    }

    /// Why the last text was refused, when it is malformed.
    #[napi(catch_unwind)]
    pub fn problem(&mut self) -> Option<JsonFailure> {
        self.problem.take().map(JsonFailure::from)
    }
}

/// Bytes of a string that are kept for the next one; chosen.
const MAX_KEPT_BYTES: usize = 256 * 1024;

impl SchemaProgram {
    fn check(&mut self, text: &[u8]) -> Result<u32> {
        let Ok(validator) = &mut self.compiled else { return Err(misused("a schema that can be compiled")) };
        Ok(match validator.validate(text) {
            Verdict::Valid if text.is_ascii() => VALID_ASCII,
            Verdict::Valid => VALID,
            Verdict::Invalid(found) => {
                self.found = found;
                INVALID
            }
            Verdict::Malformed(error) => {
                self.problem = Some(error);
                MALFORMED
            }
            Verdict::Exhausted => EXHAUSTED,
        })
    }
}

fn misused(expected: &str) -> Error {
    Error::new(Status::InvalidArg, format!("a schema is checked with {expected}"))
}
