//! What the application has the core send in place of its own documents. Status and framing stay the core's, and so do
//! the fields that a status asks for (`Allow`, `Retry-After`).

use std::borrow::Cow;
use std::rc::Rc;

use super::Engine;
use super::answer::{Answer, Body};
use super::layout::header_set;
use super::problem::Problem;
use crate::http::check_answer_fields;
use crate::input::Refusal;
use crate::pool::arena::TurnArena;

/// Fields that the core adds itself where they belong.
const OWN_FIELDS: [&str; 3] = ["allow", "retry-after", "content-length"];

/// Why a replacement is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplacementError {
    /// There is no native answer with this code.
    Unknown,
    /// The field lines may not be sent, or are not ASCII.
    Fields,
    /// One of the fields is added by the core itself.
    Reserved,
}

/// What is sent in place of one problem document.
#[derive(Debug)]
struct Replacement {
    code: &'static str,
    fields: Box<str>,
    /// `None` for the document itself.
    body: Option<Box<[u8]>>,
}

/// The answers that are replaced.
#[derive(Debug, Default)]
pub(super) struct Replacements(Vec<Replacement>);

/// A problem, ready to be answered with.
pub(super) struct Document<'a> {
    status: u16,
    header_set: u32,
    fields: Cow<'a, [u8]>,
    body: Cow<'a, [u8]>,
}

impl Document<'_> {
    pub fn answer(&self, close: bool) -> Answer<'_> {
        let Self { status, header_set, fields, body } = self;
        Answer { status: *status, header_set: *header_set, fields, body: Body::Bytes(body), close }
    }
}

impl Replacements {
    /// What a refusal is answered with: as its problem, with what exactly is wrong.
    pub fn refusal(&self, refusal: &Refusal) -> Document<'_> {
        let Problem { status, code, .. } = refusal.fault.into();
        let own = || Cow::Owned(Problem::document_of(refusal));
        let (fields, body) = match self.0.iter().find(|one| one.code == code) {
            None => (Cow::Borrowed(&[][..]), None),
            Some(found) => (Cow::Borrowed(found.fields.as_bytes()), found.body.as_deref()),
        };
        match body {
            Some(body) => Document { status, header_set: header_set::NONE, fields, body: Cow::Borrowed(body) },
            None => Document { status, header_set: header_set::PROBLEM, fields, body: own() },
        }
    }

    /// What a problem is answered with; `fields` are those of the case at hand.
    pub fn document<'a>(&'a self, problem: Problem, fields: &'a [u8], arena: &'a TurnArena) -> Document<'a> {
        let Problem { status, code, .. } = problem;
        let own = |cow| match cow {
            Cow::Borrowed(text) => Cow::Borrowed(str::as_bytes(text)),
            Cow::Owned(text) => Cow::Owned(String::into_bytes(text)),
        };
        let Some(found) = self.0.iter().find(|one| one.code == code) else {
            let body = own(problem.document(arena));
            return Document { status, header_set: header_set::PROBLEM, fields: Cow::Borrowed(fields), body };
        };
        let fields = if fields.is_empty() {
            Cow::Borrowed(found.fields.as_bytes())
        } else {
            Cow::Owned([found.fields.as_bytes(), fields].concat())
        };
        match &found.body {
            Some(body) => Document { status, header_set: header_set::NONE, fields, body: Cow::Borrowed(body) },
            None => Document { status, header_set: header_set::PROBLEM, fields, body: own(problem.document(arena)) },
        }
    }
}

/// The problem with this code, if its answer may be sent with these field lines.
///
/// # Errors
/// [`ReplacementError`], as [`Engine::replace_problem`].
pub fn check_replacement(code: &str, fields: &str) -> Result<Problem, ReplacementError> {
    let problem = Problem::ALL.iter().find(|problem| problem.code == code).ok_or(ReplacementError::Unknown)?;
    let found = check_answer_fields(fields.as_bytes()).map_err(|_| ReplacementError::Fields)?;
    let mut names = fields.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name);
    let is_own = |name: &str| OWN_FIELDS.iter().any(|own| own.eq_ignore_ascii_case(name));
    if found.content_length.is_some() || names.any(is_own) {
        return Err(ReplacementError::Reserved);
    }
    if fields.is_ascii() { Ok(*problem) } else { Err(ReplacementError::Fields) }
}

impl Engine {
    /// Has the native answer with this code sent with more field lines, and with another body if there is one, whose
    /// `Content-Type` is among the lines.
    ///
    /// # Errors
    /// [`ReplacementError`]; nothing is changed then.
    pub fn replace_problem(&mut self, code: &str, fields: &str, body: Option<&[u8]>) -> Result<(), ReplacementError> {
        let problem = check_replacement(code, fields)?;
        let Some(Replacements(all)) = Rc::get_mut(&mut self.shared.replacements) else {
            return Err(ReplacementError::Fields);
        };
        all.retain(|one| one.code != problem.code);
        all.push(Replacement { code: problem.code, fields: fields.into(), body: body.map(Into::into) });
        Ok(())
    }
}
