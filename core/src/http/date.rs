//! The `Date` field, formatted once per second (RFC 9110 §6.6.1).

use std::time::{Duration, UNIX_EPOCH};

/// Unix seconds of 9999-12-31T23:59:59Z, the last moment the format can write.
const LAST_SECOND: u64 = 253_402_300_799;

/// A cached `Date` field line.
#[derive(Clone, Debug)]
pub struct HttpDate {
    second: Option<u64>,
    line: String,
}

impl Default for HttpDate {
    fn default() -> Self {
        let mut date = Self { second: None, line: String::with_capacity(40) };
        date.set(0);
        date
    }
}

impl HttpDate {
    /// Sets the time, in seconds since 1970-01-01T00:00:00Z.
    pub fn set(&mut self, unix_seconds: u64) {
        if self.second == Some(unix_seconds) {
            return;
        }
        self.second = Some(unix_seconds);
        let time = UNIX_EPOCH + Duration::from_secs(unix_seconds.min(LAST_SECOND));
        self.line.clear();
        self.line.push_str("Date: ");
        self.line.push_str(&httpdate::fmt_http_date(time));
        self.line.push_str("\r\n");
    }

    /// The whole line, CRLF included.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        self.line.as_bytes()
    }
}
