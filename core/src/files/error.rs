//! Why a file is not the answer. Each is one stable code and one status; the texts echo nothing a client sent.

/// A refusal that a client gets as a problem document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// A percent escape of the path is malformed, or the decoded path is not UTF-8.
    Encoding,
    /// The path holds what no name of a file may: `..`, an escaped `/`, `\` or a control character.
    Path,
    /// The path names something that the options deny.
    Forbidden,
    /// There is no such file, or the options hide it.
    NotFound,
    /// `If-Match` or `If-Unmodified-Since` does not hold (RFC 9110 §13.1).
    Precondition,
    /// No part of the range is in the file (RFC 9110 §15.5.17).
    Range,
}

impl FileError {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Encoding, Self::Path, Self::Forbidden, Self::NotFound, Self::Precondition, Self::Range];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Encoding => "ERR_NEXURE_PATH_ENCODING",
            Self::Path => "ERR_NEXURE_FILE_PATH",
            Self::Forbidden => "ERR_NEXURE_FILE_FORBIDDEN",
            Self::NotFound => "ERR_NEXURE_FILE_NOT_FOUND",
            Self::Precondition => "ERR_NEXURE_FILE_PRECONDITION",
            Self::Range => "ERR_NEXURE_FILE_RANGE",
        }
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Encoding | Self::Path => 400,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Precondition => 412,
            Self::Range => 416,
        }
    }

    /// One sentence for people.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Encoding => "The path holds a malformed percent escape.",
            Self::Path => "The path cannot be that of a file.",
            Self::Forbidden => "This file is not served.",
            Self::NotFound => "There is no such file.",
            Self::Precondition => "The file is not the one that the request asks for.",
            Self::Range => "No part of the range is in the file.",
        }
    }
}
