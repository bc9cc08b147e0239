//! Media types: the same as a naive reader that follows RFC 9110 §8.3.1 and §5.6 rule by rule.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nexure_core::http::{Charset, FieldSpan, HeadLimits, MediaKind, MediaType, parse_head};

/// One character of a token (§5.6.2).
fn is_tchar(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// Reads rule by rule, each of which gives what it has read, or nothing.
struct Naive {
    text: Vec<char>,
    at: usize,
}

impl Naive {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, accept: impl Fn(char) -> bool) -> Option<char> {
        let c = self.peek().filter(|c| accept(*c))?;
        self.at += 1;
        Some(c)
    }

    fn token(&mut self) -> Option<String> {
        let mut token = String::new();
        while let Some(c) = self.take(is_tchar) {
            token.push(c);
        }
        (!token.is_empty()).then_some(token)
    }

    fn ows(&mut self) {
        while self.take(|c| c == ' ' || c == '\t').is_some() {}
    }

    /// As it is written, without its quotes.
    fn quoted_string(&mut self) -> Option<String> {
        let mut text = String::new();
        self.take(|c| c == '"')?;
        loop {
            let c = self.take(|_| true)?;
            match c {
                '"' => return Some(text),
                '\\' => {
                    text.push(c);
                    text.push(self.take(|c| c == '\t' || c == ' ' || ('\x21'..='\x7e').contains(&c) || c >= '\u{80}')?);
                }
                '\t' | ' ' | '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e' => text.push(c),
                c if c >= '\u{80}' => text.push(c),
                _ => return None,
            }
        }
    }

    /// Type, subtype and charsets, in lower case.
    fn media_type(&mut self) -> Option<(String, String, Vec<String>)> {
        let main = self.token()?.to_ascii_lowercase();
        self.take(|c| c == '/')?;
        let sub = self.token()?.to_ascii_lowercase();
        let mut charsets = Vec::new();
        loop {
            self.ows();
            if self.peek().is_none() {
                return Some((main, sub, charsets));
            }
            self.take(|c| c == ';')?;
            self.ows();
            if self.peek().is_none_or(|c| c == ';') {
                continue;
            }
            let name = self.token()?.to_ascii_lowercase();
            self.take(|c| c == '=')?;
            let value = if self.peek() == Some('"') { self.quoted_string()? } else { self.token()? };
            if name == "charset" {
                charsets.push(value.to_ascii_lowercase());
            }
        }
    }
}

fn expected(bytes: &[u8]) -> Option<MediaType> {
    let mut naive = Naive { text: bytes.iter().map(|&byte| char::from(byte)).collect(), at: 0 };
    let (main, sub, charsets) = naive.media_type()?;
    let kind = match (&*main, &*sub) {
        ("application", "json") => MediaKind::Json,
        (_, sub) if sub.ends_with("+json") && sub.len() > 5 => MediaKind::Json,
        ("application", "x-www-form-urlencoded") => MediaKind::Form,
        ("multipart", "form-data") => MediaKind::Parts,
        ("text", _) => MediaKind::Text,
        _ => MediaKind::Other,
    };
    let charset = match &*charsets.iter().map(String::as_str).collect::<Vec<_>>() {
        [] => Charset::Untold,
        ["utf-8"] => Charset::Utf8,
        ["us-ascii"] => Charset::Ascii,
        [_] => Charset::Other,
        _ => return None,
    };
    Some(MediaType { kind, charset })
}

fn in_head(lines: &[u8]) -> Option<(Vec<u8>, Vec<FieldSpan>)> {
    let head = [b"GET / HTTP/1.1\r\nHost: a\r\n", lines, b"\r\n"].concat();
    let mut fields = Vec::new();
    let (_, end) = parse_head(&head, &HeadLimits::default(), &mut fields).ok()??;
    (end == head.len()).then_some((head, fields))
}

fuzz_target!(|bytes: &[u8]| {
    let found = MediaType::parse(bytes);
    assert_eq!(found, expected(bytes));
    let line = [b"Content-Type: ", bytes, b"\r\n"].concat();
    // What a head can hold.
    if let Some((head, fields)) = in_head(&line) {
        if fields.len() == 2 {
            assert_eq!(MediaType::of(&head, &fields), expected(bytes.trim_ascii()));
        }
        if let [host, content_type] = *fields {
            assert_eq!(MediaType::of(&head, &[host, content_type, content_type]), None);
            assert_eq!(MediaType::of(&head, &[host]), None);
        }
    }
});
