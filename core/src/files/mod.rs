//! What is decided about answering with files: the path, the conditions, the ranges, the fields (RFC 9110 §8.8, §13, §14).
//!
//! Knows no file system and no clock: what a file is like, and what time it is, are parameters. [`HotSet`] keeps small
//! files in memory; it and the handler that streams large ones ask the same [`plan`], so that both answer alike.

mod coding;
mod error;
mod hot;
mod media_types;
mod mount;
mod multipart;
mod path;
mod plan;
mod range;
mod redirect;
mod validators;

#[cfg(test)]
mod tests;

pub use coding::{Coding, CodingSet, accepted_codings};
pub use error::FileError;
pub use hot::{FileIdentity, HotFile, HotKey, HotLimits, HotSet, HotStatistics, NewHotFile, Watched};
pub use media_types::{DEFAULT_MEDIA_TYPE, media_type_of};
pub use mount::FileMount;
pub use path::{Dotfiles, PathPolicy, resolve_path};
pub use plan::{FileMeta, FilePlan, FileRequest, PlanOptions, Segment, plan};
pub use range::{ByteRange, Ranges, resolve_ranges};
pub use redirect::directory_location;
pub use validators::{Conditions, EntityTag, FileTime, Precondition, Validators};
