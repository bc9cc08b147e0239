//! Status lines and the Date line.

use crate::http::{HttpDate, reason_phrase, write_status_line};

#[test]
fn writes_every_status_with_its_phrase() {
    for status in 200..=999 {
        let mut line = b"before".to_vec();
        write_status_line(status, &mut line);
        // RFC 9112 §4: the space stays where the phrase is empty.
        assert_eq!(line, format!("beforeHTTP/1.1 {status} {}\r\n", reason_phrase(status)).as_bytes());
    }
}

#[test]
fn knows_registered_phrases() {
    let phrases =
        [(200, "OK"), (204, "No Content"), (413, "Content Too Large"), (431, "Request Header Fields Too Large")];
    for (status, phrase) in phrases {
        assert_eq!(reason_phrase(status), phrase);
    }
    assert_eq!([299, 418, 599, 999].map(reason_phrase), [""; 4]);
}

#[test]
fn writes_dates_of_fixed_length() {
    // RFC 9110 §5.6.7
    let cases = [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (253_402_300_800, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (u64::MAX, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ];
    let mut date = HttpDate::default();
    for (second, text) in cases {
        date.set(second);
        assert_eq!(date.line(), format!("Date: {text}\r\n").as_bytes());
    }
}

#[test]
fn a_date_changes_with_the_second_and_goes_back() {
    let mut date = HttpDate::default();
    date.set(1);
    let first = date.line().to_vec();
    date.set(2);
    assert_ne!(date.line(), first);
    date.set(1);
    assert_eq!(date.line(), first);
}
