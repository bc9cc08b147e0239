//! What can be wrong with libuv, and with what it was asked for.

use std::ffi::c_int;

/// A function this process does not export.
#[derive(Clone, Debug)]
pub struct MissingFunction(pub &'static str);

impl std::fmt::Display for MissingFunction {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "this process does not export {}", self.0)
    }
}

/// A result of libuv below zero, such as `UV_EADDRINUSE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UvError(pub c_int);

/// A result of libuv as a `Result`.
pub fn check(status: c_int) -> Result<c_int, UvError> {
    if status < 0 { Err(UvError(status)) } else { Ok(status) }
}
