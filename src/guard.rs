//! Stops panics at the doors through which C calls us: unwinding into C would abort the process.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `act`; if it panics, writes one line to standard error and returns what `fallback` gives.
pub fn guard<R>(place: &str, fallback: impl FnOnce() -> R, act: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        // Standard error may be closed; there is nobody left to tell then.
        let _ = writeln!(std::io::stderr(), "nexurejs: panic in {place}: {message}");
        fallback()
    })
}
