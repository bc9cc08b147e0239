//! The fixed routes: from the bytes of a request to the bytes of its answer.
//!
//! Whole answers are kept ready; once a second the date in them is overwritten. Answers that carry a part of the request are
//! put together from a kept head, the length and the parts.

use crate::clock::{DATE_LEN, imf_fixdate, unix_seconds};
use crate::rest::Routes;
use crate::user::is_user;
use httparse::{Header, Request, Status};
use std::mem::MaybeUninit;

/// Request fields read at most; a request with more is refused. Chosen: load generators send under ten.
const MAX_FIELDS: usize = 32;

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const JSON_BODY: &str = r#"{"message":"Hello, World!","id":1,"ok":true,"ratio":0.5,"tags":["fast","small"]}"#;
const INVALID_BODY: &str = r#"{"error":"Bad Request","message":"body must be a user: name, age, email, role, tags"}"#;
const LIST: &str = include_str!("../../fixtures/list.json");
const ROUTES: &str = include_str!("../../fixtures/routes.txt");

/// What became of the first bytes of the input.
pub enum Step {
    /// The request is not all here yet.
    Incomplete,
    /// A request of this many bytes was answered.
    Answered {
        /// Bytes of the request, body included.
        length: usize,
        /// The client asked to close, or the framing cannot be trusted.
        close: bool,
    },
}

/// A kept answer, or the kept beginning of one, with the place of its date.
struct Kept {
    bytes: Vec<u8>,
    date_at: usize,
}

impl Kept {
    fn whole(status: &str, media_type: &str, body: &str) -> Self {
        let mut kept = Self::head(status, media_type);
        kept.bytes.extend_from_slice(format!("{}\r\n\r\n{body}", body.len()).as_bytes());
        kept
    }

    /// A head up to `Content-Length: `.
    fn head(status: &str, media_type: &str) -> Self {
        let start = format!("HTTP/1.1 {status}\r\nDate: ");
        let blank = " ".repeat(DATE_LEN);
        let head = format!("{start}{blank}\r\nContent-Type: {media_type}\r\nContent-Length: ");
        Self { bytes: head.into_bytes(), date_at: start.len() }
    }

    fn set_date(&mut self, date: &str) {
        if let Some(place) = self.bytes.get_mut(self.date_at..self.date_at + DATE_LEN)
            && date.len() == DATE_LEN
        {
            place.copy_from_slice(date.as_bytes());
        }
    }
}

/// All that can be asked for.
pub struct Site {
    second: u64,
    hello: Kept,
    json: Kept,
    list: Kept,
    invalid: Kept,
    malformed: Kept,
    missing: Kept,
    text_head: Kept,
    json_head: Kept,
    created_head: Kept,
    routes: Routes,
}

impl Site {
    /// The site with its answers made ready.
    pub fn new() -> Self {
        let list = compact(LIST);
        let mut site = Self {
            second: 0,
            hello: Kept::whole("200 OK", TEXT, "Hello, World!"),
            json: Kept::whole("200 OK", JSON, JSON_BODY),
            list: Kept::whole("200 OK", JSON, &list),
            invalid: Kept::whole("400 Bad Request", JSON, INVALID_BODY),
            malformed: Kept::whole("400 Bad Request", TEXT, "Bad Request"),
            missing: Kept::whole("404 Not Found", TEXT, "Not Found"),
            text_head: Kept::head("200 OK", TEXT),
            json_head: Kept::head("200 OK", JSON),
            created_head: Kept::head("201 Created", JSON),
            routes: Routes::parse(ROUTES),
        };
        site.refresh_date();
        site
    }

    /// Brings the date of the kept answers up to now; cheap while the second stays the same.
    pub fn refresh_date(&mut self) {
        let second = unix_seconds();
        if second == self.second {
            return;
        }
        self.second = second;
        let date = imf_fixdate(second);
        for kept in [
            &mut self.hello,
            &mut self.json,
            &mut self.list,
            &mut self.invalid,
            &mut self.malformed,
            &mut self.missing,
            &mut self.text_head,
            &mut self.json_head,
            &mut self.created_head,
        ] {
            kept.set_date(&date);
        }
    }

    /// Answers the first request of `input` at the end of `output`.
    pub fn answer(&self, input: &[u8], output: &mut Vec<u8>) -> Step {
        let mut fields = [const { MaybeUninit::<Header<'_>>::uninit() }; MAX_FIELDS];
        let mut request = Request::new(&mut []);
        let head_length = match request.parse_with_uninit_headers(input, &mut fields) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Step::Incomplete,
            Err(_) => return self.refuse(input, output),
        };
        let Some(framing) = Framing::of(&request) else { return self.refuse(input, output) };
        let Some(length) = head_length.checked_add(framing.body_length) else { return self.refuse(input, output) };
        let Some(body) = input.get(head_length..length) else { return Step::Incomplete };
        let method = request.method.unwrap_or("").as_bytes();
        let path = request.path.unwrap_or("").as_bytes();
        self.dispatch(method, path, request.headers, body, output);
        Step::Answered { length, close: framing.close }
    }

    fn dispatch(&self, method: &[u8], path: &[u8], fields: &[Header<'_>], body: &[u8], output: &mut Vec<u8>) {
        match (method, path) {
            (b"GET", b"/") => output.extend_from_slice(&self.hello.bytes),
            (b"GET", b"/json") => output.extend_from_slice(&self.json.bytes),
            (b"GET", b"/list") => output.extend_from_slice(&self.list.bytes),
            (b"GET", b"/greet") => {
                let name = fields.iter().find(|field| field.name.eq_ignore_ascii_case("x-name"));
                let name = name.map_or(&b""[..], |field| field.value);
                assemble(output, &self.text_head, &[b"Hello, ", name, b"!"]);
            }
            (b"POST", b"/users") if is_user(body) => {
                let members = body.trim_ascii_start().strip_prefix(b"{").unwrap_or(body);
                assemble(output, &self.created_head, &[br#"{"id":1,"#, members]);
            }
            (b"POST", b"/users") => output.extend_from_slice(&self.invalid.bytes),
            (b"GET", path) if path.starts_with(b"/users/") => self.one_user(path, output),
            (method, path) => self.rest_route(method, path, output),
        }
    }

    fn one_user(&self, path: &[u8], output: &mut Vec<u8>) {
        match path.strip_prefix(b"/users/") {
            Some(id) if is_plain(id) => assemble(output, &self.json_head, &[br#"{"id":""#, id, br#""}"#]),
            _ => output.extend_from_slice(&self.missing.bytes),
        }
    }

    fn rest_route(&self, method: &[u8], path: &[u8], output: &mut Vec<u8>) {
        match self.routes.find(method, path) {
            Some(found) if found.value.is_empty() || is_plain(found.value) => {
                let mut digits = [0; DIGITS];
                let number = decimal(found.number, &mut digits);
                let parts = [br#"{"route":"#, number, br#","value":""#, found.value, br#""}"#];
                assemble(output, &self.json_head, &parts);
            }
            _ => output.extend_from_slice(&self.missing.bytes),
        }
    }

    fn refuse(&self, input: &[u8], output: &mut Vec<u8>) -> Step {
        output.extend_from_slice(&self.malformed.bytes);
        Step::Answered { length: input.len(), close: true }
    }
}

/// What the head says about the bytes after it.
struct Framing {
    body_length: usize,
    close: bool,
}

impl Framing {
    /// `None` for a transfer coding, a second or a malformed `Content-Length`.
    fn of(request: &Request<'_, '_>) -> Option<Self> {
        let mut body_length = None;
        let mut close = request.version == Some(0);
        for field in request.headers.iter() {
            match field.name.len() {
                14 if field.name.eq_ignore_ascii_case("content-length") => {
                    let text = std::str::from_utf8(field.value).ok()?;
                    let digits_only = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                    let length = digits_only.then(|| text.parse().ok()).flatten()?;
                    if body_length.replace(length).is_some() {
                        return None;
                    }
                }
                17 if field.name.eq_ignore_ascii_case("transfer-encoding") => return None,
                10 if field.name.eq_ignore_ascii_case("connection") => {
                    close = close || field.value.eq_ignore_ascii_case(b"close");
                }
                _ => {}
            }
        }
        Some(Self { body_length: body_length.unwrap_or(0), close })
    }
}

/// JSON without the white space between its tokens, as `JSON.stringify` writes it.
fn compact(json: &str) -> String {
    let mut in_string = false;
    let mut escaped = false;
    let keep = |character: &char| {
        if in_string {
            in_string = escaped || *character != '"';
            escaped = !escaped && *character == '\\';
            return true;
        }
        in_string = *character == '"';
        !character.is_ascii_whitespace()
    };
    json.chars().filter(keep).collect()
}

/// Whether a path segment can stand in a JSON string as it is.
fn is_plain(segment: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    !segment.is_empty() && segment.iter().all(plain)
}

/// Decimal digits of the greatest `usize`.
const DIGITS: usize = 20;

fn assemble(output: &mut Vec<u8>, head: &Kept, parts: &[&[u8]]) {
    let mut digits = [0; DIGITS];
    output.extend_from_slice(&head.bytes);
    output.extend_from_slice(decimal(parts.iter().map(|part| part.len()).sum(), &mut digits));
    output.extend_from_slice(b"\r\n\r\n");
    for part in parts {
        output.extend_from_slice(part);
    }
}

fn decimal(mut number: usize, digits: &mut [u8; DIGITS]) -> &[u8] {
    let mut start = DIGITS;
    for place in digits.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
        start -= 1;
        if number == 0 {
            break;
        }
    }
    digits.get(start..).unwrap_or(&[])
}

#[cfg(test)]
mod tests;
