//! A client that reads answers by the letter of RFC 9112 and shares no code with the server: the oracle of what is sent.

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its framing says so.
    Whole,
    /// Only the end of the connection can say so.
    AtClose,
    /// The bytes stop before its framing says so.
    Cut,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub status: u16,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub end: End,
}

impl Message {
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|field| field.0.eq_ignore_ascii_case(name));
        let value = values.next()?.1.as_str();
        assert!(values.next().is_none(), "{name} stands there twice");
        Some(value)
    }

    pub fn closes(&self) -> bool {
        self.field("connection") == Some("close")
    }
}

/// The messages of an output; `heads` says of each final one whether its request was HEAD. Interim ones are kept.
pub fn read_all(mut bytes: &[u8], heads: &[bool]) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut finals = 0;
    while !bytes.is_empty() {
        let head_only = heads.get(finals).copied().unwrap_or(false);
        let (message, rest) = read_one(bytes, head_only);
        finals += usize::from(message.status >= 200);
        assert!(message.end == End::Whole || rest.is_empty());
        messages.push(message);
        bytes = rest;
    }
    messages
}

fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(2).position(|two| two == b"\r\n")?;
    Some((str::from_utf8(&bytes[..end]).unwrap(), &bytes[end + 2..]))
}

fn read_one(bytes: &[u8], head_only: bool) -> (Message, &[u8]) {
    let cut = |status| (Message { status, fields: Vec::new(), body: Vec::new(), end: End::Cut }, &bytes[bytes.len()..]);
    let Some((first, mut rest)) = line(bytes) else { return cut(0) };
    let status = first.strip_prefix("HTTP/1.1 ").unwrap_or_else(|| panic!("no status line: {first:?}"));
    let status: u16 = status[..3].parse().unwrap();
    let mut fields = Vec::new();
    loop {
        let Some((field, after)) = line(rest) else { return cut(status) };
        rest = after;
        let Some((name, value)) = field.split_once(':') else {
            assert_eq!(field, "");
            break;
        };
        fields.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut message = Message { status, fields, body: Vec::new(), end: End::Whole };
    let length = message.field("content-length").map(|value| value.parse::<usize>().unwrap());
    let is_chunked = message.field("transfer-encoding").map(|value| assert_eq!(value, "chunked")).is_some();
    assert!(length.is_none() || !is_chunked, "two framings");
    if status < 200 || status == 204 {
        assert!(length.is_none() && !is_chunked, "{status} has no framing");
    }
    if head_only || status < 200 || status == 204 || status == 304 {
        return (message, rest);
    }
    if is_chunked {
        let mut from = rest;
        match chunks(&mut from, &mut message.body) {
            Some(()) => return (message, from),
            None => message.end = End::Cut,
        }
    } else if let Some(length) = length {
        if let Some((body, after)) = rest.split_at_checked(length) {
            message.body = body.to_vec();
            return (message, after);
        }
        (message.body, message.end) = (rest.to_vec(), End::Cut);
    } else {
        assert!(message.closes(), "a body until the close says that it closes");
        (message.body, message.end) = (rest.to_vec(), End::AtClose);
    }
    (message, &bytes[bytes.len()..])
}

/// Decodes the chunked coding; `None` when it is cut.
fn chunks(from: &mut &[u8], body: &mut Vec<u8>) -> Option<()> {
    loop {
        let (size, rest) = line(from)?;
        assert!(!size.is_empty() && size.bytes().all(|byte| byte.is_ascii_hexdigit()), "{size:?}");
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            *from = rest.strip_prefix(b"\r\n")?;
            return Some(());
        }
        let Some((content, rest)) = rest.split_at_checked(size) else {
            body.extend_from_slice(rest);
            return None;
        };
        body.extend_from_slice(content);
        let Some(rest) = rest.strip_prefix(b"\r\n") else {
            assert!(b"\r\n".starts_with(rest), "a chunk ends with CRLF");
            return None;
        };
        *from = rest;
    }
}
