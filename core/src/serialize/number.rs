//! Numbers as ECMA-262 §6.1.6.1.20 (`Number::toString`) writes them.

use super::output::{put_block, put_byte, put_piece};

/// Below this every integer is a double, and its digits are all that is written.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Numbers below this are written as thousandths: eight digits in front of the point, which are made together.
const SHORT: f64 = 1e8;

/// One and a half times 2^52: what is added to it is rounded to an integer, and stands in the lowest bits of the sum.
const ROUNDS: f64 = 6_755_399_441_055_744.0;

/// Bytes that a number may take, `-1.7976931348623157e+308`, and room for copying in blocks.
pub(super) const NUMBER_BYTES: usize = 32;

/// Puts a number to `at`, where there is room for [`NUMBER_BYTES`]; returns the end of it. What is not finite is `null`, and
/// the negative zero has no sign.
#[expect(clippy::inline_always, reason = "the end of the text stays in a register")]
#[inline(always)]
pub(super) fn put(number: f64, room: &mut [u8], at: usize) -> usize {
    match as_thousandths(number) {
        Some(thousandths) => put_thousandths(thousandths, room, at),
        None => put_other(number, room, at),
    }
}

/// Puts a number that is no short decimal.
#[inline(never)]
fn put_other(number: f64, room: &mut [u8], at: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "what was lost is found by the comparison")]
    let whole = number as i64;
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "exact below 2^53, which is asked first")]
    let is_whole = number.abs() < WHOLE && whole as f64 == number;
    if is_whole {
        return put_piece(room, at, itoa::Buffer::new().format(whole).as_bytes());
    }
    if number.is_finite() {
        return put_piece(room, at, ryu_js::Buffer::new().format_finite(number).as_bytes());
    }
    put_block(room, at, b"null", 4)
}

/// The number as thousandths, where it is the double next to so many of them. Of decimals with at most 15 digits no two
/// have the same double, so what is found is the shortest there is. Whole numbers are among them, and are not asked for
/// before: nothing waits for the result of the division.
#[inline]
fn as_thousandths(number: f64) -> Option<i64> {
    // What is not a number is not equal to anything below.
    if number.abs() >= SHORT {
        return None;
    }
    let sum = number * 1000.0 + ROUNDS;
    #[expect(clippy::float_cmp, reason = "equality is what is asked")]
    let is_exact = (sum - ROUNDS) / 1000.0 == number;
    is_exact.then(|| sum.to_bits().cast_signed() - ROUNDS.to_bits().cast_signed())
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "as above")]
fn put_thousandths(thousandths: i64, room: &mut [u8], at: usize) -> usize {
    // The sign is written over where there is none.
    put_byte(room, at, b'-');
    let at = at + usize::from(thousandths < 0);
    let (whole, rest) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
    let at = put_whole(whole, room, at);
    // A point and three digits, without the zeros at the end; where all are, without the point.
    let digits = three_digits(rest) << 8;
    let length = 4 - (digits.leading_zeros() / 8) as usize;
    put_block(room, at, &(digits | 0x3030_302e).to_le_bytes(), length)
}

/// The digits of a number below 1000, as numbers, the first in the lowest byte.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "three digits")]
const fn three_digits(number: u64) -> u32 {
    let number = number as u32;
    let (hundreds, tens) = ((number * 41) >> 12, (number * 205) >> 11);
    hundreds | ((tens - hundreds * 10) << 8) | ((number - tens * 10) << 16)
}

/// Puts up to eight digits at once, without a loop or a branch that depends on how many there are.
#[inline]
fn put_whole(number: u64, room: &mut [u8], at: usize) -> usize {
    if number < 1000 {
        let digits = three_digits(number);
        let zeros = (digits.trailing_zeros() / 8).min(2);
        return put_block(room, at, &((digits | 0x30_3030) >> (zeros * 8)).to_le_bytes(), 3 - zeros as usize);
    }
    // Two halves of four digits, four quarters of two, eight of one, each time by a multiplication that divides.
    let halves = (number / 10_000) | (number % 10_000) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let quarters = hundreds | (halves - hundreds * 100) << 16;
    let tens = ((quarters * 103) >> 10) & 0x000f_000f_000f_000f;
    let digits = tens | (quarters - tens * 10) << 8;
    // The first digit is the lowest byte. Zero has one digit.
    let zeros = (digits.trailing_zeros() / 8).min(7);
    let text = (digits | 0x3030_3030_3030_3030) >> (zeros * 8);
    put_block(room, at, &text.to_le_bytes(), 8 - zeros as usize)
}
