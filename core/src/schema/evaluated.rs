//! Which members or elements of a value some keyword has looked at, for `unevaluatedProperties` and `unevaluatedItems`.

/// A set of the places of members or elements, counted from 0.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    bits: Vec<u64>,
    all: bool,
}

impl Evaluated {
    pub(super) fn add(&mut self, place: u32) {
        if self.all {
            return;
        }
        let word = place as usize / 64;
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= 1 << (place % 64);
        }
    }

    pub(super) fn add_all(&mut self) {
        self.all = true;
    }

    pub(super) fn has(&self, place: u32) -> bool {
        self.all || self.bits.get(place as usize / 64).is_some_and(|bits| bits & (1 << (place % 64)) != 0)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.all |= other.all;
        if self.bits.len() < other.bits.len() {
            self.bits.resize(other.bits.len(), 0);
        }
        for (bits, more) in self.bits.iter_mut().zip(&other.bits) {
            *bits |= more;
        }
    }
}

/// The names of an object that were seen.
#[derive(Default)]
pub(super) struct Seen {
    few: u64,
    many: Vec<u64>,
}

impl Seen {
    pub(super) fn add(&mut self, number: u32) {
        if number < 64 {
            self.few |= 1 << number;
            return;
        }
        let word = number as usize / 64;
        if self.many.len() <= word {
            self.many.resize(word + 1, 0);
        }
        if let Some(bits) = self.many.get_mut(word) {
            *bits |= 1 << (number % 64);
        }
    }

    pub(super) fn has(&self, number: u32) -> bool {
        let bits = if number < 64 { self.few } else { self.many.get(number as usize / 64).copied().unwrap_or(0) };
        bits & (1 << (number % 64)) != 0
    }
}
