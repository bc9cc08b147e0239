//! Schemas by themselves, for `SchemaValidator` of `nexurejs/native` and for all that JavaScript validates on its own: a
//! text crosses as bytes or as a string, a verdict as a number, and what is wrong only when it is asked for.

use std::cell::{RefCell, RefMut};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use napi::bindgen_prelude::{Env, Unknown};
use napi::{Error, Result, Status};
use napi_derive::napi;
use nexure_core::schema::{
    Change, Deferral, Draft, JsonError, JsonLimits, JsonProblem, RewriteOptions, Schema, SchemaError, SchemaOptions,
    Unknown as UnknownProperties, ValidatorOptions,
};

use super::layout::NativeProblem;
use super::schema_checks::{self, Checks};
use super::{node_api, schema_customs, values};

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
    pub(super) schemas: Arc<HashMap<String, Vec<u8>>>,
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

impl From<&SchemaSettings> for RewriteOptions {
    fn from(settings: &SchemaSettings) -> Self {
        Self {
            coerce: settings.coerce,
            unknown: match settings.unknown.as_str() {
                "strip" => UnknownProperties::Strip,
                "refuse" => UnknownProperties::Refuse,
                _ => UnknownProperties::Keep,
            },
            // A part of a value is not filled in.
            defaults: settings.defaults && !settings.partial,
        }
    }
}

/// A compiled schema and what checks texts by it, one after the other.
#[napi]
pub struct SchemaProgram {
    compiled: std::result::Result<Rc<RefCell<Checks>>, SchemaError>,
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl SchemaProgram {
    /// Compiles the text of a schema; `failure` tells whether it can be used.
    #[napi(constructor, catch_unwind)]
    pub fn new(text: String, settings: SchemaSettings, registry: &SchemaRegistry) -> Self {
        let rewriting = RewriteOptions::from(&settings);
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
            fills: rewriting.defaults,
            refuse_unknown: rewriting.unknown == UnknownProperties::Refuse,
            custom: schema_customs::defined(),
            uri: settings.uri,
            registered: Arc::clone(&registry.schemas),
        };
        let checking = ValidatorOptions {
            limits: settings.limits.into(),
            max_violations: settings.max_errors as usize,
            ..ValidatorOptions::default()
        };
        let compiled = Schema::compile(text.as_bytes(), &options)
            .map(|schema| Rc::new(RefCell::new(Checks::new(schema, checking, rewriting, settings.changes))));
        Self { compiled }
    }

    /// Why the schema cannot be compiled.
    #[napi(getter, catch_unwind)]
    pub fn failure(&self) -> Option<SchemaFailure> {
        self.compiled.as_ref().err().map(SchemaFailure::from)
    }

    /// A function that checks a text: bytes, which are not kept, or a string with its length behind all. What became of the text
    /// is a number: see `js/validation/native-schema.ts`. Words, where they are given, may be filled with its values.
    #[napi(
        catch_unwind,
        ts_return_type = "(text: Uint8Array | string, words?: Int32Array | undefined, length?: number) => number"
    )]
    pub fn checker<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        let checks = self.compiled.as_ref().map_err(|_| misused())?;
        schema_checks::checker(node_api::Env(env.raw()), Rc::clone(checks))
            .map(|function| values::known(env, function))
            .map_err(|_| misused())
    }

    /// What the words mean that its texts fill, for `js/validation/columns.ts`; nothing if they never fill any.
    #[napi(catch_unwind)]
    pub fn columns_plan(&self) -> Result<Option<String>> {
        Ok(self.checks()?.columns_plan())
    }

    /// What functions of the application decide, by number.
    #[napi(catch_unwind)]
    pub fn deferrals(&self) -> Result<Vec<SchemaDeferral>> {
        let told = |deferral: &Deferral| SchemaDeferral {
            validator: deferral.validator,
            params: deferral.params.clone(),
            location: deferral.schema.clone(),
        };
        Ok(self.checks()?.deferrals().iter().map(told).collect())
    }

    /// The values of the last text that functions of the application decide about: a JSON array of
    /// `{ deferral, pointers, values }`.
    #[napi(catch_unwind, ts_return_type = "string")]
    pub fn deferred<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        values::text(env, &self.checks()?.take_deferred())
    }

    /// What the last text does wrong, when it is invalid: a JSON array.
    #[napi(catch_unwind, ts_return_type = "string")]
    pub fn violations<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        let mut json = vec![b'['];
        for violation in self.checks()?.take_violations() {
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
    pub fn rewritten<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        values::text(env, &self.checks()?.take_rewritten())
    }

    /// What was changed in the last text.
    #[napi(catch_unwind)]
    pub fn changes(&self) -> Result<Vec<SchemaChange>> {
        let name = |change: Change| SchemaChange { pointer: change.pointer, kind: change.kind.name().to_owned() };
        Ok(self.checks()?.take_changes().into_iter().map(name).collect())
    }

    /// Why the last text was refused, when it is malformed.
    #[napi(catch_unwind)]
    pub fn problem(&self) -> Result<Option<JsonFailure>> {
        Ok(self.checks()?.take_problem().map(JsonFailure::from))
    }

    fn checks(&self) -> Result<RefMut<'_, Checks>> {
        self.compiled.as_ref().map_err(|_| misused())?.try_borrow_mut().map_err(|_| misused())
    }
}

fn misused() -> Error {
    Error::new(Status::GenericFailure, "a schema that cannot be compiled checks nothing")
}
