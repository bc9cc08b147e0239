//! Why a request is refused for what it brings: one code and status for each, and what exactly is wrong as JSON.

use crate::schema::{JsonProblem, Verdict};

/// Bytes of an error that says nothing unusual.
const ERROR_BYTES: usize = 192;

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A part does not fit its schema: 422.
    Invalid,
    /// A text is no JSON that is accepted: 400, or 413 for too much of it.
    Json(JsonProblem),
    /// There is no content where some is required: 400.
    Missing,
    /// The content is neither JSON nor a form, or does not say so clearly: 415.
    MediaType,
    /// There are more names and values than are read: 400.
    Parameters,
    /// To check a text takes more steps than it may cost: 422.
    Work,
}

/// A request that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub fault: Fault,
    /// What is wrong in detail: objects of JSON with commas between them; empty where there is nothing to say but the fault.
    errors: Vec<u8>,
    count: usize,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self { fault, errors: Vec::new(), count: 0 }
    }
}

impl Refusal {
    /// The refusal that follows from checking a text, which is a part of the request; `None` where it is right.
    pub(super) fn of(verdict: Verdict, part: &str) -> Option<Self> {
        match verdict {
            Verdict::Valid => None,
            Verdict::Invalid(violations) => {
                let mut errors = Vec::with_capacity(violations.len().saturating_mul(ERROR_BYTES));
                for violation in &violations {
                    if !errors.is_empty() {
                        errors.push(b',');
                    }
                    violation.write_json(part, &mut errors);
                }
                Some(Self { fault: Fault::Invalid, errors, count: violations.len() })
            }
            Verdict::Malformed(error) => Some(Fault::Json(error.problem).into()),
            Verdict::Exhausted => Some(Fault::Work.into()),
        }
    }

    /// How many errors it tells.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Adds the errors of another part.
    pub(super) fn append(&mut self, other: &Self) {
        self.errors.push(b',');
        self.errors.extend_from_slice(&other.errors);
        self.count = self.count.saturating_add(other.count);
    }

    /// What is wrong in detail: objects of JSON with commas between them.
    #[must_use]
    pub fn errors(&self) -> &[u8] {
        &self.errors
    }
}
