//! How deep a connection pipelines, as its client takes the answers; and what a connection costs.

use super::{Host, get, plain};
use crate::engine::connection::Connection;
use crate::engine::{Config, ConnectionId, Place, Quality};

#[test]
fn a_depth_of_one_is_serial() {
    let mut host = Host::with(Config { max_pipelined: 1, ..Config::default() });
    let id = host.open();
    host.give(id, (0..50).map(|number| get(&format!("/users/{number}"), "")).collect::<String>());
    for number in 0..50 {
        host.settle();
        let request = host.take_one();
        assert_eq!(request.path, format!("/users/{number}"));
        host.settle();
        assert!(host.take().is_empty(), "the next one waits for the answer");
        host.text(&request, "x");
    }
    assert_eq!(host.wire(id), plain("x").repeat(50));
}

#[test]
fn a_connection_begins_with_the_most_and_grows_back_with_each_clean_flush() {
    let mut host = Host::with(Config { max_pipelined: 8, ..Config::default() });
    let id = host.open();
    host.engine.note_quality(id, Quality { unsent_bytes: 1 << 20, retransmits: 0 });
    host.engine.note_quality(id, Quality::default());
    host.give(id, get("/", "").repeat(60));
    for depth in [4, 5, 6, 7, 8, 8] {
        host.settle();
        let requests = host.take();
        assert_eq!(requests.len(), depth);
        for request in requests.iter().rev() {
            host.text(request, "x");
        }
        host.send(id);
    }
}

#[test]
fn a_client_that_takes_no_answers_falls_to_one_request_at_a_time() {
    let mut host = Host::with(Config { max_pipelined: 16, ..Config::default() });
    let id = host.open();
    host.give(id, get("/", "").repeat(200));
    let mut depth = usize::MAX;
    for _ in 0..10 {
        host.settle();
        let requests = host.take();
        assert!(requests.len() <= depth.max(1));
        depth = requests.len();
        for request in &requests {
            host.text(request, "x");
        }
        host.depart(id, 1);
        host.engine.note_quality(id, Quality { unsent_bytes: 1 << 20, retransmits: 0 });
        host.engine.arrived(id);
        host.send(id);
    }
    assert_eq!(depth, 1);
    host.engine.note_quality(id, Quality::default());
    for expected in [1, 2, 3] {
        host.settle();
        let requests = host.take();
        assert_eq!(requests.len(), expected);
        for request in &requests {
            host.text(request, "x");
        }
        host.send(id);
    }
}

fn answer_all(host: &mut Host, id: ConnectionId) {
    loop {
        host.settle();
        let requests = host.take();
        for request in requests.iter().rev() {
            if request.sequence.is_multiple_of(3) {
                host.refer(request, &"x".repeat(5000));
            } else {
                host.begin(request, "");
                host.write(request, &[b'x'; 3000]);
                host.finish(request);
            }
        }
        host.send(id);
        if requests.is_empty() {
            return;
        }
    }
}

#[test]
fn an_idle_connection_holds_no_buffer() {
    let mut host = Host::new();
    let ids: Vec<_> = (0..10).map(|_| host.open()).collect();
    for (number, id) in ids.iter().enumerate() {
        let stream = get("/", "").repeat(100)
            + "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        for piece in stream.as_bytes().chunks(100 + number) {
            host.give(*id, piece);
            answer_all(&mut host, *id);
        }
        assert!(host.engine.is_idle(*id));
        assert_eq!(host.pass(1000), []);
    }
    // What is kept for the next burst goes when the connection rests.
    host.pass(60_000);
    for place in &host.engine.connections {
        let Place::Used(connection) = place else { panic!("it stays open") };
        assert_eq!(connection.kept_bytes(), 0);
    }
}

#[test]
fn a_connection_is_small() {
    // An idle connection may cost 1 KiB, of which its socket takes half.
    let bytes = size_of::<Connection>();
    assert!(bytes <= 400, "{bytes}");
}
