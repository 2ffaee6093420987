//! Messages into tiers, and out of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::super::retry::Retry;
use super::entry::{At, Identity, IsCommitted};
use super::header::{self, Missing, Told};
use super::ledger::{Ledger, Verdict};
use super::ledgers::Ledgers;
use super::plan::{Plan, text_of};
use super::waiting::Waiting;
use crate::client::{Backoff, Client, Reason, too_large};
use crate::error::{Error, ErrorKind};
use crate::handler::{Failure, History};
use crate::kafka::{Beside, Bounds, RawMessage, RawProducer, Record};
use crate::meter;

/// How long a message waits until its partition is read up to where it stood, in milliseconds.
const EARLY_MS: i64 = 1000;

/// The topics in which messages of one app wait for their retry.
pub(in super::super) struct Tiers {
    group: Arc<str>,
    plan: Plan,
    /// By the topic that it stands beside: the topics, in the plan's order.
    topics: BTreeMap<Arc<str>, Vec<String>>,
    /// By the name of a tier's topic: what it stands beside, and its place.
    sources: HashMap<String, (Arc<str>, usize)>,
    is_ordered: bool,
    ledgers: Arc<Ledgers>,
    producer: RawProducer,
}

/// What a message comes with when it is handled.
#[derive(Debug, Default)]
pub(in super::super) struct Turn {
    /// How often it was tried before.
    pub(in super::super) attempts: u32,
    /// When it failed first, in milliseconds since 1970.
    pub(in super::super) first_failure: Option<i64>,
    /// What came of its tries.
    pub(in super::super) history: History,
    /// In how many tiers it has been for failures of its own.
    been_in: u32,
    /// Where it was read, if that was in a tier.
    at: Option<At>,
    /// That of its partition, where its order is kept.
    ledger: Option<Arc<Ledger>>,
}

/// What becomes of a message that comes to be handled.
#[derive(Debug)]
pub(in super::super) enum Received {
    /// It is its turn.
    Turn(Turn),
    /// It waits elsewhere, or is another member's.
    Gone,
    /// It stands in a tier and does not say where it stood before.
    Stray(Reason),
    /// It is to wait, and no tier takes it.
    TooLarge(Box<Turn>, Error),
}

/// What became of a message that failed.
#[derive(Debug)]
pub(in super::super) enum Moved {
    /// It waits in the next tier.
    On,
    /// It has been in all of them.
    Behind,
    /// Its next tier does not take it.
    TooLarge(Error),
    /// The partition went to another member before that.
    Revoked,
}

/// What became of a message that was to be written into a tier.
enum Written {
    There,
    /// Also without what is told of its tries.
    TooLarge(Error),
    /// The partition went to another member meanwhile, who will come to the message again.
    Revoked,
}

impl Turn {
    /// Counts one more tier, and says how many there were before.
    pub(super) fn enter_tier(&mut self) -> u32 {
        let before = self.been_in;
        self.been_in = before.saturating_add(1);
        before
    }

    fn know(&mut self, told: &Told) {
        (self.attempts, self.first_failure, self.been_in) = (told.attempts, told.first_failure, told.tier);
    }
}

impl Tiers {
    /// Makes the topics that are missing. `sources` are the topics that the app reads, each by its name without and with the prefix, with its partitions.
    pub(in super::super) async fn open(
        client: &Client,
        group: &Arc<str>,
        plan: Plan,
        retry: &Retry,
        sources: Vec<(&'static str, String, u32)>,
    ) -> Result<Self, Error> {
        let (mut topics, mut back) = (BTreeMap::new(), HashMap::new());
        for (name, source, partitions) in sources {
            let beside = plan.topics(client.topic_prefix(), group, name)?;
            let source: Arc<str> = Arc::from(source.as_str());
            let wanted: Vec<(String, Duration)> = beside.iter().cloned().zip(plan.delays().iter().copied()).collect();
            for (nth, (topic, delay)) in wanted.into_iter().enumerate() {
                client.retry_topic(&topic, &source, partitions, delay).await?;
                back.insert(topic, (Arc::clone(&source), nth));
            }
            topics.insert(source, beside);
        }
        let of = topics.iter().map(|(source, beside)| (source.to_string(), beside.clone())).collect();
        let bounds = Bounds { messages: 1000, ..Bounds::default() };
        Ok(Self {
            group: Arc::clone(group),
            plan,
            topics,
            sources: back,
            is_ordered: retry.is_ordered(),
            ledgers: Arc::new(Ledgers::new(of, retry.is_ordered(), retry.most_waiting())),
            producer: RawProducer::of_letters(client.kafka(), bounds)?,
        })
    }

    /// What the consumer reads and is not yet to be handled.
    pub(in super::super) fn waiting(&self) -> Waiting {
        Waiting::new(Arc::clone(&self.ledgers))
    }

    /// What the consumer reads beside the app's topics.
    pub(in super::super) fn beside(&self) -> Arc<dyn Beside> {
        Arc::clone(&self.ledgers) as Arc<dyn Beside>
    }

    /// Asked before a message is handled. One that was read in a tier says from here on that it stands where it stood first; one whose key waits is moved
    /// behind what it waits for.
    pub(in super::super) async fn receive(&self, raw: &mut RawMessage) -> Result<Received, Error> {
        let mut turn = Turn::default();
        let mut told = None;
        if let Some((source, nth)) = self.sources.get(&**raw.topic()) {
            let read = match Told::read(&raw.headers) {
                Ok(read) => read,
                Err(Missing(name)) => return Ok(Received::Stray(stray(name, &self.group))),
            };
            turn.know(&read);
            turn.history = raw.headers.text(header::HISTORY).map(History::from_text).unwrap_or_default();
            turn.at = Some(At { nth: *nth, offset: raw.offset });
            raw.appear_at(source, read.offset, read.timestamp, header::without(&raw.headers));
            told = Some(read);
        }
        let Some(key) = raw.key.clone().filter(|_| self.is_ordered) else { return Ok(Received::Turn(turn)) };
        let ledger = self.ledgers.get(raw.topic(), raw.partition);
        // In this order: the ledger of an assignment is replaced when the one before it is revoked.
        let Some(ledger) = ledger.filter(|_| !raw.is_revoked()) else { return Ok(Received::Gone) };
        if turn.at.is_none() {
            ledger.came(raw.offset, || is_committed(raw));
        }
        let verdict = ledger.verdict(&key, identity(raw), turn.at);
        turn.ledger = Some(Arc::clone(&ledger));
        let (nth, wait) = match verdict {
            Verdict::Handle => return Ok(Received::Turn(turn)),
            Verdict::Copy => {
                tracing::info!(topic = &**raw.topic(), raw.partition, raw.offset, at = ?turn.at, "a copy of a message that waits elsewhere for its retry, or is done, is passed over");
                if let Some(at) = turn.at {
                    ledger.passed_over(&key, identity(raw), at, is_committed(raw));
                }
                raw.ack();
                if turn.at.is_some() {
                    // Others of its key wait for that.
                    raw.ask_for_commit();
                }
                return Ok(Received::Gone);
            }
            Verdict::Behind(nth) => (nth, 0),
            Verdict::Early(nth) => (nth, EARLY_MS),
        };
        let told = Told { due: millis_now().saturating_add(wait), ..told.unwrap_or_else(|| self.told(raw)) };
        match self.append(raw, nth, &told, &turn, &turn.history).await? {
            Written::There => {
                self.count(raw, nth, "order");
                raw.ack();
            }
            Written::TooLarge(error) => return Ok(Received::TooLarge(Box::new(turn), error)),
            Written::Revoked => {}
        }
        Ok(Received::Gone)
    }

    /// Moves a message that has failed into its next tier: acknowledged, where it waits there.
    pub(in super::super) async fn move_on(
        &self,
        raw: &mut RawMessage,
        turn: &Turn,
        attempts: u32,
        failure: &Failure,
    ) -> Result<Moved, Error> {
        let Some((nth, delay)) = self.plan.next(turn.been_in) else { return Ok(Moved::Behind) };
        let now = millis_now();
        let wait = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
        let told = Told {
            attempts,
            tier: turn.been_in.saturating_add(1),
            due: now.saturating_add(wait),
            first_failure: turn.first_failure.or(Some(now)),
            failure: Some((failure.code.clone(), failure.message.clone())),
            ..self.told(raw)
        };
        // The letter in the end tells of all tries, wherever they were made.
        let mut history = turn.history.clone();
        history.failed(&self.group, attempts, failure);
        match self.append(raw, nth, &told, turn, &history).await? {
            Written::There => {}
            Written::TooLarge(error) => return Ok(Moved::TooLarge(error)),
            Written::Revoked => return Ok(Moved::Revoked),
        }
        self.count(raw, nth, "failed");
        tracing::warn!(
            topic = &**raw.topic(),
            raw.partition,
            raw.offset,
            attempts,
            ?delay,
            code = failure.code,
            why = failure.message,
            "a handler goes on failing; the message waits in a tier"
        );
        raw.ack();
        raw.ask_for_commit();
        Ok(Moved::On)
    }

    /// A message is done for good.
    pub(in super::super) fn done(&self, raw: &RawMessage, turn: &Turn) {
        if let (Some(ledger), Some(key), Some(at)) = (&turn.ledger, &raw.key, turn.at) {
            ledger.done(key, identity(raw), at, is_committed(raw));
            // Others of its key wait for that.
            raw.ask_for_commit();
        }
    }

    /// What is said of a message that has not failed.
    fn told(&self, raw: &RawMessage) -> Told {
        Told {
            topic: raw.topic().to_string(),
            partition: raw.partition,
            offset: raw.offset,
            timestamp: raw.timestamp_ms,
            group: self.group.to_string(),
            ..Told::default()
        }
    }

    /// Writes it, again and again while the trouble may pass; once the broker has it, it waits there.
    async fn append(
        &self,
        raw: &RawMessage,
        nth: usize,
        told: &Told,
        turn: &Turn,
        history: &History,
    ) -> Result<Written, Error> {
        let Some(topic) = self.topics.get(raw.topic()).and_then(|topics| topics.get(nth)) else {
            // Plans hold places of their own topics only.
            return Ok(Written::Revoked);
        };
        let history = (!history.is_empty()).then(|| (header::HISTORY, history.to_text()));
        let mut texts: Vec<_> = told.texts().into_iter().chain(history).collect();
        let mut backoff = Backoff::default();
        loop {
            if raw.is_revoked() {
                return Ok(Written::Revoked);
            }
            let ours = texts.iter().map(|(name, text)| (*name, Some(text.as_bytes())));
            let headers: Vec<_> = header::own(&raw.headers).chain(ours).collect();
            let record = Record {
                topic,
                partition: Some(raw.partition),
                key: raw.key.as_deref(),
                payload: raw.payload.as_deref(),
                headers: &headers,
                timestamp_ms: None,
                sending: None,
            };
            let written = async { self.producer.enqueue(&record).await?.await };
            match written.await {
                Ok(delivered) => {
                    if let (Some(ledger), Some(key)) = (&turn.ledger, &raw.key) {
                        let before = turn.at.map(|at| (at, is_committed(raw)));
                        ledger.put(key, identity(raw), At { nth, offset: delivered.offset }, told.attempts, before);
                    }
                    return Ok(Written::There);
                }
                Err(error) if error.kind() == ErrorKind::TooLarge => {
                    let error = too_large(raw, record.headers, topic, "wait for its retry", &error);
                    // What became of it so far matters less than that it is tried.
                    let Some((name, _)) = texts.pop_if(|(name, _)| header::is_account(name)) else {
                        return Ok(Written::TooLarge(error));
                    };
                    tracing::warn!(%error, source = &**raw.topic(), raw.partition, raw.offset, topic, without = name, "a message is too large for its tier with all that is told of it");
                }
                Err(error) if !error.is_retriable() => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, source = &**raw.topic(), raw.partition, raw.offset, topic, "a message cannot be written into its tier; trying again");
                    raw.pause(backoff.next()).await;
                }
            }
        }
    }

    fn count(&self, raw: &RawMessage, nth: usize, why: &'static str) {
        let delay = self.plan.delays().get(nth).copied().unwrap_or(Duration::ZERO);
        meter::moved(&self.group, raw.topic(), &text_of(delay), why);
    }
}

fn identity(raw: &RawMessage) -> Identity {
    Identity { offset: raw.offset, timestamp: raw.timestamp_ms }
}

/// Tells when what was read is committed, wherever it appears to stand.
fn is_committed(raw: &RawMessage) -> IsCommitted {
    let receipt = raw.receipt();
    Box::new(move || receipt.is_committed())
}

fn stray(name: &str, group: &str) -> Reason {
    let message =
        format!("the message stands in a topic of retries, and has no header `{name}` that says where it stood before");
    Reason::of(Failure::unreadable("not-a-retry", &message), group, 0)
}

/// Milliseconds since 1970.
pub(in super::super) fn millis_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
