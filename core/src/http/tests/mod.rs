//! Tests of HTTP/1.1 on bytes by subject, and what they share.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should fail loudly"
)]
#![allow(clippy::format_collect, clippy::format_push_string, reason = "the allocations of a test do not matter")]

mod answer_fields;
mod chunked;
mod chunked_budgets;
mod chunked_oracle;
mod differential;
mod heads_accepted;
mod heads_refused;
mod limits;
mod lines;
mod mutated;
mod scan;
mod trailers;

use super::{FieldSpan, HeadError, HeadLimits, RequestHead, Target, parse_head};

/// A head with the values its spans lead to.
struct Parsed {
    head: RequestHead,
    end: usize,
    bytes: Vec<u8>,
    fields: Vec<FieldSpan>,
}

impl Parsed {
    fn fields(&self) -> Vec<(&str, &str)> {
        let text = |span: super::Span| str::from_utf8(span.slice(&self.bytes)).unwrap();
        self.fields.iter().map(|field| (text(field.name), text(field.value))).collect()
    }

    fn path(&self) -> &str {
        let Target::Path { path, .. } = self.head.target else { panic!("the target is *") };
        str::from_utf8(path.slice(&self.bytes)).unwrap()
    }

    fn query(&self) -> &str {
        let Target::Path { query, .. } = self.head.target else { panic!("the target is *") };
        str::from_utf8(query.slice(&self.bytes)).unwrap()
    }
}

fn parse_within(bytes: &[u8], limits: &HeadLimits) -> Result<Option<Parsed>, HeadError> {
    let mut fields = Vec::new();
    let found = parse_head(bytes, limits, &mut fields)?;
    Ok(found.map(|(head, end)| Parsed { head, end, bytes: bytes[..end].to_vec(), fields }))
}

/// Parses a head that must be complete.
fn parse(bytes: &[u8]) -> Result<Parsed, HeadError> {
    parse_within(bytes, &HeadLimits::default()).map(|found| found.expect("the head is complete"))
}

/// A GET with one Host and these further lines, each with its CRLF.
fn get_with(lines: &str) -> Vec<u8> {
    format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n").into_bytes()
}
