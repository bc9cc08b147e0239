//! The media type of a request's content, read once and strictly (RFC 9110 §8.3.1, §5.6.6): parsing and validation ask
//! the same reader, so that no spelling of `Content-Type` is one thing to the one and another to the other. What the
//! grammar does not have is refused, and so is a list, which a field that repeats looks like.

use super::head::FieldSpan;
use super::syntax::is_token_byte;

/// What content is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// `application/json` and `*/*+json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Parts,
    /// `text/*`.
    Text,
    /// Anything else.
    Other,
}

/// The parameter `charset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// It is not there.
    Untold,
    /// `utf-8`
    Utf8,
    /// `us-ascii`, which is UTF-8, too.
    Ascii,
    /// Anything else.
    Other,
}

/// A media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaType {
    /// What it is.
    pub kind: MediaKind,
    /// The charset it names.
    pub charset: Charset,
}

impl MediaType {
    /// Reads the value of a `Content-Type`, white space around it removed; `None` for what is none.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        // What nearly every client sends.
        if value == b"application/json" {
            return Some(Self { kind: MediaKind::Json, charset: Charset::Untold });
        }
        let (main, rest) = token(value)?;
        let (sub, rest) = token(rest.strip_prefix(b"/")?)?;
        Some(Self { kind: kind_of(main, sub), charset: charset_of(rest)? })
    }

    /// The media type that the fields of a head name: exactly one `Content-Type` that is well-formed.
    #[must_use]
    pub fn of(head: &[u8], fields: &[FieldSpan]) -> Option<Self> {
        let mut types = fields.iter().filter(|field| field.name.slice(head).eq_ignore_ascii_case(b"content-type"));
        let first = types.next()?;
        if types.next().is_some() { None } else { Self::parse(first.value.slice(head)) }
    }

    /// Whether its text is UTF-8, as far as it says. JSON and forms are nothing else (RFC 8259 §8.1), and no other name
    /// for it is taken.
    #[must_use]
    pub fn is_utf8(self) -> bool {
        match self.charset {
            Charset::Untold | Charset::Utf8 => true,
            Charset::Ascii => !matches!(self.kind, MediaKind::Json | MediaKind::Form),
            Charset::Other => false,
        }
    }
}

fn kind_of(main: &[u8], sub: &[u8]) -> MediaKind {
    const SUFFIX: &[u8] = b"+json";
    let suffix = sub.len().checked_sub(SUFFIX.len()).filter(|&at| at > 0).and_then(|at| sub.get(at..));
    if suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case(SUFFIX)) {
        return MediaKind::Json;
    }
    let is = |name: &[u8], other: &[u8]| main.eq_ignore_ascii_case(name) && sub.eq_ignore_ascii_case(other);
    if is(b"application", b"json") {
        MediaKind::Json
    } else if is(b"application", b"x-www-form-urlencoded") {
        MediaKind::Form
    } else if is(b"multipart", b"form-data") {
        MediaKind::Parts
    } else if main.eq_ignore_ascii_case(b"text") {
        MediaKind::Text
    } else {
        MediaKind::Other
    }
}

/// `parameters = *( OWS ";" OWS [ parameter ] )`; `None` for anything else, and for two charsets.
fn charset_of(mut rest: &[u8]) -> Option<Charset> {
    let mut found = None;
    loop {
        rest = skip_blanks(rest);
        if rest.is_empty() {
            return Some(found.unwrap_or(Charset::Untold));
        }
        rest = skip_blanks(rest.strip_prefix(b";")?);
        if rest.is_empty() || rest.starts_with(b";") {
            continue;
        }
        let (name, tail) = token(rest)?;
        let value = tail.strip_prefix(b"=")?;
        let charset;
        (charset, rest) = if let Some(quoted) = value.strip_prefix(b"\"") {
            quoted_string(quoted)?
        } else {
            let (value, rest) = token(value)?;
            (named_charset(value), rest)
        };
        if name.eq_ignore_ascii_case(b"charset") && found.replace(charset).is_some() {
            return None;
        }
    }
}

fn named_charset(name: &[u8]) -> Charset {
    if name.eq_ignore_ascii_case(b"utf-8") {
        Charset::Utf8
    } else if name.eq_ignore_ascii_case(b"us-ascii") {
        Charset::Ascii
    } else {
        Charset::Other
    }
}

/// What stands behind the opening quote (RFC 9110 §5.6.4), as the charset it would be. One with escapes is none that is
/// known: nobody needs to write one.
fn quoted_string(text: &[u8]) -> Option<(Charset, &[u8])> {
    let mut at: usize = 0;
    loop {
        match *text.get(at)? {
            b'"' => break,
            b'\\' if matches!(text.get(at.saturating_add(1)), Some(b'\t' | 0x20..=0x7e | 0x80..)) => {
                at = at.saturating_add(2);
            }
            b'\t' | b' ' | 0x21 | 0x23..=0x5b | 0x5d..=0x7e | 0x80.. => at = at.saturating_add(1),
            _ => return None,
        }
    }
    let (value, rest) = text.split_at_checked(at)?;
    Some((named_charset(value), rest.strip_prefix(b"\"")?))
}

/// A token of one character at least, and what follows it.
fn token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = text.iter().take_while(|&&byte| is_token_byte(byte)).count();
    if length == 0 { None } else { text.split_at_checked(length) }
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
    text.get(blanks..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Charset, MediaKind, MediaType};

    #[test]
    fn reads_what_the_grammar_has_and_nothing_else() {
        let cases: &[(&str, Option<(MediaKind, Charset)>)] = &[
            ("application/json", Some((MediaKind::Json, Charset::Untold))),
            ("APPLICATION/Json", Some((MediaKind::Json, Charset::Untold))),
            ("application/json;charset=utf-8", Some((MediaKind::Json, Charset::Utf8))),
            ("application/json \t;\t charset=\"UTF-8\" ; x=y;", Some((MediaKind::Json, Charset::Utf8))),
            ("application/json;;; ;a=\"b;\\\"charset=x\"", Some((MediaKind::Json, Charset::Untold))),
            ("application/json; charset=utf8", Some((MediaKind::Json, Charset::Other))),
            ("application/json; charset=\"utf\\-8\"", Some((MediaKind::Json, Charset::Other))),
            ("application/ld+json", Some((MediaKind::Json, Charset::Untold))),
            ("text/x+JSON; charset=us-ascii", Some((MediaKind::Json, Charset::Ascii))),
            ("application/+json", Some((MediaKind::Other, Charset::Untold))),
            ("application/x-www-form-urlencoded", Some((MediaKind::Form, Charset::Untold))),
            ("multipart/form-data; boundary=a", Some((MediaKind::Parts, Charset::Untold))),
            ("text/plain; charset=us-ascii", Some((MediaKind::Text, Charset::Ascii))),
            ("application/jsonp", Some((MediaKind::Other, Charset::Untold))),
            ("application/json+xml", Some((MediaKind::Other, Charset::Untold))),
            ("", None),
            ("application", None),
            ("application/", None),
            ("/json", None),
            ("application /json", None),
            ("application/json x", None),
            ("application/json,application/json", None),
            ("application/json, text/plain", None),
            ("application/json;charset", None),
            ("application/json;charset=", None),
            ("application/json;charset =utf-8", None),
            ("application/json;charset= utf-8", None),
            ("application/json;charset=\"utf-8", None),
            ("application/json;charset=\"utf-8\"x", None),
            ("application/json;charset=utf-8;CHARSET=utf-8", None),
            ("application/json;charset=utf-8,", None),
            ("application/json\u{0}", None),
        ];
        for (value, expected) in cases {
            let found = MediaType::parse(value.as_bytes()).map(|found| (found.kind, found.charset));
            assert_eq!(found, *expected, "{value:?}");
        }
    }

    #[test]
    fn takes_json_and_forms_as_utf8_only() {
        for (value, expected) in [
            ("application/json", true),
            ("application/json;charset=Utf-8", true),
            ("application/json;charset=us-ascii", false),
            ("application/x-www-form-urlencoded;charset=iso-8859-1", false),
            ("text/plain;charset=us-ascii", true),
            ("text/plain;charset=utf-16", false),
        ] {
            assert_eq!(MediaType::parse(value.as_bytes()).is_some_and(MediaType::is_utf8), expected, "{value}");
        }
    }
}
