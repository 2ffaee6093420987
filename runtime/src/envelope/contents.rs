use std::collections::BTreeMap;
use std::time::Duration;

use super::header;
use crate::handler::{Context, Failure, FromMessage, Headers};
use crate::types::TimestampMillis;

/// What stands beside an event, of a message that was read, or for one that is written.
///
/// A handler takes it as `envelope: Envelope`; a producer writes what it holds with
/// [`message(&event).envelope(&envelope)`](crate::client::Outgoing::envelope). See [the module](super) for where each part travels.
///
/// ```
/// use std::time::Duration;
/// use topika::envelope::{Envelope, Kind};
///
/// let placed = Envelope::domain("order", "ORD-1").with_metadata("channel", "app");
/// assert_eq!((placed.kind(), placed.aggregate_id()), (Kind::Domain, Some("ORD-1")));
/// let cook = Envelope::command("cook-order").with_reply_to("kitchen.replies").with_timeout(Duration::from_secs(5));
/// assert_eq!((cook.kind(), cook.timeout()), (Kind::Command, Some(Duration::from_secs(5))));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Envelope {
    /// Texts by the name of their header.
    texts: BTreeMap<&'static str, String>,
    metadata: BTreeMap<String, String>,
    time: Option<TimestampMillis>,
    timeout: Option<Duration>,
}

/// What an envelope is about, by what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// An event, and nothing more.
    Base,
    /// What happened to an aggregate: it names it.
    Domain,
    /// For other services: it has a correlation or a cause.
    Integration,
    /// Something is to be done: it has a command's name.
    Command,
}

/// The headers that are texts, in the order in which they are written.
const TEXTS: [&str; 11] = [
    header::ID,
    header::SOURCE,
    header::TYPE,
    header::SUBJECT,
    header::AGGREGATE_TYPE,
    header::DATA_VERSION,
    header::CORRELATION_ID,
    header::CAUSATION_ID,
    header::COMMAND_NAME,
    header::REPLY_TO,
    header::SPEC_VERSION,
];

impl Envelope {
    /// With nothing in it yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of what happened to an aggregate.
    pub fn domain(aggregate_type: impl Into<String>, aggregate_id: impl Into<String>) -> Self {
        Self::new().with(header::AGGREGATE_TYPE, aggregate_type).with(header::SUBJECT, aggregate_id)
    }

    /// Of what other services are told, as a part of that correlation.
    pub fn integration(correlation_id: impl Into<String>) -> Self {
        Self::new().with_correlation_id(correlation_id)
    }

    /// Of something that is to be done.
    pub fn command(name: impl Into<String>) -> Self {
        Self::new().with(header::COMMAND_NAME, name)
    }

    /// Of a message that was read. What is missing, or is no text, is not there; where no header says when it was made, `timestamp_ms` does, the
    /// record's own time in milliseconds since 1970.
    pub fn of(headers: &Headers, timestamp_ms: Option<i64>) -> Self {
        let text = |name| headers.text(name).filter(|text| !text.is_empty());
        let texts = TEXTS.iter().filter_map(|name| Some((*name, text(name)?.to_owned()))).collect();
        let metadata = headers.iter().filter_map(|(name, value)| {
            let value = std::str::from_utf8(value?).ok()?;
            Some((name.strip_prefix(header::METADATA)?.to_owned(), value.to_owned()))
        });
        let time = text(header::TIME).and_then(|text| text.parse().ok());
        let timeout = text(header::TIMEOUT_MS).and_then(|text| text.parse().ok()).map(Duration::from_millis);
        Self { texts, metadata: metadata.collect(), time: time.or(timestamp_ms.map(TimestampMillis::new)), timeout }
    }

    /// What it holds, as headers. The time is one only where it was given.
    #[must_use]
    pub fn to_headers(&self) -> Headers {
        let texts = TEXTS.iter().filter_map(|name| Some((*name, self.texts.get(name)?)));
        let mut headers = texts.fold(Headers::new(), |headers, (name, text)| headers.with(name, text));
        if let Some(time) = self.time {
            headers = headers.with(header::TIME, time.to_string());
        }
        if let Some(timeout) = self.timeout {
            headers = headers.with(header::TIMEOUT_MS, timeout.as_millis().to_string());
        }
        let named = |name: &str| format!("{}{name}", header::METADATA);
        self.metadata.iter().fold(headers, |headers, (name, value)| headers.with(named(name), value))
    }

    fn with(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.texts.insert(name, text.into());
        self
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Its id, in place of a new one: the same id for the same thing lets readers drop what they have already.
    pub fn with_id(self, id: impl Into<String>) -> Self {
        self.with(header::ID, id)
    }

    /// What it has in common with others.
    pub fn with_correlation_id(self, id: impl Into<String>) -> Self {
        self.with(header::CORRELATION_ID, id)
    }

    /// The id of the message that led to it.
    pub fn with_causation_id(self, id: impl Into<String>) -> Self {
        self.with(header::CAUSATION_ID, id)
    }

    /// It comes of that one: the same correlation, and its id as the cause.
    pub fn caused_by(mut self, cause: &Self) -> Self {
        if let Some(correlation) = cause.correlation_id().or(cause.id()) {
            self = self.with_correlation_id(correlation);
        }
        match cause.id() {
            Some(id) => self.with_causation_id(id),
            None => self,
        }
    }

    /// When it was made, in milliseconds since 1970.
    pub fn with_time(mut self, time: TimestampMillis) -> Self {
        self.time = Some(time);
        self
    }

    /// The topic on which an answer is expected.
    pub fn with_reply_to(self, topic: impl Into<String>) -> Self {
        self.with(header::REPLY_TO, topic)
    }

    /// How long an answer is of use; whole milliseconds travel.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Something free.
    pub fn with_metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let has = |name| self.texts.contains_key(name);
        if has(header::COMMAND_NAME) {
            Kind::Command
        } else if has(header::SUBJECT) || has(header::AGGREGATE_TYPE) {
            Kind::Domain
        } else if has(header::CORRELATION_ID) || has(header::CAUSATION_ID) {
            Kind::Integration
        } else {
            Kind::Base
        }
    }

    /// `event_id`.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.text(header::ID)
    }

    /// `event_type`: the event's name, where a header says it.
    #[must_use]
    pub fn event_type(&self) -> Option<&str> {
        self.text(header::TYPE)
    }

    /// `timestamp`: when it was made; of a message that was read, the record's own time where no header says another.
    #[must_use]
    pub fn time(&self) -> Option<TimestampMillis> {
        self.time
    }

    /// `service_name`: who wrote it.
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        self.text(header::SOURCE)
    }

    /// `version`: that of its schema, as its writer had locked it.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.text(header::DATA_VERSION)
    }

    /// `aggregate_type`.
    #[must_use]
    pub fn aggregate_type(&self) -> Option<&str> {
        self.text(header::AGGREGATE_TYPE)
    }

    /// `aggregate_id`.
    #[must_use]
    pub fn aggregate_id(&self) -> Option<&str> {
        self.text(header::SUBJECT)
    }

    /// `correlation_id`: what all that comes of one request has in common.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.text(header::CORRELATION_ID)
    }

    /// `causation_id`: the id of the message that led to it.
    #[must_use]
    pub fn causation_id(&self) -> Option<&str> {
        self.text(header::CAUSATION_ID)
    }

    /// `command_name`.
    #[must_use]
    pub fn command_name(&self) -> Option<&str> {
        self.text(header::COMMAND_NAME)
    }

    /// `reply_to`: the topic on which an answer is expected.
    #[must_use]
    pub fn reply_to(&self) -> Option<&str> {
        self.text(header::REPLY_TO)
    }

    /// `timeout_ms`: how long an answer is of use, from its time on.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Whether its time-out has passed at that moment. Never, where it has none, or no time.
    #[must_use]
    pub fn is_expired_at(&self, now: TimestampMillis) -> bool {
        let (Some(time), Some(timeout)) = (self.time, self.timeout) else { return false };
        let timeout = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX);
        now.get() >= time.get().saturating_add(timeout)
    }

    /// Something free.
    #[must_use]
    pub fn metadata(&self, name: &str) -> Option<&str> {
        self.metadata.get(name).map(String::as_str)
    }

    /// All that is free, by name.
    pub fn all_metadata(&self) -> impl Iterator<Item = (&str, &str)> {
        self.metadata.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<K, S> FromMessage<K, S> for Envelope {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        Ok(Self::of(&context.headers, context.metadata.timestamp_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_as_headers_is_read_again() {
        let time: TimestampMillis = "2026-11-23T09:30:00.250Z".parse().unwrap();
        let cause = Envelope::new().with_id("1");
        let whole = Envelope::command("cook")
            .with_id("2")
            .caused_by(&cause)
            .with_time(time)
            .with_reply_to("replies")
            .with_timeout(Duration::from_millis(1500))
            .with_metadata("channel", "app")
            .with_metadata("ü", "ö");
        assert_eq!(Envelope::of(&whole.to_headers(), Some(7)), whole);
        assert_eq!((whole.correlation_id(), whole.causation_id()), (Some("1"), Some("1")));
        assert_eq!(whole.all_metadata().collect::<Vec<_>>(), [("channel", "app"), ("ü", "ö")]);
        assert!(
            !whole.is_expired_at(TimestampMillis::new(time.get() + 1499))
                && whole.is_expired_at(TimestampMillis::new(time.get() + 1500))
        );
    }

    #[test]
    fn what_is_no_text_or_no_number_is_not_there_and_the_record_says_the_time() {
        let headers =
            Headers::new().with(header::ID, [255_u8]).with(header::TIMEOUT_MS, "soon").with(header::TIME, "now");
        let envelope = Envelope::of(&headers.with(header::TYPE, "").with_null("meta.gone"), Some(7));
        assert_eq!(envelope, Envelope { time: Some(TimestampMillis::new(7)), ..Envelope::default() });
        assert_eq!(envelope.kind(), Kind::Base);
    }

    #[test]
    fn the_kind_is_what_the_envelope_holds() {
        assert_eq!(Envelope::domain("order", "1").with_correlation_id("2").kind(), Kind::Domain);
        assert_eq!(Envelope::integration("2").kind(), Kind::Integration);
        assert_eq!(Envelope::command("cook").with_correlation_id("2").kind(), Kind::Command);
    }
}
