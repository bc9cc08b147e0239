//! Numbers as they are written: compared and divided exactly, whatever their size, without a big number being built.
//!
//! A number is its sign, its digits without zeros at either end, and the place of the point, so that comparing costs as
//! much as reading it. Doubles are never made.

use std::cmp::Ordering;

use super::json_error::JsonProblem;
use super::limits::JsonLimits;

/// Digits of an exponent that are read. Longer ones are refused by the reader; nobody has use for `1e1000000000000000`.
pub(super) const MAX_EXPONENT_DIGITS: usize = 15;

/// A number within a text: `0.DIGITS` times ten to the power of `point`. Zero has no digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number<'t> {
    negative: bool,
    /// The digits, in the two pieces between which the point may stand.
    head: &'t [u8],
    tail: &'t [u8],
    point: i64,
}

fn trim_start(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}

fn trim_end(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
    digits.get(..digits.len() - zeros).unwrap_or_default()
}

fn length(digits: &[u8]) -> i64 {
    i64::try_from(digits.len()).unwrap_or(i64::MAX)
}

fn split_at_byte(text: &[u8], at: impl Fn(u8) -> bool) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| at(*byte)) {
        Some(place) => (text.get(..place).unwrap_or_default(), text.get(place + 1..)),
        None => (text, None),
    }
}

/// The exponent of a checked number, `None` if it has more digits than are read.
fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let digits = trim_start(digits);
    if digits.len() > MAX_EXPONENT_DIGITS {
        return None;
    }
    let value = digits.iter().fold(0i64, |value, digit| value * 10 + i64::from(digit - b'0'));
    Some(if negative { -value } else { value })
}

/// The value of a checked number that is written as an integer of at most 18 digits, which is nearly all of them.
#[inline]
pub(super) fn small(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > 18 {
        return None;
    }
    let mut value = 0i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(digit - b'0');
    }
    Some(if negative { -value } else { value })
}

/// The greatest integer below which doubles hold every one.
const MAX_SAFE: u64 = (1 << 53) - 1;
/// A number without an exponent whose digits are an integer below 2^53: nearly every number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// All digits as one integer.
    digits: i64,
    /// How many of them stand behind the point.
    scale: usize,
}

impl Decimal {
    /// Reads what a text has from `at` on, and where it ends. `None` if it is another number, none, or may go on.
    #[expect(clippy::inline_always, reason = "returned in registers it takes half the time")]
    #[inline(always)]
    pub(super) fn read(text: &[u8], at: usize) -> Option<(Self, usize)> {
        let negative = text.get(at) == Some(&b'-');
        let begin = at + usize::from(negative);
        let mut digits = 0;
        let mut end = take_digits(text, begin, &mut digits);
        let whole = end - begin;
        if whole == 0 || (whole > 1 && text.get(begin) == Some(&b'0')) {
            return None;
        }
        let mut scale = 0;
        if text.get(end) == Some(&b'.') {
            let fraction = end + 1;
            end = take_digits(text, fraction, &mut digits);
            scale = end - fraction;
            if scale == 0 {
                return None;
            }
        }
        let may_go_on = text.get(end).is_none_or(|byte| matches!(byte, b'e' | b'E'));
        if whole + scale > 18 || may_go_on || digits > MAX_SAFE {
            return None;
        }
        // It is below 2^53.
        let digits = digits.cast_signed();
        Some((Self { negative, digits: if negative { -digits } else { digits }, scale }, end))
    }

    /// Ten to the power of its scale, which is 18 at the most.
    #[inline]
    fn power(self) -> i64 {
        const SMALL: [i64; 8] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000];
        let power = |scale: usize| SMALL.get(scale).copied().unwrap_or(10_000_000);
        power(self.scale) * power(self.scale.saturating_sub(7)) * power(self.scale.saturating_sub(14))
    }

    /// Whether it is written without a point.
    #[inline]
    pub(super) fn is_plain(self) -> bool {
        self.scale == 0
    }

    /// Whether it has no fraction but zeros.
    #[inline]
    pub(super) fn is_integer(self) -> bool {
        self.scale == 0 || self.digits % self.power() == 0
    }

    /// Whether it is neither less than `min` nor greater than `max`.
    #[inline]
    pub(super) fn is_within(self, min: i64, max: i64) -> bool {
        if self.scale == 0 {
            return min <= self.digits && self.digits <= max;
        }
        let [value, power] = [self.digits, self.power()].map(i128::from);
        i128::from(min) * power <= value && value <= i128::from(max) * power
    }

    /// Its value, if that is an integer of 32 bits and not `-0`.
    #[inline]
    pub(super) fn to_i32(self) -> Option<i32> {
        if self.scale > 0 || (self.negative && self.digits == 0) { None } else { i32::try_from(self.digits).ok() }
    }

    /// The double next to it: both parts are exact, so that the quotient is rounded once.
    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "integers below 2^53 and powers of ten below 10^22 are doubles")]
    pub(super) fn to_f64(self) -> f64 {
        let value = self.digits as f64 / self.power() as f64;
        if self.negative && self.digits == 0 { -0.0 } else { value }
    }
}

/// Takes digits into a number, which is void beyond 19 of them; gives where they end.
#[inline]
fn take_digits(text: &[u8], mut at: usize, number: &mut u64) -> usize {
    if let Some(chunk) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let digits = u64::from_le_bytes(*chunk) ^ 0x3030_3030_3030_3030;
        // The highest bit of what is more than nine; a carry goes up, and only the lowest such byte counts.
        let others = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
        let bits = others.trailing_zeros() & !7;
        if *number == 0 && (8..64).contains(&bits) {
            *number = eight_digits(digits << (64 - bits));
            return at + (bits / 8) as usize;
        }
    }
    while let Some(byte) = text.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        *number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    at
}

/// The number that eight digits are, the lowest byte first.
#[inline]
const fn eight_digits(digits: u64) -> u64 {
    const PAIRS: u64 = 0x0000_00ff_0000_00ff;
    // Pairs of digits, then pairs of pairs, then the two halves, each in one multiplication.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let low = (pairs & PAIRS).wrapping_mul(100 + (1_000_000 << 32));
    let high = ((pairs >> 16) & PAIRS).wrapping_mul(1 + (10_000 << 32));
    low.wrapping_add(high) >> 32
}

/// Why a number that passed the scanner is refused.
#[inline]
pub(super) fn problem(text: &[u8], limits: &JsonLimits) -> Option<JsonProblem> {
    if small(text).is_some() {
        return None;
    }
    if Number::read(text).is_none() {
        return Some(JsonProblem::NumberLength);
    }
    (!limits.not_finite && !is_finite(text)).then_some(JsonProblem::NotFinite)
}

impl<'t> Number<'t> {
    /// Reads a text that the scanner took as a number; `None` if its exponent is longer than anybody needs.
    pub(super) fn read(text: &'t [u8]) -> Option<Self> {
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let (mantissa, power) = split_at_byte(text, |byte| matches!(byte, b'e' | b'E'));
        let power = power.map_or(Some(0), exponent)?;
        let (whole, fraction) = split_at_byte(mantissa, |byte| byte == b'.');
        let (head, tail) = (trim_start(whole), trim_end(fraction.unwrap_or_default()));
        let number = if head.is_empty() {
            let digits = trim_start(tail);
            Self { negative, head: digits, tail: &[], point: power - (length(tail) - length(digits)) }
        } else if tail.is_empty() {
            Self { negative, head: trim_end(head), tail, point: power + length(head) }
        } else {
            Self { negative, head, tail, point: power + length(head) }
        };
        Some(if number.head.is_empty() { Self { negative: false, head: &[], tail: &[], point: 0 } } else { number })
    }

    fn digits(&self) -> impl Iterator<Item = &'t u8> + use<'t> {
        self.head.iter().chain(self.tail)
    }

    fn count(&self) -> i64 {
        length(self.head) + length(self.tail)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.head.is_empty()
    }

    /// Whether it has no fraction, however it is written: `1.0` and `1e3` have none.
    pub(super) fn is_integer(&self) -> bool {
        self.point >= self.count()
    }

    /// Its value as a count: an integer that is not negative, or the greatest count where it is greater.
    pub(super) fn to_count(self) -> Option<u64> {
        if self.negative || !self.is_integer() {
            return None;
        }
        let zeros = usize::try_from(self.point - self.count()).unwrap_or(usize::MAX).min(20);
        let mut digits = self.digits().chain(std::iter::repeat_n(&b'0', zeros));
        let value = digits.try_fold(0u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
        Some(if self.is_zero() { 0 } else { value.unwrap_or(u64::MAX) })
    }

    /// Which is greater.
    pub(super) fn compare(&self, other: &Number<'_>) -> Ordering {
        match (self.sign(), other.sign()) {
            (1, 1) => self.compare_magnitude(other),
            (-1, -1) => other.compare_magnitude(self),
            (one, two) => one.cmp(&two),
        }
    }

    fn sign(&self) -> i8 {
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        }
    }

    fn compare_magnitude(&self, other: &Number<'_>) -> Ordering {
        self.point.cmp(&other.point).then_with(|| self.digits().cmp(other.digits()))
    }

    /// Appends a text that equal numbers share and others do not.
    pub(super) fn canonical(&self, out: &mut Vec<u8>) {
        out.push(if self.negative { b'-' } else { b'+' });
        // Negative points are odd, others even.
        push_length(out, (self.point.unsigned_abs() << 1) | u64::from(self.point < 0));
        push_length(out, self.count().unsigned_abs());
        out.extend(self.digits());
    }

    /// Whether it is a multiple.
    pub(super) fn is_multiple_of(&self, divisor: &Divisor) -> bool {
        if self.is_zero() {
            return true;
        }
        // Both are written without zeros at the end: digits times ten to the power of this.
        let power = self.point - self.count() - divisor.power;
        let Ok(power) = u64::try_from(power) else {
            // The multiple would have to end with a zero.
            return false;
        };
        let modulus = u128::from(divisor.digits);
        let rest = self.digits().fold(0u128, |rest, digit| (rest * 10 + u128::from(digit - b'0')) % modulus);
        (rest * power_of_ten(power, modulus)).is_multiple_of(modulus)
    }
}

/// Ten to the power of `power`, modulo.
fn power_of_ten(mut power: u64, modulus: u128) -> u128 {
    let (mut base, mut result) = (10 % modulus, 1 % modulus);
    while power > 0 {
        if power & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        power >>= 1;
    }
    result
}

/// The value of `multipleOf`: digits that end without a zero, times ten to the power of `power`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Divisor {
    digits: u64,
    power: i64,
    /// The value itself, if it is a small integer.
    small: Option<i64>,
}

impl Divisor {
    /// Reads a positive number of at most 19 digits; `None` if it is another.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let number = Number::read(text)?;
        if number.sign() != 1 {
            return None;
        }
        let mut digits = 0u64;
        for digit in number.digits() {
            digits = digits.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
        }
        Some(Self { digits, power: number.point - number.count(), small: small(text) })
    }

    /// Whether a number that passed the scanner is a multiple.
    pub(super) fn divides(&self, text: &[u8]) -> bool {
        match (small(text), self.small) {
            (Some(value), Some(divisor)) => value % divisor == 0,
            _ => Number::read(text).is_some_and(|number| number.is_multiple_of(self)),
        }
    }
}

/// A number that others are compared with.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    text: Box<[u8]>,
    small: Option<i64>,
}

impl Bound {
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        Number::read(text)?;
        Some(Self { text: text.into(), small: small(text) })
    }

    /// How a number that passed the scanner compares with this one.
    #[inline]
    pub(super) fn compare(&self, text: &[u8]) -> Ordering {
        match (small(text), self.small) {
            (Some(value), Some(bound)) => value.cmp(&bound),
            _ => self.compare_exactly(text),
        }
    }

    fn compare_exactly(&self, text: &[u8]) -> Ordering {
        match (Number::read(text), Number::read(&self.text)) {
            (Some(value), Some(bound)) => value.compare(&bound),
            _ => Ordering::Equal,
        }
    }

    /// Its value, if that is an integer of few digits.
    pub(super) fn small(&self) -> Option<i64> {
        self.small
    }

    /// As it was written in the schema.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }
}

/// Whether a number that passed the scanner has no fraction.
#[inline]
pub(super) fn is_integer(text: &[u8]) -> bool {
    small(text).is_some() || Number::read(text).is_some_and(|number| number.is_integer())
}

/// Whether a double can hold a number that passed the scanner, if not exactly.
pub(super) fn is_finite(text: &[u8]) -> bool {
    // 308 digits without an exponent are below the greatest double.
    if text.len() <= 300 && !text.iter().any(|byte| matches!(byte, b'e' | b'E')) {
        return true;
    }
    str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok()).is_some_and(f64::is_finite)
}

/// Appends a number in as few bytes as it needs, seven bits in each.
pub(super) fn push_length(out: &mut Vec<u8>, mut length: u64) {
    while length >= 0x80 {
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push((length & 0x7f) as u8);
}
