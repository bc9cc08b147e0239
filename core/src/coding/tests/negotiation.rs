//! `Accept-Encoding` as clients write it, and media types.

use crate::coding::Coding::{Br, Deflate, Gzip, Zstd};
use crate::coding::{Choice, Coding, compressible, negotiate};

#[test]
fn chooses_by_weight_then_by_our_order() {
    let cases: [(&str, Option<Coding>, bool); 42] = [
        ("gzip", Some(Gzip), true),
        ("x-gzip", Some(Gzip), true),
        ("GZip", Some(Gzip), true),
        ("br", Some(Br), true),
        ("gzip, deflate, br, zstd", Some(Gzip), true),
        ("br;q=1, gzip;q=0.8", Some(Br), true),
        ("br;q=0.8,gzip;q=0.801", Some(Gzip), true),
        ("br ; q=0.8\t,\tgzip ;Q=0.5", Some(Br), true),
        ("gzip;q=0, br", Some(Br), true),
        ("gzip;q=0.000, br;q=0.001", Some(Br), true),
        ("*", Some(Gzip), true),
        ("*;q=0.1", Some(Gzip), true),
        ("gzip;q=0, *", Some(Br), true),
        ("gzip;q=0.5, *;q=0.6", Some(Br), true),
        ("gzip;q=0, br;q=0, *", Some(Zstd), true),
        ("deflate", None, true),
        ("compress, pack200-gzip", None, true),
        ("", None, true),
        (" , ,", None, true),
        ("identity", None, true),
        ("identity, gzip;q=0.5", None, true),
        ("identity;q=0.5, gzip", Some(Gzip), true),
        ("identity, gzip", Some(Gzip), true),
        ("identity;q=0", None, false),
        ("*;q=0", None, false),
        ("gzip;q=0, identity;q=0", None, false),
        ("deflate, identity;q=0", None, false),
        ("*;q=0, identity", None, true),
        ("*;q=0, identity;q=0.1", None, true),
        ("*;q=0, br", Some(Br), false),
        ("identity;q=0, gzip;q=0.1", Some(Gzip), false),
        ("gzip, identity; q=0", Some(Gzip), false),
        // A name that comes twice has its highest weight, also by its other name.
        ("gzip;q=0, x-gzip", Some(Gzip), true),
        ("br;q=0.9, gzip;q=0.1, gzip;q=0.95", Some(Gzip), true),
        // A member that is malformed is as if it were not there.
        ("gzip;q=2, br", Some(Br), true),
        ("gzip;q=1.001, br", Some(Br), true),
        ("gzip;q=0.1234, br", Some(Br), true),
        ("gzip;q=, br;q=0.1", Some(Br), true),
        ("gzip;level=9, br;q=0.1", Some(Br), true),
        ("gzip;q=.5;br", None, true),
        ("gzip br", None, true),
        ("identity;q=-1, gzip;q=1.", Some(Gzip), true),
    ];
    for (field, coding, identity) in cases {
        let choice = negotiate(Some(field.as_bytes()), &[Gzip, Br, Zstd]);
        assert_eq!(choice, Choice { coding, identity }, "{field:?}");
    }
}

#[test]
fn without_the_field_content_is_sent_as_it_is() {
    assert_eq!(negotiate(None, &Coding::ALL), Choice { coding: None, identity: true });
    assert_eq!(negotiate(Some(b"*"), &[]), Choice { coding: None, identity: true });
}

#[test]
fn offers_in_another_order_decide_ties_only() {
    assert_eq!(negotiate(Some(b"gzip, deflate, br"), &[Br, Deflate, Gzip]).coding, Some(Br));
    assert_eq!(negotiate(Some(b"gzip, deflate, br;q=0.9"), &[Br, Deflate, Gzip]).coding, Some(Deflate));
}

#[test]
fn a_long_field_is_read_in_one_pass() {
    let field = [b"a;q=0.5,".repeat(8000), b"br".to_vec()].concat();
    assert_eq!(negotiate(Some(&field), &Coding::ALL).coding, Some(Br));
}

#[test]
fn names_are_those_of_the_registry() {
    for coding in Coding::ALL {
        assert_eq!(Coding::from_name(coding.as_str().as_bytes()), Some(coding));
        assert_eq!(Coding::from_name(coding.as_str().to_uppercase().as_bytes()), Some(coding));
        assert!(coding.levels().contains(&coding.default_level()));
    }
    for name in ["", "identity", "compress", "gzip ", "gzi", "*"] {
        assert_eq!(Coding::from_name(name.as_bytes()), None, "{name:?}");
    }
}

#[test]
fn knows_what_becomes_smaller() {
    for media_type in [
        "text/html",
        "text/plain; charset=utf-8",
        "TEXT/CSS",
        "text/event-stream",
        "application/json",
        "Application/JSON;charset=utf-8",
        "application/problem+json",
        "application/rss+xml ; q",
        "application/javascript",
        "application/x-ndjson",
        "application/wasm",
        "image/svg+xml",
        "font/ttf",
        "model/gltf+json",
    ] {
        assert!(compressible(media_type.as_bytes()), "{media_type}");
    }
    for media_type in [
        "",
        ";",
        "text",
        "image/png",
        "image/jpeg",
        "video/mp4",
        "audio/ogg",
        "font/woff2",
        "application/zip",
        "application/gzip",
        "application/octet-stream",
        "application/pdf",
        "application/jsonx",
        "x-text/plain; a=text/plain",
        "multipart/form-data; boundary=a+json",
    ] {
        assert!(!compressible(media_type.as_bytes()), "{media_type}");
    }
}
