//! What one route declares.

use std::cell::RefCell;

use super::body::BodyKind;
use super::refusal::{Fault, Refusal};
use crate::http::{FieldSpan, MediaKind, MediaType};
use crate::schema::{Deferred, JsonLimits, RewriteOptions, Schema, Validator, ValidatorOptions, Verdict};

/// A validator that has seen a longer text than this is not kept: its memory follows the text.
const MAX_KEPT_TEXT_BYTES: usize = 64 * 1024;

/// What a route declares of its input.
#[derive(Debug, Default)]
pub struct InputRules {
    /// The parameters of its path.
    pub params: Option<PartRules>,
    /// The names of these parameters, in the order of the pattern.
    pub param_names: Vec<String>,
    /// The query.
    pub query: Option<PartRules>,
    /// The header fields, by lower-case name.
    pub headers: Option<PartRules>,
    /// The cookies.
    pub cookies: Option<PartRules>,
    /// The content.
    pub body: Option<BodyRules>,
    /// What JSON may be at all.
    pub limits: JsonLimits,
    /// Violations to tell, 1 to 100.
    pub max_errors: usize,
    /// Whether the handler is told what was changed.
    pub changes: bool,
}

/// What a route declares of one part.
#[derive(Debug)]
pub struct PartRules {
    /// What it must be.
    pub schema: Schema,
    /// How it is changed before it is checked.
    pub options: RewriteOptions,
    /// What checks whole texts, one after the other.
    validator: RefCell<Option<Validator>>,
}

/// What a route declares of its content.
#[derive(Debug)]
pub struct BodyRules {
    /// What JSON must be, and forms, too.
    pub part: PartRules,
    /// How forms are changed before they are checked.
    pub form: RewriteOptions,
    /// Whether there may be none.
    pub optional: bool,
    /// Whether another validator has the last word on everything: then only JSON is looked at here.
    pub is_filter: bool,
}

impl PartRules {
    /// A part that fits a schema once it is changed.
    #[must_use]
    pub fn new(schema: Schema, options: RewriteOptions) -> Self {
        Self { schema, options, validator: RefCell::default() }
    }

    /// Checks a whole text, which is a part of a request; gives the values of which the application decides. At most
    /// `max_errors` are told.
    pub(super) fn validate(
        &self,
        options: ValidatorOptions,
        text: &[u8],
        part: &str,
        max_errors: usize,
    ) -> Result<Vec<Deferred>, Refusal> {
        let mut validator = self.validator.take().unwrap_or_else(|| self.schema.validator(options));
        let mut verdict = validator.validate(text);
        if let Verdict::Invalid(violations) = &mut verdict {
            violations.truncate(max_errors);
        }
        let deferred = validator.deferred().to_vec();
        if text.len() <= MAX_KEPT_TEXT_BYTES {
            self.validator.replace(Some(validator));
        }
        Refusal::of(verdict, part).map_or(Ok(deferred), Err)
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
            return if body.optional || body.is_filter { Ok(None) } else { Err(Fault::Missing.into()) };
        }
        let found = MediaType::of(head, fields).filter(|found| found.is_utf8());
        match found.map(|found| found.kind) {
            Some(MediaKind::Json) if body.is_filter && !is_coded(head, fields) => Ok(Some(BodyKind::Json)),
            _ if body.is_filter => Ok(None),
            Some(MediaKind::Json | MediaKind::Form) if is_coded(head, fields) => Ok(Some(BodyKind::Coded)),
            Some(MediaKind::Json) => Ok(Some(BodyKind::Json)),
            Some(MediaKind::Form) => Ok(Some(BodyKind::Form)),
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
