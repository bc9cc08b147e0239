//! Checks the parts of a head, and notes what they were made.

use super::fields::{self, Pair};
use super::refusal::{Fault, Refusal};
use super::rules::{InputRules, PartRules};
use crate::http::FieldSpan;
use crate::router::Captures;
use crate::schema::{Change, JsonProblem};

/// Bytes of what is made of the parts of a head, at the most: with the largest head it fits into one record.
const MAX_TEXT_BYTES: usize = 256 * 1024;

/// A head that was parsed and routed.
#[derive(Clone, Copy, Debug)]
pub struct InputHead<'a> {
    /// The head as it was received.
    pub head: &'a [u8],
    /// Its fields.
    pub fields: &'a [FieldSpan],
    /// The raw path.
    pub path: &'a [u8],
    /// The raw query, without its `?`.
    pub query: &'a [u8],
    /// The parameters of the path.
    pub captures: &'a Captures,
}

/// What was made of a request, beside its content, for JavaScript: `{"query":{...},"changes":[...]}`.
#[derive(Clone, Debug, Default)]
pub struct InputText {
    parts: Vec<u8>,
    changes: Vec<u8>,
}

impl InputText {
    /// Notes changes of a part.
    pub(super) fn note(&mut self, part: &str, changes: &[Change]) {
        for change in changes {
            if self.changes.len() >= MAX_TEXT_BYTES {
                return;
            }
            self.changes.push(if self.changes.is_empty() { b'[' } else { b',' });
            change.write_json(part, &mut self.changes);
        }
    }

    /// The text; empty where there is nothing to tell.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        if !self.changes.is_empty() {
            self.parts.push(if self.parts.is_empty() { b'{' } else { b',' });
            self.parts.extend_from_slice(b"\"changes\":");
            self.parts.append(&mut self.changes);
            self.parts.push(b']');
        }
        if !self.parts.is_empty() {
            self.parts.push(b'}');
        }
        self.parts
    }
}

impl InputRules {
    /// Checks the parts of a head; gives what was made of them.
    ///
    /// # Errors
    /// The refusal, with what is wrong in all parts where more than one error is asked for.
    pub fn check_head(&self, head: &InputHead<'_>) -> Result<InputText, Refusal> {
        let mut text = InputText::default();
        let mut refused: Option<Refusal> = None;
        let mut check = |name: &str, rules: &PartRules, pairs: Option<Vec<Pair<'_>>>| -> Result<(), Refusal> {
            if refused.as_ref().is_some_and(|refusal| refusal.count() >= self.max_errors) {
                return Ok(());
            }
            let pairs = pairs.ok_or(Fault::Parameters)?;
            match self.check_part(name, rules, pairs, &mut text) {
                Err(found) if found.fault == Fault::Invalid => {
                    match &mut refused {
                        Some(refusal) => refusal.append(found, self.max_errors),
                        none => *none = Some(found),
                    }
                    Ok(())
                }
                other => other,
            }
        };
        if let Some(rules) = &self.params {
            check("params", rules, Some(fields::params(head.path, head.captures, &self.param_names)))?;
        }
        if let Some(rules) = &self.query {
            check("query", rules, fields::form(head.query))?;
        }
        if let Some(rules) = &self.headers {
            check("headers", rules, Some(fields::headers(head.head, head.fields)))?;
        }
        if let Some(rules) = &self.cookies {
            check("cookies", rules, Some(fields::cookies(head.head, head.fields)))?;
        }
        refused.map_or(Ok(text), Err)
    }

    fn check_part(
        &self,
        name: &str,
        rules: &PartRules,
        pairs: Vec<Pair<'_>>,
        text: &mut InputText,
    ) -> Result<(), Refusal> {
        text.parts.push(if text.parts.is_empty() { b'{' } else { b',' });
        text.parts.extend_from_slice(format!("\"{name}\":").as_bytes());
        let from = text.parts.len();
        let mut changes = self.changes.then(Vec::new);
        rules.schema.object_from_fields(pairs.into_iter(), &rules.options, &mut text.parts, changes.as_mut());
        if text.parts.len() > MAX_TEXT_BYTES {
            return Err(Fault::Json(JsonProblem::Length).into());
        }
        let object = text.parts.get(from..).unwrap_or_default();
        let options = self.validator_options();
        if let Some(refusal) = Refusal::of(rules.validate(options, object), name) {
            return Err(refusal);
        }
        text.note(name, changes.as_deref().unwrap_or_default());
        Ok(())
    }
}
