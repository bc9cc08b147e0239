use super::*;

/// The answers to all complete requests of the input, and the bytes left over.
fn answers(input: &str) -> (String, usize) {
    let site = Site::new();
    let mut output = Vec::new();
    let mut rest = input.as_bytes();
    while let Step::Answered { length, .. } = site.answer(rest, &mut output) {
        rest = rest.get(length..).unwrap_or(&[]);
        if rest.is_empty() {
            break;
        }
    }
    (String::from_utf8_lossy(&output).into_owned(), rest.len())
}

fn body_of(input: &str) -> String {
    let (answer, _) = answers(input);
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body).to_owned()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

fn post(body: &str) -> String {
    format!("POST /users HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn every_answer_carries_its_exact_length_and_a_date() {
    for path in ["/", "/json", "/list", "/users/7", "/greet", "/api/meta", "/nowhere"] {
        let (answer, left) = answers(&get(path));
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        assert!(head.ends_with(&format!("Content-Length: {}", body.len())), "{path}: {head}");
        assert!(head.contains(" GMT\r\n"), "{path}: {head}");
        assert_eq!(left, 0);
    }
}

#[test]
fn answers_pipelined_requests_in_order_and_leaves_an_incomplete_one() {
    let input = format!("{}{}GET /us", get("/users/1"), get("/users/2"));
    let (answer, left) = answers(&input);
    let first = answer.find(r#"{"id":"1"}"#);
    let second = answer.find(r#"{"id":"2"}"#);
    assert!(first.is_some() && first < second);
    assert_eq!(left, "GET /us".len());
}

#[test]
fn greets_by_the_request_field() {
    assert_eq!(body_of("GET /greet HTTP/1.1\r\nHost: a\r\nX-Name: World\r\n\r\n"), "Hello, World!");
}

#[test]
fn echoes_a_valid_user_with_an_id_and_refuses_another() {
    let user = r#"{"name":"Ada","age":36,"email":"a@b","role":"admin","tags":[]}"#;
    assert_eq!(body_of(&post(user)), user.replace(r#"{"name"#, r#"{"id":1,"name"#));
    let (answer, _) = answers(&post(&user.replace("36", "200")));
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("age"));
}

#[test]
fn waits_for_the_whole_body() {
    let whole = post("{}");
    let cut = whole.get(..whole.len() - 1).unwrap_or("");
    assert_eq!(answers(cut), (String::new(), cut.len()));
}

#[test]
fn knows_every_route_of_the_fixture_by_its_number() {
    assert_eq!(ROUTES.lines().count(), 230);
    for (number, line) in ROUTES.lines().enumerate() {
        let request = format!("{} HTTP/1.1\r\nHost: a\r\n\r\n", line.replace(':', "x-"));
        assert!(body_of(&request).starts_with(&format!(r#"{{"route":{number},"value":""#)), "{line}");
    }
}

#[test]
fn refuses_what_would_need_decoding_and_what_has_no_route() {
    for path in ["/users/", "/users/a%20b", "/users/1/2", "/users/a\"b", "/api/repos/a/b%2Fc", "/x"] {
        assert!(answers(&get(path)).0.starts_with("HTTP/1.1 404 "), "{path}");
    }
}

#[test]
fn closes_on_framing_it_cannot_trust() {
    let site = Site::new();
    for head in [
        "GARBAGE",
        "POST /users HTTP/1.1\r\nTransfer-Encoding: chunked",
        "POST /users HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1",
        "POST /users HTTP/1.1\r\nContent-Length: +1",
        "POST /users HTTP/1.1\r\nContent-Length: 99999999999999999999999",
    ] {
        let mut output = Vec::new();
        let step = site.answer(format!("{head}\r\n\r\n").as_bytes(), &mut output);
        assert!(matches!(step, Step::Answered { close: true, .. }), "{head}");
        assert!(output.starts_with(b"HTTP/1.1 400 "), "{head}");
    }
}

#[test]
fn closes_when_the_client_asks_for_it_or_speaks_http_1_0() {
    let site = Site::new();
    for (request, wanted) in [
        ("GET / HTTP/1.1\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", true),
        ("GET / HTTP/1.0\r\n\r\n", true),
    ] {
        let step = site.answer(request.as_bytes(), &mut Vec::new());
        assert!(matches!(step, Step::Answered { close, .. } if close == wanted), "{request}");
    }
}

#[test]
fn writes_decimals() {
    for number in [0, 9, 10, 4096, usize::MAX] {
        assert_eq!(decimal(number, &mut [0; DIGITS]), number.to_string().as_bytes());
    }
}

#[test]
fn compacts_json_but_not_its_strings() {
    let json = "{ \"a b\" : [1,\n 2],\t\"c\": \"x \\\" y \\\\\" , \"d\": \" \" }";
    assert_eq!(compact(json), "{\"a b\":[1,2],\"c\":\"x \\\" y \\\\\",\"d\":\" \"}");
}
