//! Topics that are read beside those of a subscription: whoever has a partition has theirs of the same number, however the partitions are shared out.
//!
//! They are assigned and given up in the callback that assigns and gives up the partition itself, and committed in the same group by the same member, so
//! that nobody reads one without the other, and no commit of a former owner counts.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::message::Message as _;
use rdkafka::{ClientContext, Offset, TopicPartitionList};

use super::assignment::Assignment;
use super::config::Settings;
use super::context::LastTrouble;
use super::fault;
use super::message::headers_of;
use super::sasl_token::{self, Tokens};
use crate::error::{Error, ErrorKind};
use crate::handler::Headers;

/// How long one question to the brokers may take.
const LOOK_UP: Duration = Duration::from_secs(10);
/// Brokers that do not say for this long what stands there end the consumer: without that nothing may be read.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two questions.
const AGAIN: Duration = Duration::from_millis(250);
/// How long the thread may sleep in librdkafka while it looks.
const POLL: Duration = Duration::from_millis(100);

/// What is read beside the topics of a subscription, and who keeps account of what stands there.
pub(crate) trait Beside: fmt::Debug + Send + Sync {
    /// The topics beside that one, in their order; for most none.
    fn topics(&self, of: &str) -> &[String];

    /// Whether it wants to be told what stands there before anything of the partition is read.
    fn looks(&self) -> bool;

    /// Whether nothing of the topics themselves is to be handed out for now, so that no more comes to stand beside them.
    fn is_full(&self) -> bool;

    /// This member begins with the partition, and reads it from that offset on; it ends there now. Nothing is known of what stands beside it.
    fn begin(&self, of: &str, partition: i32, from: i64, to: i64);

    /// This stands beside the partition, in the `nth` of its topics, and is not done. Told in the order of the topics and of their offsets.
    fn stands(&self, of: &str, partition: i32, nth: usize, message: Standing);

    /// The partition is another member's.
    fn end(&self, of: &str, partition: i32);
}

/// What is told of a message that is not done.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) offset: i64,
    pub(crate) key: Option<Bytes>,
    pub(crate) headers: Headers,
}

/// A partition that is read beside another.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) topic: String,
    pub(super) partition: i32,
    /// Where reading begins: at what is committed, or at the first message there.
    pub(super) from: i64,
    /// Where it ends now.
    to: i64,
    of: String,
    nth: usize,
}

/// What is to be read beside these partitions, and from where; what stands there is told. A partition without an offset begins where the group has
/// committed to. Asks again while brokers do not answer, until `is_given_up`.
pub(super) fn look(
    consumer: &BaseConsumer<Assignment>,
    beside: &dyn Beside,
    settings: &Settings,
    places: &TopicPartitionList,
    is_given_up: &dyn Fn() -> bool,
) -> Result<Vec<Found>, Error> {
    let start = Instant::now();
    loop {
        let seen = find(consumer, beside, settings, places).and_then(|found| {
            if beside.looks() {
                tell(consumer, beside, settings, &found)?;
            }
            Ok(found)
        });
        match seen {
            Ok(found) => return Ok(found),
            Err(error) if start.elapsed() >= patience_with(&error) || is_given_up() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, group = %consumer.context().group, "what waits for its retry cannot be looked up; asking again");
                std::thread::sleep(AGAIN);
            }
        }
    }
}

/// A topic that has fewer partitions than the one it stands beside stays so until somebody gives it more.
fn patience_with(error: &Error) -> Duration {
    if error.kind() == ErrorKind::UnknownTopic { LOOK_UP } else { PATIENCE }
}

/// Where each begins and ends.
fn find(
    consumer: &BaseConsumer<Assignment>,
    beside: &dyn Beside,
    settings: &Settings,
    places: &TopicPartitionList,
) -> Result<Vec<Found>, Error> {
    let mut asked = TopicPartitionList::new();
    let (mut found, mut sources) = (Vec::new(), Vec::new());
    for element in places.elements() {
        let (of, partition) = (&element.topic().to_owned(), &element.partition());
        if beside.topics(of).is_empty() {
            continue;
        }
        asked.add_partition(of, *partition);
        sources.push((of.clone(), *partition, element.offset()));
        for (nth, topic) in beside.topics(of).iter().enumerate() {
            asked.add_partition(topic, *partition);
            found.push(Found { topic: topic.clone(), partition: *partition, from: 0, to: 0, of: of.clone(), nth });
        }
    }
    if found.is_empty() {
        return Ok(found);
    }
    let what = "look up what is committed of the retry topics";
    let committed = consumer.committed_offsets(asked, LOOK_UP).map_err(|e| fault::error(what, &e))?;
    let look = |topic: &str, partition: i32| {
        let what = || format!("look up what stands in \"{topic}\" partition {partition}");
        let marks = consumer.fetch_watermarks(topic, partition, LOOK_UP).map_err(|e| fault::error(&what(), &e))?;
        match committed.find_partition(topic, partition).map(|element| (element.error(), element.offset())) {
            Some((Err(error), _)) => Err(fault::error(&what(), &error)),
            Some((Ok(()), Offset::Offset(offset))) => Ok((marks, Some(offset))),
            Some((Ok(()), _)) | None => Ok((marks, None)),
        }
    };
    for (topic, partition, told) in sources {
        let ((low, high), committed) = look(&topic, partition)?;
        let from = match told {
            Offset::Offset(offset) => offset.max(low),
            Offset::Beginning => low,
            Offset::End => i64::MAX,
            // Nothing is read again of what is no more, and then nothing before the end where that is what was set.
            _ => match committed.filter(|offset| *offset >= low) {
                Some(offset) => offset,
                None if settings.begins_at_the_start() => low,
                None => i64::MAX,
            },
        };
        beside.begin(&topic, partition, from, high);
    }
    for found in &mut found {
        let ((low, high), committed) = look(&found.topic, found.partition)?;
        // What retention has deleted since is passed over.
        (found.from, found.to) = (committed.map_or(low, |offset| offset.clamp(low, high.max(low))), high);
    }
    Ok(found)
}

/// Reads what stands there once, on a connection of its own: the consumer itself reads it when it is due.
fn tell(
    consumer: &BaseConsumer<Assignment>,
    beside: &dyn Beside,
    settings: &Settings,
    found: &[Found],
) -> Result<(), Error> {
    let open: Vec<&Found> = found.iter().filter(|found| found.from < found.to).collect();
    if open.is_empty() {
        return Ok(());
    }
    let what = "read what waits in the retry topics";
    let mut config = settings.consumer(&consumer.context().group);
    config.set("enable.partition.eof", "true").set("statistics.interval.ms", "0");
    // It is no member, and must not be taken for one.
    for of_members in ["group.instance.id", "group.protocol"] {
        config.remove(of_members);
    }
    let context = Looking { trouble: settings.trouble(), tokens: settings.tokens() };
    let reader: BaseConsumer<Looking> = config.create_with_context(context).map_err(|e| fault::error(what, &e))?;
    // One after the other: the order of the topics is the order in which they are told.
    for found in open {
        tell_one(&reader, beside, found).map_err(|error| {
            let why = reader.context().trouble.get().map(|why| format!(" ({why})")).unwrap_or_default();
            Error::new(error.kind(), format!("{}{why}", error.message())).retriable(error.is_retriable())
        })?;
    }
    Ok(())
}

fn tell_one(reader: &BaseConsumer<Looking>, beside: &dyn Beside, found: &Found) -> Result<(), Error> {
    let Found { topic, partition, from, to, of, nth } = found;
    let what = || format!("read what waits in \"{topic}\" partition {partition}");
    let mut list = TopicPartitionList::with_capacity(1);
    list.add_partition_offset(topic, *partition, Offset::Offset(*from)).map_err(|e| fault::error(&what(), &e))?;
    reader.assign(&list).map_err(|e| fault::error(&what(), &e))?;
    let mut last = Instant::now();
    loop {
        match reader.poll(POLL) {
            None if last.elapsed() >= LOOK_UP => {
                let message = format!("cannot {}: nothing came for {} s", what(), LOOK_UP.as_secs());
                return Err(Error::new(ErrorKind::Timeout, message));
            }
            None => {}
            Some(Err(KafkaError::PartitionEOF(_))) => return Ok(()),
            Some(Err(error)) if fault::ends_a_consumer(&error) => return Err(fault::error(&what(), &error)),
            // It goes on by itself, or nothing comes.
            Some(Err(error)) => tracing::debug!(%error, topic, partition, "librdkafka reports trouble and goes on"),
            Some(Ok(message)) => {
                last = Instant::now();
                let offset = message.offset();
                if offset < *to {
                    let key = message.key().map(Bytes::copy_from_slice);
                    let headers = headers_of(&message, Bytes::copy_from_slice);
                    beside.stands(of, *partition, *nth, Standing { offset, key, headers });
                }
                if offset.saturating_add(1) >= *to {
                    return Ok(());
                }
            }
        }
    }
}

/// Of a reader that is in no group.
struct Looking {
    trouble: LastTrouble,
    tokens: Option<Tokens>,
}

impl ClientContext for Looking {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        sasl_token::for_thread(self.tokens.as_ref())
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.trouble.log(level, facility, text);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.error(&error, reason);
    }

    fn stats_raw(&self, _statistics: &[u8]) {}
}

impl ConsumerContext for Looking {}
