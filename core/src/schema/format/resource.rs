//! URIs (RFC 3986) and IRIs (RFC 3987).

use super::address;

/// What may stand in a component beside escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    User,
    Host,
    Path,
    Query,
    Fragment,
}

/// RFC 3987 §2.2, `ucschar`.
fn is_beyond(c: char) -> bool {
    let point = u32::from(c);
    matches!(point, 0xa0..=0xd7ff | 0xf900..=0xfdcf | 0xfdf0..=0xffef)
        || (point >= 0x1_0000 && point & 0xffff <= 0xfffd && !(0xe_0000..0xe_1000).contains(&point) && point < 0xf_0000)
}

/// RFC 3987 §2.2, `iprivate`.
fn is_private(c: char) -> bool {
    matches!(u32::from(c), 0xe000..=0xf8ff | 0xf_0000..=0xf_fffd | 0x10_0000..=0x10_fffd)
}

fn is_component(text: &str, place: Place, iri: bool) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let fits = match c {
            'a'..='z'
            | 'A'..='Z'
            | '0'..='9'
            | '-'
            | '.'
            | '_'
            | '~'
            | '!'
            | '$'
            | '&'
            | '\''
            | '('
            | ')'
            | '*'
            | '+'
            | ','
            | ';'
            | '=' => true,
            ':' => place != Place::Host,
            '@' | '/' => matches!(place, Place::Path | Place::Query | Place::Fragment),
            '?' => matches!(place, Place::Query | Place::Fragment),
            '%' => (0..2).all(|_| chars.next().is_some_and(|digit| digit.is_ascii_hexdigit())),
            c => iri && (is_beyond(c) || (place == Place::Query && is_private(c))),
        };
        if !fits {
            return false;
        }
    }
    true
}

fn is_authority(text: &str, iri: bool) -> bool {
    let (user, host) = text.rsplit_once('@').map_or((None, text), |(user, host)| (Some(user), host));
    if user.is_some_and(|user| !is_component(user, Place::User, iri)) {
        return false;
    }
    let (host, port) = if let Some(literal) = host.strip_prefix('[') {
        let Some((literal, rest)) = literal.split_once(']') else { return false };
        if !is_literal(literal) {
            return false;
        }
        if rest.is_empty() {
            return true;
        }
        let Some(port) = rest.strip_prefix(':') else { return false };
        ("", port)
    } else {
        host.split_once(':').unwrap_or((host, ""))
    };
    is_component(host, Place::Host, iri) && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// An address in brackets (RFC 3986 §3.2.2).
fn is_literal(text: &str) -> bool {
    if let Some((version, rest)) = text.strip_prefix(['v', 'V']).and_then(|rest| rest.split_once('.')) {
        return !version.is_empty()
            && version.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !rest.is_empty()
            && !rest.contains('%')
            && is_component(rest, Place::User, false);
    }
    address::is_ipv6(text)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// What stands behind the scheme, or all of it if there is none.
fn is_rest(text: &str, relative: bool, iri: bool) -> bool {
    let (text, fragment) = text.split_once('#').map_or((text, None), |(text, fragment)| (text, Some(fragment)));
    let (text, query) = text.split_once('?').map_or((text, None), |(text, query)| (text, Some(query)));
    if fragment.is_some_and(|fragment| !is_component(fragment, Place::Fragment, iri))
        || query.is_some_and(|query| !is_component(query, Place::Query, iri))
    {
        return false;
    }
    let path = if let Some(rest) = text.strip_prefix("//") {
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if !is_authority(authority, iri) {
            return false;
        }
        path
    } else {
        // What looks like a scheme is none.
        if relative && text.split('/').next().is_some_and(|first| first.contains(':')) {
            return false;
        }
        text
    };
    is_component(path, Place::Path, iri)
}

fn is_resource(text: &str, reference: bool, iri: bool) -> bool {
    match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => is_rest(rest, false, iri),
        _ => reference && is_rest(text, true, iri),
    }
}

pub(super) fn is_uri(text: &str) -> bool {
    is_resource(text, false, false)
}

pub(super) fn is_uri_reference(text: &str) -> bool {
    is_resource(text, true, false)
}

pub(super) fn is_iri(text: &str) -> bool {
    is_resource(text, false, true)
}

pub(super) fn is_iri_reference(text: &str) -> bool {
    is_resource(text, true, true)
}
