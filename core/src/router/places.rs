//! The layout of the straight ways: where each node lies in their array.
//!
//! The place of a child is the sum of the base of its node and the first byte of its text, and the child says whose it is (a
//! trie in one array, Aoe 1989): one load leads to it, whatever the number of children, and it is one cache line with all that
//! is read of it.

use std::sync::Arc;

use super::segment::Segment;
use super::tree::{NONE, Node, ROOT, Tree};

/// Most bytes of text in one place; longer text goes on in an only child.
const TEXT: usize = 16;

/// So many places are tried for the children of a node before they go to the end; chosen: no table gets large for it, and
/// what is built in time that is linear in the nodes.
const TRIES: usize = 256;

/// A node, or a gap.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Place {
    /// Its text as little-endian words.
    pub(super) words: [u64; 2],
    /// Where the words count.
    pub(super) masks: [u64; 2],
    /// The base of the node whose child it is; `NONE` for what is no child by text.
    pub(super) parent: u32,
    /// The child whose text begins with a byte is at the sum of this and the byte. No two nodes have the same.
    pub(super) base: u32,
    /// The place behind a param that is the only way through a segment.
    pub(super) param: u32,
    /// The leaf of the patterns that end here.
    pub(super) end: u32,
    /// The leaf of a wildcard.
    pub(super) wildcard: u32,
    pub(super) len: u32,
    /// The first of its ways, if there are others than a param.
    pub(super) ways: u32,
}

/// A base that leads out of the array.
const CHILDLESS: u32 = u32::MAX - 0xff;

const GAP: Place = Place {
    words: [0; 2],
    masks: [0; 2],
    parent: NONE,
    base: CHILDLESS,
    param: NONE,
    end: NONE,
    wildcard: NONE,
    len: 0,
    ways: NONE,
};

/// A way through a segment where there are others: under a constraint, divided, or as it is.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// `None` for a param.
    pub(super) segment: Option<Arc<Segment>>,
    /// The place behind it.
    pub(super) place: u32,
    /// Whether the next one belongs to the same node.
    pub(super) more: bool,
}

/// Lays the nodes of a tree out as places.
pub(super) struct Builder<'b> {
    tree: &'b Tree,
    places: &'b mut Vec<Place>,
    ways: &'b mut Vec<Way>,
    taken: Vec<bool>,
    /// Which numbers are bases.
    bases: Vec<bool>,
    first_gap: usize,
}

impl<'b> Builder<'b> {
    /// Reads this tree, writes to these arrays.
    pub(super) fn new(tree: &'b Tree, places: &'b mut Vec<Place>, ways: &'b mut Vec<Way>) -> Self {
        Self { tree, places, ways, taken: Vec::new(), bases: Vec::new(), first_gap: 0 }
    }

    /// Does it; the root comes first.
    pub(super) fn build(mut self) {
        self.reserve(0);
        let mut waiting = vec![(ROOT, 0)];
        while let Some((node, at)) = waiting.pop() {
            let node = *self.tree.node(node);
            let kids = self.tree.children(&node);
            let bytes: Vec<u8> =
                kids.iter().filter_map(|kid| self.tree.text(self.tree.node(*kid)).first().copied()).collect();
            let base = self.base_for(&bytes);
            for byte in &bytes {
                self.reserve(base as usize + usize::from(*byte));
            }
            for (kid, byte) in kids.iter().zip(&bytes) {
                let behind = self.place_text(base, *byte, self.tree.text(self.tree.node(*kid)));
                waiting.push((*kid, behind));
            }
            let (mut param, mut ways) = (NONE, NONE);
            if node.edges != NONE {
                ways = self.place_ways(&node, &mut waiting);
            } else if node.param != NONE {
                param = self.place_behind(node.param, &mut waiting);
            }
            if let Some(place) = self.places.get_mut(at) {
                place.base = base;
                place.param = param;
                place.end = node.end;
                place.wildcard = node.wildcard;
                place.ways = ways;
            }
        }
    }

    /// Puts a node without text into a gap.
    fn place_behind(&mut self, node: u32, waiting: &mut Vec<(u32, usize)>) -> u32 {
        let gap = self.gap();
        self.reserve(gap);
        waiting.push((node, gap));
        to_u32(gap)
    }

    /// The ways of a node side by side; the first of them.
    fn place_ways(&mut self, node: &Node, waiting: &mut Vec<(u32, usize)>) -> u32 {
        let first = to_u32(self.ways.len());
        let mut next = node.edges;
        while let Some(edge) = self.tree.edge(next) {
            next = edge.next;
            let (segment, place) = (Some(Arc::clone(&edge.segment)), self.place_behind(edge.target, waiting));
            self.ways.push(Way { segment, place, more: next != NONE || node.param != NONE });
        }
        if node.param != NONE {
            let place = self.place_behind(node.param, waiting);
            self.ways.push(Way { segment: None, place, more: false });
        }
        first
    }

    /// Puts a child in its place, and behind it the places of text that is too long for one; the last of them.
    fn place_text(&mut self, mut base: u32, first: u8, text: &[u8]) -> usize {
        let mut at = base as usize + usize::from(first);
        let mut pieces = text.chunks(TEXT).peekable();
        while let Some(piece) = pieces.next() {
            self.reserve(at);
            if let Some(place) = self.places.get_mut(at) {
                *place = Place { parent: base, len: to_u32(piece.len()), ..GAP };
                for (number, half) in piece.chunks(8).enumerate() {
                    let (mut word, mut mask) = ([0; 8], [0; 8]);
                    for (slot, byte) in word.iter_mut().zip(half) {
                        *slot = *byte;
                    }
                    mask.iter_mut().take(half.len()).for_each(|slot| *slot = 0xff);
                    if let (Some(to), Some(under)) = (place.words.get_mut(number), place.masks.get_mut(number)) {
                        (*to, *under) = (u64::from_le_bytes(word), u64::from_le_bytes(mask));
                    }
                }
            }
            if let Some(byte) = pieces.peek().and_then(|piece| piece.first()) {
                base = self.base_for(&[*byte]);
                if let Some(place) = self.places.get_mut(at) {
                    place.base = base;
                }
                at = base as usize + usize::from(*byte);
            }
        }
        at
    }

    /// A base of its own with which the children that begin with these bytes fall into gaps.
    fn base_for(&mut self, bytes: &[u8]) -> u32 {
        let Some(least) = bytes.iter().min().copied().map(usize::from) else { return CHILDLESS };
        let start = self.gap().max(least);
        let is_free = |places: &[bool], at: usize| !places.get(at).copied().unwrap_or_default();
        let fits = |base: usize| {
            is_free(&self.bases, base) && bytes.iter().all(|byte| is_free(&self.taken, base + usize::from(*byte)))
        };
        // Behind both ends everything is free.
        let end = self.taken.len().max(start);
        let near = (start..end).take(TRIES).map(|at| at - least).find(|base| fits(*base));
        let base = near.or_else(|| (end - least..=end + self.bases.len()).find(|base| fits(*base))).unwrap_or_default();
        mark(&mut self.bases, base);
        to_u32(base)
    }

    /// The first gap.
    fn gap(&mut self) -> usize {
        while self.taken.get(self.first_gap).copied().unwrap_or_default() {
            self.first_gap += 1;
        }
        self.first_gap
    }

    fn reserve(&mut self, at: usize) {
        if self.places.len() <= at {
            self.places.resize(at + 1, GAP);
        }
        mark(&mut self.taken, at);
    }
}

fn mark(places: &mut Vec<bool>, at: usize) {
    if places.len() <= at {
        places.resize(at + 1, false);
    }
    if let Some(place) = places.get_mut(at) {
        *place = true;
    }
}

/// The limits on routes and pattern length keep the number of nodes in range, so nothing saturates.
fn to_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
