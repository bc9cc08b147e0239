//! Reads what a client would: the messages of an output, told apart without knowing their requests.

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub status: u16,
    /// The value of `x-number`, which the answers of the host carry.
    pub number: Option<u32>,
    pub close: bool,
    pub body: Vec<u8>,
}

/// The whole messages at the front of an output. No body of ours begins like a status line, so an answer whose
/// Content-Length is followed by one was to HEAD.
pub fn read_all(mut output: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    while let Some(end) = output.windows(4).position(|four| four == b"\r\n\r\n") {
        let (head, rest) = output.split_at(end + 4);
        let head = str::from_utf8(head).expect("heads of ours are ASCII");
        let mut lines = head.trim_end().split("\r\n");
        let line = lines.next().unwrap_or_default();
        assert!(line.starts_with("HTTP/1.1 ") && line.as_bytes().get(12) == Some(&b' '), "no status line: {line:?}");
        let mut message =
            Message { status: line[9..12].parse().expect("a status"), number: None, close: false, body: vec![] };
        let (mut length, mut is_told, mut is_chunked) = (0, false, false);
        for field in lines {
            let (name, value) = field.split_once(": ").expect("a field line");
            match name.to_ascii_lowercase().as_str() {
                "x-number" => message.number = value.parse().ok(),
                "connection" => message.close |= value == "close",
                "content-length" => (length, is_told) = (value.parse().expect("a length"), true),
                "transfer-encoding" => is_chunked = true,
                _ => {}
            }
        }
        assert!(!is_told || !is_chunked, "two framings");
        let is_next = rest.is_empty() || rest.starts_with(b"HTTP/1.1 ");
        if is_chunked && !is_next {
            let Some(rest) = read_chunks(rest, &mut message.body) else { break };
            messages.push(message);
            output = rest;
            continue;
        }
        let until_close = !is_told && !is_chunked && message.close && !matches!(message.status, 100..200 | 204 | 304);
        let length = if until_close { rest.len() } else { length };
        let bodiless = length == 0 || message.status == 304 || is_next;
        let length = if bodiless { 0 } else { length };
        let Some((body, rest)) = rest.split_at_checked(length) else { break };
        message.body = body.to_vec();
        messages.push(message);
        output = rest;
    }
    messages
}

/// Decodes the chunked coding; `None` when it is cut.
fn read_chunks<'a>(mut from: &'a [u8], body: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let end = from.windows(2).position(|two| two == b"\r\n")?;
        let size = str::from_utf8(&from[..end]).expect("a size");
        let size = usize::from_str_radix(size, 16).unwrap_or_else(|_| panic!("no size: {size:?}"));
        let (content, rest) = from[end + 2..].split_at_checked(size)?;
        body.extend_from_slice(content);
        let (end, rest) = rest.split_at_checked(2)?;
        assert_eq!(end, b"\r\n");
        if size == 0 {
            return Some(rest);
        }
        from = rest;
    }
}
