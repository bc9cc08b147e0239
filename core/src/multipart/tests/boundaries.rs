//! The boundary in a content type.

use crate::multipart::MultipartError::{self, Boundary, Type};
use crate::multipart::boundary_of;

fn read(content_type: &str) -> Result<String, MultipartError> {
    boundary_of(content_type.as_bytes()).map(|boundary| String::from_utf8(boundary.as_bytes().to_vec()).unwrap())
}

#[test]
fn reads_tokens_and_quoted_strings() {
    let seventy = "b".repeat(70);
    for (content_type, boundary) in [
        ("multipart/form-data; boundary=abc", "abc"),
        ("Multipart/Form-Data;BOUNDARY=aBc", "aBc"),
        (" multipart/form-data \t; charset=utf-8; boundary=abc ; x=y", "abc"),
        ("multipart/form-data; boundary=\"abc\"", "abc"),
        ("multipart/form-data; x=\"a; boundary=no\"; boundary=\"a b=?\"", "a b=?"),
        ("multipart/form-data; x=\"\\\"; boundary=no\"; boundary=yes", "yes"),
        ("multipart/form-data; boundary=\"a\\bc\"", "abc"),
        (
            "multipart/form-data;; boundary=----WebKitFormBoundaryTkr3kCBQlBe1nrhc;",
            "----WebKitFormBoundaryTkr3kCBQlBe1nrhc",
        ),
        (&format!("multipart/form-data; boundary={seventy}"), &seventy),
    ] {
        assert_eq!(read(content_type), Ok(boundary.to_owned()), "{content_type}");
    }
}

#[test]
fn refuses_what_is_no_boundary() {
    let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
    for content_type in [
        "multipart/form-data",
        "multipart/form-data;",
        "multipart/form-data; boundary",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary =a",
        "multipart/form-data; boundary= a",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"a",
        "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; boundary=\"a\"b",
        "multipart/form-data; boundary=\"a\u{e9}\"",
        "multipart/form-data; boundary=\"a\r\n\"",
        "multipart/form-data; boundary=a/b",
        "multipart/form-data; boundary=a*b",
        "multipart/form-data; boundary=a b",
        "multipart/form-data; boundary=a; boundary=a",
        "multipart/form-data; boundary=a; Boundary=b",
        "multipart/form-data, boundary=a",
        "multipart/form-data; =a; boundary=a",
        &long,
    ] {
        let expected = if content_type.contains(", ") { Type } else { Boundary };
        assert_eq!(read(content_type), Err(expected), "{content_type}");
    }
}

#[test]
fn refuses_other_types() {
    for content_type in ["", "multipart/mixed; boundary=a", "application/json", "multipart/form-datax; boundary=a"] {
        assert_eq!(read(content_type), Err(Type), "{content_type}");
    }
}
