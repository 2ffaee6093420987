//! Dates and times as text: RFC 3339, the fraction in the digits of the unit and only where there is one.

use std::fmt;

use super::civil;

const DAY: i64 = 86_400;

pub(super) fn write_date(days: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (year, month, day) = civil::date(days);
    match year {
        0..=9999 => write!(f, "{year:04}-{month:02}-{day:02}"),
        _ => write!(f, "{year:+05}-{month:02}-{day:02}"),
    }
}

/// A time of day in units of which a second has `per_second`.
pub(super) fn write_time(value: i64, per_second: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (seconds, fraction) = (value.div_euclid(per_second), value.rem_euclid(per_second));
    write!(f, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)?;
    match (fraction, per_second) {
        (0, _) => Ok(()),
        (_, 1_000) => write!(f, ".{fraction:03}"),
        (_, 1_000_000) => write!(f, ".{fraction:06}"),
        _ => write!(f, ".{fraction:09}"),
    }
}

pub(super) fn write_local(value: i64, per_second: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let day = DAY * per_second;
    write_date(value.div_euclid(day), f)?;
    f.write_str("T")?;
    write_time(value.rem_euclid(day), per_second, f)
}

pub(super) fn write_instant(value: i64, per_second: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write_local(value, per_second, f)?;
    f.write_str("Z")
}

fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

pub(super) fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    civil::days(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?)
}

pub(super) fn parse_time(text: &str, per_second: i64) -> Option<i64> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, parse_fraction(fraction, per_second)?),
        None => (text, 0),
    };
    let mut parts = whole.splitn(3, ':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some((hour * 3_600 + minute * 60 + second) * per_second + fraction)
}

/// The fraction in units; more digits than the unit has must be zeros.
fn parse_fraction(text: &str, per_second: i64) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    let mut unit = per_second;
    let mut value = 0;
    for byte in text.bytes() {
        let digit = i64::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
        if unit == 1 && digit != 0 {
            return None;
        }
        unit = (unit / 10).max(1);
        value += digit * unit;
    }
    Some(value)
}

pub(super) fn parse_local(text: &str, per_second: i64) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    parse_date(date)?.checked_mul(DAY * per_second)?.checked_add(parse_time(time, per_second)?)
}

pub(super) fn parse_instant(text: &str, per_second: i64) -> Option<i64> {
    if let Some(local) = text.strip_suffix(['Z', 'z']) {
        return parse_local(local, per_second);
    }
    // The date has hyphens too: an offset is the last six characters.
    let (local, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (sign, offset) = match offset.split_at_checked(1)? {
        ("+", offset) => (1, offset),
        ("-", offset) => (-1, offset),
        _ => return None,
    };
    let (hours, minutes) = offset.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    parse_local(local, per_second)?.checked_sub(sign * (hours * 3_600 + minutes * 60) * per_second)
}
