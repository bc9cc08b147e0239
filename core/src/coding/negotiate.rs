//! Which coding a client takes, from its `Accept-Encoding` (RFC 9110 §12.5.3).
//!
//! One pass over the field, whatever it holds: a member that is malformed counts as not written.

use super::Coding;

/// What a client can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The coding to use; nothing when content is best sent as it is.
    pub coding: Option<Coding>,
    /// Whether content may also be sent as it is. Neither is possible for `identity;q=0` with nothing else we have.
    pub identity: bool,
}

/// Weights in thousandths; the highest counts when a name comes twice.
#[derive(Debug, Default)]
struct Weights {
    codings: [Option<u16>; Coding::ALL.len()],
    identity: Option<u16>,
    any: Option<u16>,
}

/// Chooses among `offered`: the highest weight, then the first of them. Without the field, and for one that lists
/// nothing we have, content is sent as it is.
#[must_use]
pub fn negotiate(accept_encoding: Option<&[u8]>, offered: &[Coding]) -> Choice {
    let weights = read(accept_encoding.unwrap_or_default());
    let mut best = None;
    let mut best_weight = 0;
    for &coding in offered {
        let weight = weights.codings.get(coding as usize).copied().flatten().or(weights.any).unwrap_or(0);
        if weight > best_weight {
            best = Some(coding);
            best_weight = weight;
        }
    }
    // Only a client that names it can prefer it; `*` speaks of it only to refuse it.
    let preferred = weights.identity.is_some_and(|weight| weight > best_weight);
    let identity = weights.identity.or(weights.any) != Some(0);
    Choice { coding: best.filter(|_| !preferred), identity }
}

fn read(field: &[u8]) -> Weights {
    let mut weights = Weights::default();
    for member in field.split(|&byte| byte == b',') {
        let mut parts = member.splitn(2, |&byte| byte == b';');
        let name = parts.next().unwrap_or_default().trim_ascii();
        let Some(weight) = parts.next().map_or(Some(1000), parse_weight) else { continue };
        let place = if name == b"*" {
            &mut weights.any
        } else if name.eq_ignore_ascii_case(b"identity") {
            &mut weights.identity
        } else {
            let coding = Coding::from_name(name);
            let Some(place) = coding.and_then(|coding| weights.codings.get_mut(coding as usize)) else { continue };
            place
        };
        *place = (*place).max(Some(weight));
    }
    weights
}

/// `q=` and a number from 0 to 1 with at most three decimals (RFC 9110 §12.4.2), in thousandths.
fn parse_weight(text: &[u8]) -> Option<u16> {
    let (b'q' | b'Q', rest) = text.trim_ascii().split_first()? else { return None };
    let (whole, rest) = rest.strip_prefix(b"=")?.split_first()?;
    let decimals = match rest.split_first() {
        None => &[],
        Some((b'.', decimals)) if decimals.len() <= 3 => decimals,
        Some(_) => return None,
    };
    let mut thousandths = 0;
    for place in 0..3 {
        let digit = decimals.get(place).copied().unwrap_or(b'0');
        thousandths = thousandths * 10 + u16::try_from(char::from(digit).to_digit(10)?).ok()?;
    }
    match whole {
        b'0' => Some(thousandths),
        b'1' if thousandths == 0 => Some(1000),
        _ => None,
    }
}
