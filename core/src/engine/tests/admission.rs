//! Places of the server and of routes: who runs, who waits, who is turned away.

use super::host::{HEALTH, HIGH, LOW, Request, UP, streaming};
use super::{Host, get};
use crate::engine::layout::kind;
use crate::engine::{BodyRead, Config, ConnectionId, Priority, RouteRules};

fn config(max_in_flight: u32) -> Config {
    Config { max_in_flight, ..Config::default() }
}

fn rules() -> [(usize, RouteRules); 4] {
    [
        (LOW, RouteRules { priority: Priority::Low, ..RouteRules::DEFAULT }),
        (HIGH, RouteRules { priority: Priority::High, ..RouteRules::DEFAULT }),
        (HEALTH, RouteRules { exempt: true, ..RouteRules::DEFAULT }),
        (UP, streaming()),
    ]
}

fn limited(places: u32) -> RouteRules {
    RouteRules { max_in_flight: places, ..RouteRules::DEFAULT }
}

fn paths(requests: &[Request]) -> Vec<&str> {
    requests.iter().map(|request| request.path.as_str()).collect()
}

/// Connections that ask for a path each.
fn ask(host: &mut Host, paths: &[&str]) -> Vec<ConnectionId> {
    let ask = |path: &&str| {
        let id = host.open();
        host.give(id, get(path, ""));
        id
    };
    paths.iter().map(ask).collect()
}

#[test]
fn no_more_requests_run_than_there_are_places() {
    let mut host = Host::with_rules(config(3), &[]);
    let ids = ask(&mut host, &["/"; 10]);
    let mut running = host.take();
    assert_eq!(running.len(), 3);
    let mut answered = 0;
    while !running.is_empty() {
        let metrics = host.engine.metrics();
        assert!(metrics.in_flight <= 3 && metrics.in_flight as usize == running.len());
        assert_eq!(metrics.queued as usize, 10 - answered - running.len());
        host.text(&running.remove(0), "x");
        answered += 1;
        host.settle();
        running.extend(host.take());
    }
    assert_eq!(answered, 10);
    for id in ids {
        assert_eq!(host.statuses(id), [200]);
    }
}

#[test]
fn requests_that_wait_run_in_the_order_they_came() {
    let mut host = Host::with_rules(config(1), &[]);
    ask(&mut host, &["/users/0", "/users/1", "/users/2", "/users/3"]);
    for number in 0..4 {
        let request = host.take_one();
        assert_eq!(request.path, format!("/users/{number}"));
        host.text(&request, "x");
        // One that comes while a place is free and somebody waits does not overtake.
        host.settle();
    }
}

#[test]
fn urgent_requests_run_first_and_waiting_makes_urgent() {
    let mut host = Host::with_rules(config(1), &rules());
    ask(&mut host, &["/", "/low/1", "/users/1", "/high/1", "/low/2", "/high/2"]);
    let mut order = Vec::new();
    for _ in 0..6 {
        let request = host.take_one();
        order.push(request.path.clone());
        host.text(&request, "x");
        host.settle();
    }
    assert_eq!(order, ["/", "/high/1", "/high/2", "/users/1", "/low/1", "/low/2"]);

    let mut host = Host::with_rules(config(1), &rules());
    ask(&mut host, &["/", "/low/old"]);
    let first = host.take_one();
    host.pass(2001);
    ask(&mut host, &["/high/new"]);
    host.text(&first, "x");
    host.settle();
    assert_eq!(host.take_one().path, "/low/old", "two seconds are worth two priorities");
}

#[test]
fn nobody_starves_under_a_steady_rush_of_urgent_requests() {
    let mut host = Host::with_rules(config(1), &rules());
    ask(&mut host, &["/high/x", "/low/patient"]);
    for turn in 0.. {
        assert!(turn < 60, "the urgent ones wait, too, and so it takes longer than two seconds");
        ask(&mut host, &["/high/x", "/high/x"]);
        let request = host.take_one();
        if request.path == "/low/patient" {
            break;
        }
        host.pass(100);
        host.text(&request, "x");
        host.settle();
    }
}

#[test]
fn a_route_never_has_more_than_its_places_and_others_run_meanwhile() {
    let mut host = Host::with_rules(config(100), &[(LOW, limited(2))]);
    ask(&mut host, &["/low/0", "/low/1", "/low/2", "/", "/low/3"]);
    let mut running = host.take();
    assert_eq!(paths(&running), ["/low/0", "/low/1", "/"]);
    host.text(&running[2], "x");
    host.settle();
    assert!(host.take().is_empty());
    for expected in ["/low/2", "/low/3"] {
        host.text(&running.remove(0), "x");
        host.settle();
        let next = host.take_one();
        assert_eq!(next.path, expected);
        running.push(next);
    }
}

#[test]
fn a_place_of_a_route_is_not_lost_with_the_one_it_was_meant_for() {
    // The request that would have run next goes: the one behind it has its place.
    for late in [false, true] {
        let rules = RouteRules { handler_timeout_ms: Some(10_000), ..limited(1) };
        let mut host = Host::with_rules(config(100), &[(LOW, rules)]);
        let first = ask(&mut host, &["/low/0", "/low/1"]);
        let running = host.take_one();
        if late {
            host.now_ms += 10_100;
            host.engine.set_now(host.now_ms);
        }
        ask(&mut host, &["/low/2"]);
        host.text(&running, "x");
        if !late {
            host.engine.close(first[1]);
        }
        host.settle();
        let next = host.take();
        assert_eq!(paths(&next), ["/low/2"], "late: {late}");
        if late {
            assert_eq!(host.statuses(first[1]), [503]);
        }
    }
}

#[test]
fn requests_of_a_route_keep_their_order_when_others_take_its_places() {
    // They wait for the server, then for their route: the way to the end of the queue must not turn them around.
    let mut host = Host::with_rules(config(2), &[(LOW, limited(1))]);
    ask(&mut host, &["/", "/users/1"]);
    let running = host.take();
    ask(&mut host, &["/low/0", "/low/1", "/low/2", "/low/3"]);
    for request in &running {
        host.text(request, "x");
    }
    for number in 0..4 {
        host.settle();
        let request = host.take_one();
        assert_eq!(request.path, format!("/low/{number}"));
        host.text(&request, "x");
    }
}

#[test]
fn exempt_requests_run_however_full_the_server_is() {
    let mut host = Host::with_rules(Config { max_queued: 0, ..config(1) }, &rules());
    ask(&mut host, &["/", "/"]);
    assert_eq!(host.take().len(), 1);
    for _ in 0..50 {
        let id = ask(&mut host, &["/health"])[0];
        let request = host.take_one();
        host.text(&request, "ok");
        assert_eq!(host.statuses(id), [200]);
    }
}

#[test]
fn a_full_queue_turns_requests_away_and_says_when_to_come_back() {
    let mut host = Host::with_rules(Config { max_queued: 2, ..config(1) }, &rules());
    ask(&mut host, &["/"; 3]);
    let posts = [
        get("/", ""),
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello".to_owned(),
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".to_owned(),
        "POST /up/x HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n".to_owned(),
    ];
    for (number, post) in posts.iter().enumerate() {
        for piece in [1 << 20, 1] {
            let id = host.open();
            post.as_bytes().chunks(piece).for_each(|piece| host.give(id, piece));
            host.settle();
            let wire = host.wire(id);
            assert!(wire.starts_with("HTTP/1.1 503 ") && wire.contains("\r\nRetry-After: 1\r\n"), "{wire}");
            assert!(wire.contains("ERR_NEXURE_OVERLOADED"));
            assert_eq!(wire.contains("Connection: close"), number == 3, "a body that is not read ends the connection");
        }
    }
    assert_eq!(host.take().len(), 1);
    let metrics = host.engine.metrics();
    assert_eq!((metrics.in_flight, metrics.queued, metrics.shed), (1, 2, 8));
}

#[test]
fn a_request_that_would_wait_too_long_is_turned_away_at_once() {
    let mut host = Host::with_rules(Config { handler_timeout_ms: 4_000, ..config(1) }, &[]);
    for _ in 0..32 {
        ask(&mut host, &["/"]);
        let request = host.take_one();
        host.pass(1_000);
        host.text(&request, "x");
    }
    assert!((800..=1000).contains(&host.engine.metrics().service_ms));
    let ids = ask(&mut host, &["/"; 10]);
    let statuses: Vec<_> = ids.iter().map(|id| host.statuses(*id)).collect();
    let shed = statuses.iter().filter(|statuses| **statuses == [503]).count();
    assert!((4..=5).contains(&shed), "{statuses:?}");
}

#[test]
fn a_shed_request_keeps_its_place_in_the_order_of_answers_and_its_terms() {
    let mut host = Host::with_rules(Config { max_queued: 0, ..config(1) }, &[]);
    let id = host.open();
    let close = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    host.give(id, get("/users/0", "") + &get("/users/1", "") + close);
    host.give(id, "1\r\nx\r\n0\r\n\r\n".to_owned() + &get("/users/2", ""));
    let request = host.take_one();
    assert_eq!(host.wire(id), "");
    host.text(&request, "x");
    host.settle();
    assert_eq!(host.statuses(id), [200, 503, 503], "nothing behind the request that closes");
    assert!(host.take().is_empty());
}

#[test]
fn who_waits_for_longer_than_its_request_may_take_is_turned_away() {
    let mut host = Host::with_rules(config(1), &[]);
    let ids = ask(&mut host, &["/", "/"]);
    host.take_one();
    host.pass(60_000 + 1_000);
    let wire = host.wire(ids[1]);
    assert!(wire.starts_with("HTTP/1.1 503 ") && wire.contains("Retry-After: 1\r\n"), "{wire}");
    let metrics = host.engine.metrics();
    assert_eq!((metrics.queued, metrics.in_flight), (0, 0), "the one that ran was late, too");
}

#[test]
fn a_connection_that_goes_while_it_waits_leaves_nothing() {
    let mut host = Host::with_rules(config(1), &[(LOW, limited(1))]);
    let ids = ask(&mut host, &["/low/0", "/", "/low/1", "/low/2"]);
    host.take_one();
    for id in ids.iter().rev() {
        host.engine.close(*id);
    }
    let metrics = host.engine.metrics();
    assert_eq!((metrics.queued, metrics.in_flight, metrics.pending), (0, 0, 0));
    assert!(!host.engine.has_ready());
    host.settle();
    assert!(host.take().is_empty());
}

#[test]
fn a_request_that_waits_keeps_its_body() {
    let mut host = Host::with_rules(config(1), &[(UP, streaming())]);
    ask(&mut host, &["/"]);
    let first = host.take_one();
    let bodies = ["hello".to_owned(), "x".repeat(20_000)];
    for body in &bodies {
        let id = host.open();
        host.give(id, format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    }
    let id = host.open();
    host.give(id, "POST /up/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    host.settle();
    assert!(host.take().is_empty());
    host.text(&first, "x");
    host.settle();
    let request = host.take_one();
    assert_eq!(request.inline.as_deref(), Some(bodies[0].as_bytes()));
    host.text(&request, "x");
    host.settle();
    let request = host.take_one();
    assert_eq!(host.engine.kept_body(request.connection, request.sequence), Some(bodies[1].as_bytes()));
    host.text(&request, "x");
    host.settle();
    let request = host.take_one();
    assert_eq!(host.read_all(&request), (b"abc".to_vec(), BodyRead::Wait));
    host.give(id, "0\r\n\r\n");
    assert_eq!(host.read_all(&request).1, BodyRead::End);
}

#[test]
fn a_request_that_is_being_answered_in_steps_holds_its_place_to_the_end() {
    let mut host = Host::with_rules(config(1), &[]);
    ask(&mut host, &["/", "/users/1"]);
    let request = host.take_one();
    host.watch(&request, 1);
    host.begin(&request, "");
    host.write(&request, b"x");
    host.settle();
    assert!(host.take().is_empty());
    host.finish(&request);
    host.settle();
    assert_eq!(host.take_one().path, "/users/1");
    assert_ne!(host.take_events(), [(kind::WRITABLE, 1)]);
}

#[test]
fn a_request_does_not_take_the_place_that_one_before_it_on_its_connection_waits_for() {
    // The urgent one would run first, and could send nothing before the other is answered.
    let mut host = Host::with_rules(config(1), &rules());
    let running = host.open();
    host.give(running, get("/", ""));
    let first = host.take_one();
    let id = host.open();
    host.give(id, get("/low/1", "") + &get("/high/2", ""));
    assert!(host.take().is_empty());
    host.text(&first, "x");
    host.settle();
    let low = host.take_one();
    assert_eq!(low.path, "/low/1");
    host.text(&low, "x");
    host.settle();
    let high = host.take_one();
    assert_eq!(high.path, "/high/2");
    host.text(&high, "x");
    assert_eq!(host.statuses(id), [200, 200]);
    assert_eq!((host.engine.metrics().in_flight, host.engine.metrics().queued), (0, 0));
}
