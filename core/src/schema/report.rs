//! Where violations go while a value is checked: nowhere, when only the verdict counts; into a list that stops at its
//! first or its last allowed one.

use std::ops::ControlFlow;

use super::violation::Params;

/// Whether to go on checking.
pub(super) type Flow = ControlFlow<()>;

/// Takes note of violations.
pub(super) trait Report {
    /// The value that is being checked breaks a keyword. Breaks if no more needs to be known.
    fn fail(&mut self, keyword: &'static str, params: impl FnOnce() -> Params) -> Flow;
}
