//! References of schemas, resolved as RFC 3986 §5 says. Nothing is fetched; the results are names of what is registered.

/// The parts of a URI reference (RFC 3986 appendix B).
#[derive(Clone, Copy, Debug, Default)]
struct Parts<'t> {
    scheme: Option<&'t str>,
    authority: Option<&'t str>,
    path: &'t str,
    query: Option<&'t str>,
}

fn parts(uri: &str) -> Parts<'_> {
    let mut parts = Parts::default();
    let mut rest = uri;
    let is_scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    if let Some((scheme, behind)) = rest.split_once(':')
        && is_scheme(scheme)
    {
        parts.scheme = Some(scheme);
        rest = behind;
    }
    if let Some((path, query)) = rest.split_once('?') {
        parts.query = Some(query);
        rest = path;
    }
    if let Some(behind) = rest.strip_prefix("//") {
        let end = behind.find('/').unwrap_or(behind.len());
        let (authority, path) = behind.split_at(end);
        parts.authority = Some(authority);
        rest = path;
    }
    parts.path = rest;
    parts
}

fn join(parts: &Parts<'_>, path: &str) -> String {
    let mut uri = String::new();
    if let Some(scheme) = parts.scheme {
        uri.push_str(&scheme.to_ascii_lowercase());
        uri.push(':');
    }
    if let Some(authority) = parts.authority {
        uri.push_str("//");
        uri.push_str(authority);
    }
    uri.push_str(path);
    if let Some(query) = parts.query {
        uri.push('?');
        uri.push_str(query);
    }
    uri
}

/// RFC 3986 §5.2.4.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        match (segment, segments.peek().is_none()) {
            (".", false) => {}
            (".", true) => kept.push(""),
            ("..", last) => {
                if kept.len() > 1 || kept.first().is_some_and(|first| !first.is_empty()) {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    kept.join("/")
}

/// The URI before its fragment, and the fragment.
pub(super) fn split_fragment(uri: &str) -> (&str, Option<&str>) {
    match uri.split_once('#') {
        Some((uri, fragment)) => (uri, Some(fragment)),
        None => (uri, None),
    }
}

/// What a reference without a fragment means where `base` applies.
pub(super) fn resolve(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    let (to, from) = (parts(reference), parts(base));
    if to.scheme.is_some() {
        return join(&to, &if to.authority.is_some() { without_dots(to.path) } else { to.path.to_owned() });
    }
    if to.authority.is_some() {
        return join(&Parts { scheme: from.scheme, ..to }, &without_dots(to.path));
    }
    let origin = Parts { query: to.query, ..from };
    if to.path.is_empty() {
        return join(&Parts { query: to.query.or(from.query), ..origin }, from.path);
    }
    if to.path.starts_with('/') {
        return join(&origin, &without_dots(to.path));
    }
    let merged = match (from.authority, from.path.rfind('/')) {
        (Some(_), None) => format!("/{}", to.path),
        (_, Some(slash)) => format!("{}/{}", from.path.get(..slash).unwrap_or_default(), to.path),
        (None, None) => to.path.to_owned(),
    };
    join(&origin, &without_dots(&merged))
}

/// The tokens of a JSON pointer that stands in a fragment (RFC 6901 §6); `None` if it is none.
pub(super) fn pointer_tokens(fragment: &str) -> Option<Vec<String>> {
    let decoded = percent_decode(fragment)?;
    if decoded.is_empty() {
        return Some(Vec::new());
    }
    let rest = decoded.strip_prefix('/')?;
    Some(rest.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect())
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits = [bytes.next()?, bytes.next()?].map(|digit| char::from(digit).to_digit(16));
        let [Some(high), Some(low)] = digits else { return None };
        out.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(out).ok()
}

/// Appends `/token`, escaped (RFC 6901 §3).
pub(super) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    /// RFC 3986 §5.4.
    #[test]
    fn resolves_as_the_examples_of_the_standard_do() {
        let base = "http://a/b/c/d;p?q";
        for (reference, uri) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            (";x", "http://a/b/c/;x"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("..g", "http://a/b/c/..g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g;x=1/../y", "http://a/b/c/y"),
        ] {
            assert_eq!(resolve(base, reference), uri, "{reference}");
        }
    }
}
