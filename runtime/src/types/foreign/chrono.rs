//! The types of chrono.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _, Utc};

use super::super::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
use super::count::{Count, NANOS_PER_DAY, NANOS_PER_SECOND};
use crate::codec::{WireError, WireOf};

/// From the first day of the year 1, which chrono counts as 1, to 1970-01-01.
const DAYS_TO_1970: i32 = 719_163;

const BEYOND: WireError = WireError::of("the date is beyond the calendar of chrono");

fn moment(nanos: i128) -> Result<DateTime<Utc>, WireError> {
    let seconds = i64::try_from(nanos.div_euclid(NANOS_PER_SECOND)).map_err(|_| BEYOND)?;
    let fraction = u32::try_from(nanos.rem_euclid(NANOS_PER_SECOND)).map_err(|_| BEYOND)?;
    DateTime::from_timestamp(seconds, fraction).ok_or(BEYOND)
}

/// A leap second, which chrono keeps within the second before it, counts on into the next.
fn nanos(value: &DateTime<Utc>) -> i128 {
    i128::from(value.timestamp()) * NANOS_PER_SECOND + i128::from(value.timestamp_subsec_nanos())
}

macro_rules! moments {
    ($($wire:ident)+) => {$(
        impl WireOf<DateTime<Utc>> for $wire {
            fn to_wire(value: &DateTime<Utc>) -> Result<Self, WireError> {
                Self::from_nanos(nanos(value))
            }

            fn from_wire(wire: Self) -> Result<DateTime<Utc>, WireError> {
                moment(wire.to_nanos())
            }
        }
    )+};
}

moments!(TimestampMillis TimestampMicros TimestampNanos);

macro_rules! local {
    ($($wire:ident)+) => {$(
        impl WireOf<NaiveDateTime> for $wire {
            fn to_wire(value: &NaiveDateTime) -> Result<Self, WireError> {
                Self::from_nanos(nanos(&value.and_utc()))
            }

            fn from_wire(wire: Self) -> Result<NaiveDateTime, WireError> {
                moment(wire.to_nanos()).map(|moment| moment.naive_utc())
            }
        }
    )+};
}

local!(LocalTimestampMillis LocalTimestampMicros LocalTimestampNanos);

macro_rules! times {
    ($($wire:ident)+) => {$(
        impl WireOf<NaiveTime> for $wire {
            fn to_wire(value: &NaiveTime) -> Result<Self, WireError> {
                let nanos = i128::from(value.num_seconds_from_midnight()) * NANOS_PER_SECOND + i128::from(value.nanosecond());
                if nanos >= NANOS_PER_DAY {
                    return Err(WireError::of("a leap second at the end of a day is no time of it"));
                }
                Self::from_nanos(nanos)
            }

            fn from_wire(wire: Self) -> Result<NaiveTime, WireError> {
                let (hour, minute, second, nanos) = super::count::time_of_day(wire.to_nanos())?;
                NaiveTime::from_hms_nano_opt(hour.into(), minute.into(), second.into(), nanos).ok_or(BEYOND)
            }
        }
    )+};
}

times!(TimeMillis TimeMicros);

impl WireOf<NaiveDate> for Date {
    fn to_wire(value: &NaiveDate) -> Result<Self, WireError> {
        // The calendar of chrono has fewer days than an int counts.
        Ok(Self::new(value.num_days_from_ce() - DAYS_TO_1970))
    }

    fn from_wire(wire: Self) -> Result<NaiveDate, WireError> {
        wire.get().checked_add(DAYS_TO_1970).and_then(NaiveDate::from_num_days_from_ce_opt).ok_or(BEYOND)
    }
}
