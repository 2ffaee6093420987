//! The types of the standard library: a clock's time, and the bare number.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::super::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
use super::count::Count;
use crate::codec::{WireError, WireOf};

macro_rules! system_time {
    ($($wire:ident)+) => {$(
        impl WireOf<SystemTime> for $wire {
            fn to_wire(value: &SystemTime) -> Result<Self, WireError> {
                let nanos = match value.duration_since(UNIX_EPOCH) {
                    Ok(after) => i128::try_from(after.as_nanos()).map_err(WireError::new)?,
                    Err(before) => -i128::try_from(before.duration().as_nanos()).map_err(WireError::new)?,
                };
                Self::from_nanos(nanos)
            }

            fn from_wire(wire: Self) -> Result<SystemTime, WireError> {
                let nanos = wire.to_nanos();
                let error = || WireError::of("the moment is beyond what the clock counts");
                let seconds = u64::try_from(nanos.unsigned_abs() / 1_000_000_000).map_err(|_| error())?;
                let fraction = u32::try_from(nanos.unsigned_abs() % 1_000_000_000).map_err(|_| error())?;
                let span = Duration::new(seconds, fraction);
                let time = if nanos < 0 { UNIX_EPOCH.checked_sub(span) } else { UNIX_EPOCH.checked_add(span) };
                time.ok_or_else(error)
            }
        }
    )+};
}

system_time!(TimestampMillis TimestampMicros TimestampNanos);

macro_rules! number {
    ($($wire:ident: $number:ident;)+) => {$(
        impl WireOf<$number> for $wire {
            #[inline]
            fn to_wire(value: &$number) -> Result<Self, WireError> {
                Ok(Self::new(*value))
            }

            #[inline]
            fn from_wire(wire: Self) -> Result<$number, WireError> {
                Ok(wire.get())
            }
        }
    )+};
}

number! {
    Date: i32;
    TimeMillis: i32;
    TimeMicros: i64;
    TimestampMillis: i64;
    TimestampMicros: i64;
    TimestampNanos: i64;
    LocalTimestampMillis: i64;
    LocalTimestampMicros: i64;
    LocalTimestampNanos: i64;
}
