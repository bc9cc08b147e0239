//! What a rewriting changed, for those who want to know.

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
