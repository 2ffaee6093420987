//! The types of jiff.

use jiff::Timestamp;
use jiff::civil;

use super::super::civil as calendar;
use super::super::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
use super::count::{Count, NANOS_PER_DAY, nanos_of_day, time_of_day};
use crate::codec::{WireError, WireOf};

const BEYOND: WireError = WireError::of("the date is beyond the years -9999 to 9999 of jiff");

macro_rules! moments {
    ($($wire:ident)+) => {$(
        impl WireOf<Timestamp> for $wire {
            fn to_wire(value: &Timestamp) -> Result<Self, WireError> {
                Self::from_nanos(value.as_nanosecond())
            }

            fn from_wire(wire: Self) -> Result<Timestamp, WireError> {
                Timestamp::from_nanosecond(wire.to_nanos()).map_err(|_| BEYOND)
            }
        }
    )+};
}

moments!(TimestampMillis TimestampMicros TimestampNanos);

fn date(days: i64) -> Result<civil::Date, WireError> {
    let (year, month, day) = calendar::date(days);
    let part = |value: i64| i8::try_from(value).map_err(|_| BEYOND);
    let year = i16::try_from(year).map_err(|_| BEYOND)?;
    civil::Date::new(year, part(month)?, part(day)?).map_err(|_| BEYOND)
}

fn days(date: civil::Date) -> Result<i64, WireError> {
    calendar::days(date.year().into(), date.month().into(), date.day().into()).ok_or(BEYOND)
}

fn time(nanos: i128) -> Result<civil::Time, WireError> {
    let (hour, minute, second, nanos) = time_of_day(nanos)?;
    let part = |value: u8| i8::try_from(value).map_err(|_| BEYOND);
    let nanos = i32::try_from(nanos).map_err(|_| BEYOND)?;
    civil::Time::new(part(hour)?, part(minute)?, part(second)?, nanos).map_err(|_| BEYOND)
}

fn nanos(time: civil::Time) -> i128 {
    nanos_of_day(time.hour().into(), time.minute().into(), time.second().into(), time.subsec_nanosecond().into())
}

macro_rules! local {
    ($($wire:ident)+) => {$(
        impl WireOf<civil::DateTime> for $wire {
            fn to_wire(value: &civil::DateTime) -> Result<Self, WireError> {
                Self::from_nanos(i128::from(days(value.date())?) * NANOS_PER_DAY + nanos(value.time()))
            }

            fn from_wire(wire: Self) -> Result<civil::DateTime, WireError> {
                let nanos = wire.to_nanos();
                let days = i64::try_from(nanos.div_euclid(NANOS_PER_DAY)).map_err(|_| BEYOND)?;
                Ok(civil::DateTime::from_parts(date(days)?, time(nanos.rem_euclid(NANOS_PER_DAY))?))
            }
        }
    )+};
}

local!(LocalTimestampMillis LocalTimestampMicros LocalTimestampNanos);

macro_rules! times {
    ($($wire:ident)+) => {$(
        impl WireOf<civil::Time> for $wire {
            fn to_wire(value: &civil::Time) -> Result<Self, WireError> {
                Self::from_nanos(nanos(*value))
            }

            fn from_wire(wire: Self) -> Result<civil::Time, WireError> {
                time(wire.to_nanos())
            }
        }
    )+};
}

times!(TimeMillis TimeMicros);

impl WireOf<civil::Date> for Date {
    fn to_wire(value: &civil::Date) -> Result<Self, WireError> {
        days(*value)?.try_into().map(Self::new).map_err(|_| BEYOND)
    }

    fn from_wire(wire: Self) -> Result<civil::Date, WireError> {
        date(wire.get().into())
    }
}
