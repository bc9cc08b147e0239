//! Looks at the defaults of a schema when it is compiled: each must be right by the schema that has it.

use super::rewriter::{Outcome, Rewriter};
use super::{no_limits, read, task};
use crate::schema::error::{SchemaError, SchemaProblem};
use crate::schema::options::RewriteOptions;
use crate::schema::program::{NodeId, Program};
use crate::schema::validate::{self, ValidatorOptions, Verdict};

/// Bytes that a default may have with all that is filled in; chosen.
const MAX_DEFAULT_BYTES: usize = 64 * 1024;

/// Refuses defaults that need themselves, and in strict mode those that their schemas refuse.
pub(in crate::schema) fn check(program: &mut Program, strict: bool) -> Result<(), SchemaError> {
    let root = program.root;
    for id in (0..).take(program.nodes.len()) {
        if program.forms.form(id).shape.default.is_none() {
            continue;
        }
        let text = complete(program, id);
        let location = format!("{}/default", program.node(id).location);
        let Some(text) = text else {
            let problem = SchemaProblem::Limit("64 KiB of defaults within each other");
            return Err(SchemaError { location, problem });
        };
        if !strict {
            continue;
        }
        program.root = id;
        let limits = crate::schema::JsonLimits { unsafe_integers: true, ..no_limits() };
        let verdict = validate::check(program, &text, ValidatorOptions { limits, ..ValidatorOptions::default() });
        program.root = root;
        // With dynamic references a schema may say another thing when it is not the first.
        if let (Verdict::Invalid(violations), false) = (verdict, program.dynamic) {
            let what = violations.first().map(ToString::to_string).unwrap_or_default();
            let how = format!("is a default that its own schema refuses: {what}");
            return Err(SchemaError { location, problem: SchemaProblem::Contradiction(how) });
        }
    }
    Ok(())
}

/// A default with all that is filled in; `None` if there is no end to it.
fn complete(program: &Program, id: NodeId) -> Option<Vec<u8>> {
    let form = program.forms.form(id);
    let text = form.shape.default.as_deref()?;
    let mut room = MAX_DEFAULT_BYTES;
    let task = task(program, RewriteOptions::default(), false);
    let rewriter = Rewriter::new(task, text, form.members.clone(), None, &mut room);
    match read(rewriter, text) {
        Some(Outcome::TooLong) => None,
        Some(Outcome::Changed(text)) => Some(text),
        Some(Outcome::Same) | None => Some(text.to_vec()),
    }
}
