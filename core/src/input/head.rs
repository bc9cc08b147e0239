//! Checks the parts of a head, and notes what they were made.

use super::fields::{self, Pair};
use super::refusal::{Fault, Refusal};
use super::rules::{InputRules, PartRules};
use crate::http::FieldSpan;
use crate::router::Captures;
use crate::schema::{Change, Deferred, JsonProblem, quote};

/// Bytes of what is made of the parts of a head, at the most. With what follows and the largest head it fits into one record.
const MAX_TEXT_BYTES: usize = 192 * 1024;
/// Bytes of the changes that are told.
const MAX_CHANGES_BYTES: usize = 64 * 1024;
/// Bytes of the places of which the application decides.
const MAX_DEFERRED_BYTES: usize = 128 * 1024;

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

/// What was made of a request, beside its content, for JavaScript:
/// `{"query":{...},"changes":[{"in":"query","pointer":"/a","kind":"coerced"}],"deferred":[["query",0,"/a"]]}`, the last being
/// values of which the application decides, with the numbers of their places among [`crate::schema::Schema::deferrals`]. Behind
/// the pointer to a property stands its name, where that is the value.
#[derive(Clone, Debug, Default)]
pub struct InputText {
    parts: Vec<u8>,
    changes: Vec<u8>,
    deferred: Vec<u8>,
}

impl InputText {
    /// Notes changes of a part; as many of them as fit.
    pub(super) fn note(&mut self, part: &str, changes: &[Change]) {
        for change in changes {
            let mut next = Vec::new();
            next.extend_from_slice(b"{\"in\":");
            quote(part, &mut next);
            next.extend_from_slice(b",\"pointer\":");
            quote(&change.pointer, &mut next);
            next.extend_from_slice(b",\"kind\":");
            quote(change.kind.name(), &mut next);
            next.push(b'}');
            if self.changes.len().saturating_add(next.len()) > MAX_CHANGES_BYTES {
                return;
            }
            self.changes.push(if self.changes.is_empty() { b'[' } else { b',' });
            self.changes.append(&mut next);
        }
    }

    /// Notes values of which the application decides. None of them may be passed over.
    pub(super) fn defer(&mut self, part: &str, deferred: &[Deferred], text: &[u8]) -> Result<(), Refusal> {
        for Deferred { deferral, pointer, start, end, .. } in deferred {
            self.deferred.push(if self.deferred.is_empty() { b'[' } else { b',' });
            self.deferred.extend_from_slice(format!("[\"{part}\",{deferral},").as_bytes());
            quote(pointer, &mut self.deferred);
            let behind = text.get(*end as usize..).unwrap_or_default().trim_ascii_start();
            if behind.starts_with(b":") {
                self.deferred.push(b',');
                self.deferred.extend_from_slice(text.get(*start as usize..*end as usize).unwrap_or_default());
            }
            self.deferred.push(b']');
            if self.deferred.len() > MAX_DEFERRED_BYTES {
                return Err(Fault::Work.into());
            }
        }
        Ok(())
    }

    /// The text; empty where there is nothing to tell.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        for (name, list) in [("changes", &mut self.changes), ("deferred", &mut self.deferred)] {
            if !list.is_empty() {
                self.parts.push(if self.parts.is_empty() { b'{' } else { b',' });
                self.parts.extend_from_slice(format!("\"{name}\":").as_bytes());
                self.parts.append(list);
                self.parts.push(b']');
            }
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
            let left = self.max_errors.max(1).saturating_sub(refused.as_ref().map_or(0, Refusal::count));
            if left == 0 {
                return Ok(());
            }
            let pairs = pairs.ok_or(Fault::Parameters)?;
            match self.check_part(name, rules, pairs, left, &mut text) {
                Err(found) if found.fault == Fault::Invalid => {
                    match &mut refused {
                        Some(refusal) => refusal.append(&found),
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
            check("headers", rules, fields::headers(head.head, head.fields, |name| rules.schema.asks_list(name)))?;
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
        max_errors: usize,
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
        let deferred = rules.validate(self.validator_options(), object, name, max_errors)?;
        if !deferred.is_empty() {
            let object = object.to_vec();
            text.defer(name, &deferred, &object)?;
        }
        text.note(name, changes.as_deref().unwrap_or_default());
        Ok(())
    }
}
