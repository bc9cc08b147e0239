//! From the raw rest of a request path to the path of a file below a root (RFC 3986 §2.1).
//!
//! Decoded once. What has two readings is refused, not normalised: a path that was checked is the path that is opened.
//! Differs from pillarjs/send in that `..`, `.`, `\` and an escaped `/` are 400 (there: 403, removed, a name, a
//! separator) and an empty segment is 404 (there: removed). Links are the opener's concern: nothing is looked up here.

use super::FileError;

/// What becomes of a path with a segment that begins with a dot. No segment is exempt, `.well-known` is not either, as
/// in send 1: it is served by a root of its own, since only what follows the mount is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dotfiles {
    /// As if they were not there: 404.
    #[default]
    Ignore,
    /// Refused: 403.
    Deny,
    /// Served.
    Allow,
}

/// How paths are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathPolicy {
    /// Segments that begin with a dot; default [`Dotfiles::Ignore`].
    pub dotfiles: Dotfiles,
    /// Whether names that Windows reads in its own way are refused; default on Windows only, where they are harmful:
    /// elsewhere `aux.js` and `a:b` are names like any other.
    pub windows: bool,
}

#[allow(clippy::derivable_impls, reason = "what it gives differs by platform")]
impl Default for PathPolicy {
    fn default() -> Self {
        Self { dotfiles: Dotfiles::default(), windows: cfg!(windows) }
    }
}

/// Gives the path below the root that `raw`, percent-encoded and without the `/` before it, names: segments with `/`
/// between them, with a `/` at the end if a directory is asked for. Empty for the root itself.
///
/// # Errors
/// [`FileError::Encoding`], [`FileError::Path`], [`FileError::Forbidden`] and [`FileError::NotFound`].
pub fn resolve_path(raw: &[u8], policy: PathPolicy) -> Result<String, FileError> {
    let path = String::from_utf8(decode(raw)?).map_err(|_| FileError::Encoding)?;
    if path.chars().any(char::is_control) {
        return Err(FileError::Path);
    }
    let mut segments = path.strip_suffix('/').unwrap_or(&path).split('/');
    // The root is the one path that may have no segment.
    if !path.is_empty() {
        segments.try_for_each(|segment| check_segment(segment, policy))?;
    }
    Ok(path)
}

fn decode(raw: &[u8]) -> Result<Vec<u8>, FileError> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw;
    loop {
        rest = match rest {
            [] => return Ok(decoded),
            [b'%', high, low, rest @ ..] => {
                let byte = hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low).ok_or(FileError::Encoding)?;
                // An escaped separator is data to the router, and would be a separator to the file system.
                if matches!(byte, b'/' | b'\\') {
                    return Err(FileError::Path);
                }
                decoded.push(byte);
                rest
            }
            [b'%', ..] => return Err(FileError::Encoding),
            [b'\\', ..] => return Err(FileError::Path),
            [byte, rest @ ..] => {
                decoded.push(*byte);
                rest
            }
        };
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn check_segment(segment: &str, policy: PathPolicy) -> Result<(), FileError> {
    if segment.is_empty() {
        return Err(FileError::NotFound);
    }
    // `.`, `..`, and the longer ones that old systems read as several steps up.
    if segment.bytes().all(|byte| byte == b'.') {
        return Err(FileError::Path);
    }
    if policy.windows && is_special_on_windows(segment) {
        return Err(FileError::NotFound);
    }
    match policy.dotfiles {
        Dotfiles::Ignore if segment.starts_with('.') => Err(FileError::NotFound),
        Dotfiles::Deny if segment.starts_with('.') => Err(FileError::Forbidden),
        _ => Ok(()),
    }
}

/// Names that Windows changes (trailing dots and spaces), that lead to devices, to streams of a file (`:`), or that may
/// be the short form of another name (`GIT~1` for `.git`).
fn is_special_on_windows(segment: &str) -> bool {
    let short_form = segment.as_bytes().windows(2).any(|pair| matches!(pair, [b'~', b'0'..=b'9']));
    short_form
        || segment.ends_with(['.', ' '])
        || segment.contains(['<', '>', ':', '"', '|', '?', '*'])
        || is_device_name(segment.split('.').next().unwrap_or_default().trim_end_matches(' '))
}

fn is_device_name(stem: &str) -> bool {
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    if DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) {
        return true;
    }
    // COM1 to LPT9, and with the superscript digits that Windows takes for digits.
    let mut characters = stem.chars();
    let port: String = characters.by_ref().take(3).map(|letter| letter.to_ascii_uppercase()).collect();
    let digit = characters.next();
    matches!(port.as_str(), "COM" | "LPT")
        && digit.is_some_and(|digit| digit.is_ascii_digit() || matches!(digit, '¹' | '²' | '³'))
        && characters.next().is_none()
}
