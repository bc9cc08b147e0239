//! Byte ranges (RFC 9110 §14.1.2, §14.2).
//!
//! A field that is malformed, of another unit, or asks for more ranges than allowed is ignored, as the RFC lets a server
//! do: the whole file costs least. Ranges that overlap or nearly touch are sent as one, so that no request is answered
//! with more bytes than the file has (the amplification of CVE-2011-3192).

/// Ranges with a gap below this are sent as one: the head of a part costs about as much.
const GAP_BYTES: u64 = 80;

/// A part of a file: from `start` up to, not including, `end`. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// The first byte.
    pub start: u64,
    /// Behind the last byte.
    pub end: u64,
}

impl ByteRange {
    /// How many bytes.
    #[must_use]
    pub const fn len(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Never: a range has a byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// What a `Range` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ranges {
    /// The field is not heeded.
    Ignored,
    /// No range has a byte of the file: 416.
    Unsatisfiable,
    /// At least one; in the order they were asked for, none of them overlapping.
    Parts(Vec<ByteRange>),
}

/// Reads the field for a file of `len` bytes, with at most `max_ranges` ranges. An empty file has no part to send:
/// for it the field is ignored.
#[must_use]
pub fn resolve_ranges(field: &[u8], len: u64, max_ranges: usize) -> Ranges {
    let Some(list) = split_unit(field) else { return Ranges::Ignored };
    if len == 0 {
        return Ranges::Ignored;
    }
    let mut found = Vec::new();
    let mut count: usize = 0;
    for element in list.split(|&byte| byte == b',') {
        let element = element.trim_ascii();
        if element.is_empty() {
            continue;
        }
        count = count.saturating_add(1);
        if count > max_ranges {
            return Ranges::Ignored;
        }
        match resolve_one(element, len) {
            Err(Malformed) => return Ranges::Ignored,
            Ok(None) => {}
            Ok(Some(range)) => found.push(range),
        }
    }
    match found.as_slice() {
        _ if count == 0 => Ranges::Ignored,
        [] => Ranges::Unsatisfiable,
        [_] => Ranges::Parts(found),
        _ => Ranges::Parts(coalesce(&found)),
    }
}

/// What follows `bytes=`.
fn split_unit(field: &[u8]) -> Option<&[u8]> {
    let (unit, list) = field.trim_ascii().split_at_checked(6)?;
    unit.eq_ignore_ascii_case(b"bytes=").then_some(list)
}

/// Not by the grammar of RFC 9110 §14.1.1.
struct Malformed;

/// `None` when it has no byte of the file.
fn resolve_one(text: &[u8], len: u64) -> Result<Option<ByteRange>, Malformed> {
    let mut numbers = text.splitn(2, |&byte| byte == b'-');
    let (first, Some(last)) = (numbers.next().unwrap_or_default(), numbers.next()) else { return Err(Malformed) };
    if first.is_empty() {
        let suffix = number(last)?;
        return Ok((suffix > 0).then(|| ByteRange { start: len.saturating_sub(suffix), end: len }));
    }
    let start = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < start {
        return Err(Malformed);
    }
    Ok((start < len).then(|| ByteRange { start, end: last.saturating_add(1).min(len) }))
}

/// Digits only; numbers too large are the largest, which lies behind every file.
fn number(digits: &[u8]) -> Result<u64, Malformed> {
    if digits.is_empty() {
        return Err(Malformed);
    }
    digits.iter().try_fold(0_u64, |sum, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10).ok_or(Malformed)?;
        Ok(sum.saturating_mul(10).saturating_add(u64::from(digit)))
    })
}

/// Joins what overlaps or nearly touches; a joined range stands where the first of its ranges stood.
fn coalesce(ranges: &[ByteRange]) -> Vec<ByteRange> {
    let mut sorted: Vec<(usize, ByteRange)> = ranges.iter().copied().enumerate().collect();
    sorted.sort_unstable_by_key(|(place, range)| (range.start, *place));
    let mut joined: Vec<(usize, ByteRange)> = Vec::with_capacity(sorted.len());
    for (place, range) in sorted {
        match joined.last_mut() {
            Some((first_place, last)) if range.start <= last.end.saturating_add(GAP_BYTES) => {
                last.end = last.end.max(range.end);
                *first_place = place.min(*first_place);
            }
            _ => joined.push((place, range)),
        }
    }
    joined.sort_unstable_by_key(|(place, _)| *place);
    joined.into_iter().map(|(_, range)| range).collect()
}
