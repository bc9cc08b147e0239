//! What a rewriting changed, for those who want to know.

use crate::schema::quote::quote;

/// One change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// JSON pointer of the value (RFC 6901) in the text that was given; of a default, where it stands now.
    pub pointer: String,
    /// What was done.
    pub kind: ChangeKind,
}

impl Change {
    /// Appends it as it stands in `ctx.input.changes`: `{"in":"query","pointer":"/a","kind":"coerced"}`.
    pub fn write_json(&self, part: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"in\":");
        quote(part, out);
        out.extend_from_slice(b",\"pointer\":");
        quote(&self.pointer, out);
        out.extend_from_slice(b",\"kind\":");
        quote(self.kind.name(), out);
        out.push(b'}');
    }
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
