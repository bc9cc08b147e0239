//! Small files in memory, so that most requests for them never reach JavaScript or a disk.
//!
//! What is kept is only served while a fresh look at the file shows it unchanged: once per turn of the event loop and
//! file. The set is bounded in bytes, headings and keys included; the second-chance rule (CLOCK) chooses what goes, so
//! that a scan of files asked for once does not push out those in use. Does no I/O: the look is the caller's.

use std::collections::HashMap;
use std::sync::Arc;

use super::validators::FileTime;
use super::{CodingSet, FileMeta, FilePlan, FileRequest, PlanOptions, plan};

/// What an entry costs beside its bytes, fields, key and paths: the slot, the maps' share, the allocations. Chosen.
const ENTRY_BYTES: usize = 512;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HotLimits {
    /// Bytes of all files with their headings; default 32 MiB. 0 keeps nothing.
    pub max_bytes: usize,
    /// Bytes of one file; default 64 KiB, which is one write to a socket.
    pub max_file_bytes: usize,
}

impl Default for HotLimits {
    fn default() -> Self {
        Self { max_bytes: 32 << 20, max_file_bytes: 64 << 10 }
    }
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HotKey<'a> {
    /// The number of the root.
    pub mount: u32,
    /// The codings the request accepts, of those the root has.
    pub codings: CodingSet,
    /// The path below the root, as `resolve_path` gave it.
    pub path: &'a str,
}

/// By what a file is known to be unchanged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileIdentity {
    /// The device; 0 where there is none.
    pub device: u64,
    /// The number on that device; 0 where there is none.
    pub inode: u64,
    /// Bytes.
    pub len: u64,
    /// When the content was last changed.
    pub mtime: FileTime,
    /// When content or attributes were last changed; creation where there is no such time.
    pub ctime: FileTime,
}

/// A file that must be as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Where to look.
    pub path: Box<str>,
    /// As it was when its content was read.
    pub identity: FileIdentity,
}

/// A file to be kept.
#[derive(Debug)]
pub struct NewHotFile {
    /// The file, and the original too if it is a coded variant.
    pub watched: Vec<Watched>,
    /// What is known of the file.
    pub meta: FileMeta,
    /// Its content.
    pub bytes: Arc<[u8]>,
    /// The options of its root.
    pub options: Arc<PlanOptions>,
}

/// A file that is kept.
#[derive(Debug)]
pub struct HotFile {
    file: NewHotFile,
    fields: String,
}

impl HotFile {
    /// The whole content. Stays valid when the file is evicted.
    #[must_use]
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.file.bytes
    }

    /// The field lines of a 200, ready to be sent: for requests without conditions and range.
    #[must_use]
    pub fn fields(&self) -> &str {
        &self.fields
    }

    /// What is known of the file.
    #[must_use]
    pub fn meta(&self) -> &FileMeta {
        &self.file.meta
    }

    /// The answer to any request.
    #[must_use]
    pub fn plan(&self, request: &FileRequest<'_>, now: FileTime) -> FilePlan {
        plan(request, &self.file.meta, &self.file.options, now)
    }
}

/// Counts since the set was made, and what it holds now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HotStatistics {
    /// Look-ups that gave a file.
    pub hits: u64,
    /// Look-ups that gave none.
    pub misses: u64,
    /// Misses because the file had changed.
    pub stale: u64,
    /// Files that had to make room.
    pub evictions: u64,
    /// Files now.
    pub files: usize,
    /// Bytes now, headings and keys included.
    pub bytes: usize,
}

#[derive(Debug)]
struct Entry {
    key: Arc<[u8]>,
    hot: HotFile,
    cost: usize,
    /// The turn in which the files were last looked at.
    turn: Option<u64>,
    /// Whether it was asked for since the hand went by.
    used: bool,
}

/// The files of all roots of a server.
#[derive(Debug, Default)]
pub struct HotSet {
    limits: HotLimits,
    /// The standard keyed hash: paths are what strangers send.
    places: HashMap<Arc<[u8]>, usize>,
    entries: Vec<Option<Entry>>,
    free: Vec<usize>,
    hand: usize,
    scratch: Vec<u8>,
    statistics: HotStatistics,
}

impl HotSet {
    /// An empty set.
    #[must_use]
    pub fn new(limits: HotLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// The file for `key`, if it is kept and unchanged. `turn` is the number of the turn of the event loop; `stat` gives
    /// a fresh identity, or `None` if there is no such file, and is called at most once per watched file and turn.
    pub fn lookup(
        &mut self,
        key: HotKey<'_>,
        turn: u64,
        mut stat: impl FnMut(&str) -> Option<FileIdentity>,
    ) -> Option<&HotFile> {
        write_key(&mut self.scratch, key);
        let found = self.places.get(self.scratch.as_slice()).copied();
        let entry = found.and_then(|place| self.entries.get_mut(place)?.as_mut());
        let Some((place, entry)) = found.zip(entry) else {
            self.statistics.misses += 1;
            return None;
        };
        if entry.turn != Some(turn) {
            let is_same = |watched: &Watched| stat(&watched.path) == Some(watched.identity);
            if !entry.hot.file.watched.iter().all(is_same) {
                self.statistics.misses += 1;
                self.statistics.stale += 1;
                self.remove(place);
                return None;
            }
            entry.turn = Some(turn);
        }
        entry.used = true;
        self.statistics.hits += 1;
        self.entries.get(place)?.as_ref().map(|entry| &entry.hot)
    }

    /// Keeps a file; `false` if it is too large, not the length it should be, or was changed so lately that a further
    /// change might not show. One that is there under the same key goes.
    pub fn insert(&mut self, key: HotKey<'_>, file: NewHotFile, now: FileTime) -> bool {
        write_key(&mut self.scratch, key);
        if let Some(&place) = self.places.get(self.scratch.as_slice()) {
            self.remove(place);
        }
        let len = file.bytes.len();
        let is_settled = file.watched.iter().all(|watched| watched.identity.mtime.is_settled(now));
        if file.watched.is_empty() || !is_settled || len > self.limits.max_file_bytes || len as u64 != file.meta.len {
            return false;
        }
        let fields = plan(&FileRequest::default(), &file.meta, &file.options, now).fields;
        let paths: usize = file.watched.iter().map(|watched| watched.path.len()).sum();
        let cost = ENTRY_BYTES + len + fields.len() + self.scratch.len() + paths;
        if cost > self.limits.max_bytes {
            return false;
        }
        while self.statistics.bytes + cost > self.limits.max_bytes && self.evict() {}
        let key: Arc<[u8]> = Arc::from(self.scratch.as_slice());
        let hot = HotFile { file, fields };
        let entry = Entry { key: Arc::clone(&key), hot, cost, turn: None, used: false };
        let place = if let Some(place) = self.free.pop()
            && let Some(slot) = self.entries.get_mut(place)
        {
            *slot = Some(entry);
            place
        } else {
            self.entries.push(Some(entry));
            self.entries.len() - 1
        };
        self.places.insert(key, place);
        self.statistics.bytes += cost;
        self.statistics.files += 1;
        true
    }

    /// Forgets all files; counts stay.
    pub fn clear(&mut self) {
        self.places = HashMap::new();
        self.entries = Vec::new();
        self.free = Vec::new();
        self.hand = 0;
        self.statistics.bytes = 0;
        self.statistics.files = 0;
    }

    /// Counts, and what is held now.
    #[must_use]
    pub const fn statistics(&self) -> HotStatistics {
        self.statistics
    }

    /// Files, counted one by one: what the statistics must say.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        let kept = self.entries.iter().flatten().count();
        assert_eq!((self.places.len(), self.entries.len() - self.free.len()), (kept, kept));
        kept
    }

    /// Moves the hand on until it meets a file that was not asked for since it last went by. Two rounds are enough: the
    /// first takes the mark off all. `false` when there is none left.
    fn evict(&mut self) -> bool {
        for _ in 0..=self.entries.len() * 2 {
            let place = self.hand;
            self.hand = if place + 1 < self.entries.len() { place + 1 } else { 0 };
            match self.entries.get_mut(place) {
                Some(Some(entry)) if entry.used => entry.used = false,
                Some(Some(_)) => {
                    self.remove(place);
                    self.statistics.evictions += 1;
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    fn remove(&mut self, place: usize) {
        let Some(entry) = self.entries.get_mut(place).and_then(Option::take) else { return };
        self.places.remove(&entry.key);
        self.free.push(place);
        self.statistics.bytes -= entry.cost;
        self.statistics.files -= 1;
    }
}

/// The key as bytes; the lengths of its first two parts are fixed, so no two keys are the same.
fn write_key(into: &mut Vec<u8>, key: HotKey<'_>) {
    into.clear();
    into.extend_from_slice(&key.mount.to_le_bytes());
    into.push(key.codings.bits());
    into.extend_from_slice(key.path.as_bytes());
}
