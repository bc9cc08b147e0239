//! The straight way through the routes: a second form of the tree, made for reading, that takes the first way open at each
//! place and never turns back. What it finds is what the walk would find first; wherever it does not arrive, at a choice
//! that was wrong, an escape, a missing method, it knows nothing, and the walk decides.
//!
//! The nodes lie in one array in which the place of a child is the sum of a number of its parent and the first byte of
//! its text, and the child says whose it is (a trie of Aoe, 1989): one load leads to it, whatever the number of children, and
//! it is one cache line with all that is read of it. Paths are read eight bytes at a time.

use std::collections::HashSet;

use memchr::memchr;

use super::captures::{Capture, Captures};
use super::routes::RouterOptions;
use super::swar;
use super::tree::{NONE, ROOT, Tree};

/// Most bytes of text in one place; longer text goes on in an only child.
const TEXT: usize = 16;

/// So many places are tried for the children of a node before they go to the end; chosen: no table gets large for it, and
/// what is built in time that is linear in the nodes.
const TRIES: usize = 256;

/// A node, or a gap.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Place {
    /// Its text as little-endian words.
    words: [u64; 2],
    /// Where the words count.
    masks: [u64; 2],
    /// The base of the node whose child it is; `NONE` for what is no child by text.
    parent: u32,
    /// The child whose text begins with a byte is at the sum of this and the byte. No two nodes have the same.
    base: u32,
    /// The place behind a param.
    param: u32,
    /// The leaf of the patterns that end here.
    end: u32,
    /// The leaf of a wildcard.
    wildcard: u32,
    len: u32,
    /// Edges come before the param: the walk knows how to cross them.
    edges: bool,
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
    edges: false,
};

/// The straight ways of a tree. Empty, so that none leads anywhere, where the router reads paths in a manner of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Straight {
    places: Vec<Place>,
    most: u32,
    ignore_trailing_slash: bool,
}

impl Straight {
    /// Reads a tree.
    pub(super) fn new(tree: &Tree, options: &RouterOptions) -> Self {
        let most = options.max_param_bytes.and_then(|most| u32::try_from(most).ok()).unwrap_or(u32::MAX);
        let mut built = Self { places: Vec::new(), most, ignore_trailing_slash: options.ignore_trailing_slash };
        // An escape in a path is noticed because no text has its sign.
        if !(options.ignore_case || options.merge_slashes || options.empty_params || tree.has_text_with(b'%')) {
            Builder { tree, places: &mut built.places, taken: Vec::new(), bases: HashSet::new(), first_gap: 0 }.build();
        }
        built
    }

    /// The leaf that the path leads to, with its captures; if `None`, there may be one nevertheless, and captures are
    /// anything.
    #[inline]
    pub(super) fn find(&self, path: &[u8], captures: &mut Captures) -> Option<u32> {
        let len = u32::try_from(path.len()).ok()?;
        let mut rest = path.strip_prefix(b"/")?;
        if self.ignore_trailing_slash && path.last() == Some(&b'/') {
            return None;
        }
        let last = last_word(path);
        let mut place = self.places.first()?;
        while let Some(word) = first_word(rest, last) {
            if let Some(child) = self.places.get(place.base as usize + (word & 0xff) as usize)
                && child.parent == place.base
                && (word ^ child.words[0]) & child.masks[0] == 0
                && (child.len <= 8 || child.goes_on(rest, last))
            {
                // Not beyond the end: there the words have zeros, and texts have none.
                rest = rest.get(child.len as usize..)?;
                place = child;
                continue;
            }
            let start = len - short(rest.len());
            if place.param == NONE {
                if place.wildcard == NONE || memchr(b'%', rest).is_some() {
                    return None;
                }
                captures.push(Capture { start, len: len - start, needs_decode: false });
                return Some(place.wildcard);
            }
            let (segment, after) = split_segment(rest, word, last)?;
            if segment == 0 || segment > self.most {
                return None;
            }
            captures.push(Capture { start, len: segment, needs_decode: false });
            rest = after;
            place = self.places.get(place.param as usize)?;
        }
        if place.end == NONE {
            captures.push(Capture { start: len, len: 0, needs_decode: false });
            return Some(place.wildcard);
        }
        Some(place.end)
    }
}

impl Place {
    /// Whether the second word of the text fits as well.
    fn goes_on(&self, rest: &[u8], last: u64) -> bool {
        let word = rest.get(8..).and_then(|rest| first_word(rest, last)).unwrap_or(0);
        (word ^ self.words[1]) & self.masks[1] == 0
    }
}

/// The last eight bytes of a path; of fewer, the highest.
#[inline]
fn last_word(path: &[u8]) -> u64 {
    match path.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => path.iter().fold(0, |word, byte| word >> 8 | u64::from(*byte) << 56),
    }
}

/// The first eight bytes of what is left of a path, with zeros behind its end; `None` at the end.
#[inline]
fn first_word(rest: &[u8], last: u64) -> Option<u64> {
    match rest.first_chunk::<8>() {
        Some(word) => Some(u64::from_le_bytes(*word)),
        None if rest.is_empty() => None,
        None => Some(last >> (64 - 8 * rest.len())),
    }
}

/// The length of what is before the next `/` or `%`, and what follows.
#[inline]
fn split_segment(rest: &[u8], mut word: u64, last: u64) -> Option<(u32, &[u8])> {
    let mut after = rest;
    loop {
        let end = swar::end(word);
        if end < 8 {
            after = after.get(end..)?;
            return Some((short(rest.len() - after.len()), after));
        }
        after = after.get(8..).unwrap_or_default();
        match first_word(after, last) {
            Some(next) => word = next,
            None => return Some((short(rest.len()), &[])),
        }
    }
}

/// Paths are shorter than 4 GiB, so nothing saturates.
#[inline]
fn short(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

struct Builder<'b> {
    tree: &'b Tree,
    places: &'b mut Vec<Place>,
    taken: Vec<bool>,
    bases: HashSet<u32>,
    first_gap: usize,
}

impl Builder<'_> {
    fn build(mut self) {
        self.reserve(0);
        let mut waiting = vec![(ROOT, 0)];
        while let Some((node, at)) = waiting.pop() {
            let node = *self.tree.node(node);
            let kids: Vec<u32> = self.tree.children(&node).to_vec();
            let bytes: Vec<u8> =
                kids.iter().filter_map(|kid| self.tree.text(self.tree.node(*kid)).first().copied()).collect();
            let base = self.base_for(&bytes);
            for (kid, byte) in kids.iter().zip(&bytes) {
                let behind = self.place_text(base, *byte, self.tree.text(self.tree.node(*kid)).to_vec());
                waiting.push((*kid, behind));
            }
            let mut param = NONE;
            if node.param != NONE {
                let gap = self.gap();
                self.reserve(gap);
                param = to_u32(gap);
                waiting.push((node.param, gap));
            }
            if let Some(place) = self.places.get_mut(at) {
                place.base = base;
                place.param = param;
                place.end = node.end;
                place.wildcard = node.wildcard;
                place.edges = node.edges != NONE;
            }
        }
    }

    /// Puts a child in its place, and behind it the places of text that is too long for one; the last of them.
    fn place_text(&mut self, mut base: u32, first: u8, text: Vec<u8>) -> usize {
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
        let is_gap = |at: usize| !self.taken.get(at).copied().unwrap_or_default();
        let fits = |base: usize| {
            bytes.iter().all(|byte| is_gap(base + usize::from(*byte))) && !self.bases.contains(&to_u32(base))
        };
        // Behind the end there are gaps only, and fewer bases of others than bytes.
        let end = self.taken.len().max(start);
        let near = (start..end).take(TRIES).map(|at| at - least).find(|base| fits(*base));
        let base = near.or_else(|| (end - least..).find(|base| fits(*base))).unwrap_or_default();
        self.bases.insert(to_u32(base));
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
            self.taken.resize(at + 1, false);
        }
        if let Some(taken) = self.taken.get_mut(at) {
            *taken = true;
        }
    }
}

/// The limits on routes and pattern length keep the number of nodes in range, so nothing saturates.
fn to_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
