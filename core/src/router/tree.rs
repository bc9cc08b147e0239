//! A compressed radix tree over the bytes of patterns, kept in flat arrays with `u32` indices. Text splits wherever
//! patterns differ. What params take is always the rest of a segment: all of it, or divided among several by an edge.
//!
//! A node fixes what leads to it, text and whole segments, and so the one place of a path it can apply to. Hence a
//! lookup that backtracks enters each node at most once, and at each compares one text and matches one segment per edge,
//! in linear time: its work is at most nodes times segment length, never exponential in the path. A keyed hash of the static paths in front
//! would save a static lookup about 20 ns and cost every other one as much (measured), so there is none.

use std::cmp::Reverse;
use std::sync::Arc;

use super::RouteId;
use super::conditions::{self, Checked, Entry, Situation};
use super::pattern::Part;
use super::segment::Segment;
use super::swar;
use crate::http::{Method, MethodSet};

/// The index that means "no such node" or "no such leaf".
pub(super) const NONE: u32 = u32::MAX;

/// The node of the leading `/`, which every pattern and path has.
pub(super) const ROOT: u32 = 0;

/// A stretch of text and what may follow it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    text_start: u32,
    /// The children lie at `kids_start..kids_start + kids_len` of two arrays, their first bytes and their indices.
    kids_start: u32,
    /// Below the length of a pattern.
    text_len: u16,
    kids_len: u16,
    kids_room: u16,
    /// The node after a param that takes the rest of a segment; it has no text.
    pub(super) param: u32,
    /// The first of the edges that take the rest of a segment under a constraint, or divide it.
    pub(super) edges: u32,
    /// The leaf of a wildcard that begins here.
    pub(super) wildcard: u32,
    /// The leaf of the patterns that end here.
    pub(super) end: u32,
}

const EMPTY: Node = Node {
    text_start: 0,
    text_len: 0,
    kids_start: 0,
    kids_len: 0,
    kids_room: 0,
    param: NONE,
    edges: NONE,
    wildcard: NONE,
    end: NONE,
};

/// A way through the rest of a segment; those of a node are a list in order of priority.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) segment: Arc<Segment>,
    pub(super) target: u32,
    pub(super) next: u32,
}

/// The routes of one shape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf {
    /// The methods with a route of their own.
    explicit: MethodSet,
    /// The methods that are answered: the explicit ones, and HEAD where there is GET.
    pub(super) served: MethodSet,
    ids: [RouteId; Method::ALL.len()],
    /// The conditional routes; `NONE` where there are none.
    conditional: u32,
}

impl Default for Leaf {
    fn default() -> Self {
        Self { explicit: MethodSet::EMPTY, served: MethodSet::EMPTY, ids: [0; Method::ALL.len()], conditional: NONE }
    }
}

impl Leaf {
    /// The route without conditions that was added for `method`.
    pub(super) fn explicit_route(&self, method: Method) -> Option<RouteId> {
        if self.explicit.contains(method) { self.ids.get(method as usize).copied() } else { None }
    }

    /// The route without conditions that answers `method`.
    pub(super) fn route(&self, method: Method) -> Option<RouteId> {
        if self.served.contains(method) { self.ids.get(method as usize).copied() } else { None }
    }
}

/// The tree.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    leaves: Vec<Leaf>,
    edges: Vec<Edge>,
    conditional: Vec<Vec<Entry>>,
    /// The leaf of the pattern that takes the whole path.
    pub(super) everything: u32,
    text: Vec<u8>,
    kid_bytes: Vec<u8>,
    kid_nodes: Vec<u32>,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            nodes: vec![EMPTY],
            leaves: Vec::new(),
            edges: Vec::new(),
            conditional: Vec::new(),
            everything: NONE,
            text: Vec::new(),
            kid_bytes: Vec::new(),
            kid_nodes: Vec::new(),
        }
    }
}

impl Tree {
    /// The node at `index`, an empty one if there is none.
    #[inline]
    pub(super) fn node(&self, index: u32) -> &Node {
        self.nodes.get(index as usize).unwrap_or(&EMPTY)
    }

    /// The leaf at `index`.
    pub(super) fn leaf(&self, index: u32) -> Option<&Leaf> {
        self.leaves.get(index as usize)
    }

    /// The edge at `index`.
    pub(super) fn edge(&self, index: u32) -> Option<&Edge> {
        self.edges.get(index as usize)
    }

    /// The conditional routes of a leaf.
    pub(super) fn entries(&self, leaf: &Leaf) -> &[Entry] {
        self.conditional.get(leaf.conditional as usize).map_or(&[], Vec::as_slice)
    }

    /// The route of a leaf that answers a method where conditions matter: the conditional routes come first.
    pub(super) fn route_under(&self, leaf: &Leaf, method: Method, situation: &Situation) -> Option<RouteId> {
        let of = |method| self.route_of(leaf, method, situation);
        of(method).or_else(|| if method == Method::Head { of(Method::Get) } else { None })
    }

    /// The same for the method alone.
    pub(super) fn route_of(&self, leaf: &Leaf, method: Method, situation: &Situation) -> Option<RouteId> {
        let plain = || if situation.fits_unversioned() { leaf.explicit_route(method) } else { None };
        situation.choose(self.entries(leaf), method).or_else(plain)
    }

    /// The text of a node.
    #[inline]
    pub(super) fn text(&self, node: &Node) -> &[u8] {
        let start = node.text_start as usize;
        self.text.get(start..start + node.text_len as usize).unwrap_or_default()
    }

    /// What follows the text of a node at the beginning of `rest`. Most texts are within a word: one comparison, no call.
    #[inline]
    pub(super) fn strip_text<'p>(&self, node: &Node, rest: &'p [u8]) -> Option<&'p [u8]> {
        let len = node.text_len as usize;
        let (there, after) = rest.split_at_checked(len)?;
        let text = self.text.get(node.text_start as usize..)?;
        if let (1..=8, Some(a), Some(b)) = (len, rest.first_chunk::<8>(), text.first_chunk::<8>()) {
            let difference = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
            return (difference << (64 - 8 * len) == 0).then_some(after);
        }
        (text.get(..len)? == there).then_some(after)
    }

    /// The child of `node` whose text begins with `byte`.
    #[inline]
    pub(super) fn child(&self, node: &Node, byte: u8) -> Option<u32> {
        let start = node.kids_start as usize;
        let bytes = self.kid_bytes.get(start..start + node.kids_room as usize)?;
        for (group, bytes) in bytes.as_chunks::<8>().0.iter().enumerate() {
            let at = swar::find(u64::from_le_bytes(*bytes), byte);
            if at < 8 {
                let at = group * 8 + at;
                // Behind the children there are zeros, which a path may hold as well.
                return if at < node.kids_len as usize { self.kid_nodes.get(start + at).copied() } else { None };
            }
        }
        None
    }

    /// The children of a node.
    pub(super) fn children(&self, node: &Node) -> &[u32] {
        let start = node.kids_start as usize;
        self.kid_nodes.get(start..start + node.kids_len as usize).unwrap_or_default()
    }

    /// Whether a byte occurs in the text of a node.
    pub(super) fn has_text_with(&self, byte: u8) -> bool {
        self.text.contains(&byte)
    }

    /// How many nodes there are: the bound on the steps of a lookup.
    #[cfg(test)]
    pub(super) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Whether a leaf has a route for `method` under these conditions.
    pub(super) fn has(&self, leaf: u32, method: Method, conditions: &Checked) -> bool {
        self.leaf(leaf).is_some_and(|leaf| {
            let is_plain = conditions.is_empty();
            let entries = || conditions::contains(self.entries(leaf), method, conditions);
            if is_plain { leaf.explicit.contains(method) } else { entries() }
        })
    }

    /// Gives a leaf a route.
    pub(super) fn insert(&mut self, leaf: u32, method: Method, conditions: &Checked, id: RouteId) {
        let Some(leaf) = self.leaves.get_mut(leaf as usize) else { return };
        if !conditions.is_empty() {
            if leaf.conditional == NONE {
                leaf.conditional = push(&mut self.conditional, Vec::new());
            }
            if let Some(entries) = self.conditional.get_mut(leaf.conditional as usize) {
                conditions::insert(entries, Entry::new(method, conditions.clone(), id));
            }
            return;
        }
        leaf.explicit = leaf.explicit.with(method);
        leaf.served = leaf.served.with(method);
        set(&mut leaf.ids, method, id);
        if method == Method::Get && !leaf.explicit.contains(Method::Head) {
            leaf.served = leaf.served.with(Method::Head);
            set(&mut leaf.ids, Method::Head, id);
        }
    }

    /// The leaf of a shape; creates what is missing on the way.
    pub(super) fn leaf_of(&mut self, parts: &[Part]) -> u32 {
        let mut index = ROOT;
        for (at, part) in parts.iter().enumerate() {
            index = match part {
                Part::Text(text) => {
                    let text = if at == 0 { text.strip_prefix('/').unwrap_or(text) } else { text };
                    self.static_node(index, text.as_bytes())
                }
                Part::Param => self.param_node(index),
                Part::Segment(segment) => self.edge_node(index, segment),
                Part::Wildcard => return self.leaf_at(index, |node| &mut node.wildcard),
                Part::Everything => {
                    if self.everything == NONE {
                        self.everything = push(&mut self.leaves, Leaf::default());
                    }
                    return self.everything;
                }
            };
        }
        self.leaf_at(index, |node| &mut node.end)
    }

    /// The node behind an edge; a new edge takes its place among the others.
    fn edge_node(&mut self, index: u32, segment: &Arc<Segment>) -> u32 {
        let (mut before, mut next) = (NONE, self.node(index).edges);
        while let Some(edge) = self.edge(next) {
            if edge.segment.same_shape(segment) {
                return edge.target;
            }
            if Reverse(edge.segment.priority()) <= Reverse(segment.priority()) {
                before = next;
            }
            next = edge.next;
        }
        let target = push(&mut self.nodes, EMPTY);
        let next = self.edge(before).map_or(self.node(index).edges, |edge| edge.next);
        let edge = push(&mut self.edges, Edge { segment: Arc::clone(segment), target, next });
        match self.edges.get_mut(before as usize) {
            Some(other) => other.next = edge,
            None => self.change(index, |node| node.edges = edge),
        }
        target
    }

    /// The node that `text` after the node `index` leads to.
    fn static_node(&mut self, mut index: u32, mut text: &[u8]) -> u32 {
        while let Some(first) = text.first() {
            let Some(child) = self.child(self.node(index), *first) else { return self.push_child(index, text) };
            let child_text = self.text(self.node(child));
            let shared = child_text.iter().zip(text).take_while(|(a, b)| a == b).count();
            if shared < child_text.len() {
                self.split(child, shared);
            }
            text = text.get(shared..).unwrap_or_default();
            index = child;
        }
        index
    }

    fn param_node(&mut self, index: u32) -> u32 {
        let existing = self.node(index).param;
        if existing != NONE {
            return existing;
        }
        let param = push(&mut self.nodes, EMPTY);
        self.change(index, |node| node.param = param);
        param
    }

    fn leaf_at(&mut self, index: u32, slot: fn(&mut Node) -> &mut u32) -> u32 {
        let Some(node) = self.nodes.get_mut(index as usize) else { return NONE };
        let leaf = slot(node);
        if *leaf == NONE {
            *leaf = push(&mut self.leaves, Leaf::default());
        }
        *leaf
    }

    fn push_child(&mut self, parent: u32, text: &[u8]) -> u32 {
        let node = Node { text_start: to_u32(self.text.len()), text_len: to_u16(text.len()), ..EMPTY };
        self.text.extend_from_slice(text);
        let child = push(&mut self.nodes, node);
        self.link(parent, child);
        child
    }

    /// Cuts a node in two after `at` bytes of its text. The upper half keeps the index, so the parent stays as it is.
    fn split(&mut self, index: u32, at: usize) {
        let (at, whole) = (to_u32(at), *self.node(index));
        let length = to_u16(at as usize);
        let lower = Node { text_start: whole.text_start + at, text_len: whole.text_len - length, ..whole };
        let lower = push(&mut self.nodes, lower);
        self.change(index, |node| *node = Node { text_start: whole.text_start, text_len: length, ..EMPTY });
        self.link(index, lower);
    }

    /// Makes `child` a child of `parent`. Children that outgrow their room move to the end of the arrays with twice
    /// the room; the holes they leave add up to less than what is in use.
    fn link(&mut self, parent: u32, child: u32) {
        let Some(first) = self.text(self.node(child)).first().copied() else { return };
        let mut node = *self.node(parent);
        if node.kids_len == node.kids_room {
            let start = node.kids_start as usize;
            let old = start..start + node.kids_len as usize;
            node.kids_start = to_u32(self.kid_nodes.len());
            node.kids_room = (node.kids_room * 2).max(8);
            let end = self.kid_nodes.len() + node.kids_room as usize;
            self.kid_bytes.extend_from_within(old.clone());
            self.kid_bytes.resize(end, 0);
            self.kid_nodes.extend_from_within(old);
            self.kid_nodes.resize(end, NONE);
        }
        let at = node.kids_start as usize + node.kids_len as usize;
        if let (Some(byte), Some(index)) = (self.kid_bytes.get_mut(at), self.kid_nodes.get_mut(at)) {
            (*byte, *index) = (first, child);
            node.kids_len += 1;
        }
        self.change(parent, |slot| *slot = node);
    }

    fn change(&mut self, index: u32, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(index as usize) {
            change(node);
        }
    }
}

fn set(ids: &mut [RouteId; Method::ALL.len()], method: Method, id: RouteId) {
    if let Some(slot) = ids.get_mut(method as usize) {
        *slot = id;
    }
}

fn push<T>(items: &mut Vec<T>, item: T) -> u32 {
    items.push(item);
    to_u32(items.len() - 1)
}

/// The limits on routes and pattern length keep every array below 2³¹ entries, so nothing saturates.
fn to_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The limit on pattern length keeps texts short, so nothing saturates.
fn to_u16(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}
