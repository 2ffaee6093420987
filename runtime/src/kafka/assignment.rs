//! Which partitions this member has. The rebalance callback runs here, on the poll thread.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, Offset, Statistics, TopicPartitionList};
use tokio::sync::watch;

use super::begun::{Begun, committed};
use super::beside::{self, Beside, Found};
use super::bounded::Bounded;
use super::config::Settings;
use super::consumer::Subscription;
use super::context::LastTrouble;
use super::fault;
use super::progress::{Mark, Progress};
use super::pulse::Pulse;
use super::sasl_token::{self, Tokens};
use super::start::{Start, end_of};
use super::statistics::{lag_of, told};
use super::uncommitted::Uncommitted;
use crate::error::Error;
use crate::meter::{self, Native, Reading};

/// Topic and partition.
pub(super) type Place = (String, i32);

pub(super) struct Assignment {
    pub(super) trouble: LastTrouble,
    pub(super) pulse: Pulse,
    native: Native,
    pub(super) group: String,
    topics: Vec<String>,
    tokens: Option<Tokens>,
    start: Start,
    /// Where it is read to, if not on and on.
    bounded: Option<Bounded>,
    drain: Duration,
    /// What is acknowledged is committed with transactions, and never by the consumer.
    in_transactions: bool,
    /// Counts the releases that wait for what is in work.
    leaving: watch::Sender<u64>,
    held: Mutex<HashMap<String, HashMap<i32, Arc<Progress>>>>,
    begun: Begun,
    lag: Mutex<BTreeMap<Place, i64>>,
    joined: watch::Sender<bool>,
    closing: AtomicBool,
    uncommitted: Arc<Uncommitted>,
    /// Held for the length of a commit: an older one must not come after a newer one.
    committing: Mutex<()>,
    /// What is read beside the topics, and how to look at it.
    beside: Option<(Arc<dyn Beside>, Settings)>,
    /// Somebody waits for the end.
    given_up: AtomicBool,
    /// Why it cannot go on, found in a callback.
    failure: Mutex<Option<Error>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No code panics while holding one of these; a poisoned map would still be whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Assignment {
    pub(super) fn new(
        subscription: &Subscription,
        drain: Duration,
        uncommitted: Uncommitted,
        settings: &Settings,
    ) -> Self {
        Self {
            trouble: settings.trouble(),
            pulse: Pulse::new(),
            native: meter::told("consumer"),
            group: subscription.group.clone(),
            topics: subscription.topics.clone(),
            tokens: settings.tokens(),
            start: subscription.start.clone(),
            bounded: subscription.until_end.then(Bounded::default),
            drain,
            in_transactions: subscription.in_transactions,
            leaving: watch::Sender::new(0),
            held: Mutex::default(),
            begun: subscription.begun.clone(),
            lag: Mutex::default(),
            joined: watch::Sender::new(false),
            closing: AtomicBool::new(false),
            uncommitted: Arc::new(uncommitted),
            committing: Mutex::default(),
            beside: subscription.beside.as_ref().map(|beside| (Arc::clone(beside), settings.clone())),
            given_up: AtomicBool::new(false),
            failure: Mutex::default(),
        }
    }

    pub(super) fn progress(&self, topic: &str, partition: i32) -> Option<Arc<Progress>> {
        lock(&self.held).get(topic)?.get(&partition).cloned()
    }

    /// What is subscribed to.
    pub(super) fn topics(&self) -> &[String] {
        &self.topics
    }

    /// What is subscribed to, and what is read beside that.
    pub(super) fn all_topics(&self) -> impl Iterator<Item = &String> {
        self.topics.iter().flat_map(|topic| std::iter::once(topic).chain(self.topics_beside(topic)))
    }

    /// Where it is read to, if not on and on.
    pub(super) fn bounded(&self) -> Option<&Bounded> {
        self.bounded.as_ref()
    }

    pub(super) fn all(&self) -> Vec<Arc<Progress>> {
        lock(&self.held).values().flat_map(HashMap::values).cloned().collect()
    }

    /// Turns true at the first assignment.
    pub(super) fn joined(&self) -> watch::Receiver<bool> {
        self.joined.subscribe()
    }

    /// Changes when partitions are to be given up, as soon as nothing of them is in work.
    pub(super) fn leaving(&self) -> watch::Receiver<u64> {
        self.leaving.subscribe()
    }

    pub(super) fn lag(&self) -> BTreeMap<Place, i64> {
        lock(&self.lag).clone()
    }

    pub(super) fn uncommitted(&self) -> &Arc<Uncommitted> {
        &self.uncommitted
    }

    /// From here on a release waits for nobody: whoever closes has stopped working.
    pub(super) fn close(&self) {
        self.uncommitted.end();
        self.closing.store(true, Ordering::Release);
    }

    /// Somebody waits for the end: nothing long is begun.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
    }

    /// Why it cannot go on.
    pub(super) fn take_failure(&self) -> Option<Error> {
        lock(&self.failure).take()
    }

    /// Whether too much stands beside the topics for more of them to be handed out. What is read of them meanwhile comes before it is, and keeps its place.
    pub(super) fn holds_back(&self) -> bool {
        self.beside.as_ref().is_some_and(|(beside, _)| beside.is_full())
    }

    /// What is to be read beside these partitions.
    fn look_beside(&self, consumer: &BaseConsumer<Self>, places: &TopicPartitionList) -> Result<Vec<Found>, Error> {
        let Some((beside, settings)) = self.beside.as_ref().filter(|_| places.count() > 0) else {
            return Ok(Vec::new());
        };
        beside::look(consumer, &**beside, settings, places, &|| self.given_up.load(Ordering::Acquire))
    }

    /// The topics that are read beside that one.
    fn topics_beside(&self, topic: &str) -> &[String] {
        self.beside.as_ref().map_or(&[], |(beside, _)| beside.topics(topic))
    }

    fn assign(&self, consumer: &BaseConsumer<Self>, list: &mut TopicPartitionList) {
        let mut places: Vec<Place> = list.elements().iter().map(|e| (e.topic().to_owned(), e.partition())).collect();
        tracing::info!(partitions = ?places, "partitions assigned");
        meter::rebalanced(&self.group, "assigned");
        self.set_start(consumer, list, &places);
        let mut none = TopicPartitionList::new();
        let (list, found) = match self.look_beside(consumer, list) {
            Ok(found) => (list, found),
            Err(error) => {
                // It ends with that: without knowing what stands beside them, they are not read.
                lock(&self.failure).get_or_insert(error);
                places.clear();
                (&mut none, Vec::new())
            }
        };
        let stop = |(topic, partition): &Place| {
            // Where it is not known, librdkafka tells when nothing more is there.
            self.bounded.as_ref().map(|_| end_of(consumer, topic, *partition).unwrap_or(i64::MAX))
        };
        let stops: Vec<Option<i64>> = places.iter().map(stop).collect();
        if let Some(bounded) = &self.bounded {
            let own = places.iter().zip(&stops).filter_map(|(place, stop)| Some((place.clone(), (*stop)?)));
            bounded.note(consumer, &own.collect());
        }
        {
            let mut held = lock(&self.held);
            for ((topic, partition), stop) in places.iter().zip(stops) {
                let start = match list.find_partition(topic, *partition).map(|e| e.offset()) {
                    Some(Offset::Offset(offset)) => Some(offset),
                    _ => None,
                };
                let progress = Progress::new(Arc::from(topic.as_str()), *partition, Arc::clone(&self.uncommitted));
                let reading = Reading::of(&self.group, topic, *partition);
                let progress = Arc::new(progress.begin_at(start).until(stop).measured(reading));
                held.entry(topic.clone()).or_default().insert(*partition, progress);
            }
            for Found { topic, partition, from, .. } in &found {
                let progress = Progress::new(Arc::from(topic.as_str()), *partition, Arc::clone(&self.uncommitted));
                let reading = Reading::of(&self.group, topic, *partition);
                let progress = Arc::new(progress.beside(*from).measured(reading));
                held.entry(topic.clone()).or_default().insert(*partition, progress);
            }
        }
        let mut with_beside = list.clone();
        for Found { topic, partition, from, .. } in &found {
            if let Err(error) = with_beside.add_partition_offset(topic, *partition, Offset::Offset(*from)) {
                tracing::error!(%error, topic, partition, from, "the place to begin could not be set");
            }
        }
        let list = &with_beside;
        let done = match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_assign(list),
            RebalanceProtocol::Eager | RebalanceProtocol::None => consumer.assign(list),
        };
        if let Err(error) = done {
            tracing::error!(%error, "the assignment was refused by librdkafka");
        }
        // A partition that was paused when it was taken away would come back paused.
        if !places.is_empty()
            && let Err(error) = consumer.resume(list)
        {
            tracing::debug!(%error, "nothing to resume");
        }
        self.joined.send_replace(true);
        self.pulse.set_member(true);
    }

    /// Puts the start position into the list, for partitions that come for the first time.
    fn set_start(&self, consumer: &BaseConsumer<Self>, list: &mut TopicPartitionList, places: &[Place]) {
        if self.start == Start::Committed {
            return;
        }
        let there = committed(consumer, places);
        for place @ (topic, partition) in places {
            let first = || self.start.on(consumer, topic, *partition);
            let Some(offset) = self.begun.next(place, there.get(place).copied(), first) else { continue };
            if let Err(error) = list.set_partition_offset(topic, *partition, offset) {
                tracing::error!(%error, topic, partition, "the start position could not be set");
            }
        }
    }

    /// These partitions, and those that are read beside them.
    fn with_beside(&self, list: &TopicPartitionList) -> TopicPartitionList {
        let mut all = list.clone();
        for element in list.elements() {
            for topic in self.topics_beside(element.topic()) {
                if self.progress(topic, element.partition()).is_some() {
                    all.add_partition(topic, element.partition());
                }
            }
        }
        all
    }

    fn revoke(&self, consumer: &BaseConsumer<Self>, list: &TopicPartitionList) {
        let lost = consumer.assignment_lost();
        let list = &self.with_beside(list);
        let leaving: Vec<Arc<Progress>> =
            list.elements().iter().filter_map(|e| self.progress(e.topic(), e.partition())).collect();
        tracing::info!(partitions = leaving.len(), lost, "partitions revoked");
        meter::rebalanced(&self.group, if lost { "lost" } else { "revoked" });
        if lost {
            self.pulse.set_member(false);
        }
        let waits = self.in_transactions && !lost && !self.closing.load(Ordering::Acquire);
        for progress in &leaving {
            // Half of what a transaction is about is of no use: it is seen through, and nothing new begun.
            if waits { progress.close() } else { progress.revoke() }
        }
        if waits {
            self.leaving.send_modify(|times| *times = times.wrapping_add(1));
            drain(&leaving, self.drain);
            for progress in &leaving {
                progress.revoke();
            }
        }
        // A lost partition has a new owner already, who reads on from what is committed: too late to wait or to commit.
        if !lost && !self.in_transactions {
            if !self.closing.load(Ordering::Acquire) {
                drain(&leaving, self.drain);
            }
            // A failure is in the log; the new owner begins at the commit before.
            let _ = commit(consumer, &leaving);
        }
        {
            let mut held = lock(&self.held);
            let mut lag = lock(&self.lag);
            for progress in &leaving {
                if let Some(partitions) = held.get_mut(&*progress.topic) {
                    partitions.remove(&progress.partition);
                }
                lag.remove(&(progress.topic.to_string(), progress.partition));
                progress.end();
                if let Some((beside, _)) = self.beside.as_ref().filter(|_| !progress.is_beside()) {
                    beside.end(&progress.topic, progress.partition);
                }
            }
        }
        let done = match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_unassign(list),
            RebalanceProtocol::Eager | RebalanceProtocol::None => consumer.unassign(),
        };
        if let Err(error) = done {
            tracing::error!(%error, "the release was refused by librdkafka");
        }
    }
}

impl ClientContext for Assignment {
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

    fn stats(&self, statistics: Statistics) {
        self.trouble.link.statistics(&statistics);
        self.native.tell(told(&statistics));
        let mut lag = lock(&self.lag);
        for progress in self.all() {
            if !progress.is_beside() {
                progress.reading.commit_age(progress.commit_age());
            }
            let told = statistics.topics.get(&*progress.topic).and_then(|t| t.partitions.get(&progress.partition));
            if let Some(messages) = told.and_then(|told| lag_of(told, progress.confirmed())) {
                progress.reading.lag(messages);
                lag.insert((progress.topic.to_string(), progress.partition), messages);
            }
        }
    }
}

impl ConsumerContext for Assignment {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, event: RDKafkaRespErr, list: &mut TopicPartitionList) {
        match event {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => self.assign(consumer, list),
            _ => self.revoke(consumer, list),
        }
    }

    fn commit_callback(&self, result: KafkaResult<()>, _offsets: &TopicPartitionList) {
        if let Err(error) = result {
            tracing::warn!(%error, "a commit failed");
        }
    }
}

/// Waits until nothing of these partitions is being worked on.
fn drain(leaving: &[Arc<Progress>], deadline: Duration) {
    let start = Instant::now();
    loop {
        let busy: usize = leaving.iter().map(|p| p.in_flight()).sum();
        if busy == 0 {
            return;
        }
        if start.elapsed() >= deadline {
            tracing::warn!(
                messages = busy,
                "partitions are given up with messages in work; they will be read again elsewhere"
            );
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Commits what is acknowledged and not yet committed, and waits for the broker's answer. Asynchronous commits lose their errors.
pub(super) fn commit(consumer: &BaseConsumer<Assignment>, of: &[Arc<Progress>]) -> Result<(), Error> {
    if consumer.context().in_transactions {
        return Ok(());
    }
    let _one_at_a_time = lock(&consumer.context().committing);
    let due: Vec<(&Arc<Progress>, Mark)> = of.iter().filter_map(|p| p.uncommitted().map(|mark| (p, mark))).collect();
    if due.is_empty() {
        return Ok(());
    }
    let mut list = TopicPartitionList::with_capacity(due.len());
    for (progress, mark) in &due {
        let offset = Offset::Offset(mark.offset);
        if let Err(error) = list.add_partition_offset(&progress.topic, progress.partition, offset) {
            tracing::error!(%error, topic = &*progress.topic, mark.offset, "the offset cannot be committed");
        }
    }
    let answer = consumer.commit(&list, CommitMode::Sync);
    meter::commits(&consumer.context().group, answer.is_ok());
    if let Err(error) = answer {
        tracing::warn!(%error, partitions = due.len(), "a commit failed; it is tried again");
        return Err(fault::error("commit", &error));
    }
    let mut outcome = Ok(());
    for (progress, mark) in due {
        match list.find_partition(&progress.topic, progress.partition).map(|e| e.error()) {
            Some(Err(error)) => {
                tracing::warn!(%error, topic = &*progress.topic, progress.partition, mark.offset, "a commit failed; it is tried again");
                let what =
                    format!("commit offset {} of \"{}\" partition {}", mark.offset, progress.topic, progress.partition);
                outcome = Err(fault::error(&what, &error));
            }
            _ => progress.committed(mark),
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::super::committer::Commits;
    use super::super::taken::Run;
    use super::*;

    #[test]
    fn a_release_waits_for_messages_in_work_up_to_its_deadline() {
        let progress = Arc::new(Progress::new(Arc::from("orders"), 0, Uncommitted::for_test()));
        let mut taken = Run::of(&progress).enter(0, 1);
        taken.hand_out();
        let start = Instant::now();
        drain(&[Arc::clone(&progress)], Duration::from_millis(30));
        assert!(start.elapsed() >= Duration::from_millis(30));
        let worker = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(10));
            taken.ack();
            drop(taken);
        });
        let start = Instant::now();
        drain(&[Arc::clone(&progress)], Duration::from_secs(10));
        assert!(start.elapsed() < Duration::from_secs(5));
        worker.join().unwrap();
        assert_eq!(progress.uncommitted().map(|mark| mark.offset), Some(1));
    }

    #[test]
    fn lag_comes_from_the_statistics_of_what_is_held() {
        let subscription = Subscription::new("kitchen", Vec::new());
        let uncommitted = Uncommitted::new(None, Commits::new().0);
        let settings = Settings::new("a:1".to_owned(), BTreeMap::new()).unwrap();
        let assignment = Assignment::new(&subscription, Duration::ZERO, uncommitted, &settings);
        lock(&assignment.held)
            .entry("orders".to_owned())
            .or_default()
            .insert(0, Arc::new(Progress::new(Arc::from("orders"), 0, Uncommitted::for_test())));
        assignment.stats(Statistics::default());
        assert!(assignment.lag().is_empty());
        let mut topic = rdkafka::statistics::Topic::default();
        topic.partitions.insert(0, rdkafka::statistics::Partition { consumer_lag: 7, ..Default::default() });
        topic.partitions.insert(1, rdkafka::statistics::Partition { consumer_lag: 9, ..Default::default() });
        let mut statistics = Statistics::default();
        statistics.topics.insert("orders".to_owned(), topic);
        assignment.stats(statistics);
        assert_eq!(assignment.lag().into_iter().collect::<Vec<_>>(), [(("orders".to_owned(), 0), 7)]);
    }
}
