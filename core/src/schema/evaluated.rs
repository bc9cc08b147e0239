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
