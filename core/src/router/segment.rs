//! A segment with more in it than one param: `:a-:b`, `:file.png`, `:hour(\d+)h:minute(\d+)m`, `:id(int)`. It is matched as a
//! whole, in time that is linear in its bytes for any pattern and any path.
//!
//! Where a text can be divided in several ways, an unconstrained param ends as early as it can, but what follows another
//! unconstrained one never contains the text between them (`:a-:b` takes `x-y-z` as `x-y` and `z`); a constrained one ends
//! as late as it can. These are find-my-way's ways.

use std::sync::Arc;

use super::constraint::Constraint;
use super::regex::State;

/// Most bytes of a segment that has several params or text beside them, decoded; chosen: no file name, and no two UUIDs
/// with a title, are longer. It bounds what a lookup keeps on its stack. A longer one matches no such pattern.
pub const MAX_DIVIDED_BYTES: usize = 512;

const WORDS: usize = MAX_DIVIDED_BYTES / 64 + 1;

/// A piece of a segment.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(Vec<u8>),
    Param(Option<Arc<Constraint>>),
}

/// What a lookup asks of every param.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demands {
    /// ASCII letters of the text are alike in both cases; the text of the pattern is in lower case.
    pub fold: bool,
    /// Whether a param may be empty.
    pub empty: bool,
}

/// Pieces of which the first is a param, and no two params stand side by side.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pieces: Vec<Piece>,
    params: usize,
}

/// Where a param lies: its first byte and the one behind its last.
pub(super) type Found = (usize, usize);

impl Segment {
    /// A segment of these pieces.
    pub(super) fn new(pieces: Vec<Piece>) -> Self {
        let params = pieces.iter().filter(|piece| matches!(piece, Piece::Param(_))).count();
        Self { pieces, params }
    }

    /// The constraint of the only piece, if there is one piece.
    pub(super) fn single(&self) -> Option<&Constraint> {
        match self.pieces.as_slice() {
            [Piece::Param(Some(constraint))] => Some(constraint),
            _ => None,
        }
    }

    /// What decides which of two segments is tried first, the greater first: the more text, then the more constraints,
    /// then the narrower ones.
    pub(super) fn priority(&self) -> (usize, usize, i32) {
        let mut priority = (0, 0, 0);
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => priority.0 += text.len(),
                Piece::Param(Some(constraint)) => {
                    priority.1 += 1;
                    priority.2 -= i32::from(constraint.rank);
                }
                Piece::Param(None) => {}
            }
        }
        priority
    }

    /// Whether both match the same texts, judged by how they are written.
    pub(super) fn same_shape(&self, other: &Self) -> bool {
        self.pieces.len() == other.pieces.len()
            && self.pieces.iter().zip(&other.pieces).all(|pair| match pair {
                (Piece::Text(a), Piece::Text(b)) => a == b,
                (Piece::Param(a), Piece::Param(b)) => {
                    a.as_ref().map(|constraint| &constraint.source) == b.as_ref().map(|constraint| &constraint.source)
                }
                _ => false,
            })
    }

    /// Divides a whole text; the params go to `found` in their order.
    pub(super) fn divide(&self, text: &[u8], demands: Demands, mut found: impl FnMut(Found)) -> bool {
        if text.len() > MAX_DIVIDED_BYTES {
            return false;
        }
        match self.pieces.as_slice() {
            [Piece::Param(None), Piece::Text(suffix)] => {
                let end = text.len().saturating_sub(suffix.len());
                let matches = (end > 0 || demands.empty)
                    && text.len() >= suffix.len()
                    && is_text(text, end, suffix, demands.fold);
                if matches {
                    found((0, end));
                }
                matches
            }
            [Piece::Param(None), Piece::Text(between), Piece::Param(None)] if between.len() == 1 => {
                // The first must not be empty, the last contains nothing of what is between.
                let least = usize::from(!demands.empty);
                let end = text.len().saturating_sub(least);
                let same = |at: &usize| is_text(text, *at, between, demands.fold);
                let Some(at) = (least..end).rev().find(same) else { return false };
                found((0, at));
                found((at + 1, text.len()));
                true
            }
            pieces => self.divide_any(pieces, text, demands, found),
        }
    }

    /// Two passes: forward, which places each piece can end at, and where what ends there began; backward from the end.
    fn divide_any(&self, pieces: &[Piece], text: &[u8], demands: Demands, mut found: impl FnMut(Found)) -> bool {
        let places = text.len() + 1;
        let (mut stack, mut heap) = ([0_u16; 256], Vec::new());
        let origins = if let Some(origins) = stack.get_mut(..places * self.params) {
            origins
        } else {
            heap.resize(places * self.params, 0_u16);
            heap.as_mut_slice()
        };
        let mut reached = Places::default();
        reached.add(0);
        let mut before: Option<&Option<Arc<Constraint>>> = None;
        let mut between: &[u8] = &[];
        let mut rows = origins.chunks_exact_mut(places);
        for piece in pieces {
            reached = match piece {
                Piece::Text(expected) => {
                    between = expected;
                    reached.behind(text, expected, demands.fold)
                }
                Piece::Param(constraint) => {
                    let Some(row) = rows.next() else { return false };
                    let ends = match constraint {
                        None => {
                            let overlap = if matches!(before, Some(None)) { between.len() } else { 1 };
                            reached.free_ends(text.len(), demands.empty, overlap, row)
                        }
                        Some(constraint) => {
                            let earliest = matches!(before, Some(None));
                            constrained_ends(constraint, &reached, text, demands.empty, earliest, row)
                        }
                    };
                    before = Some(constraint);
                    ends
                }
            };
        }
        if !reached.has(text.len()) {
            return false;
        }
        self.collect(pieces, text, origins, &mut found)
    }

    fn collect(&self, pieces: &[Piece], text: &[u8], origins: &[u16], found: &mut impl FnMut(Found)) -> bool {
        let mut params = [(0, 0); super::pattern::MAX_PARAMS];
        let (mut end, mut left) = (text.len(), self.params);
        for piece in pieces.iter().rev() {
            match piece {
                Piece::Text(expected) => end = end.saturating_sub(expected.len()),
                Piece::Param(constraint) => {
                    left = left.saturating_sub(1);
                    let origin = origins.get(left * (text.len() + 1) + end).map_or(0, |origin| usize::from(*origin));
                    let param = text.get(origin..end).unwrap_or_default();
                    if constraint.as_ref().is_some_and(|constraint| !constraint.permits(param)) {
                        return false;
                    }
                    if let Some(slot) = params.get_mut(left) {
                        *slot = (origin, end);
                    }
                    end = origin;
                }
            }
        }
        params.iter().take(self.params).for_each(|param| found(*param));
        true
    }
}

/// Whether `expected` stands at a place.
fn is_text(text: &[u8], at: usize, expected: &[u8], fold: bool) -> bool {
    let Some(there) = text.get(at..).and_then(|rest| rest.get(..expected.len())) else { return false };
    if fold { there.eq_ignore_ascii_case(expected) } else { there == expected }
}

/// A set of places between the bytes of a segment.
#[derive(Clone, Copy, Default)]
struct Places([u64; WORDS]);

impl Places {
    fn add(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    fn first(&self) -> Option<usize> {
        self.0.iter().zip(0..).find(|(word, _)| **word != 0).map(|(word, at)| at * 64 + word.trailing_zeros() as usize)
    }

    /// The places behind `expected` where it stands at one of these.
    fn behind(&self, text: &[u8], expected: &[u8], fold: bool) -> Self {
        let mut places = Self::default();
        let Some(first) = self.first() else { return places };
        for at in first..=text.len().saturating_sub(expected.len()) {
            if self.has(at) && is_text(text, at, expected, fold) {
                places.add(at + expected.len());
            }
        }
        places
    }

    /// Where a param without a constraint can end that begins at one of these. It begins at the last possible one, or at
    /// one before it that the `overlap` last bytes share.
    fn free_ends(&self, len: usize, empty: bool, overlap: usize, row: &mut [u16]) -> Self {
        let mut places = Self::default();
        let mut last = None;
        for (end, slot) in (0..=len).zip(row) {
            let candidate = if empty { Some(end) } else { end.checked_sub(1) };
            if let Some(place) = candidate.filter(|place| self.has(*place)) {
                last = Some(place);
            }
            if let Some(last) = last {
                let from = (last + 1).saturating_sub(overlap);
                let origin = (from..last).find(|place| self.has(*place)).unwrap_or(last);
                *slot = u16::try_from(origin).unwrap_or(u16::MAX);
                places.add(end);
            }
        }
        places
    }
}

/// Where a constrained param can end that begins at one of `starts`: its automaton runs from all of them at once, and of
/// the runs that are in one state only the preferred one goes on.
fn constrained_ends(
    constraint: &Constraint,
    starts: &Places,
    text: &[u8],
    empty: bool,
    earliest: bool,
    row: &mut [u16],
) -> Places {
    let regex = &constraint.regex;
    let mut places = Places::default();
    let mut runs: Vec<(State, u16)> = Vec::new();
    let mut next: Vec<(State, u16)> = Vec::new();
    // Which run of `next` is in a state: the place it was entered at, and its position.
    let mut seen = vec![(u16::MAX, 0_u16); regex.states()];
    let prefers = |a: u16, b: u16| if earliest { a < b } else { a > b };
    for (place, slot) in (0_u16..).zip(row) {
        let mut origin: Option<u16> = None;
        for (state, from) in &runs {
            if regex.accepts(*state) && origin.is_none_or(|other| prefers(*from, other)) {
                origin = Some(*from);
            }
        }
        if starts.has(usize::from(place)) {
            if empty && regex.accepts(regex.start()) && origin.is_none_or(|other| prefers(place, other)) {
                origin = Some(place);
            }
            runs.push((regex.start(), place));
        }
        if let Some(origin) = origin {
            *slot = origin;
            places.add(usize::from(place));
        }
        let Some(byte) = text.get(usize::from(place)) else { break };
        next.clear();
        for (state, from) in &runs {
            let Some(state) = regex.step(*state, *byte) else { continue };
            let Some(mark) = seen.get_mut(regex.index(state)) else { continue };
            if mark.0 == place {
                if let Some(run) = next.get_mut(usize::from(mark.1)).filter(|run| prefers(*from, run.1)) {
                    run.1 = *from;
                }
                continue;
            }
            *mark = (place, u16::try_from(next.len()).unwrap_or(u16::MAX));
            next.push((state, *from));
        }
        std::mem::swap(&mut runs, &mut next);
    }
    places
}
