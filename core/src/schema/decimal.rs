//! Numbers of few digits, which nearly all are: read in one step, compared as integers, and made doubles exactly. All others are
//! for [`number`](super::number), which is the oracle of this.

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
