//! One lookup: a walk down the tree, static text before param before wildcard, back to the last alternative when a
//! way ends. It reads the raw path, allocates nothing and gathers for `Allow` what it passes on the way.
//!
//! It recurses only where a node has alternatives, so its depth is at most the number of segments of a pattern.

use memchr::memchr;

use super::RouteId;
use super::captures::{Capture, Captures};
use super::percent;
use super::tree::{NONE, Node, Tree};
use crate::http::{Method, MethodSet};

/// A lookup under way. `ESCAPED` says whether the path contains percent escapes, all of them known to be well-formed.
pub(super) struct Walk<'r, const ESCAPED: bool> {
    tree: &'r Tree,
    method: Method,
    path_len: usize,
    captures: &'r mut Captures,
    /// The methods served by the patterns that matched the path and lacked the method.
    pub(super) allowed: MethodSet,
    /// Nodes entered, for the test of the bound.
    #[cfg(test)]
    pub(super) steps: usize,
}

impl<'r, const ESCAPED: bool> Walk<'r, ESCAPED> {
    /// A lookup in a path of `path_len` bytes.
    pub(super) fn new(tree: &'r Tree, method: Method, path_len: usize, captures: &'r mut Captures) -> Self {
        Self {
            tree,
            method,
            path_len,
            captures,
            allowed: MethodSet::EMPTY,
            #[cfg(test)]
            steps: 0,
        }
    }

    /// The first route in order of priority at or below `node`, which has matched all of the path before `rest`.
    pub(super) fn descend(&mut self, mut node: &'r Node, mut rest: &[u8]) -> Option<RouteId> {
        loop {
            #[cfg(test)]
            {
                self.steps += 1;
            }
            if rest.is_empty() {
                return self.serve(node.end).or_else(|| self.wildcard(node, rest));
            }
            let mark = self.captures.len();
            if let Some((child, after)) = self.static_child(node, rest) {
                if node.param == NONE && node.wildcard == NONE {
                    (node, rest) = (child, after);
                    continue;
                }
                let found = self.attempt(child, after, mark);
                if found.is_some() {
                    return found;
                }
            }
            if node.param == NONE {
                return self.wildcard(node, rest);
            }
            let (segment, after) = split_segment(rest);
            if segment.is_empty() {
                return self.wildcard(node, rest);
            }
            self.capture(segment, rest);
            let child = self.tree.node(node.param);
            if node.wildcard != NONE {
                return self.attempt(child, after, mark).or_else(|| self.wildcard(node, rest));
            }
            (node, rest) = (child, after);
        }
    }

    /// Descends where there are alternatives left: a failure drops all captures but the first `mark`.
    fn attempt(&mut self, node: &'r Node, rest: &[u8], mark: usize) -> Option<RouteId> {
        let found = self.descend(node, rest);
        if found.is_none() {
            self.captures.truncate(mark);
        }
        found
    }

    /// The child whose text begins `rest`, and what follows that text.
    fn static_child<'p>(&self, node: &Node, rest: &'p [u8]) -> Option<(&'r Node, &'p [u8])> {
        let first = if ESCAPED { percent::first_of_text(rest)?.0 } else { *rest.first()? };
        let child = self.tree.node(self.tree.child(node, first)?);
        let text = self.tree.text(child);
        if !ESCAPED {
            return Some((child, rest.strip_prefix(text)?));
        }
        let mut after = rest;
        for expected in text {
            let (byte, next) = percent::first_of_text(after)?;
            if byte != *expected {
                return None;
            }
            after = next;
        }
        Some((child, after))
    }

    fn wildcard(&mut self, node: &Node, rest: &[u8]) -> Option<RouteId> {
        if node.wildcard == NONE {
            return None;
        }
        let route = self.serve(node.wildcard)?;
        self.capture(rest, rest);
        Some(route)
    }

    /// The route of a leaf for the method; if it lacks the method, its methods are allowed.
    fn serve(&mut self, leaf: u32) -> Option<RouteId> {
        let leaf = self.tree.leaf(leaf)?;
        let route = leaf.route(self.method);
        if route.is_none() {
            self.allowed = self.allowed.union(leaf.served);
        }
        route
    }

    /// Captures `raw`, which begins where `rest` begins.
    fn capture(&mut self, raw: &[u8], rest: &[u8]) {
        let start = u32::try_from(self.path_len - rest.len()).unwrap_or(u32::MAX);
        let len = u32::try_from(raw.len()).unwrap_or(u32::MAX);
        self.captures.push(Capture { start, len, needs_decode: ESCAPED && memchr(b'%', raw).is_some() });
    }
}

/// The bytes up to the next raw `/`, and those from it on.
fn split_segment(rest: &[u8]) -> (&[u8], &[u8]) {
    let end = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
    rest.split_at_checked(end).unwrap_or((rest, &[]))
}
