//! The files in memory: filled from JavaScript, asked by the engine.

use std::cell::RefCell;
use std::fs::Metadata;
use std::rc::Rc;
use std::sync::Arc;

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use nexure_core::files::{FileIdentity, FileMeta, FileTime, HotKey, HotLimits, HotSet, NewHotFile, Watched};

use super::files::{FileFacts, FileRoot, coding_set, file_time, length, now};

/// How much is kept; JavaScript has checked the ranges.
#[napi(object)]
pub struct HotFileLimits {
    /// Bytes of all files with their headings.
    pub max_bytes: u32,
    /// Bytes of one file.
    pub max_file_bytes: u32,
}

/// A file that must stay as it is.
#[napi(object)]
pub struct WatchedFile {
    /// Where it was opened.
    pub path: String,
    /// Bytes.
    pub length: f64,
    /// Whole seconds of the time of modification.
    pub mtime_seconds: f64,
    /// Nanoseconds above them.
    pub mtime_nanos: u32,
}

/// Counts since the set was made, and what it holds now.
#[napi(object)]
pub struct HotFileStatistics {
    /// Look-ups that gave a file.
    pub hits: f64,
    /// Look-ups that gave none.
    pub misses: f64,
    /// Misses because the file had changed.
    pub stale: f64,
    /// Files that had to make room.
    pub evictions: f64,
    /// Files now.
    pub files: f64,
    /// Bytes now, headings and keys included.
    pub bytes: f64,
}

/// Small files of all roots, in memory.
#[napi]
pub struct HotFiles {
    pub(super) set: Rc<RefCell<HotSet>>,
}

#[napi]
#[allow(clippy::needless_pass_by_value, reason = "what crosses from JavaScript is made for the call")]
impl HotFiles {
    /// An empty set.
    #[napi(constructor, catch_unwind)]
    pub fn new(limits: HotFileLimits) -> Self {
        let limits = HotLimits { max_bytes: limits.max_bytes as usize, max_file_bytes: limits.max_file_bytes as usize };
        Self { set: Rc::new(RefCell::new(HotSet::new(limits))) }
    }

    /// Keeps a file that was read in full for a request of `path` that accepts `codings`. `watched` is that file, and
    /// the original if it is a variant, as they were found; `false` if they are so no longer, or the set refuses it.
    #[napi(catch_unwind)]
    pub fn insert(
        &self,
        root: &FileRoot,
        path: String,
        codings: Vec<String>,
        watched: Vec<WatchedFile>,
        facts: FileFacts,
        bytes: Uint8Array,
    ) -> bool {
        // All identities are compared as this side reads them: Node's may differ in what the platform leaves open.
        let unchanged: Option<Vec<Watched>> = watched.into_iter().map(watch).collect();
        let Some(watched) = unchanged else { return false };
        let file = NewHotFile {
            watched,
            meta: FileMeta::from(&facts),
            bytes: Arc::from(bytes.as_ref()),
            options: Arc::clone(&root.mount.options),
        };
        let key = HotKey { mount: root.mount.id, codings: coding_set(&codings), path: &path };
        self.set.borrow_mut().insert(key, file, now())
    }

    /// Forgets all files.
    #[napi(catch_unwind)]
    pub fn clear(&self) {
        self.set.borrow_mut().clear();
    }

    /// Counts, and what is held now.
    #[napi(catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    pub fn statistics(&self) -> HotFileStatistics {
        let now = self.set.borrow().statistics();
        HotFileStatistics {
            hits: now.hits as f64,
            misses: now.misses as f64,
            stale: now.stale as f64,
            evictions: now.evictions as f64,
            files: now.files as f64,
            bytes: now.bytes as f64,
        }
    }
}

/// The file with its identity, if it still is as JavaScript found it.
fn watch(found: WatchedFile) -> Option<Watched> {
    let identity = identity_of(&found.path)?;
    let is_same =
        identity.len == length(found.length) && identity.mtime == file_time(found.mtime_seconds, found.mtime_nanos);
    is_same.then(|| Watched { path: found.path.into(), identity })
}

/// The identity of the regular file that `path` leads to, links followed. One system call, of a microsecond or two.
pub fn identity_of(path: &str) -> Option<FileIdentity> {
    let metadata = std::fs::metadata(path).ok()?;
    metadata.is_file().then(|| identity(&metadata))
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> FileIdentity {
    use std::os::unix::fs::MetadataExt as _;
    let time = |seconds, nanos| FileTime { seconds, nanos: u32::try_from(nanos).unwrap_or_default() };
    FileIdentity {
        device: metadata.dev(),
        inode: metadata.ino(),
        len: metadata.len(),
        mtime: time(metadata.mtime(), metadata.mtime_nsec()),
        ctime: time(metadata.ctime(), metadata.ctime_nsec()),
    }
}

/// Windows gives numbers of files only by handle: times and length must do.
#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> FileIdentity {
    use std::time::{SystemTime, UNIX_EPOCH};
    let time = |time: std::io::Result<SystemTime>| {
        let since = time.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        FileTime { seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX), nanos: since.subsec_nanos() }
    };
    FileIdentity {
        device: 0,
        inode: 0,
        len: metadata.len(),
        mtime: time(metadata.modified()),
        ctime: time(metadata.created()),
    }
}
