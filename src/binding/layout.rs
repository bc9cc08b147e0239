//! The numbers of the shared tables, handed to JavaScript when it loads.

use std::collections::HashMap;

use napi_derive::napi;
use nexure_core::engine::Problem;
use nexure_core::engine::layout::TABLE;

/// Names and values of the layout of the shared tables.
#[napi(catch_unwind)]
pub fn layout() -> HashMap<String, u32> {
    TABLE.iter().map(|&(name, value)| (name.to_owned(), u32::try_from(value).unwrap_or(u32::MAX))).collect()
}

/// The registered phrase of a status; empty for one that is not registered.
#[napi(catch_unwind)]
pub fn reason_phrase(status: u16) -> String {
    nexure_core::http::reason_phrase(status).to_owned()
}

/// An answer that is given without JavaScript.
#[napi(object)]
pub struct NativeProblem {
    /// The status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// One sentence for people.
    pub detail: String,
}

/// Every answer that is given without JavaScript.
#[napi(catch_unwind)]
pub fn native_problems() -> Vec<NativeProblem> {
    Problem::ALL
        .iter()
        .map(|problem| NativeProblem {
            status: problem.status,
            code: problem.code.to_owned(),
            detail: problem.detail.to_owned(),
        })
        .collect()
}
