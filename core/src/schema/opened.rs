//! The arrays and objects that a reader has open, and how those are added that were opened on the
//! [straight way](super::straight).

use super::keys::Keys;

#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) object: bool,
    /// It is the value of a key `constructor`.
    pub(super) constructor: bool,
    pub(super) first_key: u32,
}

/// What is open.
pub(super) struct Opened<'r> {
    pub(super) open: &'r mut Vec<Open>,
    pub(super) keys: &'r mut Keys,
}

impl Opened<'_> {
    /// How many are open.
    pub(super) fn count(&self) -> usize {
        self.open.len()
    }

    pub(super) fn array(&mut self) {
        self.open.push(Open { object: false, constructor: false, first_key: self.keys.count() });
    }

    /// An object with keys that were there.
    pub(super) fn object<'n>(&mut self, names: impl Iterator<Item = &'n [u8]>) {
        self.open.push(Open { object: true, constructor: false, first_key: self.keys.count() });
        names.for_each(|name| self.keys.push_name(name));
    }
}
