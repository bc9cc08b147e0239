//! One lookup: a walk down the tree, static text before constrained params before others before a wildcard, back to the
//! last alternative when a way ends. It reads the raw path, and gathers for `Allow` what it passes on the way.
//!
//! It recurses only where a node has alternatives, so its depth is at most the number of segments of a pattern.

use memchr::memchr;

use super::RouteId;
use super::captures::{Capture, Captures};
use super::conditions::Situation;
use super::percent;
use super::segment::{Demands, MAX_DIVIDED_BYTES, Segment};
use super::swar;
use super::tree::{Edge, Leaf, NONE, Node, Tree};
use crate::http::{Method, MethodSet};

/// How a walk reads its path.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a property of its own")]
pub(super) struct Manner {
    /// The path contains percent escapes, all of them well-formed.
    pub escaped: bool,
    /// ASCII letters of static text are alike in both cases.
    pub fold: bool,
    /// Slashes that follow a slash of static text are skipped.
    pub merge: bool,
    /// Params may be empty.
    pub empty: bool,
    /// So many last bytes of the path are slashes that may be left over.
    pub tail: usize,
    /// Most raw bytes of a param, `usize::MAX` for any number.
    pub most: usize,
}

/// A lookup under way. `PLAIN` says that static text is compared byte by byte: no escapes, no folding, no merging.
pub(super) struct Walk<'r, const PLAIN: bool> {
    tree: &'r Tree,
    method: Method,
    path_len: usize,
    manner: Manner,
    /// What conditional routes ask about; `None` where no route does and the request names no version.
    situation: Option<&'r Situation>,
    captures: &'r mut Captures,
    /// The methods served by the patterns that matched the path and lacked the method.
    pub(super) allowed: MethodSet,
    /// Nodes entered, for the test of the bound.
    #[cfg(test)]
    pub(super) steps: usize,
}

impl<'r, const PLAIN: bool> Walk<'r, PLAIN> {
    /// A lookup in a path of `path_len` bytes.
    pub(super) fn new(
        tree: &'r Tree,
        method: Method,
        path_len: usize,
        manner: Manner,
        situation: Option<&'r Situation>,
        captures: &'r mut Captures,
    ) -> Self {
        Self {
            tree,
            method,
            path_len,
            manner,
            situation,
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
                let found = self.serve(node.end);
                if found.is_some() {
                    return found;
                }
                if !self.manner.empty {
                    return self.wildcard(node, rest);
                }
            }
            // Only slashes are left that may be left over; what takes them comes first. That is at most one level deep.
            let left_over = rest.len() <= self.manner.tail;
            let mark = self.captures.len();
            if let Some((child, after)) = self.static_child(node, rest) {
                if node.param & node.edges & node.wildcard == NONE && !left_over {
                    (node, rest) = (child, after);
                    continue;
                }
                let found = self.attempt(child, after, mark);
                if found.is_some() {
                    return found;
                }
            }
            if left_over && !rest.is_empty() {
                let found = self.serve(node.end);
                if found.is_some() {
                    return found;
                }
            }
            if node.param & node.edges == NONE {
                return self.wildcard(node, rest);
            }
            let (segment, after) = split_segment(rest);
            if segment.is_empty() && !self.manner.empty {
                return self.wildcard(node, rest);
            }
            let mut next = node.edges;
            while let Some(edge) = self.tree.edge(next) {
                if self.cross(edge, segment, rest) {
                    let found = self.attempt(self.tree.node(edge.target), after, mark);
                    if found.is_some() {
                        return found;
                    }
                }
                next = edge.next;
            }
            if node.param == NONE || segment.len() > self.manner.most {
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
    #[inline]
    fn static_child<'p>(&self, node: &Node, rest: &'p [u8]) -> Option<(&'r Node, &'p [u8])> {
        if PLAIN {
            let child = self.tree.node(self.tree.child(node, *rest.first()?)?);
            return Some((child, self.tree.strip_text(child, rest)?));
        }
        let (first, _) = self.next_of_text(rest)?;
        let child = self.tree.node(self.tree.child(node, first)?);
        let mut after = rest;
        for expected in self.tree.text(child) {
            let (byte, next) = self.next_of_text(after)?;
            if byte != *expected {
                return None;
            }
            after = next;
        }
        Some((child, after))
    }

    /// The first byte as static text may match it, and what follows.
    fn next_of_text<'p>(&self, rest: &'p [u8]) -> Option<(u8, &'p [u8])> {
        let (byte, mut after) = percent::first_of_text(rest)?;
        if self.manner.merge && byte == b'/' {
            after = skip_slashes(after);
        }
        Some((if self.manner.fold { byte.to_ascii_lowercase() } else { byte }, after))
    }

    /// Captures the params of an edge; `false`, and nothing is captured, if the segment is none of its.
    #[inline(never)]
    fn cross(&mut self, edge: &Edge, segment: &[u8], rest: &[u8]) -> bool {
        if !PLAIN && self.manner.escaped && memchr(b'%', segment).is_some() {
            return self.cross_escaped(&edge.segment, segment, rest);
        }
        if let Some(constraint) = edge.segment.single() {
            let matches = segment.len() <= self.manner.most && constraint.matches(segment);
            if matches {
                self.capture(segment, rest);
            }
            return matches;
        }
        let mark = self.captures.len();
        let (base, most) = (self.path_len - rest.len(), self.manner.most);
        let (mut fits, demands) = (true, self.demands());
        let captures = &mut *self.captures;
        let divided = edge.segment.divide(segment, demands, |(from, to)| {
            fits &= to - from <= most;
            captures.push(capture_of(base + from, to - from, false));
        });
        self.keep(divided && fits, mark)
    }

    /// The same for a segment with escapes: it is decoded, and what is found is translated back.
    #[cold]
    fn cross_escaped(&mut self, segment: &Segment, raw: &[u8], rest: &[u8]) -> bool {
        let (mut text, mut at) = ([0_u8; MAX_DIVIDED_BYTES], [0_u16; MAX_DIVIDED_BYTES + 1]);
        let Some(len) = percent::decode(raw, &mut text, &mut at) else { return false };
        let text = text.get(..len).unwrap_or_default();
        let (mark, base, most) = (self.captures.len(), self.path_len - rest.len(), self.manner.most);
        let (mut fits, demands) = (true, self.demands());
        let captures = &mut *self.captures;
        let mut found = |(from, to): (usize, usize)| {
            let place = |index: usize| at.get(index).map_or(0, |place| usize::from(*place));
            let (from, to) = (place(from), place(to));
            fits &= to - from <= most;
            let escaped = raw.get(from..to).is_some_and(|param| memchr(b'%', param).is_some());
            captures.push(capture_of(base + from, to - from, escaped));
        };
        let divided = match segment.single() {
            Some(constraint) => {
                found((0, len));
                constraint.matches(text)
            }
            None => segment.divide(text, demands, found),
        };
        self.keep(divided && fits, mark)
    }

    fn demands(&self) -> Demands {
        Demands { fold: self.manner.fold, empty: self.manner.empty }
    }

    fn keep(&mut self, matches: bool, mark: usize) -> bool {
        if !matches {
            self.captures.truncate(mark);
        }
        matches
    }

    fn wildcard(&mut self, node: &Node, rest: &[u8]) -> Option<RouteId> {
        if node.wildcard == NONE {
            return None;
        }
        let route = self.serve(node.wildcard)?;
        self.capture(rest, rest);
        Some(route)
    }

    /// The route that takes the whole path, for when nothing else was found.
    pub(super) fn everything(&mut self, path: &[u8]) -> Option<RouteId> {
        let route = self.serve(self.tree.everything)?;
        self.captures.clear();
        self.capture(path, path);
        Some(route)
    }

    /// The route of a leaf for the method; if it lacks the method, its methods are allowed.
    #[inline]
    fn serve(&mut self, leaf: u32) -> Option<RouteId> {
        let leaf = self.tree.leaf(leaf)?;
        if let Some(situation) = self.situation {
            return self.serve_under(leaf, situation);
        }
        let route = leaf.route(self.method);
        if route.is_none() {
            self.allowed = self.allowed.union(leaf.served);
        }
        route
    }

    /// The same where conditions matter: the conditional routes come first, and only what fits is allowed.
    #[cold]
    fn serve_under(&mut self, leaf: &Leaf, situation: &Situation) -> Option<RouteId> {
        let found = self.tree.route_under(leaf, self.method, situation);
        if found.is_none() {
            for method in Method::ALL {
                if self.tree.route_of(leaf, method, situation).is_some() {
                    self.allowed = self.allowed.with(method);
                    if method == Method::Get {
                        self.allowed = self.allowed.with(Method::Head);
                    }
                }
            }
        }
        found
    }

    /// Captures `raw`, which begins where `rest` begins.
    #[inline]
    fn capture(&mut self, raw: &[u8], rest: &[u8]) {
        let escaped = !PLAIN && self.manner.escaped && memchr(b'%', raw).is_some();
        self.captures.push(capture_of(self.path_len - rest.len(), raw.len(), escaped));
    }
}

#[inline]
fn capture_of(start: usize, len: usize, needs_decode: bool) -> Capture {
    let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Capture { start: short(start), len: short(len), needs_decode }
}

/// What follows the slashes at the beginning.
pub(super) fn skip_slashes(mut rest: &[u8]) -> &[u8] {
    while let [b'/', after @ ..] = rest {
        rest = after;
    }
    rest
}

/// The bytes up to the next raw `/`, and those from it on.
fn split_segment(rest: &[u8]) -> (&[u8], &[u8]) {
    let end = swar::find_in(rest, b'/');
    rest.split_at_checked(end).unwrap_or((rest, &[]))
}
