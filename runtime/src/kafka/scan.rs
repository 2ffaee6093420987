//! A topic read without a group: nothing is committed, and no member is disturbed. A part of it, to where it ends now; or its tail, what is written from now
//! on.

use std::time::{Duration, Instant};

use bytes::Bytes;
use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};
use tokio::sync::mpsc;

use super::chunk::Chunk;
use super::config::Settings;
use super::context::LastTrouble;
use super::fault;
use super::message::headers_of;
use super::part::{Ends, Part};
use super::sasl_token::{self, Tokens};
use crate::error::{Error, ErrorKind};
use crate::handler::Headers;

/// So much is read ahead of whoever takes it.
const AHEAD: usize = 500;
/// How long one question to the brokers may take.
const LOOK_UP: Duration = Duration::from_secs(15);
/// How long no message and no end may come before it is said.
const SILENCE: Duration = Duration::from_secs(30);
/// How long is waited before the brokers are asked again.
const PAUSE: Duration = Duration::from_millis(50);
const TURN: Duration = Duration::from_millis(100);

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    pub(crate) timestamp_ms: Option<i64>,
    pub(crate) key: Option<Bytes>,
    pub(crate) payload: Option<Bytes>,
    pub(crate) headers: Headers,
}

/// The messages of a topic, those of a partition in their order. Dropping it ends the reading.
pub(crate) struct Scan {
    found: mpsc::Receiver<Result<Found, Error>>,
}

impl Scan {
    /// Where that part of the topic's partitions begins and ends, and the messages in between.
    pub(crate) async fn start(settings: &Settings, topic: &str, part: Part) -> Result<(Self, Ends), Error> {
        let what = format!("read topic \"{topic}\"");
        let settings = settings.clone();
        let (name, of) = (topic.to_owned(), part.clone());
        let (opened, ends) =
            tokio::task::spawn_blocking(move || open(&settings, &name, of)).await.map_err(|error| {
                Error::new(ErrorKind::Kafka, format!("cannot {what}: it was cut off")).caused_by(error)
            })??;
        let (out, found) = mpsc::channel(AHEAD);
        let (name, mut of) = (topic.to_owned(), ends.clone());
        of.retain(|_, (begin, end)| begin < end);
        let silence = if part.is_endless() { None } else { Some(SILENCE) };
        std::thread::Builder::new()
            .name("topika-scan".to_owned())
            .spawn(move || run(&opened, &name, of, silence, &out))
            .map_err(|error| {
                Error::new(ErrorKind::Kafka, format!("cannot {what}: no thread to do it on")).caused_by(error)
            })?;
        Ok((Self { found }, ends))
    }

    /// The next message; `None` at the end. After an error comes nothing more.
    pub(crate) async fn next(&mut self) -> Option<Result<Found, Error>> {
        self.found.recv().await
    }
}

/// What a consumer hears whose thread polls it.
struct Ear {
    trouble: LastTrouble,
    tokens: Option<Tokens>,
}

impl ClientContext for Ear {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.trouble.log(level, facility, text);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.error(&error, reason);
    }

    fn stats_raw(&self, _statistics: &[u8]) {}

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        sasl_token::for_thread(self.tokens.as_ref())
    }
}

impl ConsumerContext for Ear {}

fn open(settings: &Settings, topic: &str, part: Part) -> Result<(BaseConsumer<Ear>, Ends), Error> {
    let what = format!("read topic \"{topic}\"");
    let failed = |error: &KafkaError| fault::error(&what, error);
    // The group is a name that librdkafka wants; none is joined.
    let mut config = settings.consumer("topika-scan");
    for of_groups in ["group.protocol", "group.instance.id", "partition.assignment.strategy"] {
        config.remove(of_groups);
    }
    config.set("enable.partition.eof", "true");
    if part.is_noted() {
        config.set("auto.offset.reset", "error");
    }
    let ear = Ear { trouble: settings.trouble(), tokens: settings.tokens() };
    let consumer: BaseConsumer<Ear> = config.create_with_context(ear).map_err(|error| failed(&error))?;
    // A login by token is served by polling.
    drop(consumer.poll(Duration::ZERO));
    let begun = Instant::now();
    let ends = loop {
        match part.of(&consumer, topic, LOOK_UP) {
            Ok(ends) => break ends,
            Err(error) if begun.elapsed() < LOOK_UP && is_new(&error) => std::thread::sleep(PAUSE),
            Err(error) => return Err(failed(&error)),
        }
    };
    let mut assigned = TopicPartitionList::new();
    for (partition, (begin, _)) in ends.iter().filter(|(_, (begin, end))| begin < end) {
        assigned.add_partition_offset(topic, *partition, Offset::Offset(*begin)).map_err(|error| failed(&error))?;
    }
    consumer.assign(&assigned).map_err(|error| failed(&error))?;
    Ok((consumer, ends))
}

/// Whether brokers do not agree yet on who leads the partitions: of a topic that was made a moment ago, and where leaders change.
fn is_new(error: &KafkaError) -> bool {
    let code = error.rdkafka_error_code();
    matches!(
        code,
        Some(
            Code::NotLeaderForPartition
                | Code::LeaderNotAvailable
                | Code::FencedLeaderEpoch
                | Code::UnknownLeaderEpoch
                | Code::UnknownTopicOrPartition
                | Code::UnknownPartition
        )
    )
}

/// Until nothing is unread, nobody listens, or nothing came for too long.
fn run(
    consumer: &BaseConsumer<Ear>,
    topic: &str,
    mut unread: Ends,
    silence: Option<Duration>,
    out: &mpsc::Sender<Result<Found, Error>>,
) {
    let mut chunk = Chunk::default();
    let mut heard = Instant::now();
    while !unread.is_empty() && !out.is_closed() {
        let polled = consumer.poll(TURN);
        if polled.is_some() {
            heard = Instant::now();
        }
        match polled {
            None if silence.is_none_or(|most| heard.elapsed() < most) => {}
            None => {
                let why = consumer.context().trouble.get().map(|why| format!(": {why}")).unwrap_or_default();
                let message =
                    format!("cannot read topic \"{topic}\" to its end: nothing came for {} s{why}", SILENCE.as_secs());
                // Whoever does not listen any more has all that was wanted.
                drop(out.blocking_send(Err(Error::new(ErrorKind::Timeout, message))));
                return;
            }
            // A tail has no end.
            Some(Err(KafkaError::PartitionEOF(_))) if silence.is_none() => {}
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                unread.remove(&partition);
            }
            Some(Err(error)) => {
                let error = fault::error(&format!("read topic \"{topic}\""), &error);
                if error.is_retriable() {
                    continue;
                }
                drop(out.blocking_send(Err(error)));
                return;
            }
            Some(Ok(message)) => {
                let Some((_, end)) = unread.get(&message.partition()) else { continue };
                let is_last = message.offset() + 1 >= *end;
                if message.offset() < *end && out.blocking_send(Ok(copy(&message, &mut chunk))).is_err() {
                    return;
                }
                // Whoever takes them may have been slow: that is no silence of the brokers.
                heard = Instant::now();
                if is_last {
                    unread.remove(&message.partition());
                }
            }
        }
    }
}

fn copy(message: &BorrowedMessage<'_>, chunk: &mut Chunk) -> Found {
    Found {
        partition: message.partition(),
        offset: message.offset(),
        timestamp_ms: message.timestamp().to_millis(),
        headers: headers_of(message, |value| chunk.copy(value)),
        key: message.key().map(|key| chunk.copy(key)),
        payload: message.payload().map(|payload| chunk.copy(payload)),
    }
}
