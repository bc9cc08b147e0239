//! Shares of a turn: nobody gets all of it, and nothing is lost to a full arena.

use super::{Host, get};
use crate::engine::{Config, MAX_REQUESTS};

fn paths_of(host: &mut Host, id: crate::engine::ConnectionId) -> Vec<String> {
    let requests = std::mem::take(&mut host.requests);
    let (here, others) = requests.into_iter().partition(|request| request.connection == id);
    host.requests = others;
    here.into_iter().map(|request: super::host::Request| request.path).collect()
}

fn roomy() -> Config {
    Config {
        max_pipelined: 65_535,
        first_pipelined: 65_535,
        max_in_flight: u32::MAX,
        max_unsent_bytes: 1 << 30,
        ..Config::default()
    }
}

#[test]
fn a_flood_gets_64_requests_a_turn_and_others_are_served_in_the_same_one() {
    let mut host = Host::with(roomy());
    let (flood, victim) = (host.open(), host.open());
    let stream: String = (0..10_000).map(|number| get(&format!("/users/{number}"), "")).collect();
    host.give(flood, &stream);
    assert_eq!(host.requests.len(), 16, "one visit; the rest of the share comes in rounds with the others'");
    let mut seen = paths_of(&mut host, flood);
    for turn in 0.. {
        host.give(victim, get("/", ""));
        assert_eq!(paths_of(&mut host, victim), ["/"], "turn {turn}");
        if !host.engine.has_ready() {
            break;
        }
        host.turn();
        let share = paths_of(&mut host, flood);
        assert!(share.len() <= 64);
        seen.extend(share);
    }
    let expected: Vec<_> = (0..10_000).map(|number| format!("/users/{number}")).collect();
    assert_eq!(seen, expected, "each once and in order");
}

#[test]
fn many_floods_get_the_requests_of_a_turn_in_turn() {
    let mut host = Host::with(roomy());
    let floods: Vec<_> = (0..20).map(|_| host.open()).collect();
    let stream = get("/", "").repeat(200);
    let mut served = vec![0; floods.len()];
    for id in &floods {
        host.give(*id, &stream);
    }
    for turn in 0.. {
        assert!(host.requests.len() <= MAX_REQUESTS as usize);
        let mut shares = vec![0; floods.len()];
        for request in host.take() {
            shares[floods.iter().position(|id| *id == request.connection).unwrap()] += 1;
        }
        assert!(shares.iter().all(|share| *share <= 64));
        for (total, share) in served.iter_mut().zip(&shares) {
            *total += share;
        }
        // They are taken up in the order in which they stopped: none is more than two shares behind another.
        let (least, most) = (served.iter().min().unwrap(), served.iter().max().unwrap());
        assert!(most - least <= 128, "turn {turn}: {served:?}");
        if !host.engine.has_ready() {
            break;
        }
        host.turn();
    }
    assert_eq!(served, [200; 20]);
}

#[test]
fn native_answers_count_against_the_share_too() {
    let mut host = Host::with(roomy());
    let id = host.open();
    host.give(id, get("/missing", "").repeat(100));
    assert_eq!(host.statuses(id).len(), 16);
    host.turn();
    assert_eq!(host.statuses(id).len(), 64);
    host.turn();
    assert_eq!(host.statuses(id).len(), 20);
}

#[test]
fn nothing_is_lost_when_the_arena_is_full() {
    // Room for few records: those that do not fit wait, bodies that came in pieces included.
    let mut host = Host::with_arena(roomy(), 200);
    let ids: Vec<_> = (0..5).map(|_| host.open()).collect();
    for id in &ids {
        let post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        let stream: String = (0..20).map(|number| get(&format!("/users/{number}"), "") + post).collect();
        for piece in stream.as_bytes().chunks(701) {
            host.give(*id, piece);
        }
    }
    host.settle();
    let expected: Vec<_> = (0..20).flat_map(|number| [format!("/users/{number}"), "/".to_owned()]).collect();
    for id in ids {
        assert_eq!(paths_of(&mut host, id), expected);
    }
}

#[test]
fn a_sealed_arena_takes_nothing() {
    let mut host = Host::new();
    let id = host.open();
    host.fill.sealed = true;
    host.give(id, get("/", ""));
    assert!(host.take().is_empty() && host.engine.has_ready());
    host.turn();
    assert_eq!(host.take().len(), 1);
}

#[test]
fn bytes_received_for_later_are_taken_up_in_their_turn() {
    let mut host = Host::new();
    let id = host.open();
    let stream = get("/users/1", "") + &get("/users/2", "");
    host.engine.receive_later(id, &stream.as_bytes()[..20]);
    host.engine.receive_later(id, &stream.as_bytes()[20..]);
    assert!(host.take().is_empty() && host.engine.has_ready());
    host.turn();
    assert_eq!(paths_of(&mut host, id), ["/users/1", "/users/2"]);
    assert!(!host.engine.has_ready());
}
