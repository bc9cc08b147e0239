//! Names and values as clients write them, read as `ctx.query`, `ctx.request.cookies` and the like read them where there is
//! no schema.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::http::FieldSpan;
use crate::router::Captures;

/// A name and its value.
pub(super) type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// More names and values of a query or a form are refused, and more cookies are not read: nobody can make an object of any
/// size.
const MAX_PAIRS: usize = 1000;

/// `application/x-www-form-urlencoded`, as the URL standard reads it; `None` for too many pairs.
pub(super) fn form(text: &[u8]) -> Option<Vec<Pair<'_>>> {
    let mut pairs = Vec::new();
    for pair in text.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
        if pairs.len() >= MAX_PAIRS {
            return None;
        }
        let equals = pair.iter().position(|&byte| byte == b'=').unwrap_or(pair.len());
        let (name, value) = pair.split_at_checked(equals).unwrap_or_default();
        pairs.push((form_text(name), form_text(value.get(1..).unwrap_or_default())));
    }
    Some(pairs)
}

/// Escapes that are malformed stay as they are, and bytes that are not UTF-8 become U+FFFD.
fn form_text(raw: &[u8]) -> Cow<'_, str> {
    if !raw.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return String::from_utf8_lossy(raw);
    }
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, escape(tail)) {
            (b'%', Some((octet, tail))) => {
                decoded.push(octet);
                rest = tail;
            }
            (b'+', _) => decoded.push(b' '),
            (byte, _) => decoded.push(byte),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

/// The octet of two hexadecimal digits, and what follows them.
fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let (&[high, low], rest) = text.split_first_chunk::<2>()?;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let octet = digit(high)?.checked_mul(16)?.checked_add(digit(low)?)?;
    Some((u8::try_from(octet).ok()?, rest))
}

/// What was sent are octets, so each is one character.
fn latin1(raw: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(raw) {
        Ok(text) if raw.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(raw.iter().map(|&byte| char::from(byte)).collect()),
    }
}

/// The fields of a head by lower-case name; what repeats is joined (RFC 9110 §5.3), and where `is_list` says so the whole is
/// taken apart at its commas, since whoever passes a request on may join them as well. `None` for too many parts.
pub(super) fn headers<'a>(
    head: &'a [u8],
    fields: &[FieldSpan],
    is_list: impl Fn(&str) -> bool,
) -> Option<Vec<Pair<'a>>> {
    let joined = joined(head, fields);
    let mut pairs = Vec::with_capacity(joined.len());
    for (name, value) in joined {
        if name == "cookie" || !is_list(&name) {
            pairs.push((name, value));
            continue;
        }
        for part in list(&value) {
            pairs.push((name.clone(), Cow::Owned(part.to_owned())));
            if pairs.len() > MAX_PAIRS {
                return None;
            }
        }
    }
    Some(pairs)
}

/// The elements of a list (RFC 9110 §5.6.1): those that are empty do not count, but for a list of nothing else.
fn list(value: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let parts = value.split(|character| {
        let ends = character == ',' && !is_quoted;
        is_quoted ^= character == '"' && !is_escaped;
        is_escaped = is_quoted && !is_escaped && character == '\\';
        ends
    });
    let mut found: Vec<&str> =
        parts.map(|part| part.trim_matches([' ', '\t'])).filter(|part| !part.is_empty()).collect();
    if found.is_empty() {
        found.push("");
    }
    found
}

fn joined<'a>(head: &'a [u8], fields: &[FieldSpan]) -> Vec<Pair<'a>> {
    let mut pairs: Vec<Pair<'a>> = Vec::with_capacity(fields.len());
    for field in fields {
        let name = field.name.slice(head);
        let value = latin1(field.value.slice(head));
        // At most 256, so that looking through them is bounded.
        let before = pairs.iter_mut().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
        if let Some((name, before)) = before {
            let separator = if name == "cookie" { "; " } else { ", " };
            *before = Cow::Owned([&**before, separator, &*value].concat());
            continue;
        }
        let name = latin1(name);
        let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
        pairs.push((if is_lower { name } else { Cow::Owned(name.to_ascii_lowercase()) }, value));
    }
    pairs
}

/// The cookies (RFC 6265bis); of two with one name the first counts.
pub(super) fn cookies<'a>(head: &'a [u8], fields: &[FieldSpan]) -> Vec<Pair<'a>> {
    let lines = fields.iter().filter(|field| field.name.slice(head).eq_ignore_ascii_case(b"cookie"));
    let mut seen = HashSet::new();
    let mut pairs = Vec::new();
    for pair in lines.flat_map(|field| field.value.slice(head).split(|&byte| byte == b';')).take(MAX_PAIRS) {
        let Some(equals) = pair.iter().position(|&byte| byte == b'=') else { continue };
        let (name, value) = pair.split_at_checked(equals).unwrap_or_default();
        let name = latin1(trim(name));
        if seen.insert(name.clone()) {
            pairs.push((name, cookie_text(trim(value.get(1..).unwrap_or_default()))));
        }
    }
    pairs
}

fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// Escapes are decoded where all of them are UTF-8.
fn cookie_text(raw: &[u8]) -> Cow<'_, str> {
    if !raw.contains(&b'%') {
        return latin1(raw);
    }
    decode_all(raw).map_or_else(|| latin1(raw), Cow::Owned)
}

fn decode_all(raw: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut octets = Vec::new();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'%' {
            let (octet, tail) = escape(tail)?;
            octets.push(octet);
            rest = tail;
            continue;
        }
        text.push_str(std::str::from_utf8(&octets).ok()?);
        octets.clear();
        text.push(char::from(byte));
        rest = tail;
    }
    text.push_str(std::str::from_utf8(&octets).ok()?);
    Some(text)
}

/// The params of a path, by the names of its pattern; optional ones may be missing. The router has checked their escapes.
pub(super) fn params<'a>(path: &'a [u8], captures: &Captures, names: &'a [String]) -> Vec<Pair<'a>> {
    let mut pairs = Vec::with_capacity(names.len());
    for (capture, name) in captures.as_slice().iter().zip(names) {
        let start = capture.start as usize;
        let raw = path.get(start..start.saturating_add(capture.len as usize)).unwrap_or_default();
        pairs.push((Cow::Borrowed(&**name), cookie_text(raw)));
    }
    pairs
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that meets the unexpected should fail loudly")]
mod tests {
    use super::{cookie_text, form, list};

    #[test]
    fn reads_forms_as_the_url_standard_does() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("", &[]),
            ("&&", &[]),
            ("a", &[("a", "")]),
            ("a=", &[("a", "")]),
            ("=a", &[("", "a")]),
            ("a=b=c", &[("a", "b=c")]),
            ("a+b=c+d", &[("a b", "c d")]),
            ("a=%41%c3%A9%2B", &[("a", "Aé+")]),
            ("a=%4", &[("a", "%4")]),
            ("a=%zz%", &[("a", "%zz%")]),
            ("a=%ff", &[("a", "\u{fffd}")]),
            ("a=1&a=2&b=3", &[("a", "1"), ("a", "2"), ("b", "3")]),
        ];
        for (text, expected) in cases {
            let pairs = form(text.as_bytes()).unwrap();
            let found: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
            assert_eq!(found, *expected, "{text}");
        }
        assert!(form("a=1&".repeat(1000).as_bytes()).is_some());
        assert!(form("a=1&".repeat(1001).as_bytes()).is_none());
    }

    #[test]
    fn takes_lists_apart_at_their_commas() {
        let cases: &[(&str, &[&str])] = &[
            ("1, 2,3", &["1", "2", "3"]),
            (",1 ,\t, 2,", &["1", "2"]),
            ("\"a, b\", \"c\\\", d\",e", &["\"a, b\"", "\"c\\\", d\"", "e"]),
            ("\"a, b", &["\"a, b"]),
            ("", &[""]),
            (" , ", &[""]),
        ];
        for (text, expected) in cases {
            assert_eq!(list(text), *expected, "{text}");
        }
    }

    #[test]
    fn decodes_cookies_where_all_of_their_escapes_are_utf8() {
        for (raw, expected) in
            [(&b"%41"[..], "A"), (b"%c3%a9", "é"), (b"\xe9%41", "éA"), (b"%c3A%a9", "%c3A%a9"), (b"%4", "%4")]
        {
            assert_eq!(cookie_text(raw), expected);
        }
    }
}
