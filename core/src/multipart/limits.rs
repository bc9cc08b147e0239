//! What a body in parts may hold.

/// Limits of one body; each has an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Parts without a file name.
    pub max_fields: u32,
    /// Parts with a file name.
    pub max_files: u32,
    /// Parts of any kind, also those without a name, which are passed over.
    pub max_parts: u32,
    /// Bytes of a name, as it was sent.
    pub max_name_bytes: usize,
    /// Bytes of the content of a field, and of a part that is passed over.
    pub max_field_bytes: u64,
    /// Bytes of the content of a file.
    pub max_file_bytes: u64,
    /// Bytes of the header lines of a part, with the empty line behind them. As much as a request has by default, so
    /// that the longest file name a browser sends (255 characters, escaped) is far below.
    pub max_head_bytes: usize,
    /// Header lines of a part.
    pub max_head_lines: usize,
    /// Bytes of the body.
    pub max_total_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_fields: 100,
            max_files: 10,
            max_parts: 210,
            max_name_bytes: 1024,
            max_field_bytes: 64 * 1024,
            max_file_bytes: u64::MAX,
            max_head_bytes: 16 * 1024,
            max_head_lines: 32,
            max_total_bytes: u64::MAX,
        }
    }
}
