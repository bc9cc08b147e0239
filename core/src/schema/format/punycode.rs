//! Punycode (RFC 3492): how labels of domain names beyond ASCII are written in it.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST: u32 = 128;

/// RFC 3492 §6.1.
fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (((BASE - T_MIN + 1) * delta) / (delta + SKEW))
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

/// Decodes what stands behind `xn--`; `None` if it is not Punycode, or of nothing beyond ASCII (RFC 3492 §6.2). A label
/// of at most 63 bytes is assumed: each inserted character moves those behind it.
pub(super) fn decode(text: &str) -> Option<String> {
    let (plain, extended) = text.rsplit_once('-').unwrap_or(("", text));
    if extended.is_empty() || text.starts_with('-') {
        return None;
    }
    let mut points: Vec<char> = plain.chars().map(|c| c.to_ascii_lowercase()).collect();
    let (mut next, mut at, mut bias) = (FIRST, 0u32, FIRST_BIAS);
    let mut letters = extended.chars();
    while !letters.as_str().is_empty() {
        let (before, mut weight, mut k) = (at, 1u32, BASE);
        loop {
            let digit = match letters.next()? {
                c @ 'a'..='z' => c as u32 - 'a' as u32,
                c @ 'A'..='Z' => c as u32 - 'A' as u32,
                c @ '0'..='9' => c as u32 - '0' as u32 + 26,
                _ => return None,
            };
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = threshold(k, bias);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let count = u32::try_from(points.len()).ok()? + 1;
        bias = adapt(at - before, count, before == 0);
        next = next.checked_add(at / count)?;
        at %= count;
        points.insert(at as usize, char::from_u32(next)?);
        at += 1;
    }
    Some(points.into_iter().collect())
}

/// What [`decode`] reads; `None` if it cannot be counted (RFC 3492 §6.3).
pub(super) fn encode(text: &str) -> Option<String> {
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let plain = u32::try_from(out.len()).ok()?;
    if plain > 0 {
        out.push('-');
    }
    let total = u32::try_from(text.chars().count()).ok()?;
    let (mut next, mut delta, mut bias, mut done) = (FIRST, 0u32, FIRST_BIAS, plain);
    while done < total {
        let point = text.chars().map(u32::from).filter(|point| *point >= next).min()?;
        delta = delta.checked_add((point - next).checked_mul(done + 1)?)?;
        next = point;
        for c in text.chars().map(u32::from) {
            if c < next {
                delta = delta.checked_add(1)?;
            }
            if c == next {
                write_delta(delta, bias, &mut out);
                bias = adapt(delta, done + 1, done == plain);
                delta = 0;
                done += 1;
            }
        }
        delta += 1;
        next += 1;
    }
    Some(out)
}

fn write_delta(delta: u32, bias: u32, out: &mut String) {
    let digit = |value: u32| {
        let value = u8::try_from(value).unwrap_or_default();
        char::from(if value < 26 { b'a' + value } else { b'0' + (value - 26) })
    };
    let (mut rest, mut k) = (delta, BASE);
    loop {
        let threshold = threshold(k, bias);
        if rest < threshold {
            out.push(digit(rest));
            return;
        }
        out.push(digit(threshold + (rest - threshold) % (BASE - threshold)));
        rest = (rest - threshold) / (BASE - threshold);
        k += BASE;
    }
}
