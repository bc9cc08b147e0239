//! Percent escapes in paths.

use super::{find, get, gets};
use crate::http::Method::{Get, Post};
use crate::router::Lookup::{BadEncoding, Found, NotFound};
use crate::router::percent::validate;
use crate::router::{Capture, Captures};

#[test]
fn static_text_matches_decoded_bytes() {
    let router = gets(&["/abc", "/café", "/a b/x", "/100%", "/a+b", "/日本/:city", "/100%/é", "/caff"]);
    let cases = [
        ("/%61bc", Found(0)),
        ("/%61%62%63", Found(0)),
        ("/ab%63", Found(0)),
        ("/caf%C3%A9", Found(1)),
        ("/caf%c3%a9", Found(1)),
        ("/%63af%C3%a9", Found(1)),
        ("/caf%66", Found(7)),
        ("/a%20b/x", Found(2)),
        ("/a%20b/%78", Found(2)),
        ("/100%25", Found(3)),
        ("/100%25/%C3%A9", Found(6)),
        ("/a+b", Found(4)),
        ("/a%2Bb", Found(4)),
        ("/a%20b", NotFound),
        ("/%E6%97%A5%E6%9C%AC/tokyo", Found(5)),
        ("/%E6%97%A5/tokyo", NotFound),
        ("/%41bc", NotFound),
        ("/%2561bc", NotFound),
        ("/%61bcd", NotFound),
        ("/%61b", NotFound),
    ];
    for (path, expected) in cases {
        assert_eq!(get(&router, path).0, expected, "{path}");
    }
}

#[test]
fn an_escaped_slash_is_data() {
    let router = gets(&["/a/b", "/a/:x", "/:one", "/files/*", "/a/:x/c"]);
    let cases: [(&str, _, &[&str]); 9] = [
        ("/a%2Fb", Found(2), &["a%2Fb"]),
        ("/a%2fb", Found(2), &["a%2fb"]),
        ("/a/x%2Fc", Found(1), &["x%2Fc"]),
        ("/a/%2F", Found(1), &["%2F"]),
        ("/a/%2Fb/c", Found(4), &["%2Fb"]),
        ("/%2Fa", Found(2), &["%2Fa"]),
        ("/files/x%2Fy/z", Found(3), &["x%2Fy/z"]),
        ("/files%2Fx", Found(2), &["files%2Fx"]),
        ("/a/b%2F", Found(1), &["b%2F"]),
    ];
    for (path, lookup, captures) in cases {
        assert_eq!(get(&router, path), (lookup, captures.to_vec()), "{path}");
    }
}

#[test]
fn escaped_pattern_syntax_is_data() {
    let router = gets(&["/:x", "/f/*"]);
    assert_eq!(get(&router, "/%3Ax"), (Found(0), vec!["%3Ax"]));
    assert_eq!(get(&router, "/%2A"), (Found(0), vec!["%2A"]));
    assert_eq!(get(&router, "/f/%3F%23"), (Found(1), vec!["%3F%23"]));
}

#[test]
fn says_per_capture_whether_it_needs_decoding() {
    let router = gets(&["/u/:a/:b/*"]);
    let mut captures = Captures::new();
    assert_eq!(router.find(Get, b"/%75/x/%41y/z/%20", &mut captures), Found(0));
    let expected = [
        Capture { start: 5, len: 1, needs_decode: false },
        Capture { start: 7, len: 4, needs_decode: true },
        Capture { start: 12, len: 5, needs_decode: true },
    ];
    assert_eq!(captures.as_slice(), expected);
    assert_eq!(router.find(Get, b"/u/x/y/", &mut captures), Found(0));
    assert!(captures.as_slice().iter().all(|capture| !capture.needs_decode));
}

#[test]
fn a_malformed_path_is_bad_encoding_whatever_it_would_match() {
    let router = gets(&["/a", "/p/:x", "/f/*"]);
    for bad in ["%", "%4", "%zz", "%4g", "%g4", "%%41", "%00", "%C3", "%C3/%A9", "%FF", "%ED%A0%80", "%C0%AF", "%u0041"]
    {
        for prefix in ["/p/", "/f/x/", "/nowhere/", "/"] {
            let path = format!("{prefix}{bad}");
            assert_eq!(find(&router, Get, &path), (BadEncoding, vec![]), "{path}");
            assert_eq!(find(&router, Post, &path).0, BadEncoding, "{path}");
        }
    }
}

#[test]
fn validate_accepts_exactly_well_formed_utf8_without_nul() {
    let good: [&[u8]; 14] = [
        b"",
        b"/a/b",
        b"%41",
        b"a%20b",
        b"%25",
        b"%2500",
        b"%7F",
        b"%c3%A9",
        b"%E2%82%AC",
        b"%F0%9F%98%80",
        b"%F4%8F%BF%BF",
        b"%EF%BF%BF",
        b"\xc3\xa9",
        b"\xc3%A9",
    ];
    for raw in good {
        assert!(validate(raw), "{}", raw.escape_ascii());
    }
    let bad: [&[u8]; 24] = [
        b"%",
        b"%4",
        b"a%",
        b"%zz",
        b"%4z",
        b"%z4",
        b"%%41",
        b"% 41",
        b"%+1",
        b"\0",
        b"%00",
        b"a%00b",
        b"%80",
        b"%C3",
        b"%C3a",
        b"%C3%41",
        b"%C0%80",
        b"%E0%80%80",
        b"%ED%A0%80",
        b"%F0%80%80%80",
        b"%F4%90%80%80",
        b"%F8%88%80%80%80",
        b"%E2%82",
        b"\xff",
    ];
    for raw in bad {
        assert!(!validate(raw), "{}", raw.escape_ascii());
    }
}
