//! Messages that nobody could read or handle: kept, with their bytes and the reason.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tokio::sync::Mutex;

use super::backoff::Backoff;
use crate::error::Error;
use crate::kafka::{Admin, Bounds, Delivered, Pending, RawMessage, RawProducer, Record, Settings, TopicPlan};

/// The headers of a dead letter. All but the last are those of KIP-1191, which Kafka's share groups write too; values are UTF-8 text.
pub mod header {
    /// The topic that the message was read from, with its prefix.
    pub const TOPIC: &str = "__dlq.errors.topic";
    /// Its partition.
    pub const PARTITION: &str = "__dlq.errors.partition";
    /// Its offset.
    pub const OFFSET: &str = "__dlq.errors.offset";
    /// The consumer group that gave it up.
    pub const GROUP: &str = "__dlq.errors.group";
    /// How often it was tried.
    pub const DELIVERY_COUNT: &str = "__dlq.errors.delivery.count";
    /// Why it was given up, in words.
    pub const MESSAGE: &str = "__dlq.errors.message";
    /// Why it was given up, as a short label to filter by: `unknown-schema`, `handler-failed`, or the handler's own code.
    pub const REASON: &str = "topika.dlq.reason";

    pub(super) const ALL: [&str; 7] = [TOPIC, PARTITION, OFFSET, GROUP, DELIVERY_COUNT, MESSAGE, REASON];
}

/// The setting of a topic that bounds its messages.
const MOST_BYTES: &str = "max.message.bytes";
/// More than our headers ever take.
const HEADERS_ROOM: i32 = 64 << 10;

/// Words in a header: long enough to understand, short enough not to make the letter larger than the message.
const LONGEST_MESSAGE: usize = 2000;

/// Why a message is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) label: String,
    pub(crate) message: String,
    /// How often it was tried.
    pub(crate) deliveries: u32,
}

/// Writes dead letters. One producer for all groups and topics of a client, made when it is first needed.
pub(crate) struct DeadLetters {
    settings: Settings,
    admin: Admin,
    prefix: String,
    /// One broker is all there is.
    is_development: bool,
    producer: OnceLock<RawProducer>,
    /// Partition counts of dead letter topics that are known to exist. Held while one is made, so that it is made once.
    topics: Mutex<HashMap<String, u32>>,
}

impl DeadLetters {
    pub(super) fn new(settings: Settings, admin: Admin, prefix: String, is_development: bool) -> Self {
        Self { settings, admin, prefix, is_development, producer: OnceLock::new(), topics: Mutex::default() }
    }

    /// Writes the letter and waits until the broker has it: only then may the source be acknowledged.
    pub(crate) async fn write(&self, raw: &RawMessage, group: &str, reason: &Reason) -> Result<Delivered, Error> {
        let (letter, topic) = self.post(raw, group, reason, self.producer()?).await?;
        let delivered = letter.await?;
        tracing::warn!(
            source = &**raw.topic(),
            raw.partition,
            raw.offset,
            group,
            reason = reason.label,
            why = reason.message,
            letter = topic,
            letter.partition = delivered.partition,
            letter.offset = delivered.offset,
            "dead letter written"
        );
        Ok(delivered)
    }

    /// That there is a topic for the dead letters of that one.
    pub(crate) async fn prepare(&self, source: &str) -> Result<(), Error> {
        self.ensure(&self.topic_of(source), source).await.map(drop)
    }

    /// Puts the letter into the queue of that producer, and says on which topic.
    pub(crate) async fn post(
        &self,
        raw: &RawMessage,
        group: &str,
        reason: &Reason,
        producer: &RawProducer,
    ) -> Result<(Pending, String), Error> {
        let topic = self.topic_of(raw.topic());
        let partitions = self.ensure(&topic, raw.topic()).await?;
        let letter = Headers::new(raw, group, reason);
        let record = Record {
            topic: &topic,
            partition: Some(raw.partition.rem_euclid(i32::try_from(partitions).unwrap_or(i32::MAX).max(1))),
            key: raw.key.as_deref(),
            payload: raw.payload.as_deref(),
            headers: &letter.all(raw),
            timestamp_ms: None,
            sending: None,
        };
        let pending = producer.enqueue(&record).await?;
        Ok((pending, topic))
    }

    /// As [`Self::write`], again and again while the trouble may pass. False where the partition went to another member meanwhile, who
    /// will come to the message again.
    pub(crate) async fn write_patiently(&self, raw: &RawMessage, group: &str, reason: &Reason) -> Result<bool, Error> {
        let mut backoff = Backoff::default();
        loop {
            match self.write(raw, group, reason).await {
                Ok(_) => return Ok(true),
                Err(error) if !error.is_retriable() => return Err(error),
                Err(_) if raw.is_revoked() => return Ok(false),
                Err(error) => {
                    tracing::warn!(%error, source = &**raw.topic(), raw.partition, raw.offset, "a dead letter cannot be written; trying again");
                    raw.pause(backoff.next()).await;
                }
            }
        }
    }

    /// `prod.food-orders` -> `prod.dlq.food-orders`: the environment's prefix stays in front.
    pub(crate) fn topic_of(&self, source: &str) -> String {
        let name = source.strip_prefix(self.prefix.as_str()).unwrap_or(source);
        format!("{}dlq.{name}", self.prefix)
    }

    fn producer(&self) -> Result<&RawProducer, Error> {
        if let Some(producer) = self.producer.get() {
            return Ok(producer);
        }
        let made = RawProducer::of_letters(&self.settings, Bounds { messages: 1000, ..Bounds::default() })?;
        Ok(self.producer.get_or_init(|| made))
    }

    /// The dead letter topic is there, with the source's partition count where it has to be made.
    async fn ensure(&self, topic: &str, source: &str) -> Result<u32, Error> {
        let mut known = self.topics.lock().await;
        if let Some(partitions) = known.get(topic) {
            return Ok(*partitions);
        }
        let partitions = match self.admin.partitions(topic).await? {
            Some(partitions) => partitions,
            None => {
                let plan = TopicPlan {
                    name: topic.to_owned(),
                    partitions: self.admin.partitions(source).await?,
                    replication: self.is_development.then_some(1),
                    configs: self.room_for(source).await,
                };
                self.admin.create(&plan).await?;
                self.admin.partitions(topic).await?.unwrap_or(1)
            }
        };
        known.insert(topic.to_owned(), partitions);
        Ok(partitions)
    }

    /// A letter is its message and our headers: what just went into the source would not go into a topic with the same limit.
    async fn room_for(&self, source: &str) -> Vec<(String, String)> {
        match self.admin.topic_config(source, MOST_BYTES).await {
            Ok(limit) => limit
                .and_then(|bytes| bytes.parse::<i32>().ok())
                .map(|bytes| (MOST_BYTES.to_owned(), bytes.saturating_add(HEADERS_ROOM).to_string()))
                .into_iter()
                .collect(),
            // The right to describe settings is one that not every client has; the broker's default serves then.
            Err(error) => {
                tracing::debug!(%error, source, "the largest message of the topic is not known");
                Vec::new()
            }
        }
    }
}

/// The texts of our headers, alive while the record borrows them.
struct Headers([(&'static str, Arc<str>); 7]);

impl Headers {
    fn new(raw: &RawMessage, group: &str, reason: &Reason) -> Self {
        Self([
            (header::TOPIC, Arc::clone(raw.topic())),
            (header::PARTITION, raw.partition.to_string().into()),
            (header::OFFSET, raw.offset.to_string().into()),
            (header::GROUP, group.into()),
            (header::DELIVERY_COUNT, reason.deliveries.to_string().into()),
            (header::MESSAGE, cut(&reason.message).into()),
            (header::REASON, reason.label.as_str().into()),
        ])
    }

    /// The message's own headers first. Those of an earlier death give way: a letter that was sent again dies anew.
    fn all<'a>(&'a self, raw: &'a RawMessage) -> Vec<(&'a str, Option<&'a [u8]>)> {
        let own = raw.headers.iter().filter(|(name, _)| !header::ALL.contains(name));
        own.chain(self.0.iter().map(|(name, value)| (*name, Some(value.as_bytes())))).collect()
    }
}

fn cut(message: &str) -> &str {
    if message.len() <= LONGEST_MESSAGE {
        return message;
    }
    let end = (0..=LONGEST_MESSAGE).rev().find(|i| message.is_char_boundary(*i)).unwrap_or(0);
    message.get(..end).unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::error::ErrorKind;
    use crate::handler::Headers as MessageHeaders;

    fn letters(prefix: &str) -> DeadLetters {
        let settings = Settings::new("127.0.0.1:1".to_owned(), BTreeMap::new()).unwrap();
        let admin = Admin::new(&settings, Duration::from_millis(100)).unwrap();
        DeadLetters::new(settings, admin, prefix.to_owned(), false)
    }

    fn reason(message: &str) -> Reason {
        Reason { label: "unknown-schema".to_owned(), message: message.to_owned(), deliveries: 1 }
    }

    #[tokio::test]
    async fn the_prefix_stays_in_front_of_a_dead_letter_topic() {
        assert_eq!(letters("prod.").topic_of("prod.food-orders"), "prod.dlq.food-orders");
        assert_eq!(letters("").topic_of("food-orders"), "dlq.food-orders");
    }

    #[test]
    fn a_letter_says_where_it_comes_from_and_why() {
        let mut raw = RawMessage::for_test("food-orders", 2, 41, Some("k"), Some(b"raw"));
        raw.headers = MessageHeaders::new().with("trace", "1").with(header::OFFSET, "7").with_null("empty");
        let letter = Headers::new(&raw, "kitchen", &reason("schema 9 is not known"));
        let all: Vec<(&str, Option<String>)> = letter
            .all(&raw)
            .into_iter()
            .map(|(k, v)| (k, v.map(|v| String::from_utf8_lossy(v).into_owned())))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            all,
            [
                ("trace", some("1")),
                ("empty", None),
                ("__dlq.errors.topic", some("food-orders")),
                ("__dlq.errors.partition", some("2")),
                ("__dlq.errors.offset", some("41")),
                ("__dlq.errors.group", some("kitchen")),
                ("__dlq.errors.delivery.count", some("1")),
                ("__dlq.errors.message", some("schema 9 is not known")),
                ("topika.dlq.reason", some("unknown-schema")),
            ]
        );
    }

    #[test]
    fn a_long_reason_is_cut_between_letters() {
        let long = "ä".repeat(3000);
        assert!(cut(&long).len() <= LONGEST_MESSAGE);
        assert!(long.starts_with(cut(&long)));
        assert_eq!(cut("short"), "short");
    }

    #[tokio::test]
    async fn a_letter_that_cannot_be_written_is_an_error() {
        let raw = RawMessage::for_test("food-orders", 0, 1, None, None);
        let error = letters("").write(&raw, "kitchen", &reason("x")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable);
    }
}
