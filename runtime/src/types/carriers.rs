//! Which of the types may hold what of an envelope.

use std::collections::BTreeMap;

use super::text::{Format, Text};
use super::{TimestampMicros, TimestampMillis, TimestampNanos, Uuid, VecMap};
use crate::event::carried::{AMoment, AName, AVersion, AnId, Carrier, MetadataCarrier};

impl Carrier<AnId> for Uuid {
    fn held(&self) -> Option<String> {
        (*self != Self::default()).then(|| self.to_string())
    }

    fn of(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

macro_rules! moments {
    ($($moment:ty),+) => {$(
        impl Carrier<AMoment> for $moment {
            fn held(&self) -> Option<String> {
                (*self != Self::default()).then(|| self.to_string())
            }

            fn of(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )+};
}
moments!(TimestampMillis, TimestampMicros, TimestampNanos);

macro_rules! texts {
    ($($kind:ty),+) => {$(
        impl<F: Format> Carrier<$kind> for Text<F> {
            fn held(&self) -> Option<String> {
                (!self.as_str().is_empty()).then(|| self.as_str().to_owned())
            }

            fn of(text: &str) -> Option<Self> {
                Some(Self::new(text))
            }
        }
    )+};
}
texts!(AName, AnId, AMoment, AVersion);

impl MetadataCarrier for VecMap<String, String> {
    fn each(&self, one: &mut dyn FnMut(&str, &str)) {
        self.iter().for_each(|(name, value)| one(name, value));
    }

    fn of(metadata: &BTreeMap<String, String>) -> Self {
        metadata.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

#[cfg(feature = "uuid")]
impl Carrier<AnId> for uuid::Uuid {
    fn held(&self) -> Option<String> {
        (!self.is_nil()).then(|| self.to_string())
    }

    fn of(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

#[cfg(feature = "chrono")]
impl Carrier<AMoment> for chrono::DateTime<chrono::Utc> {
    fn held(&self) -> Option<String> {
        let at = TimestampMicros::new(self.timestamp_micros());
        Carrier::<AMoment>::held(&at)
    }

    fn of(text: &str) -> Option<Self> {
        let at: TimestampMicros = text.parse().ok()?;
        Self::from_timestamp_micros(at.get())
    }
}

#[cfg(feature = "jiff")]
impl Carrier<AMoment> for jiff::Timestamp {
    fn held(&self) -> Option<String> {
        Carrier::<AMoment>::held(&TimestampMicros::new(self.as_microsecond()))
    }

    fn of(text: &str) -> Option<Self> {
        let at: TimestampMicros = text.parse().ok()?;
        Self::from_microsecond(at.get()).ok()
    }
}

#[cfg(feature = "time")]
impl Carrier<AMoment> for time::OffsetDateTime {
    fn held(&self) -> Option<String> {
        let micros = i64::try_from(self.unix_timestamp_nanos().div_euclid(1000)).ok()?;
        Carrier::<AMoment>::held(&TimestampMicros::new(micros))
    }

    fn of(text: &str) -> Option<Self> {
        let at: TimestampMicros = text.parse().ok()?;
        Self::from_unix_timestamp_nanos(i128::from(at.get()).saturating_mul(1000)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round<K, F: Carrier<K>>(text: &str) -> Option<String> {
        F::of(text).and_then(|value| value.held())
    }

    #[test]
    fn ids_and_moments_are_what_their_texts_say_and_zero_is_none() {
        let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert_eq!(round::<AnId, Uuid>(id).as_deref(), Some(id));
        assert_eq!(round::<AnId, Option<Uuid>>("req-1"), None);
        assert_eq!(Carrier::<AnId>::held(&Uuid::default()), None);
        let at = "2026-11-24T02:00:00.250Z";
        assert_eq!(round::<AMoment, TimestampMillis>(at).as_deref(), Some(at));
        assert_eq!(round::<AMoment, TimestampMicros>(at).as_deref(), Some("2026-11-24T02:00:00.250000Z"));
        assert_eq!(Carrier::<AMoment>::held(&TimestampMillis::new(0)), None);
    }
}
