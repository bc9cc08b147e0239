//! Problem documents for what is answered without JavaScript (RFC 9457).
//!
//! The documents are fixed texts: nothing a client sent is ever echoed.

use std::borrow::Cow;
use std::fmt;
use std::io::Write as _;

use crate::http::{HeadError, reason_phrase};
use crate::input::{Fault, Refusal};
use crate::pool::arena::TurnArena;

/// Room for a document without errors.
const DOCUMENT_BYTES: usize = 256;

/// A native answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status.
    pub status: u16,
    /// The stable code.
    pub code: &'static str,
    /// One sentence for people.
    pub detail: &'static str,
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal $detail:literal;)*) => {
        impl Problem {
            $($(#[$doc])* pub const $name: Self = Self { status: $status, code: $code, detail: $detail };)*
            /// Every native problem; `docs/errors.md` lists them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

problems! {
    /// No route has this path.
    NOT_FOUND = 404 "ERR_NEXURE_ROUTE_NOT_FOUND" "No route matches this path.";
    /// The path has routes, but none for this method.
    METHOD_NOT_ALLOWED = 405 "ERR_NEXURE_METHOD_NOT_ALLOWED" "The path does not support this method; Allow lists those it does.";
    /// The path holds a percent escape that is malformed or not UTF-8.
    PATH_ENCODING = 400 "ERR_NEXURE_PATH_ENCODING" "The path holds a malformed percent escape.";
    /// See [`HeadError::Malformed`].
    MALFORMED = 400 "ERR_NEXURE_HTTP_MALFORMED" "The request is not valid HTTP/1.1.";
    /// See [`HeadError::Host`].
    HOST = 400 "ERR_NEXURE_HTTP_HOST" "A request has exactly one valid Host field.";
    /// See [`HeadError::Framing`].
    FRAMING = 400 "ERR_NEXURE_HTTP_FRAMING" "Content-Length and Transfer-Encoding leave the length of the content in doubt.";
    /// See [`HeadError::TooLarge`].
    HEAD_TOO_LARGE = 431 "ERR_NEXURE_HTTP_HEAD_TOO_LARGE" "The header fields are larger than this server accepts.";
    /// See [`HeadError::TargetTooLong`].
    TARGET_TOO_LONG = 414 "ERR_NEXURE_HTTP_TARGET_TOO_LONG" "The request target is longer than this server accepts.";
    /// See [`HeadError::UnknownMethod`].
    METHOD_UNKNOWN = 501 "ERR_NEXURE_HTTP_METHOD_UNKNOWN" "This server does not know the method.";
    /// See [`HeadError::Connect`].
    CONNECT = 405 "ERR_NEXURE_HTTP_CONNECT" "This server is no tunnel.";
    /// See [`HeadError::Trace`].
    TRACE = 405 "ERR_NEXURE_HTTP_TRACE" "This server sends no request back.";
    /// See [`HeadError::Version`].
    VERSION = 505 "ERR_NEXURE_HTTP_VERSION" "This server speaks HTTP/1.1 and HTTP/1.0.";
    /// See [`HeadError::Expectation`].
    EXPECTATION = 417 "ERR_NEXURE_HTTP_EXPECTATION" "The only expectation this server can meet is 100-continue.";
    /// The chunked coding of a body is malformed.
    CHUNKED = 400 "ERR_NEXURE_HTTP_CHUNKED" "The chunked coding of the content is malformed.";
    /// The trailer section is larger than the limit.
    TRAILERS_TOO_LARGE = 431 "ERR_NEXURE_HTTP_TRAILERS_TOO_LARGE" "The trailer fields are larger than this server accepts.";
    /// The content is longer than the limit.
    BODY_TOO_LARGE = 413 "ERR_NEXURE_BODY_TOO_LARGE" "The content is larger than this server accepts.";
    /// The head or the body did not arrive in time.
    REQUEST_TIMEOUT = 408 "ERR_NEXURE_REQUEST_TIMEOUT" "The request did not arrive in time.";
    /// The handler did not answer in time.
    HANDLER_TIMEOUT = 503 "ERR_NEXURE_HANDLER_TIMEOUT" "The answer was not ready in time.";
    /// The server is full.
    OVERLOADED = 503 "ERR_NEXURE_OVERLOADED" "The server has more requests than it can answer; try again later.";
    /// An answer held field lines that must not be sent.
    ANSWER_FIELDS = 500 "ERR_NEXURE_HEADER_INVALID" "The application produced a header field that must not be sent.";
    /// See [`Fault::Invalid`].
    SCHEMA_INVALID = 422 "ERR_NEXURE_SCHEMA_INVALID" "What was sent does not fit its schema.";
    /// See [`Fault::Work`].
    SCHEMA_WORK = 422 "ERR_NEXURE_SCHEMA_WORK" "To check the content takes more steps than it may cost.";
    /// See [`Fault::Missing`].
    BODY_MISSING = 400 "ERR_NEXURE_BODY_MISSING" "There is no content, and some is required.";
    /// See [`Fault::MediaType`].
    BODY_MEDIA_TYPE = 415 "ERR_NEXURE_BODY_MEDIA_TYPE" "The content is read as JSON or as a form, in UTF-8, and must say which with one Content-Type.";
    /// See [`Fault::Parameters`].
    TOO_MANY_PARAMETERS = 400 "ERR_NEXURE_TOO_MANY_PARAMETERS" "There are more than 1000 parameters.";
    /// See [`crate::schema::JsonProblem`]; the sentence says which.
    BODY_JSON = 400 "ERR_NEXURE_BODY_JSON" "The content is not valid JSON.";
    /// See [`crate::schema::JsonProblem::PrototypeKey`].
    BODY_POISONED = 400 "ERR_NEXURE_BODY_POISONED" "An object has a key that would change prototypes.";
    /// See [`crate::schema::JsonProblem::DuplicateKey`].
    JSON_DUPLICATE_KEY = 400 "ERR_NEXURE_JSON_DUPLICATE_KEY" "An object has a key twice.";
    /// See [`crate::schema::JsonProblem::Depth`].
    JSON_DEPTH = 400 "ERR_NEXURE_JSON_DEPTH" "The content is nested deeper than this server accepts.";
    /// See [`crate::schema::JsonProblem`]; the sentence says which limit.
    JSON_LIMIT = 413 "ERR_NEXURE_JSON_LIMIT" "The content has more of something than this server accepts.";
    /// The application failed before it could answer.
    INTERNAL = 500 "ERR_NEXURE_INTERNAL" "The server failed to answer.";
}

impl From<HeadError> for Problem {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::Malformed => Self::MALFORMED,
            HeadError::Host => Self::HOST,
            HeadError::Framing => Self::FRAMING,
            HeadError::TooLarge => Self::HEAD_TOO_LARGE,
            HeadError::TargetTooLong => Self::TARGET_TOO_LONG,
            HeadError::UnknownMethod => Self::METHOD_UNKNOWN,
            HeadError::Connect => Self::CONNECT,
            HeadError::Trace => Self::TRACE,
            HeadError::Version => Self::VERSION,
            HeadError::Expectation => Self::EXPECTATION,
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Invalid => Self::SCHEMA_INVALID,
            Fault::Work => Self::SCHEMA_WORK,
            Fault::Missing => Self::BODY_MISSING,
            Fault::MediaType => Self::BODY_MEDIA_TYPE,
            Fault::Parameters => Self::TOO_MANY_PARAMETERS,
            Fault::Json(problem) => Self { status: problem.status(), code: problem.code(), detail: problem.message() },
        }
    }
}

impl Problem {
    /// The document of a refusal, with what exactly is wrong.
    #[must_use]
    pub fn document_of(refusal: &Refusal) -> Vec<u8> {
        let errors = refusal.errors();
        let mut document = Vec::with_capacity(DOCUMENT_BYTES.saturating_add(errors.len()));
        // Writing to memory cannot fail.
        let _ = write!(document, "{}", Document(Self::from(refusal.fault)));
        if !errors.is_empty() {
            document.pop();
            document.extend_from_slice(b",\"errors\":[");
            document.extend_from_slice(errors);
            document.extend_from_slice(b"]}");
        }
        document
    }

    /// The document, in scratch memory.
    #[must_use]
    pub fn document<'a>(&self, arena: &'a TurnArena) -> Cow<'a, str> {
        arena.text_or_heap(format_args!("{}", Document(*self)))
    }
}

/// The text of a document.
struct Document(Problem);

impl fmt::Display for Document {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { status, code, detail } = self.0;
        let title = reason_phrase(status);
        write!(
            out,
            r#"{{"type":"about:blank","title":"{title}","status":{status},"detail":"{detail}","code":"{code}"}}"#
        )
    }
}
