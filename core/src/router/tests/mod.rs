//! Tests of the router by subject, and what they share.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that meets the unexpected should fail loudly")]
#![allow(clippy::format_collect, clippy::format_push_string, reason = "the allocations of a test do not matter")]

mod bound;
mod conflicts;
mod encoding;
mod hosts;
mod lookups;
mod matching;
mod oracle;
mod patterns;
mod straight;

use super::{Captures, Lookup, Router};
use crate::http::{Method, MethodSet};

/// A router of GET routes whose ids are their positions.
fn gets(patterns: &[&str]) -> Router {
    let mut router = Router::new();
    for (id, pattern) in (0..).zip(patterns) {
        router.add(Method::Get, pattern, id).expect(pattern);
    }
    router
}

/// What a lookup finds, and the raw text of its captures.
fn find<'p>(router: &Router, method: Method, path: &'p str) -> (Lookup, Vec<&'p str>) {
    let mut captures = Captures::new();
    let lookup = router.find(method, path.as_bytes(), &mut captures);
    let text = |start: u32, len: u32| &path[start as usize..(start + len) as usize];
    (lookup, captures.as_slice().iter().map(|capture| text(capture.start, capture.len)).collect())
}

/// What GET finds.
fn get<'p>(router: &Router, path: &'p str) -> (Lookup, Vec<&'p str>) {
    find(router, Method::Get, path)
}

fn set(methods: &[Method]) -> MethodSet {
    methods.iter().fold(MethodSet::EMPTY, |set, method| set.with(*method))
}
