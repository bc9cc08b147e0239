//! The straight way through the routes: a second form of the tree, made for reading, that takes the first way open at each
//! place and never turns back. What it finds is what the walk would find first; wherever it does not arrive, at a choice
//! that was wrong, an escape, a missing method, it knows nothing, and the walk decides.
//!
//! The nodes lie in one array in which the place of a child is the sum of a number of its parent and the first byte of
//! its text, and the child says whose it is (a trie of Aoe, 1989): one load leads to it, whatever the number of children, and
//! it is one cache line with all that is read of it. Paths are read eight bytes at a time.

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
    /// Whose child it is; `NONE` for what is no child by text.
    parent: u32,
    /// The child whose text begins with a byte is at the sum of this and the byte.
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

const GAP: Place = Place {
    words: [0; 2],
    masks: [0; 2],
    parent: NONE,
    base: 0,
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
            Builder { tree, places: &mut built.places, taken: Vec::new(), first_gap: 0 }.build();
        }
        built
    }

    /// The leaf that the path leads to, with its captures; if `None`, there may be one nevertheless, and captures are
    /// anything.
    #[inline]
    pub(super) fn find(&self, path: &[u8], captures: &mut Captures) -> Option<u32> {
        let len = u32::try_from(path.len()).ok()?;
        let [b'/', .., last] = path else { return None };
        if self.ignore_trailing_slash && *last == b'/' {
            return None;
        }
        let words = Words::new(path);
        let (mut index, mut at) = (0, 1);
        let mut place = self.places.first()?;
        while at < len {
            let word = words.at(at);
            let next = place.base + (word & 0xff) as u32;
            if let Some(child) = self.places.get(next as usize)
                && child.parent == index
                && (word ^ child.words[0]) & child.masks[0] == 0
                && (child.len <= 8 || (words.at(at + 8) ^ child.words[1]) & child.masks[1] == 0)
            {
                // Not beyond the end: there the words have zeros, and texts have none.
                (place, index, at) = (child, next, at + child.len);
                continue;
            }
            if place.edges {
                return None;
            }
            if place.param == NONE {
                if place.wildcard == NONE || memchr(b'%', path.get(at as usize..)?).is_some() {
                    return None;
                }
                captures.push(Capture { start: at, len: len - at, needs_decode: false });
                return Some(place.wildcard);
            }
            let (start, mut ends) = (at, swar::ends(word));
            while ends == 0 && at + 8 < len {
                at += 8;
                ends = swar::ends(words.at(at));
            }
            at = if ends == 0 { len } else { at + ends.trailing_zeros() / 8 };
            if at == start || at - start > self.most {
                return None;
            }
            captures.push(Capture { start, len: at - start, needs_decode: false });
            index = place.param;
            place = self.places.get(index as usize)?;
        }
        if place.end != NONE {
            return Some(place.end);
        }
        captures.push(Capture { start: len, len: 0, needs_decode: false });
        Some(place.wildcard)
    }
}

/// A path in words of eight bytes, with zeros behind its end.
struct Words<'p> {
    path: &'p [u8],
    /// The last eight bytes, in the order of the path; of fewer, the highest.
    last: u64,
}

impl<'p> Words<'p> {
    #[inline]
    fn new(path: &'p [u8]) -> Self {
        let last = match path.last_chunk::<8>() {
            Some(last) => u64::from_le_bytes(*last),
            None => path.iter().fold(0, |word, byte| word >> 8 | u64::from(*byte) << 56),
        };
        Self { path, last }
    }

    /// The word that begins at a place.
    #[inline]
    fn at(&self, at: u32) -> u64 {
        let at = at as usize;
        match self.path.get(at..).and_then(<[u8]>::first_chunk::<8>) {
            Some(word) => u64::from_le_bytes(*word),
            None => {
                let missing = (at + 8).saturating_sub(self.path.len());
                if missing < 8 { self.last >> (8 * missing) } else { 0 }
            }
        }
    }
}

struct Builder<'b> {
    tree: &'b Tree,
    places: &'b mut Vec<Place>,
    taken: Vec<bool>,
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
                let behind = self.place_text(at, base, *byte, self.tree.text(self.tree.node(*kid)).to_vec());
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
    fn place_text(&mut self, parent: usize, base: u32, first: u8, text: Vec<u8>) -> usize {
        let mut at = base as usize + usize::from(first);
        let mut parent = parent;
        let mut pieces = text.chunks(TEXT).peekable();
        while let Some(piece) = pieces.next() {
            self.reserve(at);
            if let Some(place) = self.places.get_mut(at) {
                *place = Place { parent: to_u32(parent), len: to_u32(piece.len()), ..GAP };
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
                let base = self.base_for(&[*byte]);
                if let Some(place) = self.places.get_mut(at) {
                    place.base = base;
                }
                parent = at;
                at = base as usize + usize::from(*byte);
            }
        }
        at
    }

    /// A base with which the children that begin with these bytes fall into gaps.
    fn base_for(&mut self, bytes: &[u8]) -> u32 {
        let Some(least) = bytes.iter().min().copied().map(usize::from) else { return 0 };
        let start = self.gap().max(least);
        let fits = |base: usize| {
            bytes.iter().all(|byte| !self.taken.get(base + usize::from(*byte)).copied().unwrap_or_default())
        };
        let end = self.taken.len().max(start);
        let base = (start..end).take(TRIES).map(|at| at - least).find(|base| fits(*base));
        to_u32(base.unwrap_or(end - least.min(end)))
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
