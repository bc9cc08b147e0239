//! What a rewriting changed, for those who want to know.

use crate::schema::reader::Scalar;
use crate::schema::{scan, uri};

/// One change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// JSON pointer of the value (RFC 6901) in the text that was given; of a default, where it stands now.
    pub pointer: String,
    /// What was done.
    pub kind: ChangeKind,
}

/// What is done to values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeKind {
    /// A string was cleaned by `x-sanitize`.
    Sanitised,
    /// A string became what its schema asks for, or an integer beyond 2^53 a string that keeps its digits.
    Coerced,
    /// A property that the schema does not know was left out.
    Stripped,
    /// A value was filled in.
    Default,
}

impl ChangeKind {
    /// Its name in `ctx.input.changes`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sanitised => "sanitised",
            Self::Coerced => "coerced",
            Self::Stripped => "stripped",
            Self::Default => "default",
        }
    }
}

/// Changes that are told of one text; chosen.
const MAX_CHANGES: usize = 1000;
/// Bytes of their pointers; chosen. Deep values have long ones.
const MAX_POINTER_BYTES: usize = 256 * 1024;

/// Where changes are noted.
pub(super) struct Changes<'c> {
    list: &'c mut Vec<Change>,
    count: usize,
    bytes: usize,
}

impl<'c> Changes<'c> {
    pub(super) fn new(list: &'c mut Vec<Change>) -> Self {
        Self { list, count: 0, bytes: 0 }
    }

    /// Notes a change. `way` has, for each array and object around it, whether it is an object, its last key, and how many
    /// elements it has so far.
    pub(super) fn add(
        &mut self,
        kind: ChangeKind,
        text: &[u8],
        way: impl Iterator<Item = (bool, Scalar, u32)>,
        name: Option<&str>,
    ) {
        if self.count >= MAX_CHANGES || self.bytes >= MAX_POINTER_BYTES {
            return;
        }
        let mut pointer = String::new();
        for (object, key, count) in way {
            if !object {
                uri::push_token(&mut pointer, &count.saturating_sub(1).to_string());
                continue;
            }
            let raw = text.get(key.start as usize..key.end as usize).unwrap_or_default();
            let mut name = Vec::new();
            if key.escaped {
                scan::decode(raw, &mut name);
            } else {
                name.extend_from_slice(raw);
            }
            uri::push_token(&mut pointer, &String::from_utf8_lossy(&name));
        }
        if let Some(name) = name {
            uri::push_token(&mut pointer, name);
        }
        self.count += 1;
        self.bytes += pointer.len();
        self.list.push(Change { pointer, kind });
    }
}
