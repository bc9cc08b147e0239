//! Changes texts as a schema says, before they are checked: what is sanitised, coerced, stripped and filled in. A text is
//! copied at its first change, and nothing is copied where nothing changes.
//! [In which order, and why so](../../../../docs/design/validation.md).

mod change;
pub(super) mod defaults;
mod fill;
mod forms;
mod rewriter;
mod sanitise;
mod sets;

pub use change::{Change, ChangeKind};
pub(super) use forms::Forms;
pub(super) use sanitise::Step;

use super::json_error::{JsonError, JsonProblem};
use super::limits::JsonLimits;
use super::options::RewriteOptions;
use super::program::{Program, Types};
use super::reader::Reader;
use super::validate::Schema;
use rewriter::{Outcome, Rewriter, Task};

/// Bytes that defaults may add to any text; chosen.
const ROOM: usize = 64 * 1024;
/// Bytes that they may add for each byte of it; chosen: an object takes two bytes, and its defaults some more.
const ROOM_PER_BYTE: usize = 32;

/// Limits that a text which is ours keeps anyway.
fn no_limits() -> JsonLimits {
    JsonLimits {
        max_depth: u32::MAX,
        max_keys: u32::MAX,
        max_key_bytes: u32::MAX,
        max_number_bytes: u32::MAX,
        duplicate_keys: true,
        prototype_keys: true,
        lone_surrogates: true,
        not_finite: true,
        ..JsonLimits::default()
    }
}

/// Rewrites a text that is ours; `None` if it cannot be read.
fn read(mut rewriter: Rewriter<'_, '_>, text: &[u8]) -> Option<Outcome> {
    let mut reader = Reader::default();
    reader.begin(no_limits());
    reader.read(text, true, &mut rewriter).ok()?;
    Some(rewriter.finish())
}

fn task(program: &Program, options: RewriteOptions, fields: bool) -> Task<'_> {
    Task { program, options, wanted: forms::wanted(options), fields, nested: 0 }
}

impl Schema {
    /// Whether a text may have to be rewritten. If not, it is checked as it arrives.
    #[must_use]
    pub fn rewrites(&self, options: &RewriteOptions) -> bool {
        let forms = &self.program().forms;
        forms.has(forms.root(), forms::wanted(*options))
    }

    /// Rewrites a text: sanitises, coerces, leaves out what is unknown, fills in defaults, in this order; `None` if there
    /// is nothing to change. `changes` takes what was done, up to 1000 changes.
    ///
    /// Whether the schema is kept is not looked at: what comes of it is checked next. There must be room for defaults of 32
    /// bytes per byte of the text and 64 KiB.
    ///
    /// # Errors
    /// [`JsonError`] if the text is malformed, or [`JsonProblem::Length`] if defaults would take more room than that.
    pub fn rewrite(
        &self,
        text: &[u8],
        options: &RewriteOptions,
        limits: &JsonLimits,
        changes: Option<&mut Vec<Change>>,
    ) -> Result<Option<Vec<u8>>, JsonError> {
        let program = self.program();
        let mut room = text.len().saturating_mul(ROOM_PER_BYTE).saturating_add(ROOM);
        let set = program.forms.form(program.forms.root()).members.clone();
        let mut rewriter = Rewriter::new(task(program, *options, false), text, set, changes, &mut room);
        let mut reader = Reader::default();
        reader.begin(*limits);
        reader.read(text, true, &mut rewriter)?;
        match rewriter.finish() {
            Outcome::Same => Ok(None),
            Outcome::Changed(text) => Ok(Some(text)),
            Outcome::TooLong => Err(JsonError::at(JsonProblem::Length, text.len())),
        }
    }
}

/// Rewrites an object that was made of fields. `None` if there is nothing to change.
pub(super) fn rewrite_fields(
    program: &Program,
    text: &[u8],
    options: RewriteOptions,
    changes: Option<&mut Vec<Change>>,
) -> Option<Vec<u8>> {
    let mut room = text.len().saturating_mul(ROOM_PER_BYTE).saturating_add(ROOM);
    let set = program.forms.form(program.forms.root()).members.clone();
    match read(Rewriter::new(task(program, options, true), text, set, changes, &mut room), text) {
        Some(Outcome::Changed(text)) => Some(text),
        _ => None,
    }
}

/// The types that the member of an object may have, `None` if its schema does not name it.
pub(super) fn member_types(program: &Program, name: &[u8]) -> Option<Types> {
    let forms = &program.forms;
    let mut types = None;
    for (id, when) in &forms.form(forms.root()).members {
        let form = forms.form(*id);
        let member = form.names.find(name, 0).and_then(|number| form.names.get(number)?.node);
        if let Some(id) = member.filter(|_| !when.both(Types::OBJECT).is_empty()) {
            types = Some(forms.form(id).types.both(types.unwrap_or(Types::ALL)));
        }
    }
    types
}
