use std::fmt;
use std::str::FromStr;

use super::as_text::{ParseError, as_text};

/// A span of time as Avro has it: months, days and milliseconds, three numbers that do not become each other. It stands on a fixed
/// of 12 bytes. As text it is ISO 8601's `P1M2DT3.004S`.
///
/// ```
/// use topika::types::Duration;
/// let span: Duration = "P1Y2M3DT1H0.5S".parse().unwrap();
/// assert_eq!(span, Duration { months: 14, days: 3, millis: 3_600_500 });
/// assert_eq!(span.to_string(), "P14M3DT3600.500S");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration {
    /// Months, of any length.
    pub months: u32,
    /// Days, of any length.
    pub days: u32,
    /// Milliseconds.
    pub millis: u32,
}

impl Duration {
    /// A span of these months, days and milliseconds.
    #[must_use]
    pub const fn new(months: u32, days: u32, millis: u32) -> Self {
        Self { months, days, millis }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { months, days, millis } = *self;
        f.write_str("P")?;
        if months > 0 {
            write!(f, "{months}M")?;
        }
        if days > 0 {
            write!(f, "{days}D")?;
        }
        match (millis / 1_000, millis % 1_000) {
            (0, 0) if months > 0 || days > 0 => Ok(()),
            (seconds, 0) => write!(f, "T{seconds}S"),
            (seconds, rest) => write!(f, "T{seconds}.{rest:03}S"),
        }
    }
}

impl FromStr for Duration {
    type Err = ParseError;

    /// Reads ISO 8601's form with years, months, weeks, days, hours, minutes and seconds, whole ones but for the seconds.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse(text).ok_or_else(|| ParseError::new("duration such as P1M2DT3.004S", text))
    }
}

fn parse(text: &str) -> Option<Duration> {
    let (date, time) = match text.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text.strip_prefix('P')?, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let mut span = Duration::default();
    for (number, unit) in parts(date, &['Y', 'M', 'W', 'D'])? {
        let number: u32 = number.parse().ok()?;
        let (slot, times) = match unit {
            'Y' => (&mut span.months, 12),
            'M' => (&mut span.months, 1),
            'W' => (&mut span.days, 7),
            _ => (&mut span.days, 1),
        };
        *slot = slot.checked_add(number.checked_mul(times)?)?;
    }
    for (number, unit) in parts(time, &['H', 'M', 'S'])? {
        let millis = match unit {
            'H' => number.parse::<u32>().ok()?.checked_mul(3_600_000)?,
            'M' => number.parse::<u32>().ok()?.checked_mul(60_000)?,
            _ => seconds(number)?,
        };
        span.millis = span.millis.checked_add(millis)?;
    }
    Some(span)
}

/// The numbers with their units, which stand in this order.
fn parts<'t>(mut text: &'t str, units: &[char]) -> Option<Vec<(&'t str, char)>> {
    let mut parts = Vec::new();
    for unit in units {
        if let Some((number, rest)) = text.split_once(*unit) {
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
                return None;
            }
            parts.push((number, *unit));
            text = rest;
        }
    }
    text.is_empty().then_some(parts)
}

/// Seconds with at most three digits after the point, as milliseconds.
fn seconds(text: &str) -> Option<u32> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if (1..=3).contains(&fraction.len()) => (whole, format!("{fraction:0<3}")),
        Some(_) => return None,
        None => (text, "0".to_owned()),
    };
    whole.parse::<u32>().ok()?.checked_mul(1_000)?.checked_add(fraction.parse().ok()?)
}

as_text!([] Duration, "duration", { "type": "string", "format": "duration" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_come_back_from_their_text() {
        for (text, months, days, millis) in [
            ("PT0S", 0, 0, 0),
            ("P14M", 14, 0, 0),
            ("P3D", 0, 3, 0),
            ("P1M2DT3.004S", 1, 2, 3_004),
            ("PT60S", 0, 0, 60_000),
        ] {
            let span = Duration { months, days, millis };
            assert_eq!(span.to_string(), text);
            assert_eq!(text.parse(), Ok(span));
        }
        assert_eq!("P2WT1H1M1.5S".parse(), Ok(Duration { months: 0, days: 14, millis: 3_661_500 }));
        let most = Duration { months: u32::MAX, days: u32::MAX, millis: u32::MAX };
        assert_eq!(most.to_string().parse(), Ok(most));
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for bad in [
            "",
            "P",
            "PT",
            "P1",
            "1M",
            "P1H",
            "PT1D",
            "P1.5M",
            "PT1.2345S",
            "P-1M",
            "P4294967296M",
            "PT5000000S",
            "P1D1M",
            "PT.5S",
        ] {
            assert!(bad.parse::<Duration>().is_err(), "{bad}");
        }
        assert!("soon".parse::<Duration>().unwrap_err().to_string().contains("duration such as"));
    }
}
