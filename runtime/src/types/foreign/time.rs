//! The types of the crate time.

use time::{Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime};

use super::super::civil as calendar;
use super::super::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
use super::count::{Count, NANOS_PER_DAY, nanos_of_day, time_of_day};
use crate::codec::{WireError, WireOf};

const BEYOND: WireError = WireError::of("the date is beyond the years of the crate time, -9999 to 9999");

/// A moment has no offset on the wire: what is read has that of UTC.
macro_rules! moments {
    ($($wire:ident)+) => {$(
        impl WireOf<OffsetDateTime> for $wire {
            fn to_wire(value: &OffsetDateTime) -> Result<Self, WireError> {
                Self::from_nanos(value.unix_timestamp_nanos())
            }

            fn from_wire(wire: Self) -> Result<OffsetDateTime, WireError> {
                OffsetDateTime::from_unix_timestamp_nanos(wire.to_nanos()).map_err(|_| BEYOND)
            }
        }

        impl WireOf<UtcDateTime> for $wire {
            fn to_wire(value: &UtcDateTime) -> Result<Self, WireError> {
                Self::from_nanos(value.unix_timestamp_nanos())
            }

            fn from_wire(wire: Self) -> Result<UtcDateTime, WireError> {
                UtcDateTime::from_unix_timestamp_nanos(wire.to_nanos()).map_err(|_| BEYOND)
            }
        }
    )+};
}

moments!(TimestampMillis TimestampMicros TimestampNanos);

fn date(days: i64) -> Result<time::Date, WireError> {
    let (year, month, day) = calendar::date(days);
    let month = u8::try_from(month).ok().and_then(|month| Month::try_from(month).ok()).ok_or(BEYOND)?;
    let (year, day) = (i32::try_from(year).map_err(|_| BEYOND)?, u8::try_from(day).map_err(|_| BEYOND)?);
    time::Date::from_calendar_date(year, month, day).map_err(|_| BEYOND)
}

fn days(date: time::Date) -> Result<i64, WireError> {
    let (year, month, day) = date.to_calendar_date();
    calendar::days(year.into(), u8::from(month).into(), day.into()).ok_or(BEYOND)
}

fn time(nanos: i128) -> Result<Time, WireError> {
    let (hour, minute, second, nanos) = time_of_day(nanos)?;
    Time::from_hms_nano(hour, minute, second, nanos).map_err(|_| BEYOND)
}

fn nanos(time: Time) -> i128 {
    let (hour, minute, second, nanos) = time.as_hms_nano();
    nanos_of_day(hour.into(), minute.into(), second.into(), nanos.into())
}

macro_rules! local {
    ($($wire:ident)+) => {$(
        impl WireOf<PrimitiveDateTime> for $wire {
            fn to_wire(value: &PrimitiveDateTime) -> Result<Self, WireError> {
                Self::from_nanos(i128::from(days(value.date())?) * NANOS_PER_DAY + nanos(value.time()))
            }

            fn from_wire(wire: Self) -> Result<PrimitiveDateTime, WireError> {
                let nanos = wire.to_nanos();
                let days = i64::try_from(nanos.div_euclid(NANOS_PER_DAY)).map_err(|_| BEYOND)?;
                Ok(PrimitiveDateTime::new(date(days)?, time(nanos.rem_euclid(NANOS_PER_DAY))?))
            }
        }
    )+};
}

local!(LocalTimestampMillis LocalTimestampMicros LocalTimestampNanos);

macro_rules! times {
    ($($wire:ident)+) => {$(
        impl WireOf<Time> for $wire {
            fn to_wire(value: &Time) -> Result<Self, WireError> {
                Self::from_nanos(nanos(*value))
            }

            fn from_wire(wire: Self) -> Result<Time, WireError> {
                time(wire.to_nanos())
            }
        }
    )+};
}

times!(TimeMillis TimeMicros);

impl WireOf<time::Date> for Date {
    fn to_wire(value: &time::Date) -> Result<Self, WireError> {
        days(*value)?.try_into().map(Self::new).map_err(|_| BEYOND)
    }

    fn from_wire(wire: Self) -> Result<time::Date, WireError> {
        date(wire.get().into())
    }
}
