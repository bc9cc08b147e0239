//! The request target in its forms (RFC 9112 §3.2); its bytes have been checked by the grammar of the request line.

use super::head::{HeadError, Span, Target};
use super::host::is_host;

/// A target, and the authority of an absolute one.
pub(super) type Parsed = (Target, Option<Span>);

/// Takes apart the `target` of a request with this method; `None` for that of CONNECT, which no path stands for.
///
/// # Errors
/// [`HeadError::Malformed`] when the target is in no form, or in one the method does not have.
pub(super) fn parse_target(head: &[u8], method: &[u8], target: &[u8]) -> Result<Option<Parsed>, HeadError> {
    match (method, target) {
        (b"CONNECT", authority) if is_authority_form(authority) => Ok(None),
        (b"CONNECT", _) => Err(HeadError::Malformed),
        (b"OPTIONS", b"*") => Ok(Some((Target::Asterisk, None))),
        (_, [b'/', ..]) => Ok(Some((origin(head, target), None))),
        _ => absolute(head, target).map(Some).ok_or(HeadError::Malformed),
    }
}

/// `uri-host ":" port`, both there (RFC 9112 §3.2.3).
fn is_authority_form(target: &[u8]) -> bool {
    is_host(target) && target.last().is_some_and(u8::is_ascii_digit) && target.contains(&b':')
}

/// Origin-form: a path, and what stands behind the first `?`.
fn origin(head: &[u8], target: &[u8]) -> Target {
    let end = memchr::memchr(b'?', target).unwrap_or(target.len());
    let (path, query) = target.split_at_checked(end).unwrap_or_default();
    Target::Path { path: Span::of(head, path), query: query_span(head, query) }
}

/// Absolute-form, for the schemes a server of this kind can stand behind.
fn absolute(head: &[u8], target: &[u8]) -> Option<Parsed> {
    let rest = strip_scheme(target)?;
    let end = rest.iter().position(|&byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end)?;
    if !is_host(authority) {
        return None;
    }
    let path = if rest.starts_with(b"/") {
        origin(head, rest)
    } else {
        // No path stands for "/" (RFC 9110 §4.2.3); there is one in the scheme.
        let slash = memchr::memchr(b'/', target)?;
        let slash = target.get(slash..slash.saturating_add(1))?;
        Target::Path { path: Span::of(head, slash), query: query_span(head, rest) }
    };
    Some((path, Some(Span::of(head, authority))))
}

/// The span of a query behind its `?`.
fn query_span(head: &[u8], query: &[u8]) -> Span {
    match query {
        [] | [_] => Span::default(),
        [_, rest @ ..] => Span::of(head, rest),
    }
}

fn strip_scheme(target: &[u8]) -> Option<&[u8]> {
    for scheme in [b"http://".as_slice(), b"https://"] {
        if target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) {
            return target.get(scheme.len()..);
        }
    }
    None
}
