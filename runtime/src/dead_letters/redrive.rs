use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use super::filter::Filter;
use super::letter::DeadLetter;
use super::letters::DeadLetters;
use super::redriven::Redriven;
use crate::client::header;
use crate::error::{Error, ErrorKind};
use crate::kafka::{Pending, RawTransactions, Record};

/// So many letters are sent in one transaction at most.
const AT_ONCE: u32 = 100;
/// How long one transaction may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How often a message is sent again unless more is said.
const MOST_REDRIVES: u32 = 3;

/// What becomes of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It is sent again.
    Send {
        /// The topic that it goes to.
        topic: String,
        /// The partition there; `None`: by its key.
        partition: Option<i32>,
    },
    /// It was sent again so often that once more would hardly help: see [`Redrive::most_redrives`].
    Looping,
    /// It does not say which topic it came from.
    NoTopic,
    /// The topic that it came from is not there any more.
    TopicGone(String),
}

/// How far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Letters that were sent again; where it is a dry run, that would be.
    pub sent: u64,
    /// Letters that were not sent since they were sent too often.
    pub looping: u64,
    /// Letters that were not sent since they do not say where they came from, or that topic is not there.
    pub homeless: u64,
    /// Letters that are meant and were sent again by an earlier run.
    pub before: u64,
}

/// Called with each letter that is meant, before it is sent.
type OnLetter = Box<dyn FnMut(&DeadLetter, &Verdict) + Send>;
/// Called whenever letters were sent.
type OnProgress = Box<dyn FnMut(&Progress) + Send>;

/// Sends dead letters again; awaiting it does that.
///
/// A message goes back to the topic and the partition that it came from, with its key, its bytes and its own headers. The headers of its death are left out, but
/// for its history, and it counts how often it was sent again. Letters of one partition are sent in their order.
///
/// What is sent, and that it was, is one transaction: a run that is killed has sent nothing twice and left out nothing, and the next one goes on behind it. That a letter was sent
/// is kept as a message on the topic of dead letters itself (with the header `topika.dlq.redriven`), so no run sends it again. Of two runs on one topic the earlier one is shut out
/// ([`Fenced`](ErrorKind::Fenced)). The transactional id is `topika.dlq.redrive.<topic of the letters>`.
#[must_use = "nothing is sent before this is awaited"]
pub struct Redrive {
    plan: Plan,
    on_letter: OnLetter,
    on_progress: OnProgress,
}

/// What is to be done.
#[derive(Debug)]
struct Plan {
    letters: DeadLetters,
    filter: Filter,
    to: Option<String>,
    per_second: Option<u32>,
    most_redrives: u32,
    limit: Option<u64>,
    dry_run: bool,
    payload: Option<Bytes>,
}

impl Redrive {
    pub(super) fn new(letters: DeadLetters, filter: Filter) -> Self {
        let plan = Plan {
            letters,
            filter,
            to: None,
            per_second: None,
            most_redrives: MOST_REDRIVES,
            limit: None,
            dry_run: false,
            payload: None,
        };
        Self { plan, on_letter: Box::new(|_, _| ()), on_progress: Box::new(|_| ()) }
    }

    /// To that topic, by its whole name and by the key, in place of the one that each came from.
    pub fn to(mut self, topic: impl Into<String>) -> Self {
        self.plan.to = Some(topic.into());
        self
    }

    /// No more than so many in a second, so that whoever handles them keeps up. Zero is taken for one.
    pub fn per_second(mut self, letters: u32) -> Self {
        self.plan.per_second = Some(letters.max(1));
        self
    }

    /// A message that was sent again so often stays where it is: one that kills its handler each time would go round for ever. Default: 3.
    pub fn most_redrives(mut self, times: u32) -> Self {
        self.plan.most_redrives = times;
        self
    }

    /// No more than so many.
    pub fn limit(mut self, letters: u64) -> Self {
        self.plan.limit = Some(letters);
        self
    }

    /// Says what would be done, and does nothing.
    pub fn dry_run(mut self) -> Self {
        self.plan.dry_run = true;
        self
    }

    /// With that payload in place of its own, as it goes out: with the frame of its schema, where the topic has such. Only for a [filter](Filter::at) of one letter.
    pub fn payload(mut self, payload: impl Into<Bytes>) -> Self {
        self.plan.payload = Some(payload.into());
        self
    }

    /// Calls that with each letter that is meant and what becomes of it, before it is sent.
    pub fn on_letter(self, told: impl FnMut(&DeadLetter, &Verdict) + Send + 'static) -> Self {
        Self { on_letter: Box::new(told), ..self }
    }

    /// Calls that whenever letters were sent.
    pub fn on_progress(self, told: impl FnMut(&Progress) + Send + 'static) -> Self {
        Self { on_progress: Box::new(told), ..self }
    }
}

impl Plan {
    async fn run(self, mut on_letter: OnLetter, mut on_progress: OnProgress) -> Result<Progress, Error> {
        if self.payload.is_some() && !self.filter.is_of_one() {
            return Err(Error::new(
                ErrorKind::Config,
                "another payload is for one letter, and the filter takes several",
            )
            .help("name the one by its partition and offset: `Filter::all().at(2, 41)`"));
        }
        let client = self.letters.client().clone();
        let topic = self.letters.topic().to_owned();
        // Who sends is alone from here on: what another has sent before is told on the topic, and nothing more comes of it.
        let transactions = match self.dry_run {
            true => None,
            false => Some(client.redrive_transactions(&format!("topika.dlq.redrive.{topic}"), TIMEOUT).await?),
        };
        let mut reading = self.letters.read(self.filter.clone()).await?;
        let mut progress = Progress::default();
        let mut targets = BTreeMap::new();
        let mut pace = Pace::new(self.per_second);
        let mut batch: Vec<(DeadLetter, String, Option<i32>)> = Vec::new();
        let most = self.limit.unwrap_or(u64::MAX);
        loop {
            let held = u64::try_from(batch.len()).unwrap_or(u64::MAX);
            let letter = match progress.sent.saturating_add(held) < most {
                true => reading.next().await.transpose()?,
                false => None,
            };
            let is_end = letter.is_none();
            if let Some(letter) = letter {
                let verdict = self.verdict(&letter, &mut targets).await?;
                on_letter(&letter, &verdict);
                match verdict {
                    Verdict::Send { topic, partition } => batch.push((letter, topic, partition)),
                    Verdict::Looping => progress.looping += 1,
                    Verdict::NoTopic | Verdict::TopicGone(_) => progress.homeless += 1,
                }
            }
            progress.before = reading.redriven_before();
            if batch.len() >= pace.at_once() || (is_end && !batch.is_empty()) {
                if let Some(transactions) = &transactions {
                    pace.wait(batch.len()).await;
                    self.send(transactions, &topic, &batch).await?;
                }
                progress.sent = progress.sent.saturating_add(u64::try_from(batch.len()).unwrap_or(u64::MAX));
                batch.clear();
                on_progress(&progress);
            }
            if is_end {
                return Ok(progress);
            }
        }
    }

    async fn verdict(
        &self,
        letter: &DeadLetter,
        targets: &mut BTreeMap<String, Option<u32>>,
    ) -> Result<Verdict, Error> {
        let Some(topic) = self.to.as_ref().or(letter.original_topic.as_ref()) else { return Ok(Verdict::NoTopic) };
        if letter.redrives >= self.most_redrives {
            return Ok(Verdict::Looping);
        }
        let partitions = match targets.get(topic) {
            Some(partitions) => *partitions,
            None => {
                let partitions = self.letters.client().topics().partitions(topic).await?;
                targets.insert(topic.clone(), partitions);
                partitions
            }
        };
        let Some(partitions) = partitions else { return Ok(Verdict::TopicGone(topic.clone())) };
        let is_there = |partition: &i32| u32::try_from(*partition).is_ok_and(|partition| partition < partitions);
        let partition = letter.original_partition.filter(is_there).filter(|_| self.to.is_none());
        Ok(Verdict::Send { topic: topic.clone(), partition })
    }

    /// Sends them, and writes down that they were, as one.
    async fn send(
        &self,
        transactions: &RawTransactions,
        letters: &str,
        batch: &[(DeadLetter, String, Option<i32>)],
    ) -> Result<(), Error> {
        transactions.begin().await?;
        match self.write(transactions, letters, batch).await {
            Ok(written) => match transactions.commit().await {
                Err(error) if error.kind() == ErrorKind::Aborted => Err(refused(written).await.unwrap_or(error)),
                done => done,
            },
            // A producer that is shut out says so at the end of a transaction, and before that only that it takes nothing.
            Err(error) => match transactions.abort().await {
                Err(shut_out) if shut_out.kind() == ErrorKind::Fenced => Err(shut_out),
                _ => Err(error),
            },
        }
    }

    async fn write(
        &self,
        transactions: &RawTransactions,
        letters: &str,
        batch: &[(DeadLetter, String, Option<i32>)],
    ) -> Result<Vec<(String, Pending)>, Error> {
        let producer = transactions.producer();
        let mut pending = Vec::with_capacity(batch.len() + 4);
        let mut redriven = Redriven::default();
        for (letter, topic, partition) in batch {
            let headers = letter.headers_again();
            let headers: Vec<(&str, Option<&[u8]>)> = headers.iter().collect();
            let record = Record {
                topic,
                partition: *partition,
                key: letter.key.as_deref(),
                payload: self.payload.as_deref().or(letter.payload.as_deref()),
                headers: &headers,
                ..Record::default()
            };
            let at = format!("\"{}\" partition {} offset {}", letter.topic, letter.partition, letter.offset);
            pending.push((at, producer.enqueue(&record).await?));
            redriven.add(letter.partition, letter.offset);
        }
        for (partition, key, payload) in redriven.markers(now_ms()) {
            let record = Record {
                topic: letters,
                partition: Some(partition),
                key: Some(key.as_bytes()),
                payload: Some(payload.as_bytes()),
                headers: &[(header::REDRIVEN, Some(b"1"))],
                ..Record::default()
            };
            pending
                .push((format!("the mark on \"{letters}\" partition {partition}"), producer.enqueue(&record).await?));
        }
        Ok(pending)
    }
}

/// The first that brokers refused; what went with it was given up for its sake.
async fn refused(written: Vec<(String, Pending)>) -> Option<Error> {
    for (at, pending) in written {
        match pending.await {
            Err(error) if error.kind() != ErrorKind::Closed => {
                return Some(error.at(&format!("{at} was not sent again")));
            }
            _ => {}
        }
    }
    None
}

impl IntoFuture for Redrive {
    type Output = Result<Progress, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.plan.run(self.on_letter, self.on_progress))
    }
}

impl fmt::Debug for Redrive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redrive").field("plan", &self.plan).finish_non_exhaustive()
    }
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Keeps to a rate: letters go in ten portions a second, or one by one.
struct Pace {
    per_second: Option<u32>,
    next: Instant,
}

impl Pace {
    fn new(per_second: Option<u32>) -> Self {
        Self { per_second, next: Instant::now() }
    }

    fn at_once(&self) -> usize {
        let portion = self.per_second.map_or(AT_ONCE, |rate| (rate / 10).clamp(1, AT_ONCE));
        usize::try_from(portion).unwrap_or(1)
    }

    /// Waits until so many may go.
    async fn wait(&mut self, letters: usize) {
        let Some(rate) = self.per_second else { return };
        tokio::time::sleep(self.next.saturating_duration_since(Instant::now())).await;
        let letters = u32::try_from(letters).unwrap_or(u32::MAX);
        self.next = self.next.max(Instant::now()) + Duration::from_secs(1) * letters / rate;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_in_portions_of_a_tenth_of_a_second() {
        let portions = [None, Some(1), Some(9), Some(50), Some(100_000)].map(|rate| Pace::new(rate).at_once());
        assert_eq!(portions, [100, 1, 1, 5, 100]);
    }

    #[tokio::test]
    async fn a_rate_is_kept() {
        let mut pace = Pace::new(Some(1_000));
        let start = Instant::now();
        for _ in 0..3 {
            pace.wait(100).await;
        }
        assert!(start.elapsed() >= Duration::from_millis(200));
    }
}
