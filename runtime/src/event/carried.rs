//! What of its envelope an event carries in its own fields. The words are those of `#[event(envelope = "...")]`; where else they travel is said in `envelope`.

use std::collections::BTreeMap;

/// A part of an envelope that is one value. Free metadata is a map, and has its own place in [`Carried`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Part {
    /// `event_id`
    EventId,
    /// `event_type`
    EventType,
    /// `timestamp`, as RFC 3339 has it.
    Timestamp,
    /// `service_name`
    ServiceName,
    /// `version`
    Version,
    /// `aggregate_id`
    AggregateId,
    /// `aggregate_type`
    AggregateType,
    /// `correlation_id`
    CorrelationId,
    /// `causation_id`
    CausationId,
    /// `command_name`
    CommandName,
    /// `reply_to`
    ReplyTo,
    /// `timeout_ms`
    TimeoutMs,
}

/// Values of an envelope, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// What there is of the parts.
    pub parts: BTreeMap<Part, String>,
    /// Free metadata.
    pub metadata: BTreeMap<String, String>,
}

/// How an event carries parts of its envelope: what `#[derive(Event)]` makes of fields with `#[event(envelope = "...")]`.
#[derive(Debug)]
pub struct Carries<E> {
    /// What its fields hold.
    pub held: fn(&E, &mut Carried),
    /// The event with its empty fields filled.
    pub filled: fn(&E, &Carried) -> E,
}

impl<E> Carries<E> {
    /// What the fields of that event hold.
    #[must_use]
    pub fn of(&self, event: &E) -> Carried {
        let mut held = Carried::default();
        (self.held)(event, &mut held);
        held
    }
}

impl Carried {
    /// The text of a part.
    #[must_use]
    pub fn get(&self, part: Part) -> Option<&str> {
        self.parts.get(&part).map(String::as_str)
    }

    /// Takes what a field holds. For derived code.
    pub fn hold<K, F: Carrier<K>>(&mut self, part: Part, field: &F) {
        if let Some(text) = field.held() {
            self.parts.insert(part, text);
        }
    }

    /// Fills a field that holds nothing. What does not fit, such as a correlation `req-1` in a uuid, is left out. For derived code.
    pub fn fill<K, F: Carrier<K>>(&self, part: Part, field: &mut F) {
        if let Some(value) = self.get(part).filter(|_| field.held().is_none()).and_then(F::of) {
            *field = value;
        }
    }

    /// As [`hold`](Self::hold), of metadata.
    pub fn hold_metadata<F: MetadataCarrier>(&mut self, field: &F) {
        field.each(&mut |name, value| {
            self.metadata.insert(name.to_owned(), value.to_owned());
        });
    }

    /// As [`fill`](Self::fill), of metadata.
    pub fn fill_metadata<F: MetadataCarrier>(&self, field: &mut F) {
        let mut empty = true;
        field.each(&mut |_, _| empty = false);
        if empty && !self.metadata.is_empty() {
            *field = F::of(&self.metadata);
        }
    }
}

/// A name: `event_type`, `service_name`, `aggregate_type`, `command_name`, `reply_to`.
#[derive(Debug)]
pub enum AName {}
/// An id: `event_id`, `aggregate_id`, `correlation_id`, `causation_id`.
#[derive(Debug)]
pub enum AnId {}
/// A moment: `timestamp`.
#[derive(Debug)]
pub enum AMoment {}
/// The version of a schema: `version`.
#[derive(Debug)]
pub enum AVersion {}
/// Milliseconds: `timeout_ms`.
#[derive(Debug)]
pub enum Milliseconds {}

/// The type of a field that can hold a part of an envelope; `K` is what kind of value that is.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot hold `{K}` of an envelope",
    label = "is not of a type for it",
    note = "`event_id`, `aggregate_id`, `correlation_id` and `causation_id` take `String` or a `Uuid`; `timestamp` takes `TimestampMillis`, `TimestampMicros` or `String`; `version` takes `String`, `i32` or `i64`; `timeout_ms` takes `i32` or `i64`; `event_type`, `service_name`, `aggregate_type`, `command_name` and `reply_to` take `String`; each of them also as an `Option`"
)]
pub trait Carrier<K>: Sized {
    /// What it holds, as text; `None` where that is nothing: an empty text, a zero.
    fn held(&self) -> Option<String>;

    /// The value of that text; `None` where it does not fit.
    fn of(text: &str) -> Option<Self>;
}

impl<K, F: Carrier<K>> Carrier<K> for Option<F> {
    fn held(&self) -> Option<String> {
        self.as_ref().and_then(F::held)
    }

    fn of(text: &str) -> Option<Self> {
        F::of(text).map(Some)
    }
}

macro_rules! texts {
    ($($kind:ty),+) => {$(
        impl Carrier<$kind> for String {
            fn held(&self) -> Option<String> {
                (!self.is_empty()).then(|| self.clone())
            }

            fn of(text: &str) -> Option<Self> {
                Some(text.to_owned())
            }
        }
    )+};
}
texts!(AName, AnId, AMoment, AVersion);

macro_rules! numbers {
    ($($number:ty => $kind:ty),+) => {$(
        impl Carrier<$kind> for $number {
            fn held(&self) -> Option<String> {
                (*self != 0).then(|| self.to_string())
            }

            fn of(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )+};
}
numbers!(i32 => AVersion, i64 => AVersion, i32 => Milliseconds, i64 => Milliseconds);

/// The type of a field that can hold the free metadata of an envelope.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot hold the metadata of an envelope",
    label = "is no map of texts",
    note = "`metadata` takes a map of `String`: `BTreeMap<String, String>`, `HashMap<String, String>`, `VecMap<String>`, each also as an `Option`"
)]
pub trait MetadataCarrier: Sized {
    /// Calls it with each name and value.
    fn each(&self, one: &mut dyn FnMut(&str, &str));

    /// A map of these.
    fn of(metadata: &BTreeMap<String, String>) -> Self;
}

impl<F: MetadataCarrier> MetadataCarrier for Option<F> {
    fn each(&self, one: &mut dyn FnMut(&str, &str)) {
        if let Some(map) = self {
            map.each(one);
        }
    }

    fn of(metadata: &BTreeMap<String, String>) -> Self {
        Some(F::of(metadata))
    }
}

macro_rules! maps {
    ($($map:ty),+) => {$(
        impl MetadataCarrier for $map {
            fn each(&self, one: &mut dyn FnMut(&str, &str)) {
                self.iter().for_each(|(name, value)| one(name, value));
            }

            fn of(metadata: &BTreeMap<String, String>) -> Self {
                metadata.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
            }
        }
    )+};
}
maps!(BTreeMap<String, String>, std::collections::HashMap<String, String>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_filled_and_what_is_set_stands() {
        let mut given = Carried::default();
        given.hold::<AnId, _>(Part::EventId, &"1".to_owned());
        given.hold::<Milliseconds, _>(Part::TimeoutMs, &5000_i64);
        given.hold::<AVersion, _>(Part::Version, &0_i32);
        assert_eq!((given.get(Part::EventId), given.get(Part::Version)), (Some("1"), None));
        let (mut id, mut own, mut timeout) = (None::<String>, "mine".to_owned(), 0_i32);
        given.fill::<AnId, _>(Part::EventId, &mut id);
        given.fill::<AnId, _>(Part::EventId, &mut own);
        given.fill::<Milliseconds, _>(Part::TimeoutMs, &mut timeout);
        assert_eq!((id.as_deref(), own.as_str(), timeout), (Some("1"), "mine", 5000));
        given.parts.insert(Part::TimeoutMs, "9000000000".to_owned());
        let mut small = 0_i32;
        given.fill::<Milliseconds, _>(Part::TimeoutMs, &mut small);
        assert_eq!(small, 0, "what does not fit is left out");
    }

    #[test]
    fn metadata_fills_a_map_that_has_nothing() {
        let mut given = Carried::default();
        given.hold_metadata(&BTreeMap::from([("channel".to_owned(), "app".to_owned())]));
        let mut empty = None::<std::collections::HashMap<String, String>>;
        given.fill_metadata(&mut empty);
        assert_eq!(empty.unwrap()["channel"], "app");
        let mut own = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
        given.fill_metadata(&mut own);
        assert_eq!(own.len(), 1);
    }
}
