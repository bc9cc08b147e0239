//! HTTP/1.1 on bytes: request heads, body framing and answer heads (RFC 9110, RFC 9112).
//!
//! Knows no connection, no router and no clock. Strict where the RFC leaves doubt: what two implementations could
//! read differently is an error, and an error ends the connection.

mod chunked;
mod date;
mod fields;
mod framing;
mod head;
mod host;
mod media_type;
mod method;
mod scan;
mod status;
mod syntax;
mod target;
mod trailers;

#[cfg(test)]
mod tests;

pub use chunked::{ChunkedDecoder, ChunkedError, ChunkedLimits, Progress};
pub use date::HttpDate;
pub use fields::{AnswerFields, FieldError, check_answer_fields};
pub use head::{BodyLength, FieldSpan, HeadError, HeadLimits, RequestHead, Span, Target, parse_head};
pub use media_type::{Charset, MediaKind, MediaType};
pub use method::{Method, MethodSet};
pub use scan::HeadScan;
pub use status::{reason_phrase, write_status_line};
pub(crate) use syntax::is_token_byte;
