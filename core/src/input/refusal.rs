//! Why a request is refused for what it brings: one code and status for each, and what exactly is wrong as JSON.

use crate::schema::{JsonProblem, Verdict};

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
    /// What is wrong in detail, each an object of JSON; none where there is nothing to say but the fault.
    errors: Vec<Vec<u8>>,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self { fault, errors: Vec::new() }
    }
}

impl Refusal {
    /// The refusal that follows from checking a text, which is a part of the request; `None` where it is right.
    pub(super) fn of(verdict: Verdict, part: &str) -> Option<Self> {
        match verdict {
            Verdict::Valid => None,
            Verdict::Invalid(violations) => {
                let errors = violations.iter().map(|violation| {
                    let mut error = Vec::new();
                    violation.write_json(part, &mut error);
                    error
                });
                Some(Self { fault: Fault::Invalid, errors: errors.collect() })
            }
            Verdict::Malformed(error) => Some(Fault::Json(error.problem).into()),
            Verdict::Exhausted => Some(Fault::Work.into()),
        }
    }

    /// How many errors it tells.
    pub(super) fn count(&self) -> usize {
        self.errors.len()
    }

    /// Adds the errors of another part, up to `max` in all.
    pub(super) fn append(&mut self, mut other: Self, max: usize) {
        self.errors.append(&mut other.errors);
        self.errors.truncate(max);
    }

    /// The errors as an array of JSON; `None` where there are none.
    #[must_use]
    pub fn errors(&self) -> Option<Vec<u8>> {
        if self.errors.is_empty() { None } else { Some([b"[", &*self.errors.join(&b','), b"]"].concat()) }
    }
}
