use crate::avro::Logical;

/// 2023-11-14T22:13:20Z, in seconds: a number that everybody who looks at timestamps has seen.
const MOMENT: i128 = 1_700_000_000;

/// What a moment, or a time of day, becomes under another unit or another kind of time.
pub(super) fn witness(reader: &Logical, writer: &Logical) -> Option<String> {
    let (r, w) = (Clock::of(reader)?, Clock::of(writer)?);
    if r.day != w.day {
        return None;
    }
    let seconds = if w.day { MOMENT % 86_400 } else { MOMENT };
    let number = seconds * w.per_second;
    Some(format!("{} is written as {number} and read as {}", w.say(number), r.say(number)))
}

/// How a logical type counts time.
#[derive(Clone, Copy)]
struct Clock {
    per_second: i128,
    /// A time of day, no moment.
    day: bool,
    /// A moment of the world; a local one lacks the zone.
    zone: bool,
}

impl Clock {
    fn of(logical: &Logical) -> Option<Self> {
        let (per_second, day, zone) = match logical {
            Logical::TimestampMillis => (1_000, false, true),
            Logical::TimestampMicros => (1_000_000, false, true),
            Logical::TimestampNanos => (1_000_000_000, false, true),
            Logical::LocalTimestampMillis => (1_000, false, false),
            Logical::LocalTimestampMicros => (1_000_000, false, false),
            Logical::LocalTimestampNanos => (1_000_000_000, false, false),
            Logical::TimeMillis => (1_000, true, false),
            Logical::TimeMicros => (1_000_000, true, false),
            Logical::Decimal { .. } | Logical::Uuid | Logical::Date | Logical::Duration => return None,
        };
        Some(Self { per_second, day, zone })
    }

    /// A number of this clock as people write time, to the second.
    fn say(self, number: i128) -> String {
        let seconds = number.div_euclid(self.per_second);
        let (days, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let time = format!("{:02}:{:02}:{:02}", time / 3_600, time / 60 % 60, time % 60);
        if self.day {
            return if days == 0 { time } else { format!("{number}, which is no time of day") };
        }
        let (year, month, day) = civil(days);
        format!("{year:04}-{month:02}-{day:02}T{time}{}", if self.zone { "Z" } else { " of some zone" })
    }
}

/// The date of a number of days since 1970-01-01, counted in eras of 400 years that begin in March.
fn civil(days: i128) -> (i128, i128, i128) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i128::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_shows_what_another_unit_makes_of_it() {
        assert_eq!(
            witness(&Logical::TimestampMicros, &Logical::TimestampMillis).as_deref(),
            Some("2023-11-14T22:13:20Z is written as 1700000000000 and read as 1970-01-20T16:13:20Z")
        );
        assert_eq!(
            witness(&Logical::LocalTimestampMillis, &Logical::TimestampMillis).as_deref(),
            Some("2023-11-14T22:13:20Z is written as 1700000000000 and read as 2023-11-14T22:13:20 of some zone")
        );
        assert_eq!(
            witness(&Logical::TimeMicros, &Logical::TimeMillis).as_deref(),
            Some("22:13:20 is written as 80000000 and read as 00:01:20")
        );
        assert_eq!(witness(&Logical::Date, &Logical::TimestampMillis), None);
    }

    #[test]
    fn days_are_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(civil(19_782), (2024, 2, 29));
    }
}
