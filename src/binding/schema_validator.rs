//! Schemas by themselves, for `SchemaValidator` of `nexurejs/native` and for all that JavaScript validates on its own: a
//! text crosses as bytes or as a string, a verdict as a number, and what is wrong only when it is asked for.

use std::collections::HashMap;
use std::sync::Arc;

use napi::bindgen_prelude::{Env, Unknown};
use napi::{Error, Result, Status};
use napi_derive::napi;
use nexure_core::schema::{
    Change, Draft, JsonError, JsonLimits, JsonProblem, RewriteOptions, Schema, SchemaError, SchemaOptions,
    Unknown as UnknownProperties, Validator, ValidatorOptions, Verdict, Violation,
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
/// The text became another, which is right; `rewritten` gives it.
const REWRITTEN: u32 = 5;

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
    pub unsafe_integers: bool,
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
            unsafe_integers: limits.unsafe_integers,
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
    pub coerce: bool,
    /// `keep`, `strip` or `refuse`.
    pub unknown: String,
    pub defaults: bool,
    /// Tells what was changed.
    pub changes: bool,
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

/// One change of a text.
#[napi(object)]
pub struct SchemaChange {
    pub pointer: String,
    pub kind: String,
}

/// One place of a schema that a function of the application decides about.
#[napi(object)]
pub struct SchemaDeferral {
    /// The number of the function.
    pub validator: u32,
    /// The value of the keyword as JSON.
    pub params: String,
    /// Where the keyword stands: a JSON pointer in a fragment.
    pub location: String,
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
    compiled: std::result::Result<Compiled, SchemaError>,
    /// Where a string is put before it is read.
    text: Vec<u8>,
    rewritten: Vec<u8>,
    changes: Vec<Change>,
    deferred: Vec<u8>,
    found: Vec<Violation>,
    problem: Option<JsonError>,
}

/// What a schema becomes.
struct Compiled {
    validator: Validator,
    /// How texts are rewritten; nothing if no text of this schema ever is.
    rewriter: Option<Rewriter>,
}

struct Rewriter {
    schema: Schema,
    options: RewriteOptions,
    limits: JsonLimits,
    tells_changes: bool,
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
        let limits: JsonLimits = settings.limits.into();
        let rewriting = RewriteOptions {
            coerce: settings.coerce,
            unknown: match settings.unknown.as_str() {
                "strip" => UnknownProperties::Strip,
                "refuse" => UnknownProperties::Refuse,
                _ => UnknownProperties::Keep,
            },
            // A part of a value is not filled in.
            defaults: settings.defaults && !settings.partial,
        };
        let checking =
            ValidatorOptions { limits, max_violations: settings.max_errors as usize, ..ValidatorOptions::default() };
        let compiled = Schema::compile(text.as_bytes(), &options).map(|schema| Compiled {
            validator: schema.validator(checking),
            rewriter: schema.rewrites(&rewriting).then_some(Rewriter {
                schema,
                options: rewriting,
                limits,
                tells_changes: settings.changes,
            }),
        });
        Self {
            compiled,
            text: Vec::new(),
            rewritten: Vec::new(),
            changes: Vec::new(),
            deferred: Vec::new(),
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

    /// What functions of the application decide, by number.
    #[napi(catch_unwind)]
    pub fn deferrals(&self) -> Vec<SchemaDeferral> {
        Vec::new()
    }

    /// The values of the last text that functions of the application decide about: a JSON array of
    /// `{ deferral, pointers, values }`.
    #[napi(catch_unwind, ts_return_type = "string")]
    pub fn deferred<'env>(&mut self, env: &'env Env) -> Result<Unknown<'env>> {
        values::text(env, &std::mem::take(&mut self.deferred))
    }

    /// What the last text does wrong, when it is invalid: a JSON array.
    #[napi(catch_unwind, ts_return_type = "string")]
    pub fn violations<'env>(&mut self, env: &'env Env) -> Result<Unknown<'env>> {
        let mut json = vec![b'['];
        for violation in std::mem::take(&mut self.found) {
            if json.len() > 1 {
                json.push(b',');
            }
            violation.write_json_with_schema(&mut json);
        }
        json.push(b']');
        values::text(env, &json)
    }

    /// What the last text became, when it was rewritten.
    #[napi(catch_unwind, ts_return_type = "string")]
    pub fn rewritten<'env>(&mut self, env: &'env Env) -> Result<Unknown<'env>> {
        values::text(env, &std::mem::take(&mut self.rewritten))
    }

    /// What was changed in the last text: a JSON array of `{ "pointer", "kind" }`.
    #[napi(catch_unwind)]
    pub fn changes(&mut self) -> Vec<SchemaChange> {
        let name = |change: Change| SchemaChange { pointer: change.pointer, kind: change.kind.name().to_owned() };
        std::mem::take(&mut self.changes).into_iter().map(name).collect()
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
        let Ok(Compiled { validator, rewriter }) = &mut self.compiled else {
            return Err(misused("a schema that can be compiled"));
        };
        self.changes.clear();
        let rewritten = match rewriter {
            None => None,
            Some(Rewriter { schema, options, limits, tells_changes }) => {
                match schema.rewrite(text, options, limits, tells_changes.then_some(&mut self.changes)) {
                    Ok(rewritten) => rewritten,
                    Err(error) => {
                        self.problem = Some(error);
                        return Ok(MALFORMED);
                    }
                }
            }
        };
        let verdict = match validator.validate(rewritten.as_deref().unwrap_or(text)) {
            Verdict::Valid => match rewritten {
                Some(text) => {
                    self.rewritten = text;
                    REWRITTEN
                }
                None if text.is_ascii() => VALID_ASCII,
                None => VALID,
            },
            Verdict::Invalid(found) => {
                self.found = found;
                INVALID
            }
            Verdict::Malformed(error) => {
                self.problem = Some(error);
                MALFORMED
            }
            Verdict::Exhausted => EXHAUSTED,
        };
        Ok(verdict)
    }
}

fn misused(expected: &str) -> Error {
    Error::new(Status::InvalidArg, format!("a schema is checked with {expected}"))
}
