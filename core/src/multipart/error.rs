//! Why a body in parts was refused.

use std::fmt;

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal $message:literal;)*) => {
        /// Why a body in parts was refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum MultipartError {
            $($(#[$doc])* $name,)*
        }

        impl MultipartError {
            /// Every error, once.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The HTTP status: 400 for what is malformed, 413 for too much.
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
    /// The content type is not `multipart/form-data`.
    Type = 415 "ERR_NEXURE_MULTIPART_TYPE" "The content is not multipart/form-data.";
    /// The content type is malformed, or its boundary is missing, doubled or no boundary.
    Boundary = 400 "ERR_NEXURE_MULTIPART_BOUNDARY" "The content type has no valid boundary.";
    /// A delimiter or the head of a part is malformed, or more than 16 KiB belong to no part.
    Malformed = 400 "ERR_NEXURE_MULTIPART_MALFORMED" "The content is not well-formed multipart/form-data.";
    /// The body ended before its closing delimiter.
    Truncated = 400 "ERR_NEXURE_MULTIPART_TRUNCATED" "The content ends before its closing delimiter.";
    /// More than `max_fields`.
    TooManyFields = 413 "ERR_NEXURE_MULTIPART_TOO_MANY_FIELDS" "The form has more fields than this server accepts.";
    /// More than `max_files`.
    TooManyFiles = 413 "ERR_NEXURE_MULTIPART_TOO_MANY_FILES" "The form has more files than this server accepts.";
    /// More than `max_parts`.
    TooManyParts = 413 "ERR_NEXURE_MULTIPART_TOO_MANY_PARTS" "The form has more parts than this server accepts.";
    /// More than `max_name_bytes`.
    NameTooLong = 413 "ERR_NEXURE_MULTIPART_NAME_TOO_LONG" "The name of a field is longer than this server accepts.";
    /// More than `max_field_bytes`.
    FieldTooLarge = 413 "ERR_NEXURE_MULTIPART_FIELD_TOO_LARGE" "A field is larger than this server accepts.";
    /// More than `max_file_bytes`.
    FileTooLarge = 413 "ERR_NEXURE_MULTIPART_FILE_TOO_LARGE" "A file is larger than this server accepts.";
    /// More than `max_head_bytes`.
    HeadTooLarge = 413 "ERR_NEXURE_MULTIPART_HEAD_TOO_LARGE" "The header of a part is larger than this server accepts.";
    /// More than `max_head_lines`.
    TooManyHeadLines = 413 "ERR_NEXURE_MULTIPART_TOO_MANY_HEADERS" "A part has more header lines than this server accepts.";
    /// More than `max_total_bytes`.
    TooLarge = 413 "ERR_NEXURE_MULTIPART_TOO_LARGE" "The form is larger than this server accepts.";
}

impl fmt::Display for MultipartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.message())
    }
}

impl std::error::Error for MultipartError {}
