use std::time::{SystemTime, UNIX_EPOCH};

use super::as_text::{ParseError, as_text};
use super::temporal_text as said;
use crate::codec::resolution::NodeId;
use crate::codec::{AvroValue, Fault, Reader, Resolution, SchemaText, Sink};
use crate::event::KeyField;
use crate::schema::Ty;

/// A newtype over what is on the wire.
macro_rules! temporal {
    ($(#[$doc:meta])* $name:ident($inner:ident), $base:literal, $logical:literal, $print:expr, $parse:expr, $what:literal, $schema:tt) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name($inner);

        impl $name {
            /// The value that is on the wire.
            #[must_use]
            pub const fn new(value: $inner) -> Self {
                Self(value)
            }

            /// The value that is on the wire.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl AvroValue for $name {
            const TY: Ty = Ty::$name;
            const MIN_SIZE: usize = 1;
            const ALWAYS_FITS: bool = true;

            #[inline]
            fn encode(&self, sink: &mut Sink<'_>) {
                self.0.encode(sink);
            }

            #[inline]
            fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                $inner::decode(reader).map(Self)
            }

            fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
                $inner::decode_with(reader, resolution, node).map(Self)
            }

            fn describe(text: &mut SchemaText) {
                text.logical($base, $logical, "");
            }
        }

        impl KeyField<$inner> for $name {
            fn to_key(&self) -> $inner {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                ($print)(i64::from(self.0), f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseError;

            fn from_str(text: &str) -> Result<Self, ParseError> {
                let value: Option<i64> = ($parse)(text);
                value.and_then(|value| $inner::try_from(value).ok()).map(Self).ok_or_else(|| ParseError::new($what, text))
            }
        }

        as_text!([] $name, $what, $schema);
    };
}

/// A timestamp besides: the clock gives it.
macro_rules! instant {
    ($name:ident, $per_second:literal) => {
        impl $name {
            /// The moment of the call.
            #[must_use]
            pub fn now() -> Self {
                SystemTime::now().into()
            }
        }

        impl From<SystemTime> for $name {
            /// A moment beyond what the type holds becomes the last that it does.
            fn from(time: SystemTime) -> Self {
                let nanos_per_unit: i128 = 1_000_000_000 / $per_second;
                let nanos = match time.duration_since(UNIX_EPOCH) {
                    Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
                    Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
                };
                let value = nanos.div_euclid(nanos_per_unit);
                Self(i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX }))
            }
        }
    };
}

temporal!(
    /// A day: the days since 1970-01-01. As text `2026-11-21`.
    Date(i32), "int", "date", said::write_date, said::parse_date, "date such as 2026-11-21",
    { "type": "string", "format": "date" }
);
temporal!(
    /// A time of day in milliseconds. As text `09:30:00.250`.
    TimeMillis(i32), "int", "time-millis", |v, f: &mut std::fmt::Formatter<'_>| said::write_time(v, 1_000, f),
    |t| said::parse_time(t, 1_000), "time such as 09:30:00.250", { "type": "string" }
);
temporal!(
    /// A time of day in microseconds. As text `09:30:00.250000`.
    TimeMicros(i64), "long", "time-micros", |v, f: &mut std::fmt::Formatter<'_>| said::write_time(v, 1_000_000, f),
    |t| said::parse_time(t, 1_000_000), "time such as 09:30:00.250000", { "type": "string" }
);
temporal!(
    /// A moment: the milliseconds since 1970-01-01T00:00:00Z.
    TimestampMillis(i64), "long", "timestamp-millis",
    |v, f: &mut std::fmt::Formatter<'_>| said::write_instant(v, 1_000, f), |t| said::parse_instant(t, 1_000),
    "moment such as 2026-11-21T09:30:00.250Z", { "type": "string", "format": "date-time" }
);
temporal!(
    /// A moment: the microseconds since 1970-01-01T00:00:00Z.
    ///
    /// ```
    /// use topika::types::TimestampMicros;
    /// let at: TimestampMicros = "2026-11-21T09:30:00.25Z".parse().unwrap();
    /// assert_eq!(at.get(), 1_795_253_400_250_000);
    /// assert_eq!(at.to_string(), "2026-11-21T09:30:00.250000Z");
    /// ```
    TimestampMicros(i64), "long", "timestamp-micros",
    |v, f: &mut std::fmt::Formatter<'_>| said::write_instant(v, 1_000_000, f), |t| said::parse_instant(t, 1_000_000),
    "moment such as 2026-11-21T09:30:00.250000Z", { "type": "string", "format": "date-time" }
);
temporal!(
    /// A moment: the nanoseconds since 1970-01-01T00:00:00Z.
    TimestampNanos(i64), "long", "timestamp-nanos",
    |v, f: &mut std::fmt::Formatter<'_>| said::write_instant(v, 1_000_000_000, f),
    |t| said::parse_instant(t, 1_000_000_000),
    "moment such as 2026-11-21T09:30:00.250000000Z", { "type": "string", "format": "date-time" }
);
temporal!(
    /// A date and a time of day without a zone, in milliseconds.
    LocalTimestampMillis(i64), "long", "local-timestamp-millis",
    |v, f: &mut std::fmt::Formatter<'_>| said::write_local(v, 1_000, f), |t| said::parse_local(t, 1_000),
    "local date and time such as 2026-11-21T09:30:00.250", { "type": "string" }
);
temporal!(
    /// A date and a time of day without a zone, in microseconds.
    LocalTimestampMicros(i64), "long", "local-timestamp-micros",
    |v, f: &mut std::fmt::Formatter<'_>| said::write_local(v, 1_000_000, f), |t| said::parse_local(t, 1_000_000),
    "local date and time such as 2026-11-21T09:30:00.250000", { "type": "string" }
);
temporal!(
    /// A date and a time of day without a zone, in nanoseconds.
    LocalTimestampNanos(i64), "long", "local-timestamp-nanos",
    |v, f: &mut std::fmt::Formatter<'_>| said::write_local(v, 1_000_000_000, f),
    |t| said::parse_local(t, 1_000_000_000),
    "local date and time such as 2026-11-21T09:30:00.250000000", { "type": "string" }
);

instant!(TimestampMillis, 1_000);
instant!(TimestampMicros, 1_000_000);
instant!(TimestampNanos, 1_000_000_000);

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn moments_are_rfc_3339() {
        for (text, micros) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2024-02-29T12:00:00.000001Z", 1_709_208_000_000_001),
        ] {
            assert_eq!(TimestampMicros::new(micros).to_string(), text);
            assert_eq!(text.parse(), Ok(TimestampMicros::new(micros)));
        }
        assert_eq!("2024-02-29T14:00:00+02:00".parse(), Ok(TimestampMillis::new(1_709_208_000_000)));
        assert_eq!("2024-02-29t14:00:00.123456789-00:30".parse(), Ok(TimestampNanos::new(1_709_217_000_123_456_789)));
        assert!(TimestampMicros::new(i64::MIN).to_string().starts_with('-'));
        assert!(TimestampMillis::new(i64::MAX).to_string().starts_with('+'));
    }

    #[test]
    fn dates_and_times_of_day_come_back() {
        assert_eq!(Date::new(19_782).to_string(), "2024-02-29");
        assert_eq!("2024-02-29".parse(), Ok(Date::new(19_782)));
        assert_eq!(TimeMillis::new(34_200_250).to_string(), "09:30:00.250");
        assert_eq!("09:30:00.250".parse(), Ok(TimeMillis::new(34_200_250)));
        assert_eq!("09:30:00".parse(), Ok(TimeMicros::new(34_200_000_000)));
        assert_eq!(LocalTimestampMillis::new(250).to_string(), "1970-01-01T00:00:00.250");
        assert_eq!("1970-01-01T00:00:00.25".parse(), Ok(LocalTimestampNanos::new(250_000_000)));
        assert_eq!("1970-01-01T00:00:01".parse(), Ok(LocalTimestampMicros::new(1_000_000)));
    }

    #[test]
    fn what_is_no_moment_is_refused_with_an_example() {
        for bad in [
            "",
            "2024-02-30T00:00:00Z",
            "2024-02-29T24:00:00Z",
            "2024-02-29T00:00:00",
            "2024-02-29T00:00:00.Z",
            "2024-02-29T00:00:00+2:00",
            "x",
        ] {
            assert!(bad.parse::<TimestampMicros>().is_err(), "{bad}");
        }
        let error = "yesterday".parse::<Date>().unwrap_err();
        assert_eq!(error.to_string(), r#""yesterday" is no date such as 2026-11-21"#);
        // Digits that the unit cannot hold are not rounded away.
        assert!("1970-01-01T00:00:00.0001Z".parse::<TimestampMillis>().is_err());
    }

    #[test]
    fn the_clock_s_time_becomes_a_moment() {
        assert_eq!(TimestampMillis::from(UNIX_EPOCH + Duration::from_millis(1_500)).get(), 1_500);
        assert_eq!(TimestampMillis::from(UNIX_EPOCH - Duration::from_micros(1)).get(), -1);
        assert!(TimestampNanos::now() > TimestampNanos::new(0));
    }

    #[test]
    fn json_is_the_text() {
        assert_eq!(serde_json::to_string(&Date::new(0)).unwrap(), r#""1970-01-01""#);
        assert_eq!(serde_json::from_str::<Date>(r#""1970-01-02""#).unwrap(), Date::new(1));
        assert!(serde_json::from_str::<Date>("1").unwrap_err().to_string().contains("date such as"));
    }
}
