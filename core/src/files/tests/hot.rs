//! The hot set: never a stale byte, never above its limit.

use std::cell::Cell;
use std::sync::Arc;

use proptest::prelude::*;

use super::{MTIME, NOW, meta};
use crate::files::{
    Coding, CodingSet, FileIdentity, FileMount, FileRequest, FileTime, HotKey, HotLimits, HotSet, NewHotFile,
    PathPolicy, PlanOptions, Watched, plan,
};

fn identity(len: usize) -> FileIdentity {
    FileIdentity { device: 1, inode: 2, len: len as u64, mtime: MTIME, ctime: MTIME }
}

fn file(content: &[u8]) -> NewHotFile {
    NewHotFile {
        watched: vec![Watched { path: "/root/a".into(), identity: identity(content.len()) }],
        meta: meta(content.len() as u64),
        bytes: Arc::from(content),
        options: Arc::new(PlanOptions::default()),
    }
}

fn key(path: &str) -> HotKey<'_> {
    HotKey { mount: 0, codings: CodingSet::EMPTY, path }
}

#[test]
fn gives_back_what_was_kept_with_the_fields_of_a_200() {
    let mut set = HotSet::default();
    assert!(set.lookup(key("a"), 1, |_| Some(identity(3))).is_none());
    assert!(set.insert(key("a"), file(b"abc"), NOW));
    let hot = set.lookup(key("a"), 1, |_| Some(identity(3))).unwrap();
    assert_eq!(hot.bytes().as_ref(), b"abc");
    let request = FileRequest { range: Some(b"bytes=1-"), ..FileRequest::default() };
    assert_eq!(hot.plan(&request, NOW), plan(&request, &meta(3), &PlanOptions::default(), NOW));
    assert_eq!(hot.fields(), hot.plan(&FileRequest::default(), NOW).fields);
    let statistics = set.statistics();
    assert_eq!((statistics.hits, statistics.misses, statistics.files), (1, 1, 1));
}

#[test]
fn keeps_roots_codings_and_paths_apart() {
    let mut set = HotSet::default();
    assert!(set.insert(key("a"), file(b"abc"), NOW));
    let others = [
        HotKey { mount: 1, ..key("a") },
        HotKey { codings: CodingSet::EMPTY.with(Coding::Gzip), ..key("a") },
        key("a/"),
        key(""),
    ];
    for other in others {
        assert!(set.lookup(other, 1, |_| Some(identity(3))).is_none(), "{other:?}");
    }
}

#[test]
fn looks_once_per_turn() {
    let mut set = HotSet::default();
    assert!(set.insert(key("a"), file(b"abc"), NOW));
    let looks = Cell::new(0);
    for (turn, expected) in [(1, 1), (1, 1), (2, 2), (2, 2), (3, 3)] {
        let look = |path: &str| {
            assert_eq!(path, "/root/a");
            looks.set(looks.get() + 1);
            Some(identity(3))
        };
        assert!(set.lookup(key("a"), turn, look).is_some());
        assert_eq!(looks.get(), expected);
    }
}

#[test]
fn gives_nothing_that_has_changed() {
    let same = identity(3);
    let later = FileTime { nanos: MTIME.nanos + 1, ..MTIME };
    for changed in [
        None,
        Some(FileIdentity { len: 4, ..same }),
        Some(FileIdentity { inode: 3, ..same }),
        Some(FileIdentity { device: 3, ..same }),
        Some(FileIdentity { mtime: later, ..same }),
        Some(FileIdentity { ctime: later, ..same }),
    ] {
        let mut set = HotSet::default();
        assert!(set.insert(key("a"), file(b"abc"), NOW));
        assert!(set.lookup(key("a"), 1, |_| Some(same)).is_some());
        assert!(set.lookup(key("a"), 2, |_| changed).is_none(), "{changed:?}");
        // It is gone, even if the file is as it was again.
        assert!(set.lookup(key("a"), 3, |_| Some(same)).is_none());
        let statistics = set.statistics();
        assert_eq!((statistics.stale, statistics.files, statistics.bytes), (1, 0, 0));
    }
}

#[test]
fn watches_the_original_of_a_variant() {
    let mut set = HotSet::default();
    let mut variant = file(b"abc");
    variant.watched.push(Watched { path: "/root/original".into(), identity: identity(30) });
    assert!(set.insert(key("a"), variant, NOW));
    let stat = |original| move |path: &str| if path == "/root/a" { Some(identity(3)) } else { original };
    assert!(set.lookup(key("a"), 1, stat(Some(identity(30)))).is_some());
    assert!(set.lookup(key("a"), 2, stat(None)).is_none());
}

#[test]
fn keeps_nothing_that_might_change_unseen_or_is_too_large() {
    let mut set = HotSet::new(HotLimits { max_bytes: 10_000, max_file_bytes: 100 });
    let just_now = FileTime { seconds: MTIME.seconds + 2, nanos: MTIME.nanos - 1 };
    assert!(!set.insert(key("a"), file(b"abc"), just_now));
    assert!(!set.insert(key("a"), file(&[0; 101]), NOW));
    assert!(!set.insert(key("a"), NewHotFile { meta: meta(4), ..file(b"abc") }, NOW));
    assert!(!set.insert(key("a"), NewHotFile { watched: vec![], ..file(b"abc") }, NOW));
    assert!(set.insert(key("a"), file(&[0; 100]), NOW));
    // A refused file still ends what was kept in its place.
    assert!(!set.insert(key("a"), file(&[0; 101]), NOW));
    assert_eq!(set.statistics().files, 0);
    let mut none = HotSet::new(HotLimits { max_bytes: 0, max_file_bytes: 100 });
    assert!(!none.insert(key("a"), file(b""), NOW));
}

#[test]
fn a_scan_does_not_push_out_what_is_in_use() {
    let mut set = HotSet::new(HotLimits { max_bytes: 20_000, max_file_bytes: 1000 });
    assert!(set.insert(key("used"), file(&[1; 500]), NOW));
    for turn in 0..1000 {
        assert!(set.lookup(key("used"), turn, |_| Some(identity(500))).is_some(), "{turn}");
        assert!(set.insert(key(&format!("scan{turn}")), file(&[0; 500]), NOW));
    }
    assert!(set.statistics().evictions > 900);
    set.clear();
    assert_eq!((set.statistics().files, set.statistics().bytes), (0, 0));
    assert!(set.lookup(key("used"), 1, |_| Some(identity(500))).is_none());
}

#[test]
fn a_mount_finds_its_files_by_raw_paths_and_accepted_codings() {
    let mount = FileMount {
        id: 7,
        policy: PathPolicy::default(),
        codings: vec![Coding::Brotli, Coding::Gzip],
        options: Arc::new(PlanOptions::default()),
    };
    let mut set = HotSet::default();
    let gzip = CodingSet::EMPTY.with(Coding::Gzip);
    assert!(set.insert(HotKey { mount: 7, codings: CodingSet::EMPTY, path: "a b/" }, file(b"plain"), NOW));
    assert!(set.insert(HotKey { mount: 7, codings: gzip, path: "a b/" }, file(b"coded"), NOW));
    for (raw, accepts, content) in [
        ("a%20b/", None, Some(b"plain")),
        ("a b/", Some("identity"), Some(b"plain")),
        ("%61%20b/", Some("gzip, zstd"), Some(b"coded")),
        ("a%20b/", Some("br, gzip"), None),
        ("a%20b", None, None),
        ("../a b/", None, None),
        ("a%20b%2f", None, None),
    ] {
        let found = mount.find_hot(&mut set, raw.as_bytes(), accepts.map(str::as_bytes), 1, |_| Some(identity(5)));
        assert_eq!(found.map(|hot| hot.bytes().as_ref()), content.map(<[u8; 5]>::as_slice), "{raw} {accepts:?}");
    }
    assert!(mount.accepted(Some(b"*")).eq([Coding::Brotli, Coding::Gzip]));
}

proptest! {
    #[test]
    fn stays_within_its_limit_and_serves_the_right_file(
        steps in prop::collection::vec((any::<bool>(), 0_u8..30, 0_usize..2000), 1..300),
        max_bytes in 0_usize..20_000,
    ) {
        let mut set = HotSet::new(HotLimits { max_bytes, max_file_bytes: 1500 });
        let mut sizes = [0_usize; 30];
        for (turn, (inserts, name, len)) in (0..).zip(steps) {
            let path = format!("{name}");
            if inserts {
                set.insert(key(&path), file(&vec![name; len]), NOW);
                sizes[usize::from(name)] = len;
            } else if let Some(hot) = set.lookup(key(&path), turn, |_| Some(identity(sizes[usize::from(name)]))) {
                let expected = vec![name; sizes[usize::from(name)]];
                prop_assert_eq!(hot.bytes().as_ref(), expected.as_slice());
            }
            let statistics = set.statistics();
            prop_assert!(statistics.bytes <= max_bytes);
            prop_assert_eq!(statistics.files, set.kept());
        }
    }
}
