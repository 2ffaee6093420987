use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;

use super::edit::Edit;
use super::filter::Filter;
use super::letter::DeadLetter;
use super::letters::DeadLetters;
use super::pace::Pace;
use super::sending::{Addressed, Sending};
use crate::error::{Error, ErrorKind};

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
    /// It is larger than the topic takes, also without its history; told after [`Send`](Self::Send), since only the brokers know.
    TooLarge,
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
    /// Letters that were not sent since the topic takes none so large.
    pub too_large: u64,
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
    edit: Option<Edit>,
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
            edit: None,
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

    /// Only the letter that was [edited](DeadLetter::edited), with what it says now. The topic of the letters has to be that of the edit.
    pub fn edited(mut self, edit: Edit) -> Self {
        self.plan.filter = self.plan.filter.at(edit.partition, edit.offset);
        self.plan.payload = Some(edit.payload.clone());
        self.plan.edit = Some(edit);
        self
    }

    /// With that payload in place of its own, as it goes out: with the frame of its schema, where the topic has such. Nothing is held to the schema; [`edited`](Self::edited) does that. Only for a
    /// [filter](Filter::at) of one letter.
    pub fn unchecked_payload(mut self, payload: impl Into<Bytes>) -> Self {
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
        if let Some(edit) = self.edit.as_ref().filter(|edit| edit.topic != self.letters.topic()) {
            let message = format!(
                "a letter of \"{}\" was edited, and letters of \"{}\" are sent",
                edit.topic,
                self.letters.topic()
            );
            return Err(
                Error::new(ErrorKind::Config, message).help("send it with the `DeadLetters` that it was read from")
            );
        }
        let client = self.letters.client().clone();
        let topic = self.letters.topic().to_owned();
        // Who sends is alone from here on: what another has sent before is told on the topic, and nothing more comes of it.
        let sending = match self.dry_run {
            true => None,
            false => {
                let transactions = client.redrive_transactions(&format!("topika.dlq.redrive.{topic}"), TIMEOUT).await?;
                Some(Sending { transactions, letters: topic })
            }
        };
        let mut reading = self.letters.read(self.filter.clone()).await?;
        let mut progress = Progress::default();
        let mut targets = BTreeMap::new();
        let mut pace = Pace::new(self.per_second);
        let mut batch: Vec<Addressed> = Vec::new();
        let most = self.limit.unwrap_or(u64::MAX);
        loop {
            let held = u64::try_from(batch.len()).unwrap_or(u64::MAX);
            let letter = match progress.sent.saturating_add(held) < most {
                true => reading.next().await.transpose()?,
                false => None,
            };
            let is_end = letter.is_none();
            if let Some(mut letter) = letter {
                let verdict = self.verdict(&letter, &mut targets).await?;
                on_letter(&letter, &verdict);
                match verdict {
                    Verdict::Send { topic, partition } => {
                        letter.payload = self.payload.clone().or(letter.payload);
                        batch.push(Addressed { letter, topic, partition });
                    }
                    Verdict::Looping => progress.looping += 1,
                    Verdict::NoTopic | Verdict::TopicGone(_) => progress.homeless += 1,
                    Verdict::TooLarge => progress.too_large += 1,
                }
            }
            progress.before = reading.redriven_before();
            if batch.len() >= pace.at_once() || (is_end && !batch.is_empty()) {
                let mut sent = batch.len();
                if let Some(sending) = &sending {
                    pace.wait(sent).await;
                    for held in sending.send(std::mem::take(&mut batch)).await? {
                        on_letter(&held.letter, &Verdict::TooLarge);
                        progress.too_large += 1;
                        sent -= 1;
                    }
                }
                progress.sent = progress.sent.saturating_add(u64::try_from(sent).unwrap_or(u64::MAX));
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
