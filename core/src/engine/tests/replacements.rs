//! What the application has the core send in place of its own documents.

use super::{Host, get};
use crate::engine::{Problem, ReplacementError};

fn replaced(code: &str, fields: &str, body: Option<&[u8]>) -> Host {
    let mut host = Host::new();
    host.engine.replace_problem(code, fields, body).unwrap();
    host
}

#[test]
fn body_and_fields_are_replaced_and_status_and_framing_stay() {
    let fields = "Content-Type: text/html\r\nX-A: b\r\n";
    let mut host = replaced("ERR_NEXURE_ROUTE_NOT_FOUND", fields, Some(b"<p>gone"));
    let id = host.open();
    host.give(id, get("/none", "") + "HEAD /none HTTP/1.1\r\nHost: a\r\n\r\n");
    let wire = host.wire(id);
    assert!(wire.starts_with("HTTP/1.1 404 Not Found\r\n") && !wire.contains("problem+json"), "{wire}");
    assert_eq!(wire.matches("Content-Type: text/html\r\nX-A: b\r\nContent-Length: 7\r\n\r\n").count(), 2);
    assert_eq!(wire.matches("<p>gone").count(), 1, "HEAD has no content");
}

#[test]
fn fields_alone_stand_before_the_document() {
    let mut host = replaced("ERR_NEXURE_METHOD_NOT_ALLOWED", "X-A: b\r\n", None);
    let id = host.open();
    host.give(id, "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n");
    let wire = host.wire(id);
    assert!(wire.contains("X-A: b\r\nAllow: GET, HEAD, POST, OPTIONS\r\n"), "{wire}");
    assert!(wire.contains("application/problem+json") && wire.contains("ERR_NEXURE_METHOD_NOT_ALLOWED"));
}

#[test]
fn every_problem_can_be_replaced_once_or_again() {
    for problem in Problem::ALL {
        let mut host = replaced(problem.code, "X-A: 1\r\n", Some(b"one"));
        host.engine.replace_problem(problem.code, "X-A: 2\r\n", Some(b"two")).unwrap();
    }
    let mut host = replaced("ERR_NEXURE_HTTP_MALFORMED", "", Some(b"one"));
    host.engine.replace_problem("ERR_NEXURE_HTTP_MALFORMED", "", Some(b"two")).unwrap();
    let id = host.open();
    host.give(id, "nonsense\r\n\r\n");
    let wire = host.wire(id);
    assert!(wire.ends_with("Connection: close\r\nContent-Length: 3\r\n\r\ntwo"), "{wire}");
}

#[test]
fn an_answer_that_must_not_be_sent_is_replaced_too() {
    let mut host = replaced("ERR_NEXURE_HEADER_INVALID", "", Some(b"oops"));
    let id = host.open();
    host.give(id, get("/", ""));
    let request = host.take_one();
    let answer = crate::engine::Answer { fields: b"bad\r\n", ..super::host::plain_answer("secret") };
    host.answer(&request, &answer);
    let wire = host.wire(id);
    assert!(wire.starts_with("HTTP/1.1 500 ") && wire.ends_with("\r\n\r\noops"), "{wire}");
}

#[test]
fn refuses_what_cannot_be_sent() {
    let cases = [
        ("ERR_NEXURE_NONE", "", ReplacementError::Unknown),
        ("ERR_NEXURE_HTTP_HOST", "no line", ReplacementError::Fields),
        ("ERR_NEXURE_HTTP_HOST", "A: b\r\n\r\n", ReplacementError::Fields),
        ("ERR_NEXURE_HTTP_HOST", "Connection: close\r\n", ReplacementError::Fields),
        ("ERR_NEXURE_HTTP_HOST", "A: \u{e4}\r\n", ReplacementError::Fields),
        ("ERR_NEXURE_HTTP_HOST", "content-length: 1\r\n", ReplacementError::Reserved),
        ("ERR_NEXURE_HTTP_HOST", "ALLOW: GET\r\n", ReplacementError::Reserved),
        ("ERR_NEXURE_HTTP_HOST", "Retry-After: 1\r\n", ReplacementError::Reserved),
    ];
    let mut host = Host::new();
    for (code, fields, error) in cases {
        assert_eq!(host.engine.replace_problem(code, fields, None), Err(error), "{fields}");
    }
}
