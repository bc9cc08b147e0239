//! Requests for files: no path leaves the root, no answer promises what it does not hold, no look at memory is stale.

#![no_main]

use std::path::{Component, Path};
use std::sync::Arc;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nexure_core::files::{
    Conditions, Dotfiles, FileIdentity, FileMeta, FileRequest, FileTime, HotKey, HotLimits, HotSet, NewHotFile,
    PathPolicy, PlanOptions, Segment, Watched, accepted_codings, directory_location, media_type_of, plan, resolve_path,
};
use nexure_core::http::check_answer_fields;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    path: &'a [u8],
    windows: bool,
    is_head: bool,
    fields: [Option<&'a [u8]>; 7],
    len: u16,
    mtime: (i32, u32),
    now: (i32, u32),
    /// Whether the tag and the date of the file itself take the place of the second and third field.
    echoes: bool,
}

fn time((seconds, nanos): (i32, u32)) -> FileTime {
    FileTime { seconds: i64::from(seconds), nanos: nanos % 1_000_000_000 }
}

fn check_path(input: &Input<'_>) -> Option<String> {
    let path = resolve_path(input.path, PathPolicy { dotfiles: Dotfiles::Allow, windows: input.windows }).ok()?;
    assert!(Path::new(&path).components().all(|component| matches!(component, Component::Normal(_))), "{path:?}");
    assert!(!path.contains(['\\', '\0']) && !path.starts_with('/') && !path.contains("//"), "{path:?}");
    let hidden = resolve_path(input.path, PathPolicy { dotfiles: Dotfiles::Ignore, windows: input.windows });
    assert_eq!(hidden.is_ok(), !path.split('/').any(|segment| segment.starts_with('.')), "{path:?}");
    let location = directory_location(input.path, input.fields[0]);
    assert!(location.starts_with("./") && location.bytes().all(|byte| byte.is_ascii_graphic()), "{location}");
    Some(path)
}

fuzz_target!(|input: Input<'_>| {
    let path = check_path(&input);
    let (mtime, now) = (time(input.mtime), time(input.now));
    let codings = accepted_codings(input.fields[6]);
    let meta = FileMeta {
        len: u64::from(input.len),
        mtime,
        media_type: media_type_of(path.as_deref().unwrap_or_default()).to_owned(),
        coding: None,
        varies: codings.bits() != 0,
        disposition: None,
    };
    let options = PlanOptions::default();
    let whole = plan(&FileRequest::default(), &meta, &options, now);
    let own = |name: &str| {
        let line = whole.fields.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.as_bytes().to_vec()
    };
    let (tag, date) = (own("ETag: "), own("Last-Modified: "));
    let [if_match, mut if_none_match, mut if_modified_since, if_unmodified_since, if_range, range, _] = input.fields;
    if input.echoes {
        (if_none_match, if_modified_since) = (Some(tag.as_slice()), Some(date.as_slice()));
    }
    let conditions = Conditions { if_match, if_none_match, if_modified_since, if_unmodified_since, if_range };
    let request = FileRequest { is_head: input.is_head, conditions, range };
    let answer = plan(&request, &meta, &options, now);
    assert!(check_answer_fields(answer.fields.as_bytes()).is_ok(), "{}", answer.fields);
    let sent: u64 = answer
        .segments
        .iter()
        .map(|segment| match segment {
            Segment::Bytes(bytes) => bytes.len() as u64,
            Segment::File(part) => {
                assert!(part.start < part.end && part.end <= meta.len);
                part.len()
            }
        })
        .sum();
    match answer.status {
        200 | 206 if input.is_head => assert_eq!((sent, answer.content_length), (0, Some(meta.len))),
        200 | 206 => {
            assert_eq!(answer.content_length, Some(sent));
            assert!(sent <= meta.len);
        }
        304 | 412 | 416 => assert_eq!((sent, answer.content_length), (0, None)),
        other => panic!("{other}"),
    }
    assert!(!input.echoes || matches!(answer.status, 304 | 412), "{}", answer.status);

    let mut hot = HotSet::new(HotLimits { max_bytes: 4096, max_file_bytes: 2048 });
    let identity = FileIdentity { len: meta.len, mtime, ..FileIdentity::default() };
    let key = HotKey { mount: 1, codings, path: path.as_deref().unwrap_or_default() };
    let bytes: Arc<[u8]> = Arc::from(vec![7; usize::from(input.len)]);
    let watched = vec![Watched { path: "a".into(), identity }];
    let file = NewHotFile { watched, meta: meta.clone(), bytes, options: Arc::new(options) };
    let is_kept = hot.insert(key, file, now);
    assert!(hot.statistics().bytes <= 4096);
    let found = hot.lookup(key, 1, |_| Some(identity)).map(|file| file.plan(&request, now));
    assert_eq!(found.is_some(), is_kept);
    if let Some(found) = found.filter(|found| found.segments.len() < 2) {
        assert_eq!(found, answer);
    }
    assert!(hot.lookup(key, 2, |_| Some(FileIdentity { inode: 1, ..identity })).is_none());
});
