//! Heads a server must not take, each under the rule it breaks.

use super::{get_with, parse};
use crate::http::HeadError;

fn check(cases: &[(&str, &str, HeadError)]) {
    for (rule, head, error) in cases {
        let found = parse(head.as_bytes()).err();
        assert_eq!(found, Some(*error), "{rule}: {head:?}");
    }
}

#[test]
fn refuses_what_is_no_request_line() {
    use HeadError::{Connect, Malformed, Trace, UnknownMethod, Version};
    check(&[
        ("RFC 9112 §2.2: a bare LF ends no line", "GET / HTTP/1.1\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §2.2: nor does it begin a request", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §2.2: empty lines are the connection's", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §2.2: a bare CR", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §2.2: white space before the request line", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3: one space between the parts", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3: one space between the parts", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3: no space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3: no tab between the parts", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3: a method is a token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9110 §9.1: methods are case-sensitive", "get / HTTP/1.1\r\nHost: a\r\n\r\n", UnknownMethod),
        ("RFC 9110 §15.6.2: an unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", UnknownMethod),
        ("RFC 9110 §9.3.6: no CONNECT here", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", Connect),
        ("RFC 9110 §9.3.8: no TRACE here", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", Trace),
        ("RFC 9112 §2.3: HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", Version),
        ("RFC 9112 §2.3: HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", Version),
        ("RFC 9112 §2.3: HTTP/0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", Version),
        ("RFC 9112 §2.3: the name is in capitals", "GET / http/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §2.3: two digits", "GET / HTTP/11.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §2.3: another protocol", "GET / HTTPS/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 1945: no simple request", "GET /\r\n\r\n", Malformed),
    ]);
}

#[test]
fn refuses_what_is_no_target() {
    use HeadError::Malformed;
    check(&[
        ("RFC 9112 §3.2: no fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3.2.1: a path begins with a slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3.2.1: nor is a query alone one", "GET ?a HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3.2.2: a scheme we serve", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9110 §4.2.1: a host in the authority", "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9110 §4.2.4: no user in the authority", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3.2.4: * is for OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3.2.3: a:80 is for CONNECT", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3.2.3: CONNECT has a:80", "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3.2.3: with a port", "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3.2.3: with a port", "CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3.2.3: with a host", "CONNECT :80 HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9110 §4.2.1: a host in the authority", "GET http://:80/ HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 9112 §3.2.2: a port that is one", "GET http://a:99999/ HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 3986 §2: visible ASCII", "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 3986 §2: no DEL", "GET /\u{7f} HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
        ("RFC 3986 §2: no NUL", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", Malformed),
    ]);
}

#[test]
fn refuses_what_is_no_field_line() {
    let lines = [
        ("RFC 9112 §2.2: a bare LF", "X: y\n"),
        ("RFC 9112 §2.2: a bare LF inside", "X: y\nZ: q\r\n"),
        ("RFC 9112 §2.2: a bare CR", "X: a\rb\r\n"),
        ("RFC 9112 §5.1: no space before the colon", "X : y\r\n"),
        ("RFC 9112 §5.1: no tab before the colon", "X\t: y\r\n"),
        ("RFC 9112 §5.2: no folding", "X: y\r\n z\r\n"),
        ("RFC 9112 §5.2: no folding by tabs", "X: y\r\n\tz\r\n"),
        ("RFC 9110 §5.1: a name", ": y\r\n"),
        ("RFC 9110 §5.1: a name is a token", "X(Y): z\r\n"),
        ("RFC 9110 §5.1: a name is ASCII", "X\u{e9}: z\r\n"),
        ("RFC 9112 §5: a colon", "no colon\r\n"),
        ("RFC 9110 §5.5: no NUL", "X: a\0b\r\n"),
        ("RFC 9110 §5.5: no control characters", "X: a\u{1}b\r\n"),
        ("RFC 9110 §5.5: no DEL", "X: a\u{7f}b\r\n"),
    ];
    for (rule, line) in lines {
        assert_eq!(parse(&get_with(line)).err(), Some(HeadError::Malformed), "{rule}: {line:?}");
    }
    let folded_first = b"GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n";
    assert_eq!(
        parse(folded_first).err(),
        Some(HeadError::Malformed),
        "RFC 9112 §2.2: white space before the first field"
    );
}

#[test]
fn refuses_doubt_about_the_host() {
    // RFC 9112 §3.2: none, more than one, or a value that is no host.
    let heads = ["GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"];
    for head in heads {
        assert_eq!(parse(head.as_bytes()).err(), Some(HeadError::Host), "{head:?}");
    }
    assert_eq!(parse(&get_with("Host: a\r\n")).err(), Some(HeadError::Host));
    let hosts = [
        "", ":80", "a,b", "a:000080", "a b", "u@a", "a/b", "a?b", "a#b", "a,b/c", "a\\b", "\"a\"", "<a>", "a:b",
        "a:80:80", "a:65536", "a: 80", "[::1", "::1", "[::1]x", "[]", "[g::1]", "%", "%zz", "a%2", "\u{e9}",
        "http://a",
    ];
    for host in hosts {
        let head = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(parse(head.as_bytes()).err(), Some(HeadError::Host), "{host:?}");
    }
}

#[test]
fn refuses_doubt_about_the_length() {
    // RFC 9112 §6.1, §6.2, §6.3
    let lines = [
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: \r\n",
        "Transfer-Encoding: chunked;q=1\r\n",
        "Transfer-Encoding: \"chunked\"\r\n",
        "Transfer-Encoding: \u{b}chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Content-Length: 1\r\nContent-Length: 1\r\n",
        "Content-Length: 1\r\nContent-Length: 2\r\n",
        "Content-Length: 1, 1\r\n",
        "Content-Length: \r\n",
        "Content-Length: +1\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 1.0\r\n",
        "Content-Length: 0x1\r\n",
        "Content-Length: 1 1\r\n",
        "Content-Length: \u{661}\r\n",
        "Content-Length: 9007199254740992\r\n",
        "Content-Length: 18446744073709551616\r\n",
        "Content-Length: 00000000000000001\r\n",
        "Content-Length: 01\r\n",
        "Content-Length: 00\r\n",
        "Content-Length: 1\r\nConnection: close, Content-Length\r\n",
        "Connection: transfer-encoding\r\n",
        "Connection: HOST\r\n",
    ];
    for line in lines {
        let error = parse(&get_with(line)).err();
        // A control character is no field value in the first place.
        let expected = if line.contains('\u{b}') { HeadError::Malformed } else { HeadError::Framing };
        assert_eq!(error, Some(expected), "{line:?}");
    }
    let old = b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(parse(old).err(), Some(HeadError::Framing), "RFC 9112 §6.1: not in HTTP/1.0");
}

#[test]
fn refuses_a_second_content_type() {
    // RFC 9110 §5.3: no list, so two readers could take one each.
    let lines = "Content-Type: text/plain\r\nContent-type: application/json\r\n";
    assert_eq!(parse(&get_with(lines)).err(), Some(HeadError::Malformed));
}

#[test]
fn names_the_gravest_fault_in_whatever_order_they_come() {
    let lines = ["Expect: x\r\n", "Content-Length: x\r\n", "Host: b\r\n"];
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for order in orders {
        let in_order = |count: usize| order.iter().filter(|index| **index < count).map(|index| lines[*index]).collect();
        let texts: [String; 3] = [in_order(3), in_order(2), in_order(1)];
        let found = texts.map(|text| parse(&get_with(&text)).err());
        assert_eq!(found, [HeadError::Host, HeadError::Framing, HeadError::Expectation].map(Some), "{order:?}");
    }
    // A method nobody knows is told only where nothing else is in doubt, and before an expectation.
    let unknown = |target: &str, lines: &str| format!("BREW {target} HTTP/1.1\r\n{lines}Expect: x\r\n\r\n");
    assert_eq!(parse(unknown("*", "Host: a\r\n").as_bytes()).err(), Some(HeadError::Malformed));
    assert_eq!(parse(unknown("/", "").as_bytes()).err(), Some(HeadError::Host));
    assert_eq!(parse(unknown("/", "Host: a\r\n").as_bytes()).err(), Some(HeadError::UnknownMethod));
}

#[test]
fn refuses_an_expectation_it_cannot_meet() {
    let twice = "Expect: 100-continue\r\n".repeat(2);
    assert_eq!(parse(&get_with(&twice)).err(), Some(HeadError::Expectation));
    for value in ["", "200-ok", "100-continue, x", "100"] {
        let error = parse(&get_with(&format!("Expect: {value}\r\n"))).err();
        assert_eq!(error, Some(HeadError::Expectation), "{value:?}");
    }
}

#[test]
fn tells_each_error_by_status_and_code() {
    use HeadError::{
        Connect, Expectation, Framing, Host, Malformed, TargetTooLong, TooLarge, Trace, UnknownMethod, Version,
    };
    let all = [Malformed, Host, Framing, TooLarge, TargetTooLong, UnknownMethod, Connect, Trace, Version, Expectation];
    assert_eq!(all.map(HeadError::status), [400, 400, 400, 431, 414, 501, 405, 405, 505, 417]);
    let mut codes = all.map(HeadError::code);
    codes.sort_unstable();
    assert!(
        codes.windows(2).all(|two| two[0] != two[1]) && codes.iter().all(|code| code.starts_with("ERR_NEXURE_HTTP_"))
    );
}
