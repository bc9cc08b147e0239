//! The bound on a lookup's work: it enters each node of the tree at most once, whatever the table and the path.

use super::{find, get, gets};
use crate::http::Method::{Get, Post};
use crate::router::Lookup::{Found, MethodNotAllowed, NotFound};
use crate::router::{MAX_PATTERN_BYTES, Router};

fn assert_bounded(router: &Router, path: &str) -> usize {
    let (steps, nodes) = router.steps(Get, path.as_bytes());
    assert!(steps <= nodes, "{steps} steps in {nodes} nodes for {path}");
    steps
}

/// Every choice of static text and param for `depth` segments, all ending in `/end`.
fn all_choices(depth: usize) -> Vec<String> {
    let pattern = |choice: usize| -> String {
        (0..depth).map(|i| if choice >> i & 1 == 0 { "/a".to_owned() } else { format!("/:p{i}") }).collect()
    };
    (0..1 << depth).map(|choice| pattern(choice) + "/end").collect()
}

#[test]
fn a_table_of_all_alternatives_is_walked_at_most_once() {
    let patterns = all_choices(10);
    let router = gets(&patterns.iter().map(String::as_str).collect::<Vec<_>>());
    let miss = "/a".repeat(10) + "/none";
    assert_eq!(get(&router, &miss).0, NotFound);
    let steps = assert_bounded(&router, &miss);
    assert!(steps > 1 << 10, "the table makes a lookup try all alternatives: {steps}");
    assert_bounded(&router, &("/a".repeat(10) + "/end"));
    // Escaped text takes the same ways.
    assert_eq!(assert_bounded(&router, &("/%61".repeat(10) + "/none")), steps);
}

#[test]
fn a_longer_path_costs_no_more_steps() {
    // Patterns that fork at every level: in a search that may come back to a place, the forks multiply.
    let mut patterns = vec!["/:a/x".to_owned()];
    for depth in 1..15 {
        let params = |name: char| (0..depth).map(|i| format!("/:{name}{i}")).collect::<String>();
        patterns.push(params('p') + "/s/x");
        patterns.push(params('q') + "/s/:t/y");
        patterns.push(params('r') + "/*z");
        patterns.push("/s".repeat(depth) + "/:t/x");
        patterns.push("/s".repeat(depth) + "/*w");
    }
    let mut router = Router::new();
    for (id, pattern) in (0..).zip(&patterns) {
        router.add(Post, pattern, id).expect(pattern);
    }
    let most = (1..200).map(|len| assert_bounded(&router, &"/s".repeat(len))).max();
    let longest = assert_bounded(&router, &"/s".repeat(4000));
    assert!(Some(longest) <= most, "{longest} steps, {most:?} at most for short paths");
}

#[test]
fn the_deepest_table_does_not_exhaust_the_stack() {
    // A wildcard beside each of the most segments a pattern can have: the deepest recursion there is.
    let depth = MAX_PATTERN_BYTES / 2 - 1;
    let mut router = Router::new();
    for len in 0..=depth {
        router.add(Get, &("/s".repeat(len) + "/*"), u32::try_from(len).expect("fits")).expect("a pattern");
    }
    let check = move || {
        let path = "/s".repeat(depth) + "/x";
        assert_eq!(get(&router, &path), (Found(u32::try_from(depth).expect("fits")), vec!["x"]));
        assert!(matches!(find(&router, Post, &path).0, MethodNotAllowed(_)));
        assert_bounded(&router, &path);
        assert_bounded(&router, &"/s".repeat(100_000));
    };
    // An eighth of what the main thread has, and unoptimised frames.
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(check).expect("a thread");
    thread.join().expect("no overflow");
}
