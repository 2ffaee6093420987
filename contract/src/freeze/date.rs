use std::time::{SystemTime, UNIX_EPOCH};

/// Today in UTC, as the lock writes it: `2026-11-20`.
#[must_use]
pub fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date_of(seconds / 86_400)
}

/// The date of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
fn date_of(days: u64) -> String {
    // Whole 400-year spans have 146,097 days; years are counted from March, so that a leap day ends one.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let in_year = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * in_year + 2) / 153;
    let day = in_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        assert_eq!(date_of(0), "1970-01-01");
        assert_eq!(date_of(11_016), "2000-02-29");
        assert_eq!(date_of(20_777), "2026-11-20");
        assert_eq!(date_of(47_540), "2100-02-28");
        assert_eq!(date_of(47_541), "2100-03-01");
        assert_eq!(today().len(), 10);
    }
}
