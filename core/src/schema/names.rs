//! The names that a schema gives to properties, found by a table. Peers choose what is looked up, never what is in it.

use super::program::NodeId;

/// Names up to which they are compared one by one; chosen.
const FEW: usize = 8;
const FREE: u32 = u32::MAX;

/// A name that a schema knows.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) text: Box<[u8]>,
    /// The schema of its values, if `properties` has one.
    pub(super) node: Option<NodeId>,
}

/// All names of one schema, numbered in the order of their adding.
#[derive(Debug, Default)]
pub(super) struct NameTable {
    names: Vec<Name>,
    slots: Box<[u32]>,
}

fn hash(name: &[u8]) -> usize {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let (first, last) = match name.len() {
        0..8 => (name.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)), 0),
        _ => (word(name.first_chunk()), word(name.last_chunk())),
    };
    let mixed = (first ^ last.rotate_left(29) ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The upper bits are the mixed ones.
    usize::try_from(mixed >> 40).unwrap_or_default()
}

impl NameTable {
    /// The number of a name, which is added if it is new.
    pub(super) fn add(&mut self, text: &[u8]) -> u32 {
        let at = self.names.iter().position(|name| *name.text == *text).unwrap_or_else(|| {
            self.names.push(Name { text: text.into(), node: None });
            self.names.len() - 1
        });
        u32::try_from(at).unwrap_or(FREE)
    }

    pub(super) fn set_node(&mut self, number: u32, node: NodeId) {
        if let Some(name) = self.names.get_mut(number as usize) {
            name.node = Some(node);
        }
    }

    /// Lets each schema be replaced.
    pub(super) fn each_node(&mut self, replace: impl Fn(&mut NodeId)) {
        self.names.iter_mut().filter_map(|name| name.node.as_mut()).for_each(replace);
    }

    /// Makes the table, when all names are there.
    pub(super) fn finish(&mut self) {
        if self.names.len() <= FEW {
            return;
        }
        let size = (self.names.len() * 2).next_power_of_two();
        let mut slots = vec![FREE; size];
        for (number, name) in (0..).zip(&self.names) {
            let mut at = hash(&name.text) & (size - 1);
            while slots.get(at).is_some_and(|slot| *slot != FREE) {
                at = (at + 1) & (size - 1);
            }
            if let Some(slot) = slots.get_mut(at) {
                *slot = number;
            }
        }
        self.slots = slots.into();
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Name> {
        self.names.iter()
    }

    pub(super) fn get(&self, number: u32) -> Option<&Name> {
        self.names.get(number as usize)
    }

    /// The number of a name. `hint` is the number it likely has: members come in the order in which they were declared.
    #[inline]
    pub(super) fn find(&self, text: &[u8], hint: u32) -> Option<u32> {
        if self.get(hint).is_some_and(|name| *name.text == *text) {
            return Some(hint);
        }
        if self.slots.is_empty() {
            return (0..).zip(&self.names).find(|(_, name)| *name.text == *text).map(|(number, _)| number);
        }
        let mut at = hash(text) & (self.slots.len() - 1);
        loop {
            let number = *self.slots.get(at)?;
            if number == FREE {
                return None;
            }
            if self.get(number).is_some_and(|name| *name.text == *text) {
                return Some(number);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}
