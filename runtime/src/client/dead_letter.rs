//! Messages that nobody could read or handle: kept, with their bytes and the reason.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock, PoisonError};

use bytes::Bytes;
use tokio::sync::Mutex;

use super::backoff::Backoff;
use super::letter_topics::{LetterTopics, by_convention};
use super::room;
use crate::error::{Error, ErrorKind};
use crate::handler::{Failure, Headers, History, brief};
use crate::kafka::{Admin, Bounds, Delivered, Pending, RawMessage, RawProducer, Record, Settings, TopicPlan};
use crate::wire::{SchemaKey, VALUE_HEADER, key_in_header, unframe};

/// The headers of a dead letter. Those that begin with `__dlq.errors.` are of KIP-1191, which Kafka's share groups write too; values are UTF-8 text.
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

    /// When the message was written, in milliseconds since 1970, where it says so.
    pub const TIMESTAMP: &str = "topika.dlq.timestamp";
    /// The schema that the message names, where it names one: the id, or the GUID.
    pub const SCHEMA: &str = "topika.dlq.schema";
    /// Each failure, the oldest first, as a JSON array: see [`History`](crate::handler::History). It stays on a message that is sent again.
    pub const HISTORY: &str = "topika.dlq.history";

    /// How often the message was sent again. It stays on a message that is sent again.
    pub const REDRIVES: &str = "topika.dlq.redrives";
    /// That this is no letter, but says which letters of its partition were sent again.
    pub const REDRIVEN: &str = "topika.dlq.redriven";

    pub(super) const ALL: [&str; 10] =
        [TOPIC, PARTITION, OFFSET, GROUP, DELIVERY_COUNT, MESSAGE, REASON, TIMESTAMP, SCHEMA, HISTORY];
}

/// Words in a header: long enough to understand, short enough not to make the letter larger than the message.
const LONGEST_MESSAGE: usize = 2000;
/// A label is one to filter by; what a handler calls its error may be any text.
const LONGEST_LABEL: usize = 200;

/// Why a message is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) label: String,
    pub(crate) message: String,
    /// How often it was tried.
    pub(crate) deliveries: u32,
    /// What came of the tries, this reason too.
    pub(crate) history: History,
}

impl Reason {
    /// That is what came of a try.
    pub(crate) fn of(failure: Failure, group: &str, attempt: u32) -> Self {
        let mut history = History::default();
        history.failed(group, attempt, &failure);
        Self { label: failure.code, message: failure.message, deliveries: attempt, history }
    }

    /// With what came of the tries before.
    pub(crate) fn after(mut self, before: History) -> Self {
        self.history = before.and(self.history);
        self
    }
}

/// A message that is given up: by whom, why, and where it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GivenUp<'a> {
    pub(crate) raw: &'a RawMessage,
    pub(crate) group: &'a str,
    pub(crate) reason: &'a Reason,
    /// The topic of the letter.
    pub(crate) letters: &'a str,
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
    /// Dead letter topics that convention would not find.
    told: std::sync::Mutex<BTreeSet<String>>,
}

impl DeadLetters {
    pub(super) fn new(settings: Settings, admin: Admin, prefix: String, is_development: bool) -> Self {
        Self {
            settings,
            admin,
            prefix,
            is_development,
            producer: OnceLock::new(),
            topics: Mutex::default(),
            told: std::sync::Mutex::default(),
        }
    }

    /// Writes the letter and waits until the broker has it: only then may the source be acknowledged.
    pub(crate) async fn write(&self, given_up: GivenUp<'_>) -> Result<Delivered, Error> {
        let GivenUp { raw, group, reason, letters } = given_up;
        let producer = self.producer()?;
        let mut letter = LetterHeaders::new(raw, group, reason);
        let delivered = loop {
            let written = async { self.enqueue(given_up, &letter, producer).await?.await };
            match written.await {
                Err(error) if error.kind() == ErrorKind::TooLarge => {
                    let error = room::too_large(raw, &letter.all(raw), letters, "become a dead letter", &error);
                    // What became of it so far matters less than the message.
                    let Some(without) = letter.shorten() else { return Err(error) };
                    tracing::warn!(%error, source = &**raw.topic(), raw.partition, raw.offset, without, "a dead letter is too large with all that is told of it");
                }
                written => break written?,
            }
        };
        tracing::warn!(
            source = &**raw.topic(),
            raw.partition,
            raw.offset,
            group,
            reason = reason.label,
            why = reason.message,
            letter = letters,
            letter.partition = delivered.partition,
            letter.offset = delivered.offset,
            "dead letter written"
        );
        Ok(delivered)
    }

    /// That there is a topic for its letter.
    pub(crate) async fn prepare(&self, given_up: GivenUp<'_>) -> Result<(), Error> {
        self.ensure(given_up.letters, given_up.raw.topic()).await.map(drop)
    }

    /// Puts the letter into the queue of that producer.
    pub(crate) async fn post(&self, given_up: GivenUp<'_>, producer: &RawProducer) -> Result<Pending, Error> {
        let GivenUp { raw, group, reason, .. } = given_up;
        self.enqueue(given_up, &LetterHeaders::new(raw, group, reason), producer).await
    }

    async fn enqueue(
        &self,
        given_up: GivenUp<'_>,
        letter: &LetterHeaders,
        producer: &RawProducer,
    ) -> Result<Pending, Error> {
        let GivenUp { raw, letters, .. } = given_up;
        let partitions = self.ensure(letters, raw.topic()).await?;
        let record = Record {
            topic: letters,
            partition: Some(raw.partition.rem_euclid(i32::try_from(partitions).unwrap_or(i32::MAX).max(1))),
            key: raw.key.as_deref(),
            payload: raw.payload.as_deref(),
            headers: &letter.all(raw),
            timestamp_ms: None,
            sending: None,
        };
        producer.enqueue(&record).await
    }

    /// That this topic of dead letters, where it is there already, takes what that one takes. Nothing is said where a client may not know.
    pub(crate) async fn check(&self, letters: &str, source: &str) -> Result<(), Error> {
        if self.admin.partitions(letters).await?.is_none() {
            return Ok(());
        }
        room::check(&self.admin, letters, source, "are given up").await
    }

    /// As [`Self::write`], again and again while the trouble may pass. False where the partition went to another member meanwhile, who
    /// will come to the message again.
    pub(crate) async fn write_patiently(&self, given_up: GivenUp<'_>) -> Result<bool, Error> {
        let raw = given_up.raw;
        let mut backoff = Backoff::default();
        loop {
            match self.write(given_up).await {
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

    /// Where those of a topic go by convention.
    pub(crate) fn topic_of(&self, source: &str) -> String {
        by_convention(&self.prefix, source)
    }

    /// Remembers the topics whose names no convention tells.
    pub(crate) fn tell(&self, topics: &LetterTopics) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend(topics.named().map(str::to_owned));
    }

    /// Those that were told.
    pub(crate) fn told(&self) -> BTreeSet<String> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
        room::beside(&self.admin, source).await.into_iter().collect()
    }
}

/// The headers of a message's letter.
pub(crate) fn letter_headers(raw: &RawMessage, group: &str, reason: &Reason) -> Headers {
    let letter = LetterHeaders::new(raw, group, reason);
    let all = letter.all(raw).into_iter();
    all.map(|(name, value)| (name.to_owned(), value.map(Bytes::copy_from_slice))).collect::<Vec<_>>().into()
}

/// The texts of our headers, alive while the record borrows them.
struct LetterHeaders(Vec<(&'static str, Arc<str>)>);

impl LetterHeaders {
    fn new(raw: &RawMessage, group: &str, reason: &Reason) -> Self {
        let mut all: Vec<(&'static str, Arc<str>)> = vec![
            (header::TOPIC, Arc::clone(raw.topic())),
            (header::PARTITION, raw.partition.to_string().into()),
            (header::OFFSET, raw.offset.to_string().into()),
            (header::GROUP, group.into()),
            (header::DELIVERY_COUNT, reason.deliveries.to_string().into()),
            (header::MESSAGE, brief(&reason.message, LONGEST_MESSAGE).into()),
            (header::REASON, brief(&reason.label, LONGEST_LABEL).into()),
        ];
        if let Some(millis) = raw.timestamp_ms {
            all.push((header::TIMESTAMP, millis.to_string().into()));
        }
        if let Some(schema) = named_schema(raw) {
            all.push((header::SCHEMA, schema.into()));
        }
        // What happened to it before it was sent again.
        let earlier = raw.headers.text(header::HISTORY).map(History::from_text).unwrap_or_default();
        all.push((header::HISTORY, earlier.and(reason.history.clone()).to_text().into()));
        Self(all)
    }

    /// Drops what is least missed of what only tells how it came here; says what that was, where there was any left.
    fn shorten(&mut self) -> Option<&'static str> {
        let is_there = |dropped: &&'static str| self.0.iter().any(|(name, _)| name == dropped);
        let dropped = [header::HISTORY, header::MESSAGE].into_iter().find(is_there)?;
        self.0.retain(|(name, _)| *name != dropped);
        Some(dropped)
    }

    /// The message's own headers first. Those of an earlier death give way: a letter that was sent again dies anew.
    fn all<'a>(&'a self, raw: &'a RawMessage) -> Vec<(&'a str, Option<&'a [u8]>)> {
        let own = raw.headers.iter().filter(|(name, _)| !header::ALL.contains(name));
        own.chain(self.0.iter().map(|(name, value)| (*name, Some(value.as_bytes())))).collect()
    }
}

/// The schema that the message names in a header or before its payload.
fn named_schema(raw: &RawMessage) -> Option<String> {
    let named = match raw.headers.last(VALUE_HEADER) {
        Some(value) => key_in_header(value).ok()?,
        None => unframe(raw.payload.as_deref()?).ok()?.0,
    };
    Some(match named {
        SchemaKey::Id(id) => id.to_string(),
        SchemaKey::Guid(guid) => guid.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::room::HEADERS_ROOM;
    use super::*;
    use crate::handler::Headers as MessageHeaders;

    fn letters(prefix: &str) -> DeadLetters {
        let settings = Settings::new("127.0.0.1:1".to_owned(), BTreeMap::new()).unwrap();
        let admin = Admin::new(&settings, Duration::from_millis(100)).unwrap();
        DeadLetters::new(settings, admin, prefix.to_owned(), false)
    }

    fn reason(message: &str) -> Reason {
        Reason::of(Failure::unreadable("unknown-schema", &message), "kitchen", 1)
    }

    fn texts(raw: &RawMessage, reason: &Reason) -> Vec<(String, Option<String>)> {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let letter = LetterHeaders::new(raw, "kitchen", reason);
        letter.all(raw).into_iter().map(|(name, value)| (name.to_owned(), value.map(text))).collect()
    }

    #[test]
    fn a_letter_says_where_it_comes_from_and_why() {
        let mut raw = RawMessage::for_test("food-orders", 2, 41, Some("k"), Some(&[0, 0, 0, 1, 7, 2]));
        raw.headers = MessageHeaders::new().with("trace", "1").with(header::OFFSET, "7").with_null("empty");
        let reason = reason("schema 9 is not known");
        let all = texts(&raw, &reason);
        let all: Vec<(&str, Option<&str>)> = all.iter().map(|(name, value)| (&**name, value.as_deref())).collect();
        let history = reason.history.to_text();
        assert_eq!(
            all,
            [
                ("trace", Some("1")),
                ("empty", None),
                ("__dlq.errors.topic", Some("food-orders")),
                ("__dlq.errors.partition", Some("2")),
                ("__dlq.errors.offset", Some("41")),
                ("__dlq.errors.group", Some("kitchen")),
                ("__dlq.errors.delivery.count", Some("1")),
                ("__dlq.errors.message", Some("schema 9 is not known")),
                ("topika.dlq.reason", Some("unknown-schema")),
                ("topika.dlq.timestamp", Some("1700000000000")),
                ("topika.dlq.schema", Some("263")),
                ("topika.dlq.history", Some(&*history)),
            ]
        );
    }

    #[test]
    fn what_a_message_went_through_before_it_was_sent_again_stays_with_it() {
        let mut raw = RawMessage::for_test("food-orders", 2, 41, None, Some(b"raw"));
        let before = Reason::of(Failure::fatal("oven-broken", &"too hot"), "kitchen", 3).history;
        raw.headers = MessageHeaders::new().with(header::HISTORY, before.to_text());
        let all = texts(&raw, &reason("no"));
        assert!(!all.iter().any(|(name, _)| name == header::SCHEMA));
        let history = all.iter().filter(|(name, _)| name == header::HISTORY).collect::<Vec<_>>();
        let [(_, Some(text))] = history.as_slice() else { panic!("{history:?}") };
        let history = History::from_text(text);
        let codes: Vec<&str> = history.iter().map(|failure| failure.code.as_str()).collect();
        assert_eq!(codes, ["oven-broken", "unknown-schema"]);
    }

    #[test]
    fn our_headers_take_less_than_the_room_that_is_made_for_them() {
        let topic = "t".repeat(249);
        let raw = RawMessage::for_test(&topic, i32::MAX, i64::MAX, None, Some(&[0, 255, 255, 255, 255]));
        let loud = "\u{1}".repeat(5000);
        let mut reason = Reason::of(Failure::fatal(&loud, &loud), &"g".repeat(500), u32::MAX);
        for attempt in 0..30 {
            let failure = Failure { causes: vec![loud.clone(); 20], ..Failure::fatal("x", &loud) };
            reason = reason.after(Reason::of(failure, "g", attempt).history);
        }
        let all = texts(&raw, &reason);
        // A record has a few bytes of lengths beside each.
        let bytes: usize =
            all.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, String::len) + 10).sum();
        assert!(bytes < usize::try_from(HEADERS_ROOM).unwrap(), "{bytes}");
    }

    #[tokio::test]
    async fn a_letter_that_cannot_be_written_is_an_error() {
        let raw = RawMessage::for_test("food-orders", 0, 1, None, None);
        let reason = reason("x");
        let given_up = GivenUp { raw: &raw, group: "kitchen", reason: &reason, letters: "dlq.food-orders" };
        let error = letters("").write(given_up).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable);
    }
}
