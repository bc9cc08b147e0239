//! Checks content: as a whole, or while it arrives where the first error decides and nothing is changed.

use std::rc::Rc;

use super::fields;
use super::head::InputText;
use super::refusal::{Fault, Refusal};
use super::rules::{BodyRules, InputRules};
use crate::schema::Validator;

/// What content is checked as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// JSON.
    Json,
    /// Names and values.
    Form,
    /// Either of them with a content coding: it is checked by whoever decodes it.
    Coded,
}

/// Content that is checked while it arrives.
#[derive(Debug)]
pub struct BodyCheck {
    rules: Rc<InputRules>,
    kind: BodyKind,
    text: InputText,
    /// What checks piece by piece; nothing where the whole is waited for.
    pieces: Option<Validator>,
}

impl BodyCheck {
    /// Begins to check content of this kind; `text` is what was made of the head.
    #[must_use]
    pub fn new(rules: Rc<InputRules>, kind: BodyKind, text: InputText) -> Self {
        let options = rules.validator_options();
        let streams = |body: &&BodyRules| {
            kind == BodyKind::Json && options.max_violations == 1 && !body.part.schema.rewrites(&body.part.options)
        };
        let pieces = rules.body.as_ref().filter(streams).map(|body| body.part.schema.validator(options));
        Self { rules, kind, text, pieces }
    }

    /// Goes on with `body`, which is all of it so far; `complete` says that no more will come. `true` when it was found to
    /// be right, which it is only when it is complete. What is changed of it is changed in place.
    ///
    /// # Errors
    /// The refusal, as soon as it is decided.
    pub fn advance(&mut self, body: &mut Vec<u8>, complete: bool) -> Result<bool, Refusal> {
        if complete && body.is_empty() {
            return match &self.rules.body {
                Some(body) if !body.optional && !body.is_filter => Err(Fault::Missing.into()),
                _ => Ok(true),
            };
        }
        if let Some(validator) = &mut self.pieces {
            let refusal = validator.push(body, complete).and_then(|verdict| Refusal::of(verdict, "body"));
            if let Some(refusal) = refusal {
                return Err(refusal);
            }
            if complete {
                self.text.defer("body", validator.deferred(), body)?;
            }
            return Ok(complete);
        }
        if !complete {
            return Ok(false);
        }
        if let Some(changed) = self.rules.check_body(self.kind, body, &mut self.text)? {
            *body = changed;
        }
        Ok(true)
    }

    /// What was made of the request beside its content.
    #[must_use]
    pub fn into_text(self) -> Vec<u8> {
        self.text.finish()
    }
}

impl InputRules {
    /// Checks content that is there; gives what takes its place, if it is changed.
    ///
    /// # Errors
    /// The refusal.
    pub fn check_body(&self, kind: BodyKind, text: &[u8], notes: &mut InputText) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(BodyRules { part, form, .. }) = &self.body else { return Ok(None) };
        let mut changes = self.changes.then(Vec::new);
        let replaced = if kind == BodyKind::Form {
            let pairs = fields::form(text).ok_or(Fault::Parameters)?;
            let mut object = Vec::with_capacity(text.len().saturating_add(64));
            part.schema.object_from_fields(pairs.into_iter(), form, &mut object, changes.as_mut());
            Some(object)
        } else if part.schema.rewrites(&part.options) {
            part.schema
                .rewrite(text, &part.options, &self.limits, changes.as_mut())
                .map_err(|error| Fault::Json(error.problem))?
        } else {
            None
        };
        let deferred =
            part.validate(self.validator_options(), replaced.as_deref().unwrap_or(text), "body", usize::MAX)?;
        notes.defer("body", &deferred, replaced.as_deref().unwrap_or(text))?;
        notes.note("body", changes.as_deref().unwrap_or_default());
        Ok(replaced)
    }
}
