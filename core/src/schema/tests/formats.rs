//! Formats: one text that has each, and some that do not, from the standards that define them.

use crate::schema::format::Format;

#[test]
fn tells_texts_that_have_a_format_from_those_that_do_not() {
    for (name, right, wrong) in [
        (
            "date-time",
            vec!["1985-04-12T23:20:50.52Z", "1990-12-31T15:59:60-08:00"],
            vec!["1985-04-12 23:20:50Z", "1985-04-12T23:20:50"],
        ),
        ("date", vec!["2000-02-29"], vec!["1900-02-29", "2020-1-1", "2020-13-01"]),
        ("time", vec!["00:00:00+23:59"], vec!["24:00:00Z", "12:00:60Z"]),
        ("duration", vec!["P1Y2M3DT4H5M6S", "P3W"], vec!["P", "PT", "P1W2D", "P1YT"]),
        ("email", vec!["a.b@example.com", "\"a b\"@[127.0.0.1]"], vec!["a@", "a..b@example.com", "é@example.com"]),
        ("idn-email", vec!["é@bücher.example"], vec!["a b@example.com"]),
        ("hostname", vec!["example.com", "xn--bcher-kva.example"], vec!["-a", "a..b", "a_b", "xn--X"]),
        ("idn-hostname", vec!["bücher.example", "l·l"], vec!["a·b", "-ü", "\u{300}a"]),
        ("ipv4", vec!["127.0.0.1"], vec!["127.0.0.01", "256.0.0.1", "1.2.3"]),
        ("ipv6", vec!["::1", "1:2:3:4:5:6:1.2.3.4"], vec!["1::2::3", "fe80::1%1", "12345::"]),
        ("uri", vec!["urn:a:b", "http://a@[::1]:80/b?c#d"], vec!["/a", "http://a b", "http://é/"]),
        ("uri-reference", vec!["", "../a?b", "//h"], vec!["a\\b", "1:b"]),
        ("iri", vec!["http://é.example/ü"], vec!["é"]),
        ("iri-reference", vec!["é"], vec!["<"]),
        ("uuid", vec!["2EB8AA08-aa98-11ea-b4aa-73b441d16380"], vec!["2eb8aa08aa9811eab4aa73b441d16380"]),
        ("uri-template", vec!["/a{?b,c*}{d:3}"], vec!["{", "{}", "{a:0}", "}"]),
        ("json-pointer", vec!["", "/a~0b/~1"], vec!["a", "/~2"]),
        ("relative-json-pointer", vec!["0", "1/a", "0#"], vec!["/a", "01", "0##"]),
        ("regex", vec!["^(?<=a)b\\1?$"], vec!["(", "\\Z", "[b-a]"]),
    ] {
        let format = Format::named(name).unwrap();
        assert_eq!(format.name(), name);
        for text in right {
            assert!(format.is_match(text.as_bytes()), "{name} {text}");
        }
        for text in wrong {
            assert!(!format.is_match(text.as_bytes()), "not {name} {text}");
        }
    }
}
