//! Templates of URIs (RFC 6570 §2).

fn is_escape(text: &str) -> bool {
    text.get(..2).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// RFC 6570 §2.1, with the apostrophe that its erratum 6937 allows.
fn is_literal(text: &str) -> bool {
    text.char_indices().all(|(at, c)| match c {
        '%' => text.get(at + 1..).is_some_and(is_escape),
        '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => false,
        c if c.is_ascii() => c.is_ascii_graphic(),
        c => u32::from(c) >= 0xa0 && u32::from(c) & 0xfffe != 0xfffe && !('\u{fdd0}'..='\u{fdef}').contains(&c),
    })
}

/// RFC 6570 §2.3.
fn is_name(name: &str) -> bool {
    name.split('.').all(|part| {
        !part.is_empty()
            && part.char_indices().all(|(at, c)| match c {
                '%' => part.get(at + 1..).is_some_and(is_escape),
                c => c.is_ascii_alphanumeric() || c == '_',
            })
    })
}

/// A name with its modifier (RFC 6570 §2.4).
fn is_variable(text: &str) -> bool {
    if let Some(name) = text.strip_suffix('*') {
        return is_name(name);
    }
    match text.split_once(':') {
        Some((name, length)) => {
            is_name(name)
                && (1..=4).contains(&length.len())
                && !length.starts_with('0')
                && length.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => is_name(text),
    }
}

pub(super) fn is_uri_template(text: &str) -> bool {
    let mut rest = text;
    while let Some((literal, behind)) = rest.split_once('{') {
        let Some((expression, behind)) = behind.split_once('}') else { return false };
        // The operators of §2.2, without those that are reserved.
        let variables = expression.strip_prefix(['+', '#', '.', '/', ';', '?', '&']).unwrap_or(expression);
        if !is_literal(literal) || !variables.split(',').all(is_variable) {
            return false;
        }
        rest = behind;
    }
    is_literal(rest)
}
