#![cfg_attr(not(any(feature = "chrono", feature = "jiff", feature = "time")), allow(dead_code))]

use super::super::{
    LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
use crate::codec::WireError;

pub(super) const NANOS_PER_SECOND: i128 = 1_000_000_000;
pub(super) const NANOS_PER_DAY: i128 = 86_400 * NANOS_PER_SECOND;

/// A type of ours that counts a unit: since 1970, or since midnight. Nanoseconds are what the types of all crates come down to; 128 bits
/// hold those of any moment.
pub(super) trait Count: Sized {
    /// The nanoseconds that it counts.
    fn to_nanos(self) -> i128;

    /// So many nanoseconds, less what is finer than the unit.
    ///
    /// # Errors
    /// When the type does not hold them.
    fn from_nanos(nanos: i128) -> Result<Self, WireError>;
}

macro_rules! count {
    ($($name:ident: $per_second:literal, $what:literal;)+) => {$(
        impl Count for $name {
            fn to_nanos(self) -> i128 {
                i128::from(self.get()) * (NANOS_PER_SECOND / $per_second)
            }

            fn from_nanos(nanos: i128) -> Result<Self, WireError> {
                let count = nanos.div_euclid(NANOS_PER_SECOND / $per_second);
                count.try_into().map(Self::new).map_err(|_| WireError::of(concat!("the moment is beyond a ", $what)))
            }
        }
    )+};
}

count! {
    TimeMillis: 1_000, "time-millis";
    TimeMicros: 1_000_000, "time-micros";
    TimestampMillis: 1_000, "timestamp-millis";
    TimestampMicros: 1_000_000, "timestamp-micros";
    TimestampNanos: 1_000_000_000, "timestamp-nanos";
    LocalTimestampMillis: 1_000, "local-timestamp-millis";
    LocalTimestampMicros: 1_000_000, "local-timestamp-micros";
    LocalTimestampNanos: 1_000_000_000, "local-timestamp-nanos";
}

/// A time of day from the nanoseconds since midnight: hours, minutes, seconds and nanoseconds.
///
/// # Errors
/// When they are no time of a day.
pub(super) fn time_of_day(nanos: i128) -> Result<(u8, u8, u8, u32), WireError> {
    let error = || WireError::of("the time is not within a day");
    if !(0..NANOS_PER_DAY).contains(&nanos) {
        return Err(error());
    }
    let seconds = nanos / NANOS_PER_SECOND;
    let part = |value: i128| u8::try_from(value).map_err(|_| error());
    let fraction = u32::try_from(nanos % NANOS_PER_SECOND).map_err(|_| error())?;
    Ok((part(seconds / 3_600)?, part(seconds / 60 % 60)?, part(seconds % 60)?, fraction))
}

/// The nanoseconds since midnight.
pub(super) fn nanos_of_day(hour: i128, minute: i128, second: i128, nanos: i128) -> i128 {
    (hour * 3_600 + minute * 60 + second) * NANOS_PER_SECOND + nanos
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_finer_than_the_unit_is_cut_off_towards_the_past() {
        assert_eq!(TimestampMillis::from_nanos(-1), Ok(TimestampMillis::new(-1)));
        assert_eq!(TimestampMillis::from_nanos(1_999_999), Ok(TimestampMillis::new(1)));
        assert_eq!(
            TimestampMicros::from_nanos(TimestampMicros::new(i64::MIN).to_nanos()),
            Ok(TimestampMicros::new(i64::MIN))
        );
        assert!(TimestampNanos::from_nanos(i128::from(i64::MAX) + 1).is_err());
        assert!(TimeMillis::from_nanos(i128::from(i32::MAX) * 1_000_000 + 1_000_000).is_err());
    }

    #[test]
    fn a_time_of_day_ends_before_midnight() {
        assert_eq!(time_of_day(0), Ok((0, 0, 0, 0)));
        assert_eq!(time_of_day(NANOS_PER_DAY - 1), Ok((23, 59, 59, 999_999_999)));
        assert!(time_of_day(NANOS_PER_DAY).is_err());
        assert!(time_of_day(-1).is_err());
        assert_eq!(nanos_of_day(23, 59, 59, 999_999_999), NANOS_PER_DAY - 1);
    }
}
