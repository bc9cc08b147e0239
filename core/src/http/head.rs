//! A complete request head, parsed once into typed values (RFC 9112 §§3-6); httparse does the tokenising.
//!
//! A head without fault is read in one pass. For any other, [`super::HeadScan`] says what is wrong with it, so that the
//! answer does not depend on how the head arrived.

use std::mem::MaybeUninit;

use super::framing::Framing;
use super::method::Method;
use super::scan::HeadScan;
use super::target::parse_target;

/// Bounds on a request head.
#[derive(Clone, Copy, Debug)]
pub struct HeadLimits {
    /// Bytes of the whole head, request line and empty line included; at most [`HeadLimits::MAX_HEAD_BYTES`].
    pub max_head_bytes: usize,
    /// Field lines; at most [`HeadLimits::MAX_FIELDS`].
    pub max_fields: usize,
    /// Bytes of the request target; at most [`HeadLimits::MAX_TARGET_BYTES`].
    pub max_target_bytes: usize,
}

impl HeadLimits {
    /// Offsets inside a head are kept in 16 bits.
    pub const MAX_HEAD_BYTES: usize = 65_535;
    /// The length of a route parameter is kept in 15 bits.
    pub const MAX_TARGET_BYTES: usize = 32_767;
    /// Spans of the fields are collected on the stack, 32 bytes each; chosen.
    pub const MAX_FIELDS: usize = 256;
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self { max_head_bytes: 16 * 1024, max_fields: 100, max_target_bytes: 8 * 1024 }
    }
}

/// Why a head was refused. Framing can no longer be trusted after any of these: the connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadError {
    /// The bytes are not a request head (RFC 9112 §§2-5).
    Malformed,
    /// `Host` is missing, doubled or not a host (RFC 9112 §3.2).
    Host,
    /// `Content-Length` and `Transfer-Encoding` are in conflict, repeated or unreadable (RFC 9112 §6).
    Framing,
    /// The head or a field is larger than the limit, or there are too many fields (RFC 6585 §5).
    TooLarge,
    /// The request target is longer than the limit (RFC 9110 §15.5.15).
    TargetTooLong,
    /// The method is a token, but none this server knows (RFC 9110 §15.6.2).
    UnknownMethod,
    /// A well-formed CONNECT: this server is no tunnel (RFC 9110 §9.3.6).
    Connect,
    /// A well-formed TRACE: this server sends no request back, since it may hold secrets (RFC 9110 §9.3.8).
    Trace,
    /// Not HTTP/1.0 or HTTP/1.1.
    Version,
    /// An expectation other than `100-continue` (RFC 9110 §10.1.1).
    Expectation,
}

impl HeadError {
    /// The status that tells the client.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed | Self::Host | Self::Framing => 400,
            Self::TooLarge => 431,
            Self::TargetTooLong => 414,
            Self::UnknownMethod => 501,
            Self::Connect | Self::Trace => 405,
            Self::Version => 505,
            Self::Expectation => 417,
        }
    }

    /// The stable code of the problem document.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "ERR_NEXURE_HTTP_MALFORMED",
            Self::Host => "ERR_NEXURE_HTTP_HOST",
            Self::Framing => "ERR_NEXURE_HTTP_FRAMING",
            Self::TooLarge => "ERR_NEXURE_HTTP_HEAD_TOO_LARGE",
            Self::TargetTooLong => "ERR_NEXURE_HTTP_TARGET_TOO_LONG",
            Self::UnknownMethod => "ERR_NEXURE_HTTP_METHOD_UNKNOWN",
            Self::Connect => "ERR_NEXURE_HTTP_CONNECT",
            Self::Trace => "ERR_NEXURE_HTTP_TRACE",
            Self::Version => "ERR_NEXURE_HTTP_VERSION",
            Self::Expectation => "ERR_NEXURE_HTTP_EXPECTATION",
        }
    }
}

/// A stretch of a head, as offsets from its first byte. Aligned so that it is copied as one word: in halves, the processor
/// waits for the one before it can read both (a fifth of the time a head takes to parse).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(4))]
pub struct Span {
    /// First byte.
    pub at: u16,
    /// Number of bytes.
    pub len: u16,
}

impl Span {
    /// Where `part`, a subslice of `whole`, lies in it. Heads are at most 65,535 bytes, so 16 bits hold both numbers.
    pub(super) fn of(whole: &[u8], part: &[u8]) -> Self {
        let at = (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
        debug_assert!(at <= whole.len(), "a span lies within its head");
        Self { at: u16::try_from(at).unwrap_or(u16::MAX), len: u16::try_from(part.len()).unwrap_or(u16::MAX) }
    }

    /// The bytes of this span; empty when it does not lie in `whole`.
    #[must_use]
    pub fn slice(self, whole: &[u8]) -> &[u8] {
        let at = usize::from(self.at);
        whole.get(at..at.saturating_add(usize::from(self.len))).unwrap_or_default()
    }
}

/// Name and value of a field line, surrounding white space removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldSpan {
    /// The field name as sent.
    pub name: Span,
    /// The field value.
    pub value: Span,
}

/// How the content of a request is delimited (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyLength {
    /// `Content-Length`, or 0 where neither field is there.
    Known(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
}

/// The request target (RFC 9112 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Origin-form, or the path and query of an absolute-form.
    Path {
        /// From the first `/` to the `?`.
        path: Span,
        /// After the `?`; empty without one.
        query: Span,
    },
    /// `*`, for OPTIONS only.
    Asterisk,
}

/// A request head.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead {
    /// The method.
    pub method: Method,
    /// The target.
    pub target: Target,
    /// Whether the version is HTTP/1.1 (else it is HTTP/1.0).
    pub http11: bool,
    /// Whether the connection may carry another request.
    pub keep_alive: bool,
    /// The delimitation of the content.
    pub body: BodyLength,
    /// Whether `Expect: 100-continue` waits for an interim answer.
    pub expects_continue: bool,
}

/// Parses the head that `bytes` begin with, and fills `fields` with its field lines; returns the head and its length in
/// bytes, or `None` while it is incomplete (then [`super::HeadScan`] says when it is worth another try).
///
/// # Errors
/// The [`HeadError`] of the first byte that is wrong, as [`super::HeadScan`] finds it; of a head whose grammar is right,
/// in this order: its target, `Host`, the length of its content, its method, its expectation. `fields` is then of no
/// meaning.
pub fn parse_head(
    bytes: &[u8],
    limits: &HeadLimits,
    fields: &mut Vec<FieldSpan>,
) -> Result<Option<(RequestHead, usize)>, HeadError> {
    fields.clear();
    match parse_complete(bytes, limits, fields) {
        Err(error) => first_fault(bytes, limits, error).map_or(Ok(None), Err),
        found => found,
    }
}

/// The first fault of a head that httparse or a look at the whole found `any` fault in: that one may lie behind what is
/// wrong for us, or come of bytes that are not there yet; then there is none so far.
#[cold]
fn first_fault(bytes: &[u8], limits: &HeadLimits, any: HeadError) -> Option<HeadError> {
    match HeadScan::default().advance(bytes, limits) {
        Ok(end) => end.map(|_| any),
        Err(first) => Some(first),
    }
}

/// What comes of a head that has no fault; of another one, any of its faults.
#[inline]
fn parse_complete(
    bytes: &[u8],
    limits: &HeadLimits,
    fields: &mut Vec<FieldSpan>,
) -> Result<Option<(RequestHead, usize)>, HeadError> {
    // httparse would skip any number of empty lines here.
    if matches!(bytes, [b'\r' | b'\n', ..]) {
        return Err(HeadError::Malformed);
    }
    let mut storage = [const { MaybeUninit::<httparse::Header<'_>>::uninit() }; HeadLimits::MAX_FIELDS];
    let room = storage.get_mut(..limits.max_fields.min(HeadLimits::MAX_FIELDS)).unwrap_or_default();
    let mut request = httparse::Request::new(&mut []);
    let end = match request.parse_with_uninit_headers(bytes, room) {
        Ok(httparse::Status::Complete(end)) => end,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(HeadError::Malformed),
    };
    let head = bytes.get(..end).unwrap_or_default();
    let (Some(method), Some(target), Some(minor)) = (request.method, request.path, request.version) else {
        return Err(HeadError::Malformed);
    };
    let (method, target) = (method.as_bytes(), target.as_bytes());
    if target.len() > limits.max_target_bytes {
        return Err(HeadError::TargetTooLong);
    }
    if end > limits.max_head_bytes {
        return Err(HeadError::TooLarge);
    }
    // httparse takes a bare LF for the end of a line; the line before each field, and the last two, must have had a CR.
    if !head.ends_with(b"\r\n\r\n") || target.iter().any(|&byte| !(0x21..0x7f).contains(&byte) || byte == b'#') {
        return Err(HeadError::Malformed);
    }
    let http11 = minor == 1;
    let mut framing = Framing::default();
    for field in request.headers.iter() {
        let span = FieldSpan { name: Span::of(head, field.name.as_bytes()), value: Span::of(head, field.value) };
        let before = usize::from(span.name.at).wrapping_sub(2);
        if head.get(before) != Some(&b'\r') {
            return Err(HeadError::Malformed);
        }
        framing.read(field.name.as_bytes(), field.value);
        fields.push(span);
    }
    let target = parse_target(head, method, target)?;
    let body = framing.body(http11, !matches!(target, Some((Target::Asterisk, _))))?;
    let (Some(method), Some((target, authority))) = (Method::parse(method), target) else {
        return Err(match method {
            b"CONNECT" => HeadError::Connect,
            b"TRACE" => HeadError::Trace,
            _ => HeadError::UnknownMethod,
        });
    };
    let expects_continue = framing.expects_continue(http11)?;
    if let Some(authority) = authority {
        // The host of an absolute target takes the place of the field (RFC 9112 §3.2.2), for every reader at once.
        for field in fields.iter_mut().filter(|field| field.name.slice(head).eq_ignore_ascii_case(b"host")) {
            field.value = authority;
        }
    }
    let keep_alive = framing.keeps_alive(http11);
    Ok(Some((RequestHead { method, target, http11, keep_alive, body, expects_continue }, end)))
}
