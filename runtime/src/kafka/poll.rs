//! The one thread that owns a consumer: it polls, pauses and resumes, says when to commit, and answers rebalances.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::types::RDKafkaRespErr;
use tokio::sync::{mpsc, oneshot};

use super::assignment::{Assignment, commit};
use super::chunk::Chunk;
use super::committer::Committer;
use super::fault;
use super::message::RawMessage;
use super::progress::Progress;
use super::taken::Run;
use crate::error::Error;

/// How much is read ahead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    /// Messages of a partition that wait to be taken.
    pub(super) messages: usize,
    /// Their bytes, over all partitions.
    pub(super) bytes: usize,
}

impl Default for Ahead {
    fn default() -> Self {
        Self { messages: 4000, bytes: 64 << 20 }
    }
}

/// A partition alone gets at least this much, however many there are.
const LEAST_BYTES: usize = 256 << 10;
/// So many messages are taken from librdkafka before anything else is looked at.
const BURST: usize = 128;
/// How long a full partition holds up the others before it is paused. Pausing throws away what librdkafka has fetched of it, to be fetched and
/// unpacked again: where handlers are a little slower than the broker, that was fifteen times the work of reading.
const PATIENCE: Duration = Duration::from_millis(100);
/// A full partition is looked at so often.
const LOOK: Duration = Duration::from_micros(500);
/// How long the thread may sleep in librdkafka: the latency of closing.
const POLL: Duration = Duration::from_millis(25);
/// The same while a partition waits to be resumed.
const POLL_PAUSED: Duration = Duration::from_millis(3);
/// A group that has nothing left to do commits this soon.
const IDLE_COMMIT: Duration = Duration::from_millis(50);
/// Where nothing more is handed out before a commit, and the last one failed, the next is tried this soon.
const COMMIT_AGAIN: Duration = Duration::from_secs(1);
/// What is committed of topics that are read beside is committed again so often: brokers forget it after `offsets.retention.minutes`, a week.
const KEEP: Duration = Duration::from_secs(3600);
/// How long the last commit is tried before the group is left.
const LAST_COMMIT: Duration = Duration::from_secs(5);
/// How long the brokers may be asked for a topic.
const LOOK_UP: Duration = Duration::from_secs(2);
/// How often a bounded read asks whether the other members of its group are at their ends.
const LOOK_AT_OTHERS: Duration = Duration::from_millis(250);
/// A topic that is unknown for that long is gone; for shorter, metadata is on its way.
const UNKNOWN_TOPIC: Duration = Duration::from_secs(30);

/// librdkafka says it again about once a minute; after a longer silence it is another story.
const UNKNOWN_AGAIN: Duration = Duration::from_secs(180);

/// Brokers that have not let us in for that long will not: credentials that are changed everywhere take some seconds.
const SHUT_OUT: Duration = Duration::from_secs(30);

/// It is tried again about once a second.
const SHUT_OUT_AGAIN: Duration = Duration::from_secs(15);

/// Where librdkafka has said that a topic is not known, it is asked for again this often.
const LOOK_FOR_TOPIC: Duration = Duration::from_secs(5);

/// A trouble that may pass, and since when it has not.
#[derive(Clone, Copy, Debug)]
struct Trouble {
    first: Instant,
    last: Instant,
}

impl Trouble {
    /// It is told once more; `again` is the longest silence after which it is the same one.
    fn told(before: &mut Option<Self>, now: Instant, again: Duration) -> Self {
        let first = match before {
            Some(before) if now.saturating_duration_since(before.last) < again => before.first,
            _ => now,
        };
        *before.insert(Self { first, last: now })
    }

    /// It is still there, as somebody has looked for.
    fn seen(&mut self, now: Instant) {
        self.last = now;
    }

    fn lasts(self, long: Duration) -> bool {
        self.last.saturating_duration_since(self.first) >= long
    }
}

/// What may still pass.
#[derive(Debug, Default)]
struct Troubles {
    /// A topic is not known.
    unknown: Option<Trouble>,
    /// A broker does not let us in, or is not one that we trust.
    shut_out: Option<Trouble>,
}

/// What the loop has in hand.
#[derive(Debug, Default)]
struct Reading {
    /// Messages that came at once: handed over together, since each handing over may wake somebody.
    burst: Vec<RawMessage>,
    /// Of the partition of the last one.
    run: Option<Arc<Run>>,
    /// What that partition had room for when it was looked at last: others make more of it, and each look takes what they count on from them.
    room: Space,
    chunk: Chunk,
}

/// For so many messages and bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Space {
    messages: usize,
    bytes: usize,
}

impl Space {
    fn take(&mut self, bytes: usize) {
        self.messages = self.messages.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    fn is_left(self) -> bool {
        self.messages > 0 && self.bytes > 0
    }
}

/// What the async side is told.
#[derive(Debug)]
pub(super) enum Told {
    /// What came at once, in its order.
    Messages(Vec<RawMessage>),
    /// The consumer cannot go on.
    Failed(Error),
    /// All is read that was to be.
    End,
}

pub(super) struct PollLoop {
    pub(super) consumer: Arc<BaseConsumer<Assignment>>,
    pub(super) committer: Committer,
    pub(super) out: mpsc::UnboundedSender<Told>,
    /// Whoever closes waits here for the group to be left. The other end going away means the same.
    pub(super) closing: Receiver<oneshot::Sender<()>>,
    pub(super) commit_interval: Duration,
    pub(super) ahead: Ahead,
    /// It is read to where the partitions ended when they came, and no further.
    pub(super) until_end: bool,
    pub(super) group: String,
}

impl PollLoop {
    /// Runs until it is told to close, the other side is gone, or the consumer cannot go on.
    pub(super) fn run(self) {
        let (mut last_commit, mut last_kept) = (Instant::now(), Instant::now());
        let mut troubles = Troubles::default();
        let mut is_end_told = !self.until_end;
        let mut last_look = None;
        let mut reading = Reading::default();
        let asked = loop {
            self.consumer.context().pulse.turn();
            match self.closing.try_recv() {
                Ok(answer) => break Some(answer),
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => break None,
            }
            let share = self.share();
            let wait = if self.resume_what_has_room(share) { POLL_PAUSED } else { POLL };
            if let Err(end) = self.burst(wait, share, &mut troubles, &mut reading) {
                // Nobody may be listening any more.
                let _ = self.out.send(Told::Failed(end));
                break None;
            }
            if let Some(end) = self.consumer.context().take_failure() {
                // As above.
                let _ = self.out.send(Told::Failed(end));
                break None;
            }
            if let Some(end) = self.look_for_topic(&mut troubles) {
                let _ = self.out.send(Told::Failed(end));
                break None;
            }
            if !is_end_told && self.is_all_read(&mut last_look) {
                is_end_told = true;
                // As above.
                let _ = self.out.send(Told::End);
            }
            if last_kept.elapsed() >= KEEP {
                self.consumer.context().all().iter().filter(|p| p.is_beside()).for_each(|p| p.commit_anew());
                last_kept = Instant::now();
            }
            if self.is_commit_due(last_commit) {
                self.consumer.context().uncommitted().commits().ask();
                last_commit = Instant::now();
            }
        };
        self.finish(asked);
    }

    /// Takes what is there, up to a bound; the error is the end of the stream.
    fn burst(&self, wait: Duration, share: usize, troubles: &mut Troubles, reading: &mut Reading) -> Result<(), Error> {
        let mut wait = wait;
        for _ in 0..BURST {
            match self.consumer.poll(std::mem::take(&mut wait)) {
                None => break,
                Some(Ok(message)) => {
                    // Whether a topic is gone, others do not tell.
                    troubles.shut_out = None;
                    if let Some(full) = self.take(&message, share, reading) {
                        self.hand_over(reading);
                        // What stands beside waits for its time, however much room there is.
                        if full.is_beside() || !self.waits_for_room(&full, share) {
                            self.pause(&full);
                        }
                        // Time has passed: other things are to be looked at first.
                        break;
                    }
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => self.at_end(partition),
                Some(Err(error)) => {
                    if let Some(end) = self.judge(&error, troubles) {
                        self.hand_over(reading);
                        return Err(end);
                    }
                }
            }
        }
        self.hand_over(reading);
        Ok(())
    }

    /// Gives what came to the async side.
    fn hand_over(&self, reading: &mut Reading) {
        // The next ones count for themselves.
        reading.run = None;
        if !reading.burst.is_empty() {
            // The next one is likely to be as long. An error means that the receiver is gone; the next turn of the loop sees that too.
            let room = Vec::with_capacity(reading.burst.len());
            let _ = self.out.send(Told::Messages(std::mem::replace(&mut reading.burst, room)));
        }
    }

    /// The progress of its partition, where that is full now.
    fn take(&self, message: &BorrowedMessage<'_>, share: usize, reading: &mut Reading) -> Option<Arc<Progress>> {
        let Reading { burst, run, room, chunk } = reading;
        // Most messages are of the partition of the one before.
        if !run.as_ref().is_some_and(|run| run.progress.is_open_for(message.topic(), message.partition())) {
            *run = self.consumer.context().progress(message.topic(), message.partition()).as_ref().map(Run::of);
            *room = Space::default();
        }
        let Some(run) = run else {
            tracing::debug!(
                topic = message.topic(),
                partition = message.partition(),
                "a message of a partition that was given up"
            );
            return None;
        };
        if run.progress.stops_before(message.offset()) {
            self.stop(&run.progress);
            return None;
        }
        let message = RawMessage::copy(message, chunk, run);
        room.take(message.bytes());
        let next = message.offset.saturating_add(1);
        burst.push(message);
        if run.progress.stops_before(next) {
            self.stop(&run.progress);
            return None;
        }
        if room.is_left() {
            return None;
        }
        *room = self.space_of(&run.progress, share);
        (!room.is_left()).then(|| Arc::clone(&run.progress))
    }

    /// The partition is read to its end as it is by now: what ends with aborted or compacted messages gives no last one. librdkafka does not say of
    /// which topic, and whoever reads to the end reads one.
    fn at_end(&self, partition: i32) {
        for progress in self.consumer.context().all().iter().filter(|p| self.until_end && p.partition == partition) {
            self.stop(progress);
        }
    }

    /// Nothing more is read of it.
    fn stop(&self, progress: &Progress) {
        progress.set_read();
        if let Err(error) = self.consumer.pause(&list_of(progress)) {
            tracing::debug!(%error, topic = &*progress.topic, progress.partition, "not paused at its end");
        }
    }

    /// Whether this member has read what it has to its end and handed it out, and the others of the group theirs.
    fn is_all_read(&self, last_look: &mut Option<Instant>) -> bool {
        let context = self.consumer.context();
        // What is read and waits may yet go to another member.
        let is_read = |progress: &Arc<Progress>| progress.is_read() && progress.queued().0 == 0;
        let is_read = *context.joined().borrow() && context.all().iter().all(is_read);
        if !is_read || last_look.is_some_and(|last| last.elapsed() < LOOK_AT_OTHERS) {
            return false;
        }
        let done = context.bounded().is_none_or(|bounded| bounded.is_read_by_others(&self.consumer));
        *last_look = Some(Instant::now());
        done
    }

    /// How many bytes each partition may have waiting.
    fn share(&self) -> usize {
        let partitions = self.consumer.context().all().len().max(1);
        (self.ahead.bytes / partitions).max(LEAST_BYTES)
    }

    fn space_of(&self, progress: &Progress, share: usize) -> Space {
        let (messages, bytes) = progress.queued();
        Space { messages: self.ahead.messages.saturating_sub(messages), bytes: share.saturating_sub(bytes) }
    }

    /// Whether more waits than this part of what may.
    fn is_full(&self, progress: &Progress, share: usize, part: usize) -> bool {
        let (messages, bytes) = progress.queued();
        messages >= self.ahead.messages / part || bytes >= share / part
    }

    /// Waits until half of what waited is taken; false where that takes too long.
    fn waits_for_room(&self, progress: &Progress, share: usize) -> bool {
        let start = Instant::now();
        while self.is_full(progress, share, 2) {
            if start.elapsed() >= PATIENCE || self.out.is_closed() {
                return false;
            }
            std::thread::sleep(LOOK);
        }
        true
    }

    fn pause(&self, progress: &Progress) {
        if progress.is_paused() {
            return;
        }
        match self.consumer.pause(&list_of(progress)) {
            Ok(()) => progress.set_paused(true),
            Err(error) => tracing::debug!(%error, topic = &*progress.topic, progress.partition, "not paused"),
        }
    }

    /// True while a partition is still paused.
    fn resume_what_has_room(&self, share: usize) -> bool {
        let mut waiting = false;
        let paused: Vec<_> = self.consumer.context().all().into_iter().filter(|p| p.is_paused()).collect();
        for progress in paused {
            // Resuming fetches anew: not for every message that is taken, and not only when nothing is left.
            if self.is_full(&progress, share, 4) {
                waiting = true;
                continue;
            }
            match self.consumer.resume(&list_of(&progress)) {
                Ok(()) => progress.set_paused(false),
                Err(error) => {
                    waiting = true;
                    tracing::debug!(%error, topic = &*progress.topic, progress.partition, "not resumed");
                }
            }
        }
        waiting
    }

    fn is_commit_due(&self, last: Instant) -> bool {
        let since = last.elapsed();
        if since >= self.commit_interval || (since >= COMMIT_AGAIN && self.consumer.context().uncommitted().is_full()) {
            return true;
        }
        // What stands beside waits for its time.
        since >= IDLE_COMMIT && self.consumer.context().all().iter().all(|p| p.is_beside() || p.is_complete())
    }

    /// What librdkafka cannot mend by itself, as the error that ends the stream.
    fn judge(&self, error: &KafkaError, troubles: &mut Troubles) -> Option<Error> {
        if fault::is_about_trust(error) {
            if !Trouble::told(&mut troubles.shut_out, Instant::now(), SHUT_OUT_AGAIN).lasts(SHUT_OUT) {
                return None;
            }
            let what = format!("consume in group \"{}\"", self.group);
            let fault = fault::error(&what, error);
            let why = self.consumer.context().trouble.get().unwrap_or_default();
            return Some(Error::new(fault.kind(), format!("{}: {why}", fault.message())).retriable(false));
        }
        if matches!(error.rdkafka_error_code(), Some(Code::UnknownTopicOrPartition | Code::UnknownTopic))
            && !Trouble::told(&mut troubles.unknown, Instant::now(), UNKNOWN_AGAIN).lasts(UNKNOWN_TOPIC)
        {
            tracing::warn!(%error, group = self.group, "a topic is not known (yet)");
            return None;
        }
        if fault::ends_a_consumer(error) {
            return Some(fault::error(&format!("consume in group \"{}\"", self.group), error));
        }
        tracing::warn!(%error, group = self.group, "librdkafka reports trouble and goes on");
        None
    }

    /// librdkafka says once that a topic is not known, and then no more, however long that lasts.
    fn look_for_topic(&self, troubles: &mut Troubles) -> Option<Error> {
        let unknown = troubles.unknown.as_mut()?;
        if unknown.last.elapsed() < LOOK_FOR_TOPIC {
            return None;
        }
        unknown.seen(Instant::now());
        let mut lost = None;
        for topic in self.consumer.context().all_topics() {
            match self.consumer.fetch_metadata(Some(topic), LOOK_UP) {
                Ok(metadata) if metadata.topics().iter().any(|seen| seen.error().is_some_and(is_unknown)) => {
                    lost = Some(topic);
                }
                Ok(_) => {}
                // Nobody to ask: it may be there.
                Err(_) => return None,
            }
        }
        let Some(topic) = lost else {
            troubles.unknown = None;
            return None;
        };
        if !unknown.lasts(UNKNOWN_TOPIC) {
            return None;
        }
        let what = format!("consume topic \"{topic}\" in group \"{}\"", self.group);
        Some(
            fault::of_code(&what, Code::UnknownTopicOrPartition)
                .help("was it deleted? Once it is there again, make a new consumer"),
        )
    }

    fn finish(self, asked: Option<oneshot::Sender<()>>) {
        self.consumer.context().pulse.end();
        self.consumer.context().close();
        self.committer.end();
        commit_at_last(&self.consumer, &self.group);
        // Leaves the group; the callback is called for what is still held.
        drop(self.consumer);
        tracing::debug!(group = self.group, "the group is left");
        if let Some(answer) = asked {
            // The asker may have stopped waiting at its deadline.
            let _ = answer.send(());
        }
    }
}

/// A group takes no commits while it hands out its partitions, nor a coordinator that has just moved; whoever leaves then would have the next
/// reader do again what is done. Polling goes on meanwhile, since the rebalance waits for this member too.
fn commit_at_last(consumer: &BaseConsumer<Assignment>, group: &str) {
    let start = Instant::now();
    while let Err(error) = commit(consumer, &consumer.context().all()) {
        if !error.is_retriable() || start.elapsed() >= LAST_COMMIT {
            tracing::warn!(%error, group, "leaving without the last commit; the next reader begins at the one before");
            return;
        }
        // What comes now is not handed out, so it is never acknowledged.
        let _unread = consumer.poll(POLL);
    }
}

fn is_unknown(error: RDKafkaRespErr) -> bool {
    matches!(
        error,
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART | RDKafkaRespErr::RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC
    )
}

fn list_of(progress: &Progress) -> TopicPartitionList {
    let mut list = TopicPartitionList::with_capacity(1);
    list.add_partition(&progress.topic, progress.partition);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brokers_that_do_not_let_us_in_for_half_a_minute_end_a_consumer_and_those_that_once_did_not_do_not() {
        let start = Instant::now();
        let mut shut_out = None;
        let mut told = |seconds| {
            Trouble::told(&mut shut_out, start + Duration::from_secs(seconds), SHUT_OUT_AGAIN).lasts(SHUT_OUT)
        };
        assert!((0..30).all(|second| !told(second)));
        assert!(told(30));
        assert!(!told(60), "it was let in between");
        for code in [Code::Authentication, Code::SSL] {
            assert!(fault::is_about_trust(&KafkaError::MessageConsumption(code)));
        }
        assert!(!fault::is_about_trust(&KafkaError::MessageConsumption(Code::BrokerTransportFailure)));
    }

    #[test]
    fn a_topic_is_gone_when_it_stays_unknown_and_not_when_it_was_unknown_once_before() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut unknown = None;
        let mut told = |at| Trouble::told(&mut unknown, at, UNKNOWN_AGAIN).lasts(UNKNOWN_TOPIC);
        assert!(!told(start));
        assert!(!told(after(29)));
        assert!(told(after(61)));
        assert!(!told(after(3600)), "an hour later: metadata on its way again");
    }
}
