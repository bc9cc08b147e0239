//! What a body has used of its limits.

use super::error::MultipartError;
use super::limits::Limits;

/// Bytes that may belong to no part: before the first delimiter, behind the last, and as padding; chosen.
const MAX_OVERHEAD_BYTES: usize = 16 * 1024;

/// What content belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Field,
    File,
    /// No form field: passed over.
    Nameless,
}

/// Counts of one body.
#[derive(Debug)]
pub(super) struct Budget {
    pub limits: Limits,
    fields: u32,
    files: u32,
    parts: u32,
    content_bytes: u64,
    overhead_bytes: usize,
    total_bytes: u64,
}

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Self { limits, fields: 0, files: 0, parts: 0, content_bytes: 0, overhead_bytes: 0, total_bytes: 0 }
    }

    /// Charges `input`; gives what of it may be read.
    pub fn admit<'a>(&mut self, input: &'a [u8]) -> &'a [u8] {
        let room = within(self.limits.max_total_bytes, self.total_bytes);
        let allowed = input.get(..room).unwrap_or(input);
        self.total_bytes = self.total_bytes.saturating_add(allowed.len() as u64);
        allowed
    }

    pub fn count_part(&mut self) -> Result<(), MultipartError> {
        self.parts = self.parts.saturating_add(1);
        if self.parts > self.limits.max_parts { Err(MultipartError::TooManyParts) } else { Ok(()) }
    }

    /// Whether there were bytes before a closing delimiter that closes nothing.
    pub fn has_only_overhead(&self) -> bool {
        self.parts == 0 && self.overhead_bytes > 0
    }

    /// The content of a part begins.
    pub fn begin_content(&mut self, kind: Kind) -> Result<(), MultipartError> {
        self.content_bytes = 0;
        let (count, most, error) = match kind {
            Kind::Field => (&mut self.fields, self.limits.max_fields, MultipartError::TooManyFields),
            Kind::File => (&mut self.files, self.limits.max_files, MultipartError::TooManyFiles),
            Kind::Nameless => return Ok(()),
        };
        *count = count.saturating_add(1);
        if *count > most { Err(error) } else { Ok(()) }
    }

    /// Charges content; gives how many bytes of it are within the limit, and the error if that is not all.
    pub fn charge_content(&mut self, kind: Kind, bytes: usize) -> (usize, Result<(), MultipartError>) {
        let (most, error) = match kind {
            Kind::File => (self.limits.max_file_bytes, MultipartError::FileTooLarge),
            // Of bytes that nobody wants there may be as many as of a field.
            Kind::Field | Kind::Nameless => (self.limits.max_field_bytes, MultipartError::FieldTooLarge),
        };
        let room = within(most, self.content_bytes);
        self.content_bytes = self.content_bytes.saturating_add(bytes as u64);
        if bytes > room { (room, Err(error)) } else { (bytes, Ok(())) }
    }

    pub fn charge_overhead(&mut self, bytes: usize) -> Result<(), MultipartError> {
        self.overhead_bytes = self.overhead_bytes.saturating_add(bytes);
        if self.overhead_bytes > MAX_OVERHEAD_BYTES { Err(MultipartError::Malformed) } else { Ok(()) }
    }
}

fn within(most: u64, used: u64) -> usize {
    usize::try_from(most.saturating_sub(used)).unwrap_or(usize::MAX)
}
