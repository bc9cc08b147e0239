//! Which media types become smaller by a coding.

/// Types beside `text/*`, `*+json`, `*+xml` and `*+text`. What is compressed already (images, video, archives, WOFF) is not here.
const COMPRESSIBLE: [&[u8]; 21] = [
    b"application/dart",
    b"application/ecmascript",
    b"application/graphql",
    b"application/javascript",
    b"application/json",
    b"application/jsonl",
    b"application/manifest",
    b"application/ndjson",
    b"application/rtf",
    b"application/sql",
    b"application/toml",
    b"application/vnd.ms-fontobject",
    b"application/wasm",
    b"application/x-javascript",
    b"application/x-ndjson",
    b"application/x-www-form-urlencoded",
    b"application/xml",
    b"application/yaml",
    b"font/otf",
    b"font/ttf",
    b"image/bmp",
];

/// Whether content of a type (a `Content-Type`, with or without parameters) is worth a coding. Event streams are.
#[must_use]
pub fn compressible(media_type: &[u8]) -> bool {
    let end = memchr::memchr(b';', media_type).unwrap_or(media_type.len());
    let essence = media_type.get(..end).unwrap_or_default().trim_ascii();
    let starts = |prefix: &[u8]| essence.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let ends = |suffix: &[u8]| {
        let at = essence.len().saturating_sub(suffix.len());
        essence.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    };
    starts(b"text/")
        || ends(b"+json")
        || ends(b"+xml")
        || ends(b"+text")
        || COMPRESSIBLE.iter().any(|known| essence.eq_ignore_ascii_case(known))
}
