//! Targets: from the bytes of a request line to path, query and authority, and on to a route. A naive reader that works
//! on text agrees, and escapes change nothing but what they stand for.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nexure_core::http::{FieldSpan, HeadLimits, Method, RequestHead, Target, parse_head};
use nexure_core::router::{Captures, Lookup, Router};

/// The parts of a target as text.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'t> {
    path: &'t str,
    query: &'t str,
    authority: Option<&'t str>,
}

fn parse(head: &[u8]) -> Option<(RequestHead, Vec<FieldSpan>)> {
    let mut fields = Vec::new();
    let (parsed, end) = parse_head(head, &HeadLimits::default(), &mut fields).ok()??;
    assert!(end <= head.len());
    Some((parsed, fields))
}

/// Origin-form or absolute-form, taken apart as text; what is no host is left to the parser.
fn naive(target: &str) -> Option<Parts<'_>> {
    let scheme = ["http://", "https://"]
        .into_iter()
        .find(|scheme| target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let (authority, origin) = match scheme {
        _ if target.starts_with('/') => (None, target),
        Some(scheme) => {
            let rest = &target[scheme.len()..];
            let (authority, origin) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            (Some(authority), origin)
        }
        None => return None,
    };
    let (path, query) = origin.split_once('?').unwrap_or((origin, ""));
    Some(Parts { path: if path.is_empty() { "/" } else { path }, query, authority })
}

/// Percent escapes decoded; `None` when one is malformed.
fn decode(raw: &str) -> Option<Vec<u8>> {
    let mut bytes = raw.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            let text = str::from_utf8(&digits).ok().filter(|_| digits.iter().all(u8::is_ascii_hexdigit))?;
            u8::from_str_radix(text, 16).ok()?
        } else {
            byte
        });
    }
    Some(decoded)
}

/// Every character that is no delimiter, escaped.
fn escape_all(path: &str) -> String {
    decode(path).unwrap_or_default().iter().map(|byte| format!("%{byte:02x}")).collect()
}

fn check_route(path: &str) {
    let mut router = Router::new();
    assert!(router.add(Method::Get, "/a/:name", 0).is_ok() && router.add(Method::Get, "/*", 1).is_ok());
    let mut captures = Captures::new();
    let found = router.find(Method::Get, path.as_bytes(), &mut captures);
    let good = decode(path).is_some_and(|bytes| !bytes.contains(&0) && String::from_utf8(bytes).is_ok());
    assert_eq!(found == Lookup::BadEncoding, !good, "{path}");
    for capture in captures.iter() {
        let (start, length) = (capture.start as usize, capture.len as usize);
        assert_eq!(path[start..start + length].contains('%'), capture.needs_decode, "{path}");
    }
    // A spelling of the same segment finds the same route.
    let segment = path.strip_prefix("/a/").filter(|segment| !segment.contains('/') && !segment.is_empty());
    if let Some(segment) = segment.filter(|_| good) {
        assert_eq!(found, Lookup::Found(0), "{path}");
        let escaped = format!("/%61/{}", escape_all(segment));
        assert_eq!(router.find(Method::Get, escaped.as_bytes(), &mut captures), found, "{path} as {escaped}");
    }
}

fuzz_target!(|bytes: &[u8]| {
    // Bytes with a space end the target themselves, and may go on with a request of their own.
    if bytes.contains(&b' ') {
        return;
    }
    let head = |method: &str| [method.as_bytes(), b" ", bytes, b" HTTP/1.1\r\nHost: host\r\n\r\n"].concat();
    let get = head("GET");
    let text = str::from_utf8(bytes).unwrap_or_default();
    let plain = !bytes.is_empty() && bytes.iter().all(|byte| (0x21..0x7f).contains(byte) && *byte != b'#');
    let options = head("OPTIONS");
    let asterisk = parse(&options).is_some_and(|(head, _)| head.target == Target::Asterisk);
    assert_eq!(asterisk, text == "*");
    assert!(parse(&head("CONNECT")).is_none(), "nobody serves CONNECT");
    let Some((parsed, fields)) = parse(&get) else {
        let well_formed = plain && text.len() <= HeadLimits::default().max_target_bytes;
        assert!(!(well_formed && text.starts_with('/')), "any path of visible ASCII is taken: {text}");
        return;
    };
    let Target::Path { path, query } = parsed.target else { panic!("* is for OPTIONS") };
    assert!(plain, "accepted what is not visible ASCII: {}", bytes.escape_ascii());
    let as_text = |bytes| str::from_utf8(bytes).expect("a part of an ASCII text");
    let host = as_text(fields[0].value.slice(&get));
    let expected = naive(text).expect("a form of target");
    let authority = expected.authority.map(|_| host);
    assert_eq!(expected, Parts { path: as_text(path.slice(&get)), query: as_text(query.slice(&get)), authority });
    assert!(expected.authority.is_some() || host == "host");
    assert!(!host.is_empty() && !host.starts_with(':') && !host.contains(['@', ',', '/', '?', '\\', '"', '<', '>']));
    check_route(expected.path);
});
