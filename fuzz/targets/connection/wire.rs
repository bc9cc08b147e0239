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
        let mut length = 0;
        for field in lines {
            let (name, value) = field.split_once(": ").expect("a field line");
            match name.to_ascii_lowercase().as_str() {
                "x-number" => message.number = value.parse().ok(),
                "connection" => message.close |= value == "close",
                "content-length" => length = value.parse().expect("a length"),
                _ => {}
            }
        }
        let bodiless = length == 0 || message.status == 304 || rest.is_empty() || rest.starts_with(b"HTTP/1.1 ");
        let length = if bodiless { 0 } else { length };
        let Some((body, rest)) = rest.split_at_checked(length) else { break };
        message.body = body.to_vec();
        messages.push(message);
        output = rest;
    }
    messages
}
