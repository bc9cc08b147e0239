//! Form data in parts: one call for each chunk, content as offsets into it.

use napi::bindgen_prelude::Uint8Array;
use napi::{Error, Result, Status};
use napi_derive::napi;
use nexure_core::multipart::{Event, Limits, MultipartError, Parser, PartHead, boundary_of};

/// Limits of a body in parts; JavaScript has checked the ranges.
#[napi(object)]
#[allow(clippy::struct_field_names, reason = "the names of the limits")]
pub struct MultipartLimits {
    /// Parts without a file name.
    pub max_fields: u32,
    /// Parts with a file name.
    pub max_files: u32,
    /// Parts of any kind.
    pub max_parts: u32,
    /// Bytes of a name.
    pub max_name_bytes: u32,
    /// Bytes of the content of a field.
    pub max_field_bytes: f64,
    /// Bytes of the content of a file.
    pub max_file_bytes: f64,
    /// Bytes of the head of a part.
    pub max_head_bytes: u32,
    /// Header lines of a part.
    pub max_head_lines: u32,
    /// Bytes of the body.
    pub max_total_bytes: f64,
}

impl From<MultipartLimits> for Limits {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "JavaScript has checked the range")]
    fn from(limits: MultipartLimits) -> Self {
        Self {
            max_fields: limits.max_fields,
            max_files: limits.max_files,
            max_parts: limits.max_parts,
            max_name_bytes: limits.max_name_bytes as usize,
            max_field_bytes: limits.max_field_bytes as u64,
            max_file_bytes: limits.max_file_bytes as u64,
            max_head_bytes: limits.max_head_bytes as usize,
            max_head_lines: limits.max_head_lines as usize,
            max_total_bytes: limits.max_total_bytes as u64,
        }
    }
}

/// Why a body was refused.
#[napi(object)]
pub struct MultipartFailure {
    /// The stable code.
    pub code: String,
    /// One sentence for people.
    pub message: String,
    /// The HTTP status.
    pub status: u16,
}

impl From<MultipartError> for MultipartFailure {
    fn from(error: MultipartError) -> Self {
        Self { code: error.code().to_owned(), message: error.message().to_owned(), status: error.status() }
    }
}

/// The head of a part.
#[napi(object)]
pub struct MultipartHead {
    /// The name of the field.
    pub name: String,
    /// The last segment of the name of the file; nothing for a field.
    pub filename: Option<String>,
    /// The name of the file as it was sent; nothing for a field.
    pub raw_filename: Option<String>,
    /// `Content-Type`, if there is one.
    pub content_type: Option<String>,
    /// Names, in lower case, and values of all header lines, in turn.
    pub fields: Vec<String>,
}

impl From<PartHead> for MultipartHead {
    fn from(head: PartHead) -> Self {
        let content_type = head.content_type().map(str::to_owned);
        let (filename, raw_filename) = head.filename.map(|filename| (filename.safe, filename.raw)).unzip();
        let fields = head.fields.into_iter().flat_map(<[String; 2]>::from).collect();
        Self { name: head.name, filename, raw_filename, content_type, fields }
    }
}

/// What a chunk held.
#[napi(object)]
pub struct MultipartEvents {
    /// Three numbers for each event: its kind, and two that belong to it.
    ///
    /// 0: a part begins, the next of `heads`. 1: content of it, from one offset to another of the chunk. 2: content that
    /// was held back, from one offset to another of the delimiter. 3: the part ends. 4: no more parts.
    pub events: Vec<u32>,
    /// The heads of the parts that begin.
    pub heads: Vec<MultipartHead>,
    /// Why the body is refused behind these events.
    pub failure: Option<MultipartFailure>,
}

impl MultipartEvents {
    #[allow(clippy::cast_possible_truncation, reason = "offsets into a chunk whose length has 32 bits")]
    fn note(&mut self, event: Event) {
        self.events.extend_from_slice(&match event {
            Event::Part(head) => {
                self.heads.push((*head).into());
                [0, 0, 0]
            }
            Event::Data(range) => [1, range.start as u32, range.end as u32],
            Event::Held(range) => [2, range.start as u32, range.end as u32],
            Event::PartEnd => [3, 0, 0],
            Event::End => [4, 0, 0],
        });
    }
}

/// A parser of one body.
#[napi]
pub struct MultipartParser {
    parser: std::result::Result<Parser, MultipartError>,
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl MultipartParser {
    /// A parser for a body of this content type; `failure` tells whether it is one that can be parsed.
    #[napi(constructor, catch_unwind)]
    pub fn new(content_type: String, limits: MultipartLimits) -> Self {
        Self { parser: boundary_of(content_type.as_bytes()).map(|boundary| Parser::new(&boundary, limits.into())) }
    }

    /// Why the content type is refused.
    #[napi(getter, catch_unwind)]
    pub fn failure(&self) -> Option<MultipartFailure> {
        self.parser.as_ref().err().map(|&error| error.into())
    }

    /// CRLF, two hyphens and the boundary: what is held back is a piece of it.
    #[napi(getter, catch_unwind)]
    pub fn delimiter(&self) -> Uint8Array {
        Uint8Array::from(self.parser.as_ref().map(Parser::delimiter).unwrap_or_default())
    }

    /// Takes the next bytes.
    #[napi(catch_unwind)]
    pub fn push(&mut self, chunk: Uint8Array) -> Result<MultipartEvents> {
        // Offsets cross as 32 bits.
        if u32::try_from(chunk.len()).is_err() {
            return Err(Error::new(Status::InvalidArg, "a chunk is shorter than 4 GiB"));
        }
        let mut found = MultipartEvents { events: Vec::new(), heads: Vec::new(), failure: None };
        let result = match &mut self.parser {
            Ok(parser) => parser.push(&chunk, |event| found.note(event)),
            Err(error) => Err(*error),
        };
        found.failure = result.err().map(MultipartFailure::from);
        Ok(found)
    }

    /// The body is over; tells why it is refused, if it is.
    #[napi(catch_unwind)]
    pub fn finish(&mut self) -> Option<MultipartFailure> {
        let result = self.parser.as_mut().map_or_else(|error| Err(*error), Parser::finish);
        result.err().map(MultipartFailure::from)
    }
}

/// Every reason why a body in parts is refused.
#[napi(catch_unwind)]
pub fn multipart_failures() -> Vec<MultipartFailure> {
    MultipartError::ALL.iter().map(|&error| error.into()).collect()
}
