//! The keys of the objects that are open, to find one that is there twice. Few are compared with each other as they
//! come; many are sorted when their object ends, so that no choice of keys costs more than n log n.

use super::reader::Scalar;
use super::scan;

/// Keys up to which each is compared with all before it; chosen: beyond it sorting is cheaper.
const FEW: u32 = 12;

#[derive(Clone, Copy, Debug)]
struct Key {
    start: u32,
    end: u32,
    /// Whether it stands among the decoded ones.
    decoded: bool,
    /// Its length and first bytes, by which most differ.
    mark: u64,
}

/// The keys of all open objects, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Keys {
    keys: Vec<Key>,
    decoded: Vec<u8>,
}

fn mark(name: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = name.len().min(7);
    if let (Some(to), Some(from)) = (bytes.get_mut(..length), name.get(..length)) {
        to.copy_from_slice(from);
    }
    u64::from_be_bytes(bytes) | (name.len() as u64 & 0xff)
}

impl Keys {
    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.decoded.clear();
    }

    pub(super) fn count(&self) -> u32 {
        // A key takes two bytes of a text of at most 4 GiB.
        u32::try_from(self.keys.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn truncate(&mut self, count: u32) {
        let rest = self.keys.get(count as usize..).unwrap_or_default();
        if let Some(first) = rest.iter().find(|key| key.decoded) {
            self.decoded.truncate(first.start as usize);
        }
        self.keys.truncate(count as usize);
    }

    /// Notes a key and gives its place.
    #[inline]
    pub(super) fn push(&mut self, text: &[u8], key: Scalar) -> usize {
        let raw = text.get(key.start as usize..key.end as usize).unwrap_or_default();
        if key.escaped {
            let start = u32::try_from(self.decoded.len()).unwrap_or(u32::MAX);
            scan::decode(raw, &mut self.decoded);
            let end = u32::try_from(self.decoded.len()).unwrap_or(u32::MAX);
            let name = self.decoded.get(start as usize..).unwrap_or_default();
            self.keys.push(Key { start, end, decoded: true, mark: mark(name) });
        } else {
            self.keys.push(Key { start: key.start, end: key.end, decoded: false, mark: mark(raw) });
        }
        self.keys.len() - 1
    }

    /// Notes a key that was there, wherever it stood.
    pub(super) fn push_name(&mut self, name: &[u8]) {
        let start = u32::try_from(self.decoded.len()).unwrap_or(u32::MAX);
        self.decoded.extend_from_slice(name);
        let end = u32::try_from(self.decoded.len()).unwrap_or(u32::MAX);
        self.keys.push(Key { start, end, decoded: true, mark: mark(name) });
    }

    pub(super) fn name<'t>(&'t self, text: &'t [u8], place: usize) -> &'t [u8] {
        self.keys.get(place).map_or(&[], |key| self.bytes(text, key))
    }

    fn bytes<'t>(&'t self, text: &'t [u8], key: &Key) -> &'t [u8] {
        let from = if key.decoded { &self.decoded } else { text };
        from.get(key.start as usize..key.end as usize).unwrap_or_default()
    }

    /// Whether the last key is among the few before it.
    #[inline]
    pub(super) fn repeats(&self, text: &[u8], first: u32) -> bool {
        let Some([others @ .., last]) = self.keys.get(first as usize..) else { return false };
        others.len() < FEW as usize
            && others.iter().any(|key| key.mark == last.mark && self.bytes(text, key) == self.bytes(text, last))
    }

    /// Whether any key of the innermost object, whose first is `first`, is there twice.
    pub(super) fn has_duplicate(&mut self, text: &[u8], first: u32) -> bool {
        if self.count() - first <= FEW {
            return false;
        }
        let mut order: Vec<Key> = self.keys.get(first as usize..).unwrap_or_default().to_vec();
        order.sort_unstable_by(|one, two| {
            one.mark.cmp(&two.mark).then_with(|| self.bytes(text, one).cmp(self.bytes(text, two)))
        });
        order.windows(2).any(
            |pair| matches!(pair, [one, two] if one.mark == two.mark && self.bytes(text, one) == self.bytes(text, two)),
        )
    }
}
