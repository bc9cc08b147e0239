//! The straight way through the routes: a second form of the tree, made for reading, that takes the first way open at each
//! place and never turns back. What it finds is what the walk would find first; wherever it does not arrive, at a choice
//! that was wrong, an escape, a missing method, it knows nothing, and the walk decides.
//!
//! Paths are read eight bytes at a time.

use memchr::memchr;
use memchr::memmem;

use super::captures::{Capture, Captures};
use super::places::{Builder, Place, Way};
use super::routes::RouterOptions;
use super::segment::Demands;
use super::swar;
use super::tree::{NONE, Tree};

/// The straight ways of a tree. Empty, so that none leads anywhere, where no lookup could go one.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct Straight {
    places: Vec<Place>,
    ways: Vec<Way>,
    most: u32,
    fold: bool,
    /// One of the following.
    drops_slashes: bool,
    ignore_trailing_slash: bool,
    merge_slashes: bool,
}

impl Straight {
    /// Reads a tree.
    pub(super) fn new(tree: &Tree, options: &RouterOptions) -> Self {
        let mut built = Self {
            places: Vec::new(),
            ways: Vec::new(),
            most: options.max_param_bytes.and_then(|most| u32::try_from(most).ok()).unwrap_or(u32::MAX),
            fold: options.ignore_case,
            drops_slashes: options.ignore_trailing_slash || options.merge_slashes,
            ignore_trailing_slash: options.ignore_trailing_slash,
            merge_slashes: options.merge_slashes,
        };
        // An escape in a path is noticed because no text has its sign.
        if !options.empty_params && !tree.has_text_with(b'%') {
            Builder::new(tree, &mut built.places, &mut built.ways).build();
        }
        built
    }

    /// The leaf that the path leads to, with its captures; if `None`, there may be one nevertheless, and captures are
    /// anything.
    #[inline]
    pub(super) fn find(&self, path: &[u8], captures: &mut Captures) -> Option<u32> {
        if self.drops_slashes && self.has_slashes_to_drop(path) {
            return None;
        }
        if self.fold { self.go_folding(path, captures) } else { self.go::<false>(path, captures) }
    }

    #[inline(never)]
    fn has_slashes_to_drop(&self, path: &[u8]) -> bool {
        self.ignore_trailing_slash && path.last() == Some(&b'/')
            || self.merge_slashes && memmem::find(path, b"//").is_some()
    }

    #[inline(never)]
    fn go_folding(&self, path: &[u8], captures: &mut Captures) -> Option<u32> {
        self.go::<true>(path, captures)
    }

    /// `FOLD` says that ASCII letters of text are alike in both cases; the text is in lower case.
    #[inline]
    fn go<const FOLD: bool>(&self, path: &[u8], captures: &mut Captures) -> Option<u32> {
        let len = u32::try_from(path.len()).ok()?;
        let mut rest = path.strip_prefix(b"/")?;
        let last = last_word(path);
        let mut place = self.places.first()?;
        while let Some(word) = first_word::<FOLD>(rest, last) {
            if let Some(child) = self.places.get(place.base as usize + (word & 0xff) as usize)
                && child.parent == place.base
                && (word ^ child.words[0]) & child.masks[0] == 0
                && (child.len <= 8 || child.goes_on::<FOLD>(rest, last))
            {
                // Not beyond the end: there the words have zeros, and texts have none.
                rest = rest.get(child.len as usize..)?;
                place = child;
                continue;
            }
            let start = len - short(rest.len());
            if place.param == NONE {
                if place.ways == NONE {
                    return place.rest(rest, start, captures);
                }
                (place, rest) = self.cross(place, rest, start, captures)?;
                continue;
            }
            let (segment, after) = split_segment(rest, word, last)?;
            if segment == 0 || segment > self.most {
                return None;
            }
            captures.push(Capture { start, len: segment, needs_decode: false });
            rest = after;
            place = self.places.get(place.param as usize)?;
        }
        if place.end == NONE { place.rest(rest, len, captures) } else { Some(place.end) }
    }

    /// The place behind the first way that the segment fits, with its captures, and what follows.
    #[inline(never)]
    fn cross<'p>(
        &self,
        place: &Place,
        rest: &'p [u8],
        start: u32,
        captures: &mut Captures,
    ) -> Option<(&Place, &'p [u8])> {
        let (segment, after) = rest.split_at_checked(swar::find_in(rest, b'/'))?;
        if segment.is_empty() || memchr(b'%', segment).is_some() {
            return None;
        }
        let mark = captures.len();
        for way in self.ways.get(place.ways as usize..)? {
            let mut fits = true;
            let mut found = |(from, to): (usize, usize)| {
                let len = short(to - from);
                fits &= len <= self.most;
                captures.push(Capture { start: start + short(from), len, needs_decode: false });
            };
            let matches = match &way.segment {
                Some(pieces) if pieces.single().is_none() => {
                    pieces.divide(segment, Demands { fold: self.fold, empty: false }, found) && fits
                }
                pieces => {
                    found((0, segment.len()));
                    fits && pieces.as_ref().and_then(|pieces| pieces.single()).is_none_or(|it| it.matches(segment))
                }
            };
            if matches {
                return Some((self.places.get(way.place as usize)?, after));
            }
            captures.truncate(mark);
            if !way.more {
                break;
            }
        }
        None
    }
}

impl Place {
    /// The leaf of a wildcard that begins here, with what it takes.
    #[inline(never)]
    fn rest(&self, rest: &[u8], start: u32, captures: &mut Captures) -> Option<u32> {
        if self.wildcard == NONE || memchr(b'%', rest).is_some() {
            return None;
        }
        captures.push(Capture { start, len: short(rest.len()), needs_decode: false });
        Some(self.wildcard)
    }

    /// Whether the second word of the text fits as well.
    #[inline]
    fn goes_on<const FOLD: bool>(&self, rest: &[u8], last: u64) -> bool {
        let word = rest.get(8..).and_then(|rest| first_word::<FOLD>(rest, last)).unwrap_or(0);
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
fn first_word<const FOLD: bool>(rest: &[u8], last: u64) -> Option<u64> {
    let word = match rest.first_chunk::<8>() {
        Some(word) => u64::from_le_bytes(*word),
        None if rest.is_empty() => return None,
        None => last >> (64 - 8 * rest.len()),
    };
    Some(if FOLD { swar::lower(word) } else { word })
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
        match first_word::<false>(after, last) {
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
