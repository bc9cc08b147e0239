//! Form data in parts, parsed as the bytes arrive (RFC 7578, RFC 2046 §5.1).
//!
//! Content is given as ranges of what was pushed, never copied; of a piece of a delimiter only its length is kept.
//! Knows no files and no charsets: a transfer encoding is told and not decoded (RFC 7578 §4.7). What two readers could
//! take differently is refused, and every byte is charged to a limit.

mod boundary;
mod budget;
mod disposition;
mod error;
mod head;
mod limits;
mod parser;

#[cfg(test)]
mod tests;

pub use boundary::{Boundary, boundary_of};
pub use disposition::FileName;
pub use error::MultipartError;
pub use head::PartHead;
pub use limits::Limits;
pub use parser::{Event, Parser};
