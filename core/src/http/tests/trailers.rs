//! Trailer sections: read to their end, and refused where they say what only a head may say.

use super::chunked_oracle::decode_in_pieces;
use crate::http::ChunkedError::Malformed;

fn end_of(trailers: &str) -> Result<bool, crate::http::ChunkedError> {
    let body = format!("1\r\nx\r\n0\r\n{trailers}\r\n");
    let every_byte: Vec<usize> = (0..body.len()).collect();
    let whole = decode_in_pieces(body.as_bytes(), 10, &[]).1;
    assert_eq!(whole, decode_in_pieces(body.as_bytes(), 10, &every_byte).1);
    whole.map(|(_, done)| done)
}

#[test]
fn takes_fields_that_may_come_late() {
    for trailers in
        ["", "Server-Timing: a\r\n", "Digest: x\r\nX-Checksum:\t\r\n", "hosts: a\r\nHos: b\r\n", "t: \u{ff}\r\n"]
    {
        assert_eq!(end_of(trailers), Ok(true), "{trailers:?}");
    }
    assert_eq!(end_of(&format!("{}: v\r\n", "transfer-encoding".repeat(20))), Ok(true), "a long name");
}

#[test]
fn refuses_fields_that_frame_route_or_describe_a_message() {
    // RFC 9110 §6.5.1
    for name in [
        "Content-Length",
        "transfer-encoding",
        "HOST",
        "Connection",
        "TE",
        "Upgrade",
        "Expect",
        "Content-Type",
        "content-encoding",
        "Content-Range",
        "Authorization",
        "Cookie",
    ] {
        assert_eq!(end_of(&format!("{name}: 5\r\n")), Err(Malformed), "{name}");
        assert_eq!(end_of(&format!("X: y\r\n{name}:\r\n")), Err(Malformed), "{name} behind another");
    }
}

#[test]
fn refuses_what_is_no_field_line() {
    for line in [
        " X: y\r\n",
        "X\r\n",
        "X : y\r\n",
        ": y\r\n",
        "X: y\n",
        "X: a\rb\r\n",
        "X: y\r\n z\r\n",
        "X: \0\r\n",
        "X(: y\r\n",
    ] {
        assert_eq!(end_of(line), Err(Malformed), "{line:?}");
    }
}
