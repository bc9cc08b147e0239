//! Whatever the order of answers and the sizes of what arrives and leaves: the output is that of a serial server.

use proptest::prelude::*;

use super::host::plain_answer;
use super::{Host, get, plain};
use crate::engine::{Answer, Body, Outcome};

#[derive(Clone, Debug)]
enum Asked {
    Get,
    Head,
    Post(usize),
    Chunked(usize),
    Missing,
}

fn asked() -> impl Strategy<Value = Asked> {
    prop_oneof![
        4 => Just(Asked::Get),
        1 => Just(Asked::Head),
        2 => prop_oneof![0..100_usize, 16_000..20_000_usize].prop_map(Asked::Post),
        2 => (0..3000_usize).prop_map(Asked::Chunked),
        1 => Just(Asked::Missing),
    ]
}

fn stream_of(asked: &[Asked]) -> String {
    let mut stream = String::new();
    for (number, asked) in asked.iter().enumerate() {
        stream += &match asked {
            Asked::Get => get(&format!("/users/{number}"), ""),
            Asked::Head => format!("HEAD /users/{number} HTTP/1.1\r\nHost: a\r\n\r\n"),
            Asked::Post(length) => {
                format!(
                    "POST /?{number} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{}",
                    "p".repeat(*length)
                )
            }
            Asked::Chunked(length) => {
                let chunks: String = "c"
                    .repeat(*length)
                    .as_bytes()
                    .chunks(700)
                    .map(|chunk| format!("{:x}\r\n{}\r\n", chunk.len(), "c".repeat(chunk.len())))
                    .collect();
                format!("POST /?{number} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n")
            }
            Asked::Missing => get("/missing", ""),
        };
    }
    stream
}

/// What the handler of request `number` answers with.
fn body_of(number: usize) -> String {
    format!("<{number}>").repeat(1 + number % 7)
}

fn missing() -> String {
    let mut host = Host::new();
    let id = host.open();
    host.give(id, get("/missing", ""));
    host.wire(id)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_output_is_that_of_a_serial_server(
        asked in prop::collection::vec(asked(), 1..40),
        steps in prop::collection::vec((0..4_u8, any::<prop::sample::Index>(), any::<bool>()), 1..200),
        sizes in prop::collection::vec(1..2000_usize, 1..10),
    ) {
        let stream = stream_of(&asked);
        let (mut rest, mut sizes) = (stream.as_bytes(), sizes.into_iter().cycle());
        let mut host = Host::new();
        let id = host.open();
        let (mut waiting, mut seen, mut in_flight) = (Vec::new(), 0, false);
        let routed = asked.iter().filter(|asked| !matches!(asked, Asked::Missing)).count();
        for (action, index, refer) in steps.iter().cycle() {
            match action {
                0 => {
                    let (piece, after) = rest.split_at(rest.len().min(sizes.next().unwrap()));
                    host.give(id, piece);
                    rest = after;
                }
                1 => host.turn(),
                2 if !waiting.is_empty() => {
                    let request: super::host::Request = waiting.swap_remove(index.index(waiting.len()));
                    let number: usize = if request.query.is_empty() { request.path[7..].parse() } else { request.query.parse() }.unwrap();
                    let length = match asked[number] {
                        Asked::Post(length) | Asked::Chunked(length) => length,
                        _ => 0,
                    };
                    prop_assert_eq!(request.body_length, length);
                    prop_assert_eq!(host.engine.kept_body(id, request.sequence).map(<[u8]>::len), request.inline.is_none().then_some(length));
                    let body = body_of(number);
                    if *refer {
                        host.refer(&request, &body);
                    } else {
                        let answer = Answer { body: Body::Bytes(body.as_bytes()), ..plain_answer("") };
                        prop_assert_eq!(host.answer(&request, &answer), Outcome::Accepted);
                    }
                }
                3 if in_flight => {
                    host.engine.arrived(id);
                    in_flight = false;
                }
                _ if *refer => drop(host.send_some(id, sizes.next().unwrap())),
                _ => in_flight = in_flight || host.depart(id, sizes.next().unwrap()) > 0,
            }
            let new = host.take();
            seen += new.len();
            waiting.extend(new);
            if rest.is_empty() && seen == routed && waiting.is_empty() {
                break;
            }
            // A share of steps without one of the kinds that are needed would never end.
            if steps.iter().map(|step| step.0).collect::<std::collections::HashSet<_>>().len() < 4 {
                return Ok(());
            }
        }
        host.engine.arrived(id);
        host.settle();
        let expected: String = asked
            .iter()
            .enumerate()
            .map(|(number, asked)| match asked {
                Asked::Missing => missing(),
                Asked::Head => plain(&body_of(number)).replace(&format!("\r\n\r\n{}", body_of(number)), "\r\n\r\n"),
                _ => plain(&body_of(number)),
            })
            .collect();
        prop_assert_eq!(host.wire(id), expected);
        host.released.sort_unstable();
        prop_assert_eq!(&host.released, &(0..u32::try_from(host.bodies.len()).unwrap()).collect::<Vec<_>>());
        prop_assert!(host.engine.is_idle(id));
    }
}
