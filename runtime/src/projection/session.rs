//! From one reading of the topic to its end: batch by batch.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use sqlx::Transaction;
use tokio::sync::watch;

use super::change::{Change, Tables};
use super::database::{Claim, ProjectionDatabase};
use super::definition::Definition;
use super::gap::{self, Live};
use super::running::Trouble;
use crate::app::panicked;
use crate::client::{Decoded, Scanned, decode};
use crate::envelope::with_carried;
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::handler::Metadata;
use crate::kafka::{Found, Part, Scan, Start, Until};
use crate::store::{failed, millis, now_ms};
use crate::wire::TopicDeserializer;

/// A version that is this close to the end of its topic is up to date: what came meanwhile is read within moments.
const CLOSE: u64 = 1000;
/// So long nobody else writes at a switch; where that is not enough, the next try has twice as much, up to what others wait for a lock at least (five seconds is what sqlx waits on SQLite).
const PATIENCE: Duration = Duration::from_secs(1);
const MOST_PATIENCE: Duration = Duration::from_secs(4);
/// How long a batch waits for more, when it has one.
const GATHER: Duration = Duration::from_millis(5);
/// The topic may have got partitions: so often it is looked at anew.
const ANEW: Duration = Duration::from_secs(300);

pub(super) struct Session<'a, DB: ProjectionDatabase, T: Topic> {
    pub(super) projection: &'a Definition<DB, T>,
    pub(super) claim: Claim<'a>,
    pub(super) trouble: &'a Trouble,
    pub(super) stop: watch::Receiver<bool>,
}

/// Why a session ended.
pub(super) enum Ended {
    Stopped,
    /// Another version is live.
    Retired,
    /// Another process works on it.
    Lost,
    /// The topic is to be looked at anew.
    Again,
}

/// Whether it is the live one now.
enum Switched {
    Yes,
    Ended(Ended),
    /// Not within the time in which others cannot write: what was read of it is taken back.
    Late,
}

/// What is read of.
struct Reading<T: Topic> {
    topic: Arc<str>,
    deserializer: TopicDeserializer<T>,
    /// The offset that is next, by partition.
    next: BTreeMap<i32, i64>,
}

impl<DB: ProjectionDatabase, T: Topic> Session<'_, DB, T> {
    pub(super) async fn work(&self) -> Result<Ended, Error> {
        let Definition { pool, client, .. } = self.projection;
        let topic = client.topic_name(T::TOPIC);
        client.readable(T::TOPIC).await?;
        let next = DB::offsets(pool, self.claim.name, self.claim.version, &topic).await?;
        let mut reading =
            Reading { topic: topic.into(), deserializer: client.deserializer(), next: next.into_iter().collect() };
        let live = Live::of(DB::live(pool, self.claim.name).await?, self.claim.version);
        let mut patience = PATIENCE;
        loop {
            if let Some(ended) = self.read_to_the_end(&mut reading, live).await? {
                return Ok(ended);
            }
            match self.up_to_date(&mut reading, patience).await? {
                Switched::Yes => break,
                Switched::Ended(ended) => return Ok(ended),
                Switched::Late => {
                    let (name, version) = (self.claim.name, self.claim.version);
                    let message = format!(
                        "version {version} of the projection \"{name}\" is not live yet: what the live one took in last was not read within {:.1} s, while which others cannot write",
                        patience.as_secs_f64()
                    );
                    self.trouble.met(name, &Error::new(ErrorKind::Timeout, message).retriable(true));
                    // Others write now.
                    if self.unless_stopped(tokio::time::sleep(patience)).await.is_none() {
                        return Ok(Ended::Stopped);
                    }
                    patience = patience.saturating_mul(2).min(MOST_PATIENCE);
                }
            }
        }
        self.trouble.mended(self.claim.name);
        self.follow(&mut reading).await
    }

    /// To where the topic ends now, and again, until that is not far.
    async fn read_to_the_end(&self, reading: &mut Reading<T>, live: Live) -> Result<Option<Ended>, Error> {
        loop {
            let part = Part::Onto(reading.next.clone());
            let (mut scan, ends) = Scan::start(self.projection.client.kafka(), &reading.topic, part).await?;
            gap::check(self.projection, &reading.topic, &reading.next, &ends, live)?;
            let mut count = 0_u64;
            while let Some(first) = self.unless_stopped(scan.next()).await {
                let Some(first) = first.transpose()? else { break };
                let batch = self.gather(first, &mut scan).await?;
                count = count.saturating_add(u64::try_from(batch.len()).unwrap_or(u64::MAX));
                if let Some(ended) = self.take(batch, reading).await? {
                    return Ok(Some(ended));
                }
            }
            if *self.stop.borrow() {
                return Ok(Some(Ended::Stopped));
            }
            // What stands at the ends and is no message is behind it, too.
            for (partition, (_, end)) in ends {
                reading.next.insert(partition, end);
            }
            if count <= CLOSE {
                return Ok(None);
            }
        }
    }

    /// Reads on as it comes.
    async fn follow(&self, reading: &mut Reading<T>) -> Result<Ended, Error> {
        let part = Part::From(reading.next.clone());
        let (mut scan, ends) = Scan::start(self.projection.client.kafka(), &reading.topic, part).await?;
        gap::check(self.projection, &reading.topic, &reading.next, &ends, Live::This)?;
        let begun = Instant::now();
        while begun.elapsed() < ANEW {
            let next = tokio::time::timeout(self.projection.lease / 3, scan.next());
            let batch = match self.unless_stopped(next).await {
                None => return Ok(Ended::Stopped),
                Some(Ok(Some(first))) => self.gather(first?, &mut scan).await?,
                Some(Ok(None)) => return Ok(Ended::Again),
                // Nothing came: it is held on to.
                Some(Err(_)) => Vec::new(),
            };
            if let Some(ended) = self.take(batch, reading).await? {
                return Ok(ended);
            }
        }
        Ok(Ended::Again)
    }

    /// That one, and what is there behind it.
    async fn gather(&self, first: Found, scan: &mut Scan) -> Result<Vec<Found>, Error> {
        let mut batch = vec![first];
        while batch.len() < self.projection.batch {
            match tokio::time::timeout(GATHER, scan.next()).await {
                Ok(Some(found)) => batch.push(found?),
                // The end is met again by who asks next.
                Ok(None) | Err(_) => break,
            }
        }
        Ok(batch)
    }

    /// Takes the events in, in one transaction with how far that is.
    async fn take(&self, batch: Vec<Found>, reading: &mut Reading<T>) -> Result<Option<Ended>, Error> {
        let mut tx = DB::begin(&self.projection.pool).await?;
        // First, so that of two who believe that it is theirs one waits here, and does not write then.
        if let Some(ended) = self.hold(&mut tx).await? {
            return Ok(Some(ended));
        }
        let mut next = BTreeMap::new();
        let is_empty = batch.is_empty();
        for found in batch {
            next.insert(found.partition, found.offset.saturating_add(1));
            tx = self.apply(found, tx, reading).await?;
        }
        for (partition, offset) in &next {
            DB::note(&mut tx, &self.claim, &reading.topic, *partition, *offset).await?;
        }
        tx.commit().await.map_err(failed("commit what events have changed"))?;
        reading.next.extend(next);
        if !is_empty {
            self.trouble.mended(self.claim.name);
        }
        Ok(None)
    }

    async fn apply(
        &self,
        found: Found,
        tx: Transaction<'static, DB>,
        reading: &Reading<T>,
    ) -> Result<Transaction<'static, DB>, Error> {
        let at = format!("\"{}\" partition {} offset {}", reading.topic, found.partition, found.offset);
        let message = Scanned { topic: Arc::clone(&reading.topic), found };
        let (event, key) = match decode(&reading.deserializer, &message).await {
            Decoded::Event(event, key) => (event, key),
            Decoded::Bad(failure) | Decoded::Unknown(failure) => {
                return Err(Error::new(ErrorKind::Decode, format!("the message at {at} cannot be read: {failure}")));
            }
            Decoded::Revoked => return Ok(tx),
        };
        let found = message.found;
        let change = Change {
            headers: with_carried(found.headers, &event),
            event,
            metadata: Metadata {
                topic: message.topic,
                partition: found.partition,
                offset: found.offset,
                timestamp_ms: found.timestamp_ms,
                group: Arc::clone(&self.projection.name),
                attempt: 1,
                is_replay: true,
            },
            key,
            tables: Tables { version: self.claim.version },
            tx,
        };
        let applied = AssertUnwindSafe(async { (self.projection.apply)(change).await }).catch_unwind().await;
        let applied = applied.unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
        applied.map(|change| change.tx).map_err(|failure| {
            Error::new(ErrorKind::Handler, format!("the event at {at} cannot be taken in: {failure}")).retriable(true)
        })
    }

    /// It stands where the topic ends: that is noted, and where it was being built, it is the live one from here on. While it waits for Kafka, others cannot write (on SQLite nobody can): so
    /// not for longer than that.
    async fn up_to_date(&self, reading: &mut Reading<T>, patience: Duration) -> Result<Switched, Error> {
        let mut tx = DB::begin(&self.projection.pool).await?;
        let now = now_ms();
        let state = DB::hold(&mut tx, &self.claim, now.saturating_add(millis(self.projection.lease))).await?;
        match state.as_deref() {
            None => return Ok(Switched::Ended(Ended::Lost)),
            Some("retired") => return Ok(Switched::Ended(Ended::Retired)),
            Some("building") => {
                // What was seen before is not unseen: the other one waits until this one has what it has.
                let live = DB::stop_live(&mut tx, self.claim.name, &reading.topic).await?;
                let caught_up = tokio::time::timeout(patience, self.catch_up_with(live, tx, reading)).await;
                let Ok(caught_up) = caught_up else { return Ok(Switched::Late) };
                tx = caught_up?;
                DB::switch(&mut tx, self.claim.name, self.claim.version, now).await?;
                let (projection, version) = (self.claim.name, self.claim.version);
                tracing::info!(projection, version, "a version of a projection is up to date, and live from here on");
            }
            Some(_) => {}
        }
        for (partition, offset) in &reading.next {
            DB::note(&mut tx, &self.claim, &reading.topic, *partition, *offset).await?;
        }
        tx.commit().await.map_err(failed("make a version of a projection the live one"))?;
        Ok(Switched::Yes)
    }

    /// Takes in what the other version has, and this one has not: what came in the last moments.
    async fn catch_up_with(
        &self,
        live: Vec<(i32, i64)>,
        mut tx: Transaction<'static, DB>,
        reading: &mut Reading<T>,
    ) -> Result<Transaction<'static, DB>, Error> {
        let mut to = reading.next.clone();
        for (partition, next) in live {
            let own = to.entry(partition).or_insert(0);
            *own = next.max(*own);
        }
        if to == reading.next {
            return Ok(tx);
        }
        let part = Part::Between(Start::Offsets(reading.next.clone()), Until::Offsets(to));
        let (mut scan, ends) = Scan::start(self.projection.client.kafka(), &reading.topic, part).await?;
        while let Some(found) = scan.next().await {
            tx = self.apply(found?, tx, reading).await?;
        }
        for (partition, (begin, end)) in ends {
            // Nobody has looked at the beginnings since: they move while a version is built.
            let has_lost = reading.next.get(&partition).is_some_and(|noted| *noted < begin);
            if begin == end && !has_lost {
                continue;
            }
            reading.next.insert(partition, end);
            if has_lost && !self.projection.accepts_lost {
                let at = format!("partition {partition} of topic \"{}\"", reading.topic);
                return Err(
                    Error::new(ErrorKind::Kafka, format!("{at} has lost events while they were read")).retriable(true)
                );
            }
        }
        Ok(tx)
    }

    async fn hold(&self, tx: &mut Transaction<'static, DB>) -> Result<Option<Ended>, Error> {
        let until = now_ms().saturating_add(millis(self.projection.lease));
        Ok(match DB::hold(tx, &self.claim, until).await?.as_deref() {
            None => Some(Ended::Lost),
            Some("retired") => Some(Ended::Retired),
            Some(_) => None,
        })
    }

    async fn unless_stopped<F: Future>(&self, work: F) -> Option<F::Output> {
        let mut stop = self.stop.clone();
        tokio::select! {
            biased;
            // Where it was dropped, it is told so as well.
            _ = stop.wait_for(|stop| *stop) => None,
            done = work => Some(done),
        }
    }
}
