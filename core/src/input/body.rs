//! Checks content: as a whole, or while it arrives where the first error decides and nothing is changed.

use std::rc::Rc;

use super::refusal::{Fault, Refusal};
use super::rules::InputRules;
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
    /// What checks piece by piece; nothing where the whole is waited for.
    pieces: Option<Validator>,
}

impl BodyCheck {
    /// Begins to check content of this kind.
    #[must_use]
    pub fn new(rules: Rc<InputRules>, kind: BodyKind) -> Self {
        let options = rules.validator_options();
        let streams = kind == BodyKind::Json && options.max_violations == 1;
        let pieces = rules.body.as_ref().filter(|_| streams).map(|body| body.schema.validator(options));
        Self { rules, kind, pieces }
    }

    /// Goes on with `body`, which is all of it so far; `complete` says that no more will come. `true` when it was found to
    /// be right, which it is only when it is complete. What is changed of it is changed in place.
    ///
    /// # Errors
    /// The refusal, as soon as it is decided.
    pub fn advance(&mut self, body: &mut Vec<u8>, complete: bool) -> Result<bool, Refusal> {
        if complete && body.is_empty() {
            return match &self.rules.body {
                Some(body) if !body.optional => Err(Fault::Missing.into()),
                _ => Ok(true),
            };
        }
        if let Some(validator) = &mut self.pieces {
            let refusal = validator.push(body, complete).and_then(|verdict| Refusal::of(verdict, "body"));
            return refusal.map_or(Ok(complete), Err);
        }
        if !complete {
            return Ok(false);
        }
        if let Some(changed) = self.rules.check_body(self.kind, body)? {
            *body = changed;
        }
        Ok(true)
    }
}

impl InputRules {
    /// Checks content that is there; gives what takes its place, if it is changed.
    ///
    /// # Errors
    /// The refusal.
    pub fn check_body(&self, kind: BodyKind, text: &[u8]) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(body) = &self.body else { return Ok(None) };
        let _ = kind;
        let verdict = body.with_validator(self.validator_options(), text, |validator| validator.validate(text));
        Refusal::of(verdict, "body").map_or(Ok(None), Err)
    }
}
