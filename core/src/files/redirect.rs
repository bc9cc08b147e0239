//! Where a directory that was asked for without its trailing slash is (RFC 9110 §10.2.2).

use std::fmt::Write as _;

/// The `Location` of a directory: its own last segment, relative, with a slash, and the query as it was. A relative
/// reference that begins with `./` can name neither another host (`//evil`) nor another scheme (`javascript:`), and
/// stays right behind a proxy that takes off a prefix.
///
/// `path` is the raw path of the request, the mount included.
#[must_use]
pub fn directory_location(path: &[u8], query: Option<&[u8]>) -> String {
    let last = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let mut location = String::with_capacity(last.len().saturating_add(4));
    location.push_str("./");
    push_escaped(&mut location, last, |byte| byte == b'?');
    location.push('/');
    if let Some(query) = query {
        location.push('?');
        push_escaped(&mut location, query, |_| false);
    }
    location
}

/// Adds `text`, with what no URI holds escaped, and what `ends` this part of one; percent escapes stay as they are.
fn push_escaped(location: &mut String, text: &[u8], ends: impl Fn(u8) -> bool) {
    for &byte in text {
        let is_never_raw = matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#');
        if is_never_raw || ends(byte) || !byte.is_ascii_graphic() {
            // Writing to a string cannot fail.
            let _ = write!(location, "%{byte:02X}");
        } else {
            location.push(char::from(byte));
        }
    }
}
