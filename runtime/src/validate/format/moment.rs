//! RFC 3339: dates, times with their offset, durations.

/// `len` digits at the start as a number, and the rest.
fn digits(text: &[u8], len: usize) -> Option<(u32, &[u8])> {
    let (number, rest) = text.split_at_checked(len)?;
    let mut value = 0;
    for byte in number {
        value = value * 10 + u32::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    Some((value, rest))
}

fn date(text: &[u8]) -> Option<()> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix(b"-")?, 2)?;
    let (day, rest) = digits(rest.strip_prefix(b"-")?, 2)?;
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (rest.is_empty() && (1..=last).contains(&day)).then_some(())
}

fn time(text: &[u8]) -> Option<()> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(b":")?, 2)?;
    let (second, mut rest) = digits(rest.strip_prefix(b":")?, 2)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let len = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest = fraction.get(len..).filter(|_| len > 0)?;
    }
    // Minutes to add so that the time is UTC, within a day.
    let east = match rest {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), offset @ ..] => {
            let (hours, rest) = digits(offset, 2)?;
            let (minutes, rest) = digits(rest.strip_prefix(b":")?, 2)?;
            if hours > 23 || minutes > 59 || !rest.is_empty() {
                return None;
            }
            let offset = hours * 60 + minutes;
            if *sign == b'+' { 1_440 - offset } else { offset }
        }
        _ => return None,
    };
    // A leap second is the last of a day in UTC.
    (second < 60 || (hour * 60 + minute + east) % 1_440 == 1_439).then_some(())
}

pub(super) fn is_date(text: &str) -> bool {
    date(text.as_bytes()).is_some()
}

pub(super) fn is_time(text: &str) -> bool {
    time(text.as_bytes()).is_some()
}

pub(super) fn is_date_time(text: &str) -> bool {
    text.split_once(['T', 't']).is_some_and(|(date, time)| is_date(date) && is_time(time))
}

/// `units` in their order and without a gap, each behind a number: RFC 3339, appendix A.
fn units(mut text: &str, units: &str) -> bool {
    let mut next = None;
    while !text.is_empty() {
        let len = text.bytes().take_while(u8::is_ascii_digit).count();
        let unit = text.get(len..).and_then(|rest| rest.chars().next());
        let Some(place) = unit.filter(|_| len > 0).and_then(|unit| units.find(unit)) else { return false };
        if next.is_some_and(|next| next != place) {
            return false;
        }
        next = Some(place + 1);
        text = text.get(len + 1..).unwrap_or_default();
    }
    next.is_some()
}

pub(super) fn is_duration(text: &str) -> bool {
    let Some(text) = text.strip_prefix('P') else { return false };
    if text.ends_with('W') {
        return units(text, "W") && text.bytes().filter(|byte| *byte == b'W').count() == 1;
    }
    match text.split_once('T') {
        Some(("", time)) => units(time, "HMS"),
        Some((date, time)) => units(date, "YMD") && units(time, "HMS"),
        None => units(text, "YMD"),
    }
}
