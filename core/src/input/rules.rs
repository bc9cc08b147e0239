//! What one route declares.

use std::cell::RefCell;

use super::body::BodyKind;
use super::refusal::{Fault, Refusal};
use crate::http::{FieldSpan, MediaKind, MediaType};
use crate::schema::{JsonLimits, Schema, Validator, ValidatorOptions};

/// A validator that has seen a longer text than this is not kept: its memory follows the text.
const MAX_KEPT_TEXT_BYTES: usize = 64 * 1024;

/// What a route declares of its input.
#[derive(Debug)]
pub struct InputRules {
    /// Its content.
    pub body: Option<BodyRules>,
    /// What JSON may be at all.
    pub limits: JsonLimits,
    /// Violations to tell, 1 to 100.
    pub max_errors: usize,
}

/// What a route declares of its content.
#[derive(Debug)]
pub struct BodyRules {
    /// What it must be.
    pub schema: Schema,
    /// Whether there may be none.
    pub optional: bool,
    /// What checks whole bodies, one after the other.
    pub(super) validator: RefCell<Option<Validator>>,
}

impl BodyRules {
    /// Content that fits a schema.
    #[must_use]
    pub fn new(schema: Schema, optional: bool) -> Self {
        Self { schema, optional, validator: RefCell::default() }
    }

    /// Lets `act` use a validator.
    pub(super) fn with_validator<R>(
        &self,
        options: ValidatorOptions,
        text: &[u8],
        act: impl FnOnce(&mut Validator) -> R,
    ) -> R {
        let mut validator = self.validator.take().unwrap_or_else(|| self.schema.validator(options));
        let result = act(&mut validator);
        if text.len() <= MAX_KEPT_TEXT_BYTES {
            self.validator.replace(Some(validator));
        }
        result
    }
}

impl InputRules {
    pub(super) fn validator_options(&self) -> ValidatorOptions {
        ValidatorOptions { limits: self.limits, max_violations: self.max_errors.max(1), ..ValidatorOptions::default() }
    }

    /// How the content of a request is to be checked, by its head; `None` where there is nothing to check. `is_empty` tells
    /// that there is none.
    ///
    /// # Errors
    /// [`Fault::Missing`] and [`Fault::MediaType`].
    pub fn body_kind(&self, head: &[u8], fields: &[FieldSpan], is_empty: bool) -> Result<Option<BodyKind>, Refusal> {
        let Some(body) = &self.body else { return Ok(None) };
        if is_empty {
            return if body.optional { Ok(None) } else { Err(Fault::Missing.into()) };
        }
        let found = MediaType::of(head, fields).filter(|found| found.is_utf8());
        match found.map(|found| found.kind) {
            Some(MediaKind::Json) => Ok(Some(if is_coded(head, fields) { BodyKind::Coded } else { BodyKind::Json })),
            Some(MediaKind::Form) => Ok(Some(if is_coded(head, fields) { BodyKind::Coded } else { BodyKind::Form })),
            _ => Err(Fault::MediaType.into()),
        }
    }
}

/// Whether content has a coding that must be undone before it can be looked at.
fn is_coded(head: &[u8], fields: &[FieldSpan]) -> bool {
    fields.iter().any(|field| {
        let value = field.value.slice(head);
        field.name.slice(head).eq_ignore_ascii_case(b"content-encoding")
            && !value.is_empty()
            && !value.eq_ignore_ascii_case(b"identity")
    })
}
