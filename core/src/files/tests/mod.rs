#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that meets the unexpected should fail loudly")]

mod conditions;
mod hot;
mod paths;
mod plans;
mod ranges;

use super::{FileMeta, FileTime};

/// A moment long after `MTIME`.
const NOW: FileTime = FileTime { seconds: 2_000_000_000, nanos: 0 };
/// Sun, 06 Nov 1994 08:49:37.5 GMT
const MTIME: FileTime = FileTime { seconds: 784_111_777, nanos: 500_000_000 };

fn meta(len: u64) -> FileMeta {
    FileMeta {
        len,
        mtime: MTIME,
        media_type: "text/plain; charset=utf-8".to_owned(),
        coding: None,
        varies: false,
        disposition: None,
    }
}
