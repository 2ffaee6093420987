/// What all strings at one place are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Plain,
    /// `2026-11-21T10:00:00Z`, with an offset (RFC 3339).
    DateTime,
    /// `2026-11-21T10:00:00`, without one.
    LocalDateTime,
    /// `2026-11-21`
    Date,
    /// `123e4567-e89b-12d3-a456-426614174000`
    Uuid,
    /// `12.50`: digits, and how many behind the point.
    Decimal(u32),
}

impl Text {
    pub(super) fn merged(self, other: Self) -> Self {
        match (self, other) {
            (Self::Decimal(a), Self::Decimal(b)) => Self::Decimal(a.max(b)),
            (a, b) if a == b => a,
            _ => Self::Plain,
        }
    }
}

/// What one string is.
pub(super) fn read(text: &str) -> Text {
    if text.len() > 64 || !text.is_ascii() {
        return Text::Plain;
    }
    if is_uuid(text) {
        return Text::Uuid;
    }
    if let Some(digits) = decimals(text) {
        return Text::Decimal(digits);
    }
    let (date, rest) = text.split_at(text.len().min(10));
    if !is_date(date) {
        return Text::Plain;
    }
    match rest.strip_prefix(['T', 't', ' ']) {
        None if rest.is_empty() => Text::Date,
        None => Text::Plain,
        Some(time) => after_time(time).map_or(Text::Plain, |offset| match offset {
            "" => Text::LocalDateTime,
            "Z" | "z" => Text::DateTime,
            offset if is_offset(offset) => Text::DateTime,
            _ => Text::Plain,
        }),
    }
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The digits behind the point of a number that is written as a string.
fn decimals(text: &str) -> Option<u32> {
    let (whole, fraction) = text.strip_prefix('-').unwrap_or(text).split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.len() <= 30 && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(fraction)).then(|| u32::try_from(fraction.len()).ok())?
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    year.len() == 4 && number(year).is_some() && within(month, 1, 12) && within(day, 1, 31)
}

/// What stands behind `hh:mm[:ss[.fraction]]`.
fn after_time(text: &str) -> Option<&str> {
    let (hours, rest) = text.split_at_checked(2)?;
    let (minutes, rest) = rest.strip_prefix(':')?.split_at_checked(2)?;
    if !within(hours, 0, 23) || !within(minutes, 0, 59) {
        return None;
    }
    let Some((seconds, rest)) = rest.strip_prefix(':').and_then(|rest| rest.split_at_checked(2)) else {
        return Some(rest);
    };
    if !within(seconds, 0, 60) {
        return None;
    }
    match rest.strip_prefix('.') {
        Some(fraction) => {
            let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
            (end > 0).then(|| fraction.get(end..))?
        }
        None => Some(rest),
    }
}

fn is_offset(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['+', '-']) else { return false };
    let Some((hours, minutes)) = rest.split_once(':') else { return false };
    within(hours, 0, 23) && within(minutes, 0, 59)
}

fn within(text: &str, low: u32, high: u32) -> bool {
    text.len() == 2 && number(text).is_some_and(|number| (low..=high).contains(&number))
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_known_by_their_form() {
        let plain =
            ["2026-13-21", "2026-11-21T25:00:00Z", "2026-11-21T10:00:00.Z", "2026-11-21x", "1.2.3", "12", "", "\u{e9}"];
        for (kind, texts) in [
            (Text::DateTime, &["2026-11-21T10:00:00Z", "2026-11-21T10:00:00.123456+01:00"][..]),
            (Text::LocalDateTime, &["2026-11-21 10:00", "2026-11-21T10:00:00"]),
            (Text::Date, &["2026-11-21"]),
            (Text::Uuid, &["123E4567-e89b-12d3-a456-426614174000"]),
            (Text::Decimal(2), &["-12.50"]),
            (Text::Plain, &plain),
        ] {
            for text in texts {
                assert_eq!(read(text), kind, "{text}");
            }
        }
        assert_eq!(Text::Decimal(1).merged(Text::Decimal(3)), Text::Decimal(3));
        assert_eq!(Text::Date.merged(Text::DateTime), Text::Plain);
    }
}
