//! What may be opened below a root: many spellings of ways out of it, by table and by mutation.

use proptest::prelude::*;

use crate::files::FileError::{Encoding, Forbidden, NotFound, Path};
use crate::files::{Dotfiles, FileError, PathPolicy, directory_location, resolve_path};

const UNIX: PathPolicy = PathPolicy { dotfiles: Dotfiles::Ignore, windows: false };
const OPEN: PathPolicy = PathPolicy { dotfiles: Dotfiles::Allow, windows: false };
const WINDOWS: PathPolicy = PathPolicy { dotfiles: Dotfiles::Allow, windows: true };

#[test]
fn decodes_a_path_once() {
    for (raw, path) in [
        ("", ""),
        ("a", "a"),
        ("a/b.txt", "a/b.txt"),
        ("a/", "a/"),
        ("caf%C3%A9/%e6%97%a5.txt", "café/日.txt"),
        ("café", "café"),
        ("a%20b+c", "a b+c"),
        ("100%25", "100%"),
        ("%252e%252e/x", "%2e%2e/x"),
        ("a..b/c..", "a..b/c.."),
        ("..a", "..a"),
        ("a%3Fb%23c", "a?b#c"),
        ("a:b", "a:b"),
        ("aux.js", "aux.js"),
    ] {
        assert_eq!(resolve_path(raw.as_bytes(), OPEN).as_deref(), Ok(path), "{raw}");
    }
}

#[test]
fn refuses_ways_out_of_the_root() {
    let refused: [(&[u8], FileError); 38] = [
        (b"..", Path),
        (b"../x", Path),
        (b"a/..", Path),
        (b"a/../b", Path),
        (b"a/../../b", Path),
        (b".", Path),
        (b"./a", Path),
        (b"...", Path),
        (b"....//", Path),
        (b"%2e%2e/x", Path),
        (b"%2E%2e", Path),
        (b".%2e/x", Path),
        (b"%2e./x", Path),
        (b"..%2fx", Path),
        (b"..%2Fx", Path),
        (b"a%2fb", Path),
        (b"..%5cx", Path),
        (b"..\\x", Path),
        (b"a\\b", Path),
        (b"%5c%5cserver%5cshare", Path),
        (b"a\0", Path),
        (b"a%00.png", Path),
        (b"a%0d%0ab", Path),
        (b"a\x7f", Path),
        (b"a%1f", Path),
        (b"a%c2%80", Path),
        (b"/etc/passwd", NotFound),
        (b"//evil", NotFound),
        (b"a//b", NotFound),
        (b"/", NotFound),
        (b"a//", NotFound),
        (b"%c0%ae%c0%ae/x", Encoding),
        (b"%c0%af", Encoding),
        (b"%e0%80%ae", Encoding),
        (b"%ff", Encoding),
        (b"%", Encoding),
        (b"%2", Encoding),
        (b"%u002e", Encoding),
    ];
    for (raw, error) in refused {
        for policy in [UNIX, OPEN, WINDOWS] {
            assert_eq!(resolve_path(raw, policy), Err(error), "{}", raw.escape_ascii());
        }
    }
}

#[test]
fn treats_dotfiles_as_the_policy_says() {
    for raw in [".env", "a/.git/config", ".well-known/x", "%2eenv", "..a", "a/.b/"] {
        let with = |dotfiles| resolve_path(raw.as_bytes(), PathPolicy { dotfiles, windows: false });
        assert_eq!(with(Dotfiles::Ignore), Err(NotFound), "{raw}");
        assert_eq!(with(Dotfiles::Deny), Err(Forbidden), "{raw}");
        assert!(with(Dotfiles::Allow).is_ok(), "{raw}");
    }
}

#[test]
fn refuses_what_windows_reads_in_its_own_way() {
    for raw in [
        "a.",
        "a%20",
        "a./b",
        "a.txt.",
        "c:",
        "c:/x",
        "C:x",
        "a.txt::$DATA",
        "a.txt:b",
        "a*",
        "a%3f",
        "a%22",
        "a|b",
        "con",
        "CON.txt",
        "nul",
        "a/aux.js",
        "PRN .x",
        "com1",
        "COM0.log",
        "lpt9",
        "com%c2%b9",
        "conin$",
        "git~1",
        "PROGRA~1/x",
    ] {
        assert_eq!(resolve_path(raw.as_bytes(), WINDOWS), Err(NotFound), "{raw}");
    }
    for raw in ["console", "com", "com10", "comx", "lpt", "nul1", "auxiliary.js", "a~b", "a b"] {
        assert_eq!(resolve_path(raw.as_bytes(), WINDOWS).as_deref(), Ok(raw));
    }
}

#[test]
fn redirects_to_nowhere_else() {
    for (path, query, location) in [
        ("/assets/docs", None, "./docs/"),
        ("/docs", Some("a=1&b"), "./docs/?a=1&b"),
        ("//evil.com", None, "./evil.com/"),
        ("/\\evil.com", None, "./%5Cevil.com/"),
        ("/javascript:alert(1)", None, "./javascript:alert(1)/"),
        ("/caf%C3%A9", None, "./caf%C3%A9/"),
        ("/café", Some("\r\nx: y"), "./caf%C3%A9/?%0D%0Ax:%20y"),
        ("/a", Some(""), "./a/?"),
    ] {
        assert_eq!(directory_location(path.as_bytes(), query.map(str::as_bytes)), location);
    }
}

/// Pieces that ways out of a root are made of.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "..",
        ".",
        "/",
        "\\",
        "%2e",
        "%2E",
        "%2f",
        "%5c",
        "%00",
        "%25",
        "%c0%ae",
        "%c0%af",
        "a",
        "b",
        " ",
        "%20",
        ":",
        "~1",
        "%",
        "%2",
        "é",
        "con",
        "%e2%80%ae",
        "\u{ff0e}",
        "\u{2215}",
        ";",
        "\0",
    ]);
    let piece =
        prop_oneof![8 => known.prop_map(|text| text.as_bytes().to_vec()), 1 => any::<u8>().prop_map(|b| vec![b])];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn what_is_accepted_stays_below_the_root(raw in pieces(), windows: bool) {
        if let Ok(path) = resolve_path(&raw, PathPolicy { dotfiles: Dotfiles::Allow, windows }) {
            let mut depth = 0_i32;
            for component in std::path::Path::new(&path).components() {
                prop_assert!(matches!(component, std::path::Component::Normal(_)), "{path:?}");
                depth += 1;
            }
            prop_assert!(depth > 0 || path.is_empty());
            prop_assert!(!path.contains(['\\', '\0']) && !path.contains("//") && !path.starts_with('/'));
            prop_assert!(!path.split('/').any(|segment| segment == ".." || segment == "."));
            // Every `/` was one before: none came out of an escape.
            prop_assert_eq!(path.matches('/').count(), memchr::memchr_iter(b'/', &raw).count());
        }
    }

    #[test]
    fn a_name_survives_escaping(name in "[^/\\\\\\pC.][^/\\\\\\pC]{0,12}") {
        let escaped: Vec<String> = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let escaped = escaped.concat();
        prop_assert_eq!(resolve_path(escaped.as_bytes(), UNIX), Ok(name.clone()));
        prop_assert_eq!(resolve_path(format!("x/{escaped}/").as_bytes(), UNIX), Ok(format!("x/{name}/")));
    }

    #[test]
    fn a_location_is_relative_and_visible(path in any::<Vec<u8>>(), query in any::<Option<Vec<u8>>>()) {
        let location = directory_location(&path, query.as_deref());
        prop_assert!(location.starts_with("./"));
        let (before, _) = location.split_once('?').unwrap_or((&location, ""));
        prop_assert!(before.ends_with('/'));
        prop_assert!(location.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'));
    }
}
