//! A complete request head, parsed once into typed values (RFC 9112 §§3-6); httparse does the tokenising.
//!
//! Every field that decides framing is read here and nowhere else, so that no two places can disagree about it.

use std::mem::MaybeUninit;

use super::host::is_host;
use super::method::Method;
use super::scan::begins_request;

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
    fn of(whole: &[u8], part: &[u8]) -> Self {
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
/// bytes, or `None` while it is incomplete (then [`super::scan_head`] says when it is worth another try).
///
/// # Errors
/// A [`HeadError`]; `fields` is then of no meaning.
pub fn parse_head(
    bytes: &[u8],
    limits: &HeadLimits,
    fields: &mut Vec<FieldSpan>,
) -> Result<Option<(RequestHead, usize)>, HeadError> {
    fields.clear();
    // httparse would skip any number of empty lines here.
    if !begins_request(bytes) {
        return Err(HeadError::Malformed);
    }
    let mut storage = [const { MaybeUninit::<httparse::Header<'_>>::uninit() }; HeadLimits::MAX_FIELDS];
    let room = storage.get_mut(..limits.max_fields.min(HeadLimits::MAX_FIELDS)).unwrap_or_default();
    let mut request = httparse::Request::new(&mut []);
    let end = match request.parse_with_uninit_headers(bytes, room) {
        Ok(httparse::Status::Complete(end)) => end,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(HeadError::TooLarge),
        Err(httparse::Error::Version) => return version_error(bytes).map_or(Ok(None), Err),
        Err(_) => return Err(HeadError::Malformed),
    };
    let head = bytes.get(..end).unwrap_or_default();
    let (Some(method), Some(target), Some(minor)) = (request.method, request.path, request.version) else {
        return Err(HeadError::Malformed);
    };
    if target.len() > limits.max_target_bytes {
        return Err(HeadError::TargetTooLong);
    }
    if end > limits.max_head_bytes {
        return Err(HeadError::TooLarge);
    }
    // httparse takes a bare LF for the end of a line; the line before each field, and the last two, must have had a CR.
    if !head.ends_with(b"\r\n\r\n") {
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
        framing.read(field.name.as_bytes(), field.value)?;
        fields.push(span);
    }
    if framing.hosts != 1 && (http11 || framing.hosts != 0) {
        return Err(HeadError::Host);
    }
    let body = framing.body(http11)?;
    let method = Method::parse(method.as_bytes()).ok_or(HeadError::UnknownMethod)?;
    let (target, authority) = parse_target(head, target.as_bytes(), method)?;
    if let Some(authority) = authority {
        // The host of an absolute target takes the place of the field (RFC 9112 §3.2.2), for every reader at once.
        for field in fields.iter_mut().filter(|field| field.name.slice(head).eq_ignore_ascii_case(b"host")) {
            field.value = authority;
        }
    }
    let keep_alive = if http11 { !framing.close } else { framing.keep_alive && !framing.close };
    let expects_continue = http11 && framing.expects_continue;
    Ok(Some((RequestHead { method, target, http11, keep_alive, body, expects_continue }, end)))
}

/// httparse reports every unreadable version the same way: a request line of three parts whose last is `HTTP/` and two
/// digits has a version we do not speak, anything else is noise. `None` while the line has no end.
fn version_error(bytes: &[u8]) -> Option<HeadError> {
    let end = bytes.iter().position(|&byte| byte == b'\r' || byte == b'\n')?;
    let mut parts = bytes.get(..end).unwrap_or_default().split(|&byte| byte == b' ');
    let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
    Some(match parts {
        [Some([_, ..]), Some([_, ..]), Some([b'H', b'T', b'T', b'P', b'/', major, b'.', minor]), None]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            HeadError::Version
        }
        _ => HeadError::Malformed,
    })
}

/// What the fields of one head say about framing and the connection.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one head, not a state in disguise")]
struct Framing {
    hosts: u32,
    content_length: Option<u64>,
    chunked: bool,
    close: bool,
    keep_alive: bool,
    expects_continue: bool,
}

impl Framing {
    fn read(&mut self, name: &[u8], value: &[u8]) -> Result<(), HeadError> {
        // The length alone rules out nearly every field before a byte is compared.
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => {
                self.hosts = self.hosts.saturating_add(1);
                if !is_host(value) {
                    return Err(HeadError::Host);
                }
            }
            6 if name.eq_ignore_ascii_case(b"expect") => {
                if !value.eq_ignore_ascii_case(b"100-continue") {
                    return Err(HeadError::Expectation);
                }
                self.expects_continue = true;
            }
            10 if name.eq_ignore_ascii_case(b"connection") => {
                for option in value.split(|&byte| byte == b',') {
                    let option = option.trim_ascii();
                    self.close |= option.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                if self.content_length.is_some() {
                    return Err(HeadError::Framing);
                }
                self.content_length = Some(parse_content_length(value).ok_or(HeadError::Framing)?);
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                    return Err(HeadError::Framing);
                }
                self.chunked = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn body(&self, http11: bool) -> Result<BodyLength, HeadError> {
        match (self.chunked, self.content_length) {
            (true, None) if http11 => Ok(BodyLength::Chunked),
            (true, _) => Err(HeadError::Framing),
            (false, length) => Ok(BodyLength::Known(length.unwrap_or(0))),
        }
    }
}

/// `1*DIGIT` up to 2^53 - 1, the largest count JavaScript holds exactly.
pub(super) fn parse_content_length(value: &[u8]) -> Option<u64> {
    if value.is_empty() || value.len() > 16 {
        return None;
    }
    let mut length: u64 = 0;
    for &digit in value {
        if !digit.is_ascii_digit() {
            return None;
        }
        length = length.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))?;
    }
    (length < 1 << 53).then_some(length)
}

/// The target, and the authority of an absolute one.
fn parse_target(head: &[u8], target: &[u8], method: Method) -> Result<(Target, Option<Span>), HeadError> {
    // A fragment is never sent (RFC 9112 §3.2), and anything that is not visible ASCII must have been encoded.
    if target.iter().any(|&byte| !(0x21..0x7f).contains(&byte) || byte == b'#') {
        return Err(HeadError::Malformed);
    }
    let (origin, authority) = match target {
        [b'/', ..] => (target, None),
        b"*" if method == Method::Options => return Ok((Target::Asterisk, None)),
        _ => {
            let rest = strip_scheme(target).ok_or(HeadError::Malformed)?;
            let authority = rest.iter().position(|&byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
            let (authority, origin) = rest.split_at_checked(authority).unwrap_or_default();
            if authority.is_empty() || authority.starts_with(b":") || !is_host(authority) {
                return Err(HeadError::Malformed);
            }
            if origin.is_empty() {
                // No path stands for "/" (RFC 9110 §4.2.3); there is one in the scheme.
                let slash = first_slash(target);
                let path = Target::Path { path: Span::of(head, slash), query: Span::default() };
                return Ok((path, Some(Span::of(head, authority))));
            }
            if !origin.starts_with(b"/") {
                return Err(HeadError::Malformed);
            }
            (origin, Some(Span::of(head, authority)))
        }
    };
    let end = origin.iter().position(|&byte| byte == b'?').unwrap_or(origin.len());
    let (path, query) = origin.split_at_checked(end).unwrap_or_default();
    let query = query.get(1..).unwrap_or_default();
    let query = if query.is_empty() { Span::default() } else { Span::of(head, query) };
    Ok((Target::Path { path: Span::of(head, path), query }, authority))
}

/// The first slash of an absolute target.
fn first_slash(target: &[u8]) -> &[u8] {
    let at = memchr::memchr(b'/', target).unwrap_or(0);
    target.get(at..at.saturating_add(1)).unwrap_or_default()
}

fn strip_scheme(target: &[u8]) -> Option<&[u8]> {
    for scheme in [b"http://".as_slice(), b"https://"] {
        if target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) {
            return target.get(scheme.len()..);
        }
    }
    None
}
