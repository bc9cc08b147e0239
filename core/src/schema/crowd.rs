//! Expressions whose table would be too large, followed in all of their places at once (Thompson, 1968): each byte of a text costs as
//! many steps as there are places in which the expression can be then, and never more than the expression has.
//!
//! Making the table while it is used is faster for texts that are alike, and forty times slower for one that was made
//! to need a new row for every byte. Here no text costs more than another, so expressions of too many places are refused.

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::primitives::StateID;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Characters of an expression with its repetitions written out; chosen: a byte of a text takes less than a microsecond.
const MAX_PLACES: u64 = 128;

/// An expression that is followed.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    nfa: NFA,
}

/// Where an expression is in a text; kept for the next one.
#[derive(Debug, Default)]
pub(super) struct Places {
    now: Vec<StateID>,
    next: Vec<StateID>,
    left: Vec<StateID>,
    /// For each state the turn in which it was reached last.
    reached: Vec<u64>,
    turn: u64,
}

/// The characters of an expression with its repetitions written out.
fn places(expression: &Hir) -> u64 {
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(Class::Unicode(_) | Class::Bytes(_)) => 1,
        HirKind::Repetition(repetition) => {
            let times = u64::from(repetition.max.unwrap_or(repetition.min).max(1));
            places(&repetition.sub).saturating_mul(times)
        }
        HirKind::Capture(capture) => places(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(places).sum(),
    }
}

impl Crowd {
    /// An expression and what it was compiled to; gives the reason if it has too many places.
    pub(super) fn new(expression: &Hir, nfa: NFA) -> Result<Self, String> {
        if places(expression) > MAX_PLACES {
            return Err(format!("more than {MAX_PLACES} characters of which too many can be the next at once"));
        }
        Ok(Self { nfa })
    }

    /// Whether it is found in a text.
    pub(super) fn is_match(&self, text: &[u8], places: &mut Places) -> bool {
        places.reached.resize(self.nfa.states().len(), 0);
        places.now.clear();
        places.turn += 1;
        if self.reach(self.nfa.start_unanchored(), text, 0, places) {
            return true;
        }
        std::mem::swap(&mut places.now, &mut places.next);
        for (at, byte) in text.iter().enumerate() {
            places.turn += 1;
            let now = std::mem::take(&mut places.now);
            let is_found = now
                .iter()
                .any(|state| self.step(*state, *byte).is_some_and(|state| self.reach(state, text, at + 1, places)));
            places.now = now;
            if is_found || places.next.is_empty() {
                places.next.clear();
                return is_found;
            }
            places.now.clear();
            std::mem::swap(&mut places.now, &mut places.next);
        }
        false
    }

    /// Where a byte leads.
    fn step(&self, state: StateID, byte: u8) -> Option<StateID> {
        match self.nfa.state(state) {
            State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
            State::Sparse(list) => {
                // They are sorted, and there are up to a hundred for a byte that begins a letter.
                let place = list.transitions.partition_point(|range| range.end < byte);
                list.transitions.get(place).filter(|range| range.start <= byte).map(|range| range.next)
            }
            State::Dense(list) => list.matches_byte(byte),
            _ => None,
        }
    }

    /// Notes all states in which the expression can be once it is in one. Whether that is its end.
    fn reach(&self, state: StateID, text: &[u8], at: usize, places: &mut Places) -> bool {
        places.left.push(state);
        while let Some(state) = places.left.pop() {
            match places.reached.get_mut(state.as_usize()) {
                Some(turn) if *turn != places.turn => *turn = places.turn,
                _ => continue,
            }
            match self.nfa.state(state) {
                State::Match { .. } => {
                    places.left.clear();
                    return true;
                }
                State::Union { alternates } => places.left.extend_from_slice(alternates),
                State::BinaryUnion { alt1, alt2 } => places.left.extend([*alt1, *alt2]),
                State::Capture { next, .. } => places.left.push(*next),
                State::Look { look, next } => {
                    if self.nfa.look_matcher().matches(*look, text, at) {
                        places.left.push(*next);
                    }
                }
                State::Fail => {}
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) => places.next.push(state),
            }
        }
        false
    }
}
