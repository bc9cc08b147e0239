//! Why a text was refused before any schema had a say.

use std::fmt;

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal $message:literal;)*) => {
        /// What is wrong with a text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum JsonProblem {
            $($(#[$doc])* $name,)*
        }

        impl JsonProblem {
            /// Every problem, once.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The HTTP status: 400 for what is malformed or ambiguous, 413 for too much.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// One sentence for people.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)* }
            }
        }
    };
}

errors! {
    /// Not a JSON text by RFC 8259.
    Syntax = 400 "ERR_NEXURE_BODY_JSON" "The content is not valid JSON.";
    /// The text ends before its value does.
    Truncated = 400 "ERR_NEXURE_BODY_JSON" "The content ends in the middle of a JSON value.";
    /// Bytes that are not UTF-8 (RFC 8259 §8.1).
    Encoding = 400 "ERR_NEXURE_BODY_JSON" "The content is not valid UTF-8.";
    /// A byte order mark (RFC 8259 §8.1).
    ByteOrderMark = 400 "ERR_NEXURE_BODY_JSON" "The content begins with a byte order mark.";
    /// An escaped half of a surrogate pair without the other half.
    LoneSurrogate = 400 "ERR_NEXURE_BODY_JSON" "A string has half of a surrogate pair.";
    /// A number that no double can hold.
    NotFinite = 400 "ERR_NEXURE_BODY_JSON" "A number is too large for a double.";
    /// A key that its object has already.
    DuplicateKey = 400 "ERR_NEXURE_JSON_DUPLICATE_KEY" "An object has a key twice.";
    /// `__proto__`, or `constructor` with a `prototype`.
    PrototypeKey = 400 "ERR_NEXURE_BODY_POISONED" "An object has a key that would change prototypes.";
    /// Deeper than `max_depth`.
    Depth = 400 "ERR_NEXURE_JSON_DEPTH" "The content is nested deeper than this server accepts.";
    /// An object has more than `max_keys`.
    Keys = 413 "ERR_NEXURE_JSON_LIMIT" "An object has more keys than this server accepts.";
    /// A key is longer than `max_key_bytes`.
    KeyLength = 413 "ERR_NEXURE_JSON_LIMIT" "A key is longer than this server accepts.";
    /// A string is longer than `max_string_bytes`.
    StringLength = 413 "ERR_NEXURE_JSON_LIMIT" "A string is longer than this server accepts.";
    /// A number is longer than `max_number_bytes`, or its exponent has more than 15 digits.
    NumberLength = 413 "ERR_NEXURE_JSON_LIMIT" "A number is longer than this server accepts.";
    /// The text is longer than 4 GiB.
    Length = 413 "ERR_NEXURE_JSON_LIMIT" "The content is longer than this server accepts.";
}

/// A text that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub problem: JsonProblem,
    /// Where, in bytes from the beginning of the text.
    pub offset: usize,
}

impl JsonError {
    pub(super) const fn at(problem: JsonProblem, offset: usize) -> Self {
        Self { problem, offset }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (at byte {})", self.problem.message(), self.offset)
    }
}

impl std::error::Error for JsonError {}
