//! Mailboxes (RFC 5321 §4.1.2) and internationalised ones (RFC 6531 §3.3).

use super::{address, host};

/// Bytes of a local part (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;

fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// The end of a local part that is in quotes.
fn quoted_end(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at + 1),
            b'\\' => {
                bytes.next().filter(|(_, byte)| matches!(byte, b' '..=b'~'))?;
            }
            0..=31 | 127 => return None,
            _ => {}
        }
    }
    None
}

fn is_mailbox(text: &str, is_domain: fn(&str) -> bool, beyond_ascii: bool) -> bool {
    if !beyond_ascii && !text.is_ascii() {
        return false;
    }
    let quoted = text.starts_with('"');
    let end = if quoted { quoted_end(text) } else { text.find('@') };
    let Some((local, domain)) = end.and_then(|end| text.split_at_checked(end)) else { return false };
    let Some(domain) = domain.strip_prefix('@') else { return false };
    let is_atom = |atom: &str| !atom.is_empty() && atom.bytes().all(|byte| byte >= 0x80 || is_atom_byte(byte));
    if local.len() > MAX_LOCAL || !(quoted || local.split('.').all(is_atom)) {
        return false;
    }
    match domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(literal) => match literal.get(..5) {
            Some(tag) if tag.eq_ignore_ascii_case("ipv6:") => literal.get(5..).is_some_and(address::is_ipv6),
            _ => address::is_ipv4(literal),
        },
        None => is_domain(domain),
    }
}

pub(super) fn is_email(text: &str) -> bool {
    is_mailbox(text, host::is_hostname, false)
}

pub(super) fn is_idn_email(text: &str) -> bool {
    is_mailbox(text, host::is_idn_hostname, true)
}
