//! The layout of the two tables that Rust and JavaScript share: this file is its only definition.
//!
//! Requests cross as *records* in an arena: [`request::COLUMNS`] numbers of 32 bits, then the head as it was received,
//! the spans of its fields and route parameters, and a short body. Everything lies in one stretch, so that keeping a
//! request beyond its batch is one copy. Answers cross as rows of [`answer::COLUMNS`] numbers. JavaScript is handed
//! [`TABLE`] when the addon loads, so that the numbers cannot drift.

use super::miss::miss_kind;

/// Columns of a request record, in 32-bit words from its start.
pub mod request {
    /// Words of the whole record; the next record begins there.
    pub const WORDS: usize = 0;
    /// Connection slot.
    pub const SLOT: usize = 1;
    /// Generation of the slot.
    pub const GENERATION: usize = 2;
    /// Number of the request on its connection.
    pub const SEQUENCE: usize = 3;
    /// Route, as numbered by the application.
    pub const ROUTE: usize = 4;
    /// Kind in bits 0-7, method in bits 8-15, flags in bits 16-31.
    pub const KIND: usize = 5;
    /// Path in the head: offset in bits 0-15, length in bits 16-31.
    pub const PATH: usize = 6;
    /// Query in the head, without its `?`: offset and length likewise.
    pub const QUERY: usize = 7;
    /// Number of fields in bits 0-15, of route parameters in bits 16-31.
    pub const COUNTS: usize = 8;
    /// Bytes from the start of the record to its body, when the body is inline.
    pub const BODY_AT: usize = 9;
    /// Bytes of the body.
    pub const BODY_LENGTH: usize = 10;
    /// Bytes from the start of the record to the spans: per field one word for the name and one for the value, then
    /// one word per parameter; offset in bits 0-15, length in bits 16-30, "holds escapes" in bit 31.
    pub const SPANS_AT: usize = 11;
    /// How the core would answer a request of the kind [`super::kind::REFUSED`]: the status in bits 0-15, in bits 16-31 the
    /// methods that `Allow` lists, by their numbers; 0 for other kinds.
    pub const VERDICT: usize = 12;
    /// The number by which the row of a watched request is told ([`super::finished::NUMBER`]); 0 while nobody watches.
    pub const WATCHED: usize = 13;
    /// Bytes from the start of the record to what was made of the parts of the head by their schemas, as JSON.
    pub const INPUT_AT: usize = 14;
    /// Bytes of that text; 0 for none.
    pub const INPUT_LENGTH: usize = 15;
    /// Number of columns; the head's bytes follow.
    pub const COLUMNS: usize = 16;
}

/// Kinds of records.
pub mod kind {
    /// A request whose body, if any, is complete.
    pub const REQUEST: u32 = 0;
    /// A body that is read while it arrives has more.
    pub const READABLE: u32 = 1;
    /// An answer that is written step by step may go on.
    pub const WRITABLE: u32 = 2;
    /// The client of a request sends no more, and may have gone.
    pub const CLIENT_ENDED: u32 = 3;
    /// The client of a request has gone.
    pub const CLIENT_GONE: u32 = 4;
    /// A request was answered natively because its time was up.
    pub const TIMED_OUT: u32 = 5;
    /// A step of a plan that needs JavaScript to decide.
    pub const QUESTION: u32 = 6;
    /// A request that the core would answer itself if JavaScript had nothing to say to it.
    pub const REFUSED: u32 = 7;
    /// Rows of finished requests can be taken; their number stands in place of a token.
    pub const FINISHED: u32 = 8;
}

/// Flags of a request record.
pub mod request_flag {
    /// The body is in the record.
    pub const BODY_INLINE: u32 = 1;
    /// The body is kept by the engine, to be asked for by slot, generation and sequence.
    pub const BODY_KEPT: u32 = 2;
    /// HTTP/1.1 (else HTTP/1.0).
    pub const HTTP11: u32 = 4;
    /// The body is read while it arrives.
    pub const BODY_STREAM: u32 = 8;
    /// The body fits the schema of its route.
    pub const VALIDATED: u32 = 16;
    /// The request does not fit the schemas of its route: in place of its body is the problem document of that.
    pub const INVALID: u32 = 32;
}

/// Columns of a record that is no request: those of a request up to its kind, with a token in place of the slot.
pub const EVENT_COLUMNS: usize = request::KIND + 1;

/// Columns of an answer row.
pub mod answer {
    /// Connection slot.
    pub const SLOT: usize = 0;
    /// Generation of the slot.
    pub const GENERATION: usize = 1;
    /// Number of the request on its connection.
    pub const SEQUENCE: usize = 2;
    /// Status in bits 0-15, header set in bits 16-23, flags in bits 24-31.
    pub const HEAD: usize = 3;
    /// UTF-16 units of the field lines, at this row's place in the text of the batch.
    pub const FIELDS_LENGTH: usize = 4;
    /// Length of the body: UTF-16 units when it is text, else bytes.
    pub const BODY_LENGTH: usize = 5;
    /// Where the body is: an offset in the answer arena, or a number in the list of bodies by reference.
    pub const BODY_AT: usize = 6;
    /// Number of columns.
    pub const COLUMNS: usize = 8;
}

/// Flags of an answer row.
pub mod answer_flag {
    /// The body is text, behind the field lines in the text of the batch.
    pub const BODY_TEXT: u32 = 1;
    /// The body is bytes in the answer arena.
    pub const BODY_ARENA: u32 = 2;
    /// The body is bytes by reference.
    pub const BODY_REFERENCE: u32 = 4;
    /// The connection closes behind this answer.
    pub const CLOSE: u32 = 8;
    /// The body follows step by step.
    pub const BODY_STREAM: u32 = 16;
}

/// Columns of a row that tells what became of a request. A method that is not known, the path and the address of the peer
/// follow, one behind the other.
pub mod finished {
    /// Words of the whole row; the next row begins there.
    pub const WORDS: usize = 0;
    /// Connection slot.
    pub const SLOT: usize = 1;
    /// Generation of the slot.
    pub const GENERATION: usize = 2;
    /// The number that the record of the request had; 0 if it had no record.
    pub const NUMBER: usize = 3;
    /// Route, or [`crate::engine::NO_ROUTE`].
    pub const ROUTE: usize = 4;
    /// Status in bits 0-15 (0 if there was no answer), method in bits 16-23 (255 for one that is not known), flags in bits
    /// 24-31.
    pub const HEAD: usize = 5;
    /// Bytes of the body: the lower half.
    pub const BODY_BYTES: usize = 6;
    /// The upper half.
    pub const BODY_BYTES_HIGH: usize = 7;
    /// Microseconds from the end of the head to the last byte of the answer: the lower half.
    pub const DURATION: usize = 8;
    /// The upper half.
    pub const DURATION_HIGH: usize = 9;
    /// Bytes of the path in bits 0-15, of the method in bits 16-23, of the address in bits 24-31.
    pub const LENGTHS: usize = 10;
    /// Number of columns; the bytes follow.
    pub const COLUMNS: usize = 11;
}

/// Flags of such a row.
pub mod finished_flag {
    /// The connection went before the answer had left.
    pub const ABORTED: u32 = 1;
    /// The core gave the answer itself.
    pub const NATIVE: u32 = 2;
}

/// Interned header sets: a `Content-Type`, or nothing.
pub mod header_set {
    /// No field lines.
    pub const NONE: u32 = 0;
    /// `text/plain; charset=utf-8`
    pub const TEXT: u32 = 1;
    /// `application/json`
    pub const JSON: u32 = 2;
    /// `application/octet-stream`
    pub const BYTES: u32 = 3;
    /// `application/problem+json`
    pub const PROBLEM: u32 = 4;
    /// `text/html; charset=utf-8`
    pub const HTML: u32 = 5;

    /// The field lines of a set.
    #[must_use]
    pub const fn lines(set: u32) -> &'static [u8] {
        match set {
            TEXT => b"Content-Type: text/plain; charset=utf-8\r\n",
            JSON => b"Content-Type: application/json\r\n",
            BYTES => b"Content-Type: application/octet-stream\r\n",
            PROBLEM => b"Content-Type: application/problem+json\r\n",
            HTML => b"Content-Type: text/html; charset=utf-8\r\n",
            _ => b"",
        }
    }
}

/// Cells of the control block, in 32-bit words.
pub mod control {
    /// Answer rows that JavaScript has filled and Rust has not taken yet.
    pub const ANSWERS: usize = 0;
    /// Bytes used in the answer arena.
    pub const ANSWER_BYTES: usize = 1;
    /// The record JavaScript is at (in words), stored before its handler runs; behind a batch, where it ends.
    pub const CURSOR: usize = 2;
    /// 1 while a handler may be running: an exception then is that of the record under the cursor.
    pub const RUNNING: usize = 3;
    /// Number of cells.
    pub const CELLS: usize = 4;
}

/// Rows of the answer table; at most this many answers cross between two flushes without a call.
pub const ANSWER_ROWS: usize = 1024;
/// Bytes of the answer arena.
pub const ANSWER_ARENA_BYTES: usize = 256 * 1024;
/// Bytes of the request arena: one turn's records. Holds at least one record of the largest head and inline body.
pub const REQUEST_ARENA_BYTES: usize = 512 * 1024;
/// The largest body that lies in its record; a longer one is kept beside and asked for. Chosen: a copy of this size
/// costs less than a call.
pub const INLINE_BODY_BYTES: usize = 16 * 1024;

/// Names and values of everything above, for JavaScript.
pub const TABLE: &[(&str, usize)] = &[
    ("REQUEST_WORDS", request::WORDS),
    ("REQUEST_SLOT", request::SLOT),
    ("REQUEST_GENERATION", request::GENERATION),
    ("REQUEST_SEQUENCE", request::SEQUENCE),
    ("REQUEST_ROUTE", request::ROUTE),
    ("REQUEST_KIND", request::KIND),
    ("REQUEST_PATH", request::PATH),
    ("REQUEST_QUERY", request::QUERY),
    ("REQUEST_COUNTS", request::COUNTS),
    ("REQUEST_BODY_AT", request::BODY_AT),
    ("REQUEST_BODY_LENGTH", request::BODY_LENGTH),
    ("REQUEST_SPANS_AT", request::SPANS_AT),
    ("REQUEST_VERDICT", request::VERDICT),
    ("REQUEST_WATCHED", request::WATCHED),
    ("REQUEST_INPUT_AT", request::INPUT_AT),
    ("REQUEST_INPUT_LENGTH", request::INPUT_LENGTH),
    ("REQUEST_COLUMNS", request::COLUMNS),
    ("KIND_REQUEST", kind::REQUEST as usize),
    ("KIND_READABLE", kind::READABLE as usize),
    ("KIND_WRITABLE", kind::WRITABLE as usize),
    ("KIND_CLIENT_ENDED", kind::CLIENT_ENDED as usize),
    ("KIND_CLIENT_GONE", kind::CLIENT_GONE as usize),
    ("KIND_TIMED_OUT", kind::TIMED_OUT as usize),
    ("KIND_REFUSED", kind::REFUSED as usize),
    ("KIND_FINISHED", kind::FINISHED as usize),
    ("FINISHED_WORDS", finished::WORDS),
    ("FINISHED_SLOT", finished::SLOT),
    ("FINISHED_GENERATION", finished::GENERATION),
    ("FINISHED_NUMBER", finished::NUMBER),
    ("FINISHED_ROUTE", finished::ROUTE),
    ("FINISHED_HEAD", finished::HEAD),
    ("FINISHED_BODY_BYTES", finished::BODY_BYTES),
    ("FINISHED_BODY_BYTES_HIGH", finished::BODY_BYTES_HIGH),
    ("FINISHED_DURATION", finished::DURATION),
    ("FINISHED_DURATION_HIGH", finished::DURATION_HIGH),
    ("FINISHED_LENGTHS", finished::LENGTHS),
    ("FINISHED_COLUMNS", finished::COLUMNS),
    ("FINISHED_FLAG_ABORTED", finished_flag::ABORTED as usize),
    ("FINISHED_FLAG_NATIVE", finished_flag::NATIVE as usize),
    ("MISS_NOT_FOUND", miss_kind::NOT_FOUND as usize),
    ("MISS_METHOD", miss_kind::METHOD as usize),
    ("MISS_OPTIONS", miss_kind::OPTIONS as usize),
    ("MISS_ENCODING", miss_kind::ENCODING as usize),
    ("REQUEST_FLAG_BODY_INLINE", request_flag::BODY_INLINE as usize),
    ("REQUEST_FLAG_BODY_KEPT", request_flag::BODY_KEPT as usize),
    ("REQUEST_FLAG_HTTP11", request_flag::HTTP11 as usize),
    ("REQUEST_FLAG_BODY_STREAM", request_flag::BODY_STREAM as usize),
    ("REQUEST_FLAG_VALIDATED", request_flag::VALIDATED as usize),
    ("REQUEST_FLAG_INVALID", request_flag::INVALID as usize),
    ("ANSWER_SLOT", answer::SLOT),
    ("ANSWER_GENERATION", answer::GENERATION),
    ("ANSWER_SEQUENCE", answer::SEQUENCE),
    ("ANSWER_HEAD", answer::HEAD),
    ("ANSWER_FIELDS_LENGTH", answer::FIELDS_LENGTH),
    ("ANSWER_BODY_LENGTH", answer::BODY_LENGTH),
    ("ANSWER_BODY_AT", answer::BODY_AT),
    ("ANSWER_COLUMNS", answer::COLUMNS),
    ("ANSWER_FLAG_BODY_TEXT", answer_flag::BODY_TEXT as usize),
    ("ANSWER_FLAG_BODY_ARENA", answer_flag::BODY_ARENA as usize),
    ("ANSWER_FLAG_BODY_REFERENCE", answer_flag::BODY_REFERENCE as usize),
    ("ANSWER_FLAG_CLOSE", answer_flag::CLOSE as usize),
    ("ANSWER_FLAG_BODY_STREAM", answer_flag::BODY_STREAM as usize),
    ("HEADER_SET_NONE", header_set::NONE as usize),
    ("HEADER_SET_TEXT", header_set::TEXT as usize),
    ("HEADER_SET_JSON", header_set::JSON as usize),
    ("HEADER_SET_BYTES", header_set::BYTES as usize),
    ("HEADER_SET_PROBLEM", header_set::PROBLEM as usize),
    ("HEADER_SET_HTML", header_set::HTML as usize),
    ("CONTROL_ANSWERS", control::ANSWERS),
    ("CONTROL_ANSWER_BYTES", control::ANSWER_BYTES),
    ("CONTROL_CURSOR", control::CURSOR),
    ("CONTROL_RUNNING", control::RUNNING),
    ("CONTROL_CELLS", control::CELLS),
    ("ANSWER_ROWS", ANSWER_ROWS),
    ("ANSWER_ARENA_BYTES", ANSWER_ARENA_BYTES),
    ("REQUEST_ARENA_BYTES", REQUEST_ARENA_BYTES),
];
