//! Writes request records into the arena of one turn.
//!
//! The memory belongs to the host (V8 owns it, Rust borrows it for the length of a call); this type only keeps count.

use super::event::{Event, EventKind};
use super::layout::{EVENT_COLUMNS, INLINE_BODY_BYTES, kind, request, request_flag};
use super::miss::Verdict;
use crate::http::{FieldSpan, Method, MethodSet, RequestHead, Span, Target};
use crate::router::Captures;

/// Requests in one turn at the most: 64 connections with 16 pipelined requests each. With fewer, their bytes are held and
/// copied although the handlers would be done in a fraction of a millisecond; slow handlers are bounded by time instead.
pub const MAX_REQUESTS: u32 = 1024;

/// The records of one turn and the memory they are written to.
#[derive(Debug)]
pub struct Batch<'a> {
    arena: &'a mut [u32],
    fill: &'a mut Fill,
}

/// How far an arena is filled; lives as long as the arena, while a [`Batch`] lives as long as a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// Words used.
    pub words: usize,
    /// Records written.
    pub requests: u32,
    /// Whether records are refused because JavaScript is reading the arena.
    pub sealed: bool,
    /// Records taken at the most; fewer than [`MAX_REQUESTS`] where handlers are slow.
    pub limit: u32,
}

impl Default for Fill {
    fn default() -> Self {
        Self { words: 0, requests: 0, sealed: false, limit: MAX_REQUESTS }
    }
}

/// What the schemas of its route have made of a request.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Its body fits.
    pub validated: bool,
    /// Something does not fit: its body is a problem document.
    pub invalid: bool,
    /// What was made of the parts of its head, as JSON; empty for nothing.
    pub text: Vec<u8>,
}

impl Checked {
    /// That of a route without schemas.
    pub const NOT: &'static Self = &Self { validated: false, invalid: false, text: Vec::new() };
}

/// A request that is complete.
#[derive(Debug)]
pub struct Record<'a> {
    /// Connection slot.
    pub slot: u32,
    /// Generation of the slot.
    pub generation: u32,
    /// Number of the request on its connection.
    pub sequence: u32,
    /// Route number.
    pub route: u32,
    /// The parsed head.
    pub head: &'a RequestHead,
    /// The head as received.
    pub head_bytes: &'a [u8],
    /// Spans of the field lines.
    pub fields: &'a [FieldSpan],
    /// Route parameters, as offsets in the path.
    pub captures: &'a Captures,
    /// The body, if it is to lie in the record.
    pub body: &'a [u8],
    /// Length of a body that is kept elsewhere; 0 if it is inline.
    pub kept_body: usize,
    /// Whether the body is read while it arrives.
    pub streams: bool,
    /// How the core would answer it, if it would.
    pub verdict: Verdict,
    /// What the schemas of its route have made of it.
    pub checked: &'a Checked,
    /// By which its row is told; 0 while nobody watches.
    pub watched: u32,
}

impl<'a> Batch<'a> {
    /// A batch that goes on where `fill` says.
    pub fn new(arena: &'a mut [u32], fill: &'a mut Fill) -> Self {
        Self { arena, fill }
    }

    /// Whether no further request is taken this turn.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.fill.sealed || self.fill.requests >= self.fill.limit.min(MAX_REQUESTS)
    }

    /// Writes a record; `false` when it does not fit, and nothing is written.
    #[must_use]
    pub fn push(&mut self, record: &Record<'_>) -> bool {
        if self.is_full() {
            return false;
        }
        debug_assert!(record.body.len() <= INLINE_BODY_BYTES, "a longer body is kept by its connection");
        let fields = record.fields.len();
        let params = record.captures.len();
        let head_words = record.head_bytes.len().div_ceil(4);
        let spans_at = request::COLUMNS.saturating_add(head_words);
        let body_at = spans_at.saturating_add(fields.saturating_mul(2)).saturating_add(params);
        let text_at = body_at.saturating_add(record.body.len().div_ceil(4));
        let Checked { validated, invalid, ref text } = *record.checked;
        let words = text_at.saturating_add(text.len().div_ceil(4));
        let start = self.fill.words;
        let Some(space) = self.arena.get_mut(start..start.saturating_add(words)) else {
            // Full for everybody: a smaller record must not overtake this one again and again.
            self.fill.limit = self.fill.requests;
            return false;
        };
        let (columns, rest) = space.split_at_mut(request::COLUMNS);
        let (head, rest) = rest.split_at_mut(head_words);
        let (spans, rest) = rest.split_at_mut(fields.saturating_mul(2).saturating_add(params));

        let (path, query) = match record.head.target {
            Target::Path { path, query } => (path, query),
            Target::Asterisk => (Span::default(), Span::default()),
        };
        let mut flags = 0;
        if !record.body.is_empty() {
            flags |= request_flag::BODY_INLINE;
        }
        if record.kept_body > 0 {
            flags |= request_flag::BODY_KEPT;
        }
        if record.streams {
            flags |= request_flag::BODY_STREAM;
        }
        if record.head.http11 {
            flags |= request_flag::HTTP11;
        }
        if validated {
            flags |= request_flag::VALIDATED;
        }
        if invalid {
            flags |= request_flag::INVALID;
        }
        let Verdict { status, allow } = record.verdict;
        let kind = if status == 0 { kind::REQUEST } else { kind::REFUSED };
        let numbers: [u32; request::COLUMNS] = [
            number(words),
            record.slot,
            record.generation,
            record.sequence,
            record.route,
            kind | (u32::from(record.head.method as u8) << 8) | (flags << 16),
            pack(path),
            pack(query),
            number(fields) | (number(params) << 16),
            number(body_at.saturating_mul(4)),
            number(record.body.len().max(record.kept_body)),
            number(spans_at.saturating_mul(4)),
            if status == 0 { 0 } else { u32::from(status) | (bits_of(allow) << 16) },
            record.watched,
            number(text_at.saturating_mul(4)),
            number(text.len()),
        ];
        columns.copy_from_slice(&numbers);
        copy_bytes(record.head_bytes, head);
        let (field_spans, param_spans) = spans.split_at_mut(fields.saturating_mul(2));
        for (span, words) in record.fields.iter().zip(field_spans.chunks_exact_mut(2)) {
            words.copy_from_slice(&[pack(span.name), pack(span.value)]);
        }
        for (capture, word) in record.captures.as_slice().iter().zip(param_spans) {
            let at = capture.start.saturating_add(u32::from(path.at));
            *word = (at & 0xffff) | (capture.len << 16) | (u32::from(capture.needs_decode) << 31);
        }
        let (body, input) = rest.split_at_mut(text_at.saturating_sub(body_at));
        copy_bytes(record.body, body);
        if !text.is_empty() {
            copy_bytes(text, input);
        }
        self.fill.words = start.saturating_add(words);
        self.fill.requests = self.fill.requests.saturating_add(1);
        true
    }
}

impl Batch<'_> {
    /// Writes an event; `false` when it does not fit.
    #[must_use]
    pub(super) fn push_event(&mut self, event: Event) -> bool {
        let start = self.fill.words;
        if self.is_full() {
            return false;
        }
        let Some(columns) = self.arena.get_mut(start..start.saturating_add(EVENT_COLUMNS)) else {
            self.fill.limit = self.fill.requests;
            return false;
        };
        let kind = match event.kind {
            EventKind::Readable => kind::READABLE,
            EventKind::Writable => kind::WRITABLE,
            EventKind::ClientEnded => kind::CLIENT_ENDED,
            EventKind::ClientGone => kind::CLIENT_GONE,
            EventKind::TimedOut => kind::TIMED_OUT,
            EventKind::Finished => kind::FINISHED,
        };
        // No connection has generation 0, so that an event is never taken for a request.
        columns.copy_from_slice(&[number(EVENT_COLUMNS), event.token, 0, 0, 0, kind]);
        self.fill.words = start.saturating_add(EVENT_COLUMNS);
        self.fill.requests = self.fill.requests.saturating_add(1);
        true
    }
}

/// Everything counted here is bounded by the arena's size, far below 2^32.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// One bit for each method, by its number.
fn bits_of(methods: MethodSet) -> u32 {
    Method::ALL.iter().filter(|&&method| methods.contains(method)).fold(0, |bits, &method| bits | (1 << method as u32))
}

fn pack(span: Span) -> u32 {
    u32::from(span.at) | (u32::from(span.len) << 16)
}

/// Copies bytes into words in the machine's byte order; the rest of the last word is zero.
fn copy_bytes(bytes: &[u8], words: &mut [u32]) {
    let (whole, rest) = bytes.as_chunks::<4>();
    let (full, last) = words.split_at_mut(whole.len().min(words.len()));
    for (word, chunk) in full.iter_mut().zip(whole) {
        *word = u32::from_ne_bytes(*chunk);
    }
    if let Some(last) = last.first_mut() {
        let mut padded = [0; 4];
        for (to, from) in padded.iter_mut().zip(rest) {
            *to = *from;
        }
        *last = u32::from_ne_bytes(padded);
    }
}
