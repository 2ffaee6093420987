use bytes::Bytes;

use super::written::{Writer, is_of_a_death, said};
use crate::client::header;
use crate::handler::{Headers, History};
use crate::kafka::Found;
use crate::wire::{SchemaKey, VALUE_HEADER, key_in_header, unframe};

/// A message that was given up, with what its headers say of that, whoever wrote them: topika, Kafka's share groups (KIP-1191), Spring for Apache Kafka or
/// Kafka Connect. What they do not say is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The topic that the letter stands on, with its prefix.
    pub topic: String,
    /// The letter's partition.
    pub partition: i32,
    /// The letter's offset.
    pub offset: i64,
    /// When the letter was written, in milliseconds since 1970. Connect writes the time of the message.
    pub timestamp_ms: Option<i64>,
    /// Who wrote it.
    pub writer: Writer,
    /// The topic that the message was read from, with its prefix.
    pub original_topic: Option<String>,
    /// Its partition there.
    pub original_partition: Option<i32>,
    /// Its offset there.
    pub original_offset: Option<i64>,
    /// When the message was written, in milliseconds since 1970.
    pub original_timestamp_ms: Option<i64>,
    /// The consumer group that gave it up.
    pub group: Option<String>,
    /// Why, as a label: `oven-broken`. Only topika writes one.
    pub reason: Option<String>,
    /// Why, in words.
    pub message: Option<String>,
    /// The class of the exception, as Java calls it.
    pub exception: Option<String>,
    /// How often it was tried.
    pub attempts: Option<u32>,
    /// What came of the tries.
    pub history: History,
    /// How often it was sent again before.
    pub redrives: u32,
    /// The schema that the message names.
    pub schema: Option<SchemaKey>,
    /// The message's key.
    pub key: Option<Bytes>,
    /// The message's value, untouched.
    pub payload: Option<Bytes>,
    /// All headers: the message's own, and those that tell why it is here.
    pub headers: Headers,
}

/// How much of its history a letter is sent again with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    All,
    Newest,
    Nothing,
}

impl Kept {
    /// A history gives way before the message does.
    pub(super) fn less_and_less(history: &History) -> &'static [Self] {
        match history.iter().count() {
            0 => &[Self::All],
            1 => &[Self::All, Self::Nothing],
            _ => &[Self::All, Self::Newest, Self::Nothing],
        }
    }
}

impl DeadLetter {
    /// Reads a message of a topic of dead letters.
    ///
    /// ```
    /// use topika::dead_letters::{DeadLetter, Writer};
    /// use topika::handler::Headers;
    ///
    /// let headers = Headers::new()
    ///     .with("kafka_dlt-original-topic", "orders")
    ///     .with("kafka_dlt-original-partition", [0, 0, 0, 2])
    ///     .with("kafka_dlt-exception-message", "too hot");
    /// let letter = DeadLetter::read("orders-dlt", 2, 7, None, None, None, headers);
    /// assert_eq!((letter.writer, letter.original_partition), (Writer::Spring, Some(2)));
    /// assert_eq!((letter.message.as_deref(), letter.reason), (Some("too hot"), None));
    /// ```
    #[must_use]
    pub fn read(
        topic: &str,
        partition: i32,
        offset: i64,
        timestamp_ms: Option<i64>,
        key: Option<Bytes>,
        payload: Option<Bytes>,
        headers: Headers,
    ) -> Self {
        let said = said(&headers);
        let schema = match headers.last(VALUE_HEADER) {
            Some(value) => key_in_header(value).ok(),
            None => payload.as_deref().and_then(|payload| Some(unframe(payload).ok()?.0)),
        };
        Self {
            topic: topic.to_owned(),
            partition,
            offset,
            timestamp_ms,
            writer: said.writer,
            original_topic: said.topic,
            original_partition: said.partition,
            original_offset: said.offset,
            original_timestamp_ms: said.timestamp_ms,
            group: said.group,
            reason: said.reason,
            message: said.message,
            exception: said.exception,
            attempts: said.attempts,
            history: said.history,
            redrives: headers.text(header::REDRIVES).and_then(|count| count.parse().ok()).unwrap_or_default(),
            schema,
            key,
            payload,
            headers,
        }
    }

    pub(super) fn of(topic: &str, found: Found) -> Self {
        let Found { partition, offset, timestamp_ms, key, payload, headers } = found;
        Self::read(topic, partition, offset, timestamp_ms, key, payload, headers)
    }

    /// The headers that the message itself had, without those that tell of its death.
    pub fn own_headers(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        self.headers.iter().filter(|(name, _)| !is_of_a_death(name))
    }

    /// The headers that it is sent again with: its own, what it went through, and how often it was sent again.
    pub(super) fn headers_again(&self, kept: Kept) -> Headers {
        let own = self.own_headers().map(|(name, value)| (name.to_owned(), value.map(Bytes::copy_from_slice)));
        let again = Headers::from(own.collect::<Vec<_>>());
        let history = match kept {
            Kept::All => Some(self.history.to_text()),
            Kept::Newest => Some(self.history.newest_alone().to_text()),
            Kept::Nothing => None,
        };
        let again = match history.filter(|_| !self.history.is_empty()) {
            Some(history) => again.with(header::HISTORY, history),
            None => again,
        };
        again.with(header::REDRIVES, self.redrives.saturating_add(1).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handler::Failure;

    #[test]
    fn what_is_sent_again_has_its_own_headers_and_its_history_and_counts() {
        let mut history = History::default();
        history.failed("kitchen", 1, &Failure::fatal("oven-broken", &"too hot"));
        let headers = Headers::new()
            .with("trace", "1")
            .with("part", "a")
            .with("part", "b")
            .with_null("empty")
            .with(header::TOPIC, "orders")
            .with(header::REASON, "oven-broken")
            .with(header::SCHEMA, "7")
            .with("__connect.errors.topic", "x")
            .with("kafka_dlt-original-topic", "x")
            .with(header::HISTORY, history.to_text())
            .with(header::REDRIVES, "2");
        let letter =
            DeadLetter::read("dlq.orders", 0, 1, None, None, Some(Bytes::from_static(&[0, 0, 0, 0, 7, 1])), headers);
        assert_eq!((letter.redrives, letter.schema, letter.writer), (2, Some(SchemaKey::Id(7)), Writer::Topika));
        let again = letter.headers_again(Kept::All);
        let names: Vec<&str> = again.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["trace", "part", "part", "empty", header::HISTORY, header::REDRIVES]);
        assert_eq!((again.text(header::REDRIVES), again.all("empty").next()), (Some("3"), Some(None)));
        assert_eq!(History::from_text(again.text(header::HISTORY).unwrap()), history);
        // How often it was sent again is what keeps it from going round for ever.
        let least = letter.headers_again(Kept::Nothing);
        assert_eq!((least.text(header::HISTORY), least.text(header::REDRIVES)), (None, Some("3")));
    }
}
