//! Values as JSON text, by the shape that a schema gives them: the host hands over what a value holds as columns of
//! numbers and one text, and here the constant pieces are put between.
//!
//! The text is that of ECMA-262 `JSON.stringify`, byte for byte. [Why so](../../../docs/design/serialising.md). Knows no
//! schemas and checks nothing: the host has made sure that the columns fit the [program](Program).

mod number;
mod output;
mod program;
mod string;
mod write;

#[cfg(test)]
mod tests;

pub use output::{Output, Written};
pub use program::{MAX_MEMBERS, Program, ProgramError, Shape};
pub use write::{Columns, ColumnsError, NULL, PADDING, RAW, Text};
