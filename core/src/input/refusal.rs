//! Why a request is refused for what it brings: one code and status for each, and what exactly is wrong as JSON.

use crate::schema::{JsonProblem, Verdict, Violation};

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
    /// What is wrong in detail, as an array of JSON; empty where there is nothing to say but the fault.
    pub errors: Vec<u8>,
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
            Verdict::Invalid(violations) => Some(Self { fault: Fault::Invalid, errors: list(&violations, part) }),
            Verdict::Malformed(error) => Some(Fault::Json(error.problem).into()),
            Verdict::Exhausted => Some(Fault::Work.into()),
        }
    }
}

fn list(violations: &[Violation], part: &str) -> Vec<u8> {
    let mut errors = vec![b'['];
    for (place, violation) in violations.iter().enumerate() {
        if place > 0 {
            errors.push(b',');
        }
        write(violation, part, &mut errors);
    }
    errors.push(b']');
    errors
}

fn write(violation: &Violation, part: &str, out: &mut Vec<u8>) {
    let text = format!(
        r#"{{"in":"{part}","pointer":{:?},"code":"{}","message":{:?}}}"#,
        violation.instance,
        violation.keyword,
        violation.to_string()
    );
    out.extend_from_slice(text.as_bytes());
}
