//! Names of hosts (RFC 1123 §2.1) and internationalised ones (RFC 5890 §2.3.2.3).

use super::idna;

/// Bytes of a name (RFC 1034 §3.1, without the root).
const MAX_NAME: usize = 253;
/// Bytes of a label.
const MAX_LABEL: usize = 63;

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    let has_form = (1..=MAX_LABEL).contains(&bytes.len())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && bytes.first() != Some(&b'-')
        && bytes.last() != Some(&b'-');
    // Two hyphens there are for encoded labels; others are left to those who register them.
    has_form && (!has_prefix(label) || idna::is_encoded_label(label))
}

fn has_prefix(label: &str) -> bool {
    label.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"))
}

pub(super) fn is_hostname(text: &str) -> bool {
    text.len() <= MAX_NAME && text.split('.').all(is_label)
}

pub(super) fn is_idn_hostname(text: &str) -> bool {
    let mut length = 0;
    let mut labels = Vec::new();
    // RFC 3490 §3.1 names the other dots.
    for label in text.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']) {
        let encoded = if label.is_ascii() {
            if !is_label(label) || (label.get(2..4) == Some("--") && !has_prefix(label)) {
                return false;
            }
            label.len()
        } else {
            match idna::encoded_length(label) {
                Some(length) if length <= MAX_LABEL => length,
                _ => return false,
            }
        };
        length += encoded + 1;
        labels.push(if has_prefix(label) { idna::decode(label).unwrap_or_default() } else { label.to_owned() });
    }
    length <= MAX_NAME + 1 && idna::is_bidi_name(&labels)
}
