//! Dates, times (RFC 3339 §5.6) and durations (RFC 3339 appendix A).

/// A number of exactly so many digits, and what stands behind it.
fn digits(text: &[u8], count: usize) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(count)?;
    let value = digits
        .iter()
        .try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0')))?;
    Some((value, rest))
}

fn byte(text: &[u8], expected: u8) -> Option<&[u8]> {
    text.split_first().filter(|(first, _)| **first == expected).map(|(_, rest)| rest)
}

/// Reads a date; gives what stands behind it.
fn date(text: &[u8]) -> Option<&[u8]> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(byte(rest, b'-')?, 2)?;
    let (day, rest) = digits(byte(rest, b'-')?, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

/// Reads a whole time with its offset.
fn time(text: &[u8]) -> Option<()> {
    const DAY: u32 = 24 * 60;
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(byte(rest, b':')?, 2)?;
    let (second, mut rest) = digits(byte(rest, b':')?, 2)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    if let Some(fraction) = byte(rest, b'.') {
        let count = fraction.iter().take_while(|digit| digit.is_ascii_digit()).count();
        rest = fraction.get(count..).filter(|_| count > 0)?;
    }
    let local = hour * 60 + minute;
    let utc = match rest {
        [b'Z' | b'z'] => local,
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (hours, rest) = digits(rest, 2)?;
            let (minutes, rest) = digits(byte(rest, b':')?, 2)?;
            if hours > 23 || minutes > 59 || !rest.is_empty() {
                return None;
            }
            let offset = hours * 60 + minutes;
            (local + if *sign == b'+' { DAY - offset } else { offset }) % DAY
        }
        _ => return None,
    };
    // Leap seconds come at the end of a day in UTC.
    (second < 60 || utc == DAY - 1).then_some(())
}

pub(super) fn is_date(text: &str) -> bool {
    date(text.as_bytes()).is_some_and(<[u8]>::is_empty)
}

pub(super) fn is_time(text: &str) -> bool {
    time(text.as_bytes()).is_some()
}

pub(super) fn is_date_time(text: &str) -> bool {
    date(text.as_bytes())
        .and_then(|rest| rest.split_first())
        .is_some_and(|(between, rest)| matches!(between, b'T' | b't') && time(rest).is_some())
}

/// Reads numbers with the units in their order, without gaps: after years come months, not days.
fn units<'t>(mut text: &'t [u8], units: &[u8]) -> Option<(&'t [u8], usize)> {
    let (mut count, mut next) = (0, 0);
    loop {
        let length = text.iter().take_while(|digit| digit.is_ascii_digit()).count();
        if length == 0 {
            return Some((text, count));
        }
        let unit = text.get(length)?;
        let place = units.iter().position(|known| known == unit)?;
        if place < next || (count > 0 && place != next) {
            return None;
        }
        (next, count) = (place + 1, count + 1);
        text = text.get(length + 1..)?;
    }
}

fn duration(text: &[u8]) -> Option<()> {
    let text = byte(text, b'P')?;
    if let Some(weeks) = text.strip_suffix(b"W") {
        return (!weeks.is_empty() && weeks.iter().all(u8::is_ascii_digit)).then_some(());
    }
    let (rest, dates) = units(text, b"YMD")?;
    if rest.is_empty() {
        return (dates > 0).then_some(());
    }
    let (rest, times) = units(byte(rest, b'T')?, b"HMS")?;
    (rest.is_empty() && times > 0).then_some(())
}

pub(super) fn is_duration(text: &str) -> bool {
    duration(text.as_bytes()).is_some()
}
