//! Numbers as ECMA-262 §6.1.6.1.20 (`Number::toString`) writes them.

use super::output::Output;

/// Below this every integer is a double, and its digits are all that is written.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Bytes that a number may take: `-1.7976931348623157e+308` and room for copying in one piece.
pub(super) const NUMBER_BYTES: usize = 32;

/// Writes a number, for which there is room of [`NUMBER_BYTES`]; what is not finite is `null`, and the negative zero has no sign.
#[inline]
pub(super) fn write(number: f64, out: &mut Output) {
    #[expect(clippy::cast_possible_truncation, reason = "what was lost is found by the comparison")]
    let whole = number as i64;
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "exact below 2^53, which is asked first")]
    let is_whole = number.abs() < WHOLE && whole as f64 == number;
    if is_whole {
        if whole < 0 {
            out.push_byte(b'-');
        }
        write_whole(whole.unsigned_abs(), out);
    } else if let Some(thousandths) = as_thousandths(number) {
        write_thousandths(thousandths, out);
    } else if number.is_finite() {
        out.push(ryu_js::Buffer::new().format_finite(number).as_bytes());
    } else {
        out.push(b"null");
    }
}

/// The number as thousandths, where it is the double next to so many of them. Of decimals with at most 15 digits no two
/// have the same double, so what is found is the shortest there is.
#[inline]
fn as_thousandths(number: f64) -> Option<i64> {
    // 15 digits, 3 of them behind the point.
    if !(number.abs() < 1e12 && number.abs() >= 1e-3) {
        return None;
    }
    // Rounded; a sum that is no double is none that is found.
    #[expect(clippy::cast_possible_truncation, reason = "below 10^15")]
    let thousandths = (number * 1000.0 + 0.5_f64.copysign(number)) as i64;
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "below 2^53; equality is what is asked")]
    let is_exact = thousandths as f64 / 1000.0 == number;
    is_exact.then_some(thousandths)
}

#[inline]
fn write_thousandths(thousandths: i64, out: &mut Output) {
    if thousandths < 0 {
        out.push_byte(b'-');
    }
    let (whole, rest) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
    write_whole(whole, out);
    // A point and three digits, without the zeros at the end; all are none, or it would be whole.
    let digits = (three_digits(rest) << 8) | u32::from(b'.');
    let length = 4 - (digits.leading_zeros() / 8) as usize;
    out.push_block(&(digits | 0x3030_3000).to_le_bytes(), length);
}

/// The digits of a number below 1000, as numbers, the first in the lowest byte.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "three digits")]
const fn three_digits(number: u64) -> u32 {
    let number = number as u32;
    let (hundreds, tens) = ((number * 41) >> 12, (number * 205) >> 11);
    hundreds | ((tens - hundreds * 10) << 8) | ((number - tens * 10) << 16)
}

/// Writes digits: up to eight at once, without a loop or a branch that depends on how many there are.
#[inline]
fn write_whole(number: u64, out: &mut Output) {
    if number < 1000 {
        let digits = three_digits(number);
        let zeros = (digits.trailing_zeros() / 8).min(2);
        out.push_block(&((digits | 0x30_3030) >> (zeros * 8)).to_le_bytes(), 3 - zeros as usize);
        return;
    }
    if number >= 100_000_000 {
        out.push(itoa::Buffer::new().format(number).as_bytes());
        return;
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
    out.push_block(&text.to_le_bytes(), 8 - zeros as usize);
}
