use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Headers, Message};
use rdkafka::{Offset, TopicPartitionList};
use topika::client::header;

use super::failure::fail;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A message that a group gave up, with its bytes and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The message's key.
    pub key: Option<Vec<u8>>,
    /// The message's value, untouched.
    pub payload: Option<Vec<u8>>,
    /// The message's own headers, and those that tell why it is here.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

impl DeadLetter {
    fn of(message: &BorrowedMessage<'_>) -> DeadLetter {
        let headers = message
            .headers()
            .map(|headers| headers.iter().map(|h| (h.key.to_owned(), h.value.map(<[u8]>::to_vec))).collect::<Vec<_>>());
        DeadLetter {
            key: message.key().map(<[u8]>::to_vec),
            payload: message.payload().map(<[u8]>::to_vec),
            headers: headers.unwrap_or_default(),
        }
    }

    /// The text of the last header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let (_, value) = self.headers.iter().rev().find(|(n, _)| n == name)?;
        value.as_ref().map(|v| String::from_utf8_lossy(v).into_owned())
    }

    /// Why it was given up, as a short label: `unknown-schema`, `handler-failed`, or the handler's own code.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        self.header(header::REASON)
    }

    /// Why it was given up, in words.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        self.header(header::MESSAGE)
    }

    /// The group that gave it up.
    #[must_use]
    pub fn group(&self) -> Option<String> {
        self.header(header::GROUP)
    }
}

impl fmt::Display for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |name| self.header(name).unwrap_or_else(|| "?".to_owned());
        write!(
            f,
            "{} partition {} offset {}, given up by \"{}\": {} ({})",
            text(header::TOPIC),
            text(header::PARTITION),
            text(header::OFFSET),
            text(header::GROUP),
            text(header::MESSAGE),
            text(header::REASON),
        )
    }
}

/// The dead letters of a topic.
#[derive(Clone, Debug)]
pub struct DeadLetters {
    topic: String,
    letters: Vec<DeadLetter>,
}

impl DeadLetters {
    /// Fails the test if there is one, and tells of all.
    ///
    /// # Panics
    /// If there is one.
    pub fn assert_empty(&self) {
        if !self.letters.is_empty() {
            let each: String = self.letters.iter().map(|letter| format!("\n  {letter}")).collect();
            fail(format!("{} dead letters on \"{}\":{each}", self.letters.len(), self.topic));
        }
    }

    /// Fails the test unless these are the reasons of all of them, in any order: `["oven-broken", "unknown-schema"]`.
    ///
    /// # Panics
    /// Then, with all of them.
    pub fn assert_reasons<'a>(&self, reasons: impl IntoIterator<Item = &'a str>) {
        let mut expected: Vec<&str> = reasons.into_iter().collect();
        let all: Vec<String> = self.letters.iter().map(|letter| letter.reason().unwrap_or_default()).collect();
        let mut found: Vec<&str> = all.iter().map(String::as_str).collect();
        expected.sort_unstable();
        found.sort_unstable();
        if expected != found {
            let each: String = self.letters.iter().map(|letter| format!("\n  {letter}")).collect();
            fail(format!(
                "the dead letters on \"{}\" have other reasons (expected {expected:?}, found {found:?}):{each}",
                self.topic
            ));
        }
    }

    /// All of them, by partition and offset.
    #[must_use]
    pub fn all(&self) -> &[DeadLetter] {
        &self.letters
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.letters.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }
}

/// Reads each partition up to its end. `ends` says where that is, so that those without any are left out.
pub(super) async fn read(
    bootstrap: String,
    topic: String,
    ends: Vec<(i32, i64)>,
    patience: Duration,
) -> Result<DeadLetters, Failure> {
    let mut unread: BTreeSet<i32> = ends.iter().filter(|(_, end)| *end > 0).map(|(partition, _)| *partition).collect();
    if unread.is_empty() {
        return Ok(DeadLetters { topic, letters: Vec::new() });
    }
    // librdkafka blocks while it waits.
    tokio::task::spawn_blocking(move || {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", bootstrap)
            .set("group.id", "topika-testkit")
            .set("enable.auto.commit", "false")
            // Which offset is that of the last letter nobody knows: behind it may stand the end of a transaction, or what was aborted.
            .set("enable.partition.eof", "true")
            .set("fetch.wait.max.ms", "10")
            .create()?;
        let mut partitions = TopicPartitionList::new();
        for partition in &unread {
            partitions.add_partition_offset(&topic, *partition, Offset::Beginning)?;
        }
        consumer.assign(&partitions)?;
        let mut found = Vec::new();
        let until = Instant::now() + patience;
        while !unread.is_empty() {
            if Instant::now() > until {
                let seconds = patience.as_secs();
                return Err(format!("the ends of partitions {unread:?} were not reached within {seconds} s").into());
            }
            match consumer.poll(Duration::from_millis(100)) {
                None => {}
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    unread.remove(&partition);
                }
                Some(message) => {
                    let message = message?;
                    found.push((message.partition(), message.offset(), DeadLetter::of(&message)));
                }
            }
        }
        found.sort_by_key(|(partition, offset, _)| (*partition, *offset));
        Ok(DeadLetters { topic, letters: found.into_iter().map(|(_, _, letter)| letter).collect() })
    })
    .await?
}
