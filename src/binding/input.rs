//! What routes declare of their input: schemas compiled once, used by the engine for what arrives, and by JavaScript for
//! bodies that it has decoded.

use std::rc::Rc;
use std::sync::Arc;

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use nexure_core::engine::Problem;
use nexure_core::http::{MediaKind, MediaType};
use nexure_core::input::{BodyKind, BodyRules, InputRules, InputText, PartRules};
use nexure_core::schema::{Deferral, RewriteOptions, Schema, SchemaError, SchemaOptions, Unknown};

use super::schema_customs;
use super::schema_validator::{SchemaDeferral, SchemaFailure, SchemaLimits, SchemaRegistry};

/// How a text is changed before it is checked.
#[napi(object)]
#[derive(Clone, Copy)]
pub struct InputRewrite {
    /// Makes of strings what the schema asks for, where nothing is lost.
    pub coerce: bool,
    /// 0 keeps properties that the schema does not know, 1 leaves them out, 2 refuses them.
    pub unknown: u32,
    /// Fills in what `default` says.
    pub defaults: bool,
}

impl From<InputRewrite> for RewriteOptions {
    fn from(options: InputRewrite) -> Self {
        let unknown = match options.unknown {
            0 => Unknown::Keep,
            1 => Unknown::Strip,
            _ => Unknown::Refuse,
        };
        Self { coerce: options.coerce, unknown, defaults: options.defaults }
    }
}

/// What a route declares of one part.
#[napi(object)]
pub struct InputPart {
    /// The name of the part: `params`, `query`, `headers`, `cookies` or `body`.
    pub part: String,
    /// The JSON text of its schema.
    pub schema: String,
    /// Whether another validator has the last word: then formats are not asserted, and what is unknown is passed over.
    pub is_filter: bool,
    pub rewrite: InputRewrite,
    /// Of a body: how forms are changed.
    pub form: Option<InputRewrite>,
    /// Of a body: whether there may be none.
    pub optional: Option<bool>,
}

/// What a route declares of its input; JavaScript has checked the ranges.
#[napi(object)]
pub struct InputOptions {
    pub parts: Vec<InputPart>,
    /// The names of the parameters, in the order of the pattern.
    pub param_names: Vec<String>,
    pub max_errors: u32,
    pub changes: bool,
    pub limits: SchemaLimits,
}

/// Why the schema of a part cannot be compiled.
#[napi(object)]
pub struct InputFailure {
    pub part: String,
    pub failure: SchemaFailure,
}

/// What became of content that JavaScript has decoded.
#[napi(object)]
pub struct InputVerdict {
    /// What takes the place of the content, if it was changed.
    pub body: Option<Uint8Array>,
    /// The changes, if they are told: a JSON text as that of a record.
    pub text: Option<String>,
    /// The problem document, if the content does not fit.
    pub problem: Option<String>,
}

/// Everything that a route declares of its input, compiled.
#[napi]
pub struct InputProgram {
    rules: Option<Rc<InputRules>>,
    failures: Vec<(String, SchemaError)>,
}

impl InputProgram {
    /// The rules, if everything was compiled.
    pub(super) fn rules(&self) -> Option<Rc<InputRules>> {
        self.rules.clone()
    }
}

fn compile(part: &InputPart, registry: &SchemaRegistry) -> Result<PartRules, SchemaError> {
    let options = SchemaOptions {
        strict: !part.is_filter,
        formats: !part.is_filter,
        fills: part.rewrite.defaults,
        refuse_unknown: part.rewrite.unknown == 2 && !part.is_filter,
        registered: Arc::clone(&registry.schemas),
        custom: schema_customs::defined(),
        ..SchemaOptions::default()
    };
    Schema::compile(part.schema.as_bytes(), &options).map(|schema| PartRules::new(schema, part.rewrite.into()))
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl InputProgram {
    /// Compiles the schemas of all parts; `failures` tells which cannot be.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: InputOptions, registry: &SchemaRegistry) -> Self {
        let mut rules = InputRules {
            param_names: options.param_names,
            limits: options.limits.into(),
            max_errors: options.max_errors as usize,
            changes: options.changes,
            ..InputRules::default()
        };
        let mut failures = Vec::new();
        for part in &options.parts {
            let compiled = match compile(part, registry) {
                Ok(compiled) => Some(compiled),
                Err(error) => {
                    failures.push((part.part.clone(), error));
                    continue;
                }
            };
            match part.part.as_str() {
                "params" => rules.params = compiled,
                "query" => rules.query = compiled,
                "headers" => rules.headers = compiled,
                "cookies" => rules.cookies = compiled,
                _ => {
                    rules.body = compiled.map(|compiled| BodyRules {
                        part: compiled,
                        form: part.form.unwrap_or(part.rewrite).into(),
                        optional: part.optional.unwrap_or(false),
                        is_filter: part.is_filter,
                    });
                }
            }
        }
        Self { rules: failures.is_empty().then(|| Rc::new(rules)), failures }
    }

    /// The parts whose schemas cannot be compiled; then nothing else can be done with it.
    #[napi(catch_unwind)]
    pub fn failures(&self) -> Vec<InputFailure> {
        let failure =
            |(part, error): &(String, SchemaError)| InputFailure { part: part.clone(), failure: error.into() };
        self.failures.iter().map(failure).collect()
    }

    /// What functions of the application decide about a part, by the numbers that records have.
    #[napi(catch_unwind)]
    pub fn deferrals(&self, part: String) -> Vec<SchemaDeferral> {
        let Some(rules) = &self.rules else { return Vec::new() };
        let part = match part.as_str() {
            "params" => rules.params.as_ref(),
            "query" => rules.query.as_ref(),
            "headers" => rules.headers.as_ref(),
            "cookies" => rules.cookies.as_ref(),
            _ => rules.body.as_ref().map(|body| &body.part),
        };
        let told = |deferral: &Deferral| SchemaDeferral {
            validator: deferral.validator,
            params: deferral.params.clone(),
            location: deferral.schema.clone(),
        };
        part.map_or_else(Vec::new, |part| part.schema.deferrals().iter().map(told).collect())
    }

    /// Checks content that had a coding.
    #[napi(catch_unwind)]
    pub fn check_body(&self, is_form: bool, content: Uint8Array) -> InputVerdict {
        let nothing = InputVerdict { body: None, text: None, problem: None };
        let Some(rules) = &self.rules else { return nothing };
        let kind = if is_form { BodyKind::Form } else { BodyKind::Json };
        let mut notes = InputText::default();
        match rules.check_body(kind, &content, &mut notes) {
            Ok(changed) => {
                let text = String::from_utf8(notes.finish()).ok().filter(|text| !text.is_empty());
                InputVerdict { body: changed.map(Uint8Array::from), text, ..nothing }
            }
            Err(refusal) => {
                let document = Problem::document_of(&refusal);
                InputVerdict { problem: Some(String::from_utf8_lossy(&document).into_owned()), ..nothing }
            }
        }
    }
}

/// What the value of a `Content-Type` is read as: 0 JSON, 1 a form, 2 parts, 3 text, 4 anything else, and 8 more where it
/// names a charset other than those of UTF-8; 16 where it is none.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
pub fn media_type(value: String) -> u32 {
    // What was sent are octets, and each came as one character.
    let octets: Option<Vec<u8>> = value.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect();
    let Some(found) = octets.as_deref().and_then(MediaType::parse) else { return 16 };
    let kind = match found.kind {
        MediaKind::Json => 0,
        MediaKind::Form => 1,
        MediaKind::Parts => 2,
        MediaKind::Text => 3,
        MediaKind::Other => 4,
    };
    if found.is_utf8() { kind } else { kind | 8 }
}
