//! The steps of `x-sanitize`. Each takes a text and gives another one; none fails.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::schema) enum Step {
    /// Takes white space off both ends: what `String.prototype.trim` takes (ECMA-262, `WhiteSpace` and `LineTerminator`).
    Trim,
    /// Normal form C (UAX #15).
    Nfc,
    /// Small letters, as Unicode maps them without a locale.
    Lowercase,
    /// Takes control characters out (C0, DEL, C1), but for tabulators and line ends.
    StripControl,
    /// Writes `& < > " '` as character references. What is escaped already is escaped again: the result shows the text
    /// as it was.
    EscapeHtml,
}

/// White space of ECMA-262; U+0085, which Unicode counts as such, is none.
fn is_space(c: char) -> bool {
    c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}')
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

fn reference(c: char) -> Option<&'static str> {
    Some(match c {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        _ => return None,
    })
}

impl Step {
    /// The step of a name.
    pub(in crate::schema) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "trim" => Self::Trim,
            "nfc" => Self::Nfc,
            "lowercase" => Self::Lowercase,
            "stripControl" => Self::StripControl,
            "escapeHtml" => Self::EscapeHtml,
            _ => return None,
        })
    }

    fn changes(self, text: &str) -> bool {
        match self {
            Self::Trim => text.starts_with(is_space) || text.ends_with(is_space),
            Self::Nfc => !text.is_ascii() && !is_nfc(text),
            Self::Lowercase if text.is_ascii() => text.bytes().any(|byte| byte.is_ascii_uppercase()),
            Self::Lowercase => true,
            Self::StripControl => text.contains(is_control),
            Self::EscapeHtml => text.contains(|c| reference(c).is_some()),
        }
    }

    fn apply(self, text: &str) -> String {
        match self {
            Self::Trim => text.trim_matches(is_space).to_owned(),
            Self::Nfc => text.nfc().collect(),
            Self::Lowercase => text.to_lowercase(),
            Self::StripControl => text.chars().filter(|c| !is_control(*c)).collect(),
            Self::EscapeHtml => {
                let mut escaped = String::with_capacity(text.len() + 16);
                for c in text.chars() {
                    match reference(c) {
                        Some(reference) => escaped.push_str(reference),
                        None => escaped.push(c),
                    }
                }
                escaped
            }
        }
    }
}

/// Does some steps, one after the other.
pub(super) fn sanitise<'t>(mut text: Cow<'t, str>, steps: &[Step]) -> Cow<'t, str> {
    for step in steps {
        if step.changes(&text) {
            text = Cow::Owned(step.apply(&text));
        }
    }
    text
}
