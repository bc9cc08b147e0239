//! Formats and keywords that the application has defined in this thread, for all schemas that are compiled in it later.

use std::cell::RefCell;
use std::sync::Arc;

use napi_derive::napi;
use nexure_core::schema::{
    Custom, CustomFormat, CustomKeyword, Draft, Schema, SchemaError, SchemaOptions, SchemaProblem,
};

use super::schema_validator::SchemaFailure;

thread_local! {
    static DEFINED: RefCell<Arc<Custom>> = RefCell::default();
}

/// A format or keyword. A format has a pattern, values or a function; a keyword has a function.
#[napi(object)]
pub struct CustomDefinition {
    /// The number of its function.
    pub validator: u32,
    pub name: String,
    pub is_format: bool,
    pub pattern: Option<String>,
    pub values: Option<Vec<String>>,
    /// The types that a keyword is for, by their names; all if there are none.
    pub types: Vec<String>,
    /// The JSON text of the schema of what a keyword may be.
    pub schema: Option<String>,
}

/// Defines a format or keyword; tells what is wrong with its pattern or its schema.
#[napi(catch_unwind)]
pub fn define_custom(definition: CustomDefinition) -> Option<SchemaFailure> {
    if !definition.is_format && is_taken(&definition.name) {
        let message = "has the name of a keyword that there is".to_owned();
        return Some(SchemaFailure { location: String::new(), message, reason: "contradiction".to_owned() });
    }
    define(definition).as_ref().err().map(SchemaFailure::from)
}

/// Whether a draft has a keyword of this name, or this package.
fn is_taken(name: &str) -> bool {
    if name.starts_with("x-") {
        return matches!(name, "x-sanitize" | "x-coerce" | "x-unknown" | "x-as" | "x-validate");
    }
    [Draft::Draft7, Draft::Draft201909, Draft::Draft202012].into_iter().any(|draft| {
        let options = SchemaOptions { draft, ..SchemaOptions::default() };
        let compiled = Schema::compile(format!("{{\"{name}\":null}}").as_bytes(), &options);
        !matches!(compiled, Err(SchemaError { problem: SchemaProblem::UnknownKeyword(_), .. }))
    })
}

/// All that is defined.
pub fn defined() -> Arc<Custom> {
    DEFINED.with_borrow(Arc::clone)
}

fn define(definition: CustomDefinition) -> Result<(), SchemaError> {
    let CustomDefinition { validator, name, is_format, pattern, values, types, schema } = definition;
    let compile = |text: &str| Schema::compile(text.as_bytes(), &SchemaOptions::default());
    let params = schema.as_deref().map(compile).transpose()?;
    DEFINED.with_borrow_mut(|defined| {
        let defined = Arc::make_mut(defined);
        if !is_format {
            defined.keywords.insert(name, CustomKeyword { validator, types, params });
            return Ok(());
        }
        let format = match (pattern, values) {
            (Some(pattern), _) => CustomFormat::Pattern(pattern),
            (None, Some(values)) => CustomFormat::Values(values),
            (None, None) => CustomFormat::Deferred(validator),
        };
        let is_pattern = matches!(format, CustomFormat::Pattern(_));
        defined.formats.insert(name.clone(), format);
        if !is_pattern {
            return Ok(());
        }
        // An expression that cannot be compiled is told of now, not with the first schema that has it.
        let options = SchemaOptions { custom: Arc::new(defined.clone()), ..SchemaOptions::default() };
        let compiled = Schema::compile(format!("{{\"format\":\"{name}\"}}").as_bytes(), &options);
        if compiled.is_err() {
            defined.formats.remove(&name);
        }
        compiled.map(|_| ())
    })
}
