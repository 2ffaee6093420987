//! What a broker knows, and what of it is written down.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;
use uuid::Uuid;

use super::clock::now_ms;
use super::disk::{DiskError, Files};
use super::groups::{Beat, Beaten, Catalog, Coordinator, Refused, Timeouts};
use super::journal::{Change, Journal, Opened};
use super::log::{End, Producer};
use super::nodes::Nodes;
use super::settings::Settings;
use super::topics::{self, Topics};
use super::transactions::{self, Ended};

/// The directory of the topics within the data directory.
const TOPICS: &str = "topics";
/// The first producer id that is given.
const FIRST_PRODUCER: i64 = 1000;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) topics: Topics,
    pub(crate) groups: Coordinator,
    pub(crate) transactions: transactions::Coordinator,
    next_producer_id: i64,
    /// The next producer id that is written down.
    written_producer_id: i64,
    retention_check_interval: Duration,
    next_check: Instant,
    journal: Option<Journal>,
    is_broken: bool,
}

impl State {
    /// Of a broker that begins; with a data directory, what that holds.
    pub(crate) fn open(settings: &Settings) -> Result<State, DiskError> {
        match &settings.data {
            None => Ok(State::with(settings, Topics::new(settings.max_bytes, settings.limits))),
            Some(dir) => State::recover(settings, dir),
        }
    }

    fn with(settings: &Settings, topics: Topics) -> State {
        let timeouts = Timeouts {
            initial_delay: settings.initial_rebalance_delay,
            offsets_retention: settings.offsets_retention,
            consumer_session: settings.consumer_session_timeout,
        };
        State {
            topics,
            groups: Coordinator::new(timeouts, settings.limits),
            transactions: transactions::Coordinator::new(settings.limits),
            next_producer_id: FIRST_PRODUCER,
            written_producer_id: FIRST_PRODUCER,
            retention_check_interval: settings.retention_check_interval,
            next_check: Instant::now() + settings.retention_check_interval,
            journal: None,
            is_broken: false,
        }
    }

    fn recover(settings: &Settings, dir: &Path) -> Result<State, DiskError> {
        let batches = dir.join(TOPICS);
        let Opened { journal, changes } = Journal::open(dir, &batches, settings.sync)?;
        let topics = Topics::in_files(settings.max_bytes, settings.limits, batches, Files::new(settings.sync));
        let mut state = State::with(settings, topics);
        let now = Instant::now();
        for (at, changes) in changes {
            for change in changes {
                state.apply(change, now).map_err(|reason| DiskError::unknown(journal.path(), at, reason))?;
            }
        }
        state.written_producer_id = state.next_producer_id;
        state.topics.recover()?;
        let path = journal.path().to_owned();
        state.journal = Some(journal);
        state.end_unfinished().map_err(DiskError::io("write", &path))?;
        state.write_down();
        Ok(state)
    }

    fn apply(&mut self, change: Change, now: Instant) -> Result<(), String> {
        match change {
            Change::Topic(change) => {
                if let topics::Change::Gone { topic } = &change {
                    self.groups.forget_topic(topic);
                    self.transactions.forget_topic(topic);
                }
                self.topics.apply(change)?;
            }
            Change::Group(change) => self.groups.apply(change, now),
            Change::Transaction(change) => self.transactions.apply(change),
            Change::Node(change) => self.topics.nodes.apply(change),
            Change::ProducerIds(next) => self.next_producer_id = self.next_producer_id.max(next),
        }
        Ok(())
    }

    /// Ends what had ended when the process did, as far as it is not written, and what nobody could end any more.
    fn end_unfinished(&mut self) -> io::Result<()> {
        for ended in self.transactions.unfinished() {
            for (topic, index) in &ended.partitions {
                let log = self.topics.partition(topic, *index);
                if log.is_some_and(|log| log.open_transactions().any(|open| open.id == ended.producer.id)) {
                    self.topics.end_transaction(topic, *index, ended.producer, ended.end, now_ms())?;
                }
            }
            ended.groups.iter().for_each(|group| self.groups.end_transaction(group, ended.producer.id, ended.end));
            self.transactions.finished(&ended);
        }
        let mut forsaken = Vec::new();
        for (topic, of) in self.topics.all() {
            for (index, log) in of.partitions() {
                let open = log.open_transactions().filter(|open| !self.transactions.is_ongoing(open.id, topic, index));
                forsaken.extend(open.map(|producer| (topic.to_owned(), index, producer)));
            }
        }
        for (topic, index, producer) in forsaken {
            tracing::warn!(
                topic,
                partition = index,
                producer = producer.id,
                "a transaction that nobody has is aborted"
            );
            self.topics.end_transaction(&topic, index, producer, End::Abort, now_ms())?;
        }
        for (group, producer) in self.groups.pending() {
            if !self.transactions.is_ongoing_with(producer, &group) {
                self.groups.end_transaction(&group, producer, End::Abort);
            }
        }
        Ok(())
    }

    /// An id that no producer of this broker has had.
    pub(crate) fn new_producer_id(&mut self) -> i64 {
        let id = self.next_producer_id;
        self.next_producer_id = id.saturating_add(1);
        id
    }

    /// A producer begins under a transactional id.
    pub(crate) fn begin_producer(
        &mut self,
        id: &str,
        timeout: Duration,
        known: Option<Producer>,
    ) -> Result<Producer, ResponseError> {
        let State { transactions, next_producer_id, .. } = self;
        let fresh = || {
            let id = *next_producer_id;
            *next_producer_id = id.saturating_add(1);
            id
        };
        let (producer, ended) = transactions.init(id, timeout, known, fresh, Instant::now())?;
        ended.into_iter().for_each(|ended| self.finish(&ended));
        Ok(producer)
    }

    /// Writes the markers of a transaction that has ended, and makes what it committed count.
    pub(crate) fn finish(&mut self, ended: &Ended) {
        // That it has ended is written first: whatever of the rest is not, is written when the broker starts anew.
        self.write_changes();
        if self.is_broken {
            return;
        }
        for (topic, partition) in &ended.partitions {
            if let Err(error) = self.topics.end_transaction(topic, *partition, ended.producer, ended.end, now_ms()) {
                tracing::error!(topic, partition, %error, "the marker of a transaction cannot be written");
                self.is_broken = true;
                return;
            }
        }
        for group in &ended.groups {
            self.groups.end_transaction(group, ended.producer.id, ended.end);
        }
        self.transactions.finished(ended);
    }

    /// A heartbeat of a member of the consumer protocol.
    pub(crate) fn consumer_beats(&mut self, group: &str, beat: Beat, now: Instant) -> Result<Beaten, Refused> {
        self.groups.beat(group, beat, &self.topics, now)
    }

    /// Which nodes there are, and who coordinates what.
    pub(crate) fn nodes(&self) -> &Nodes {
        &self.topics.nodes
    }

    /// Has another node coordinate the group and the transactional id of that name.
    pub(crate) fn move_coordinator(&mut self, name: &str, node: i32) {
        self.topics.nodes.move_coordinator(name, node);
        self.groups.unload(name, Instant::now());
    }

    /// A node is gone: others lead and coordinate what it did.
    pub(crate) fn stop_node(&mut self, node: i32) {
        let left: Vec<String> = self.groups.all().map(|(id, _)| id.to_owned()).collect();
        let left: Vec<String> = left.into_iter().filter(|id| self.nodes().coordinator(id) == node).collect();
        self.topics.nodes.stop(node);
        self.topics.leave_node(node);
        left.iter().for_each(|id| self.groups.unload(id, Instant::now()));
    }

    /// A node is there again: it coordinates again what is its own, and leads what is moved to it or made from now on.
    pub(crate) fn run_node(&mut self, node: i32) {
        let all: Vec<String> = self.groups.all().map(|(id, _)| id.to_owned()).collect();
        let before: Vec<i32> = all.iter().map(|id| self.nodes().coordinator(id)).collect();
        self.topics.nodes.run(node);
        for (id, before) in all.iter().zip(before) {
            if self.nodes().coordinator(id) != before {
                self.groups.unload(id, Instant::now());
            }
        }
    }

    /// Does what is due, and says when to come back.
    pub(crate) fn expire(&mut self, now: Instant) -> Option<Instant> {
        let (ended, transactions) = self.transactions.expire(now);
        ended.iter().for_each(|ended| self.finish(ended));
        if self.next_check <= now {
            self.topics.clean(now_ms());
            self.next_check = now + self.retention_check_interval;
        }
        self.groups.expire(now).into_iter().chain(transactions).chain([self.next_check]).min()
    }

    /// Whether something could not be written down: then nothing may be acknowledged any more.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Lets go of the data directory: nothing is written down any more.
    pub(crate) fn let_go(&mut self) {
        self.write_down();
        self.journal = None;
    }

    /// Writes down what has changed, and removes the files that nothing needs any more.
    pub(crate) fn write_down(&mut self) {
        let forsaken = self.topics.forsaken();
        self.write_changes();
        if self.is_broken {
            return;
        }
        forsaken.iter().for_each(remove);
        if self.journal.as_ref().is_some_and(Journal::has_grown) {
            let all = self.snapshot();
            if let Some(Err(error)) = self.journal.as_mut().map(|journal| journal.rewrite(&all)) {
                self.broke(&error);
            }
        }
    }

    fn write_changes(&mut self) {
        let mut changes: Vec<Change> = self.topics.changes().into_iter().map(Change::Topic).collect();
        changes.extend(self.groups.changes().into_iter().map(Change::Group));
        changes.extend(self.transactions.changes().into_iter().map(Change::Transaction));
        changes.extend(self.topics.nodes.changes().into_iter().map(Change::Node));
        if self.written_producer_id != self.next_producer_id {
            self.written_producer_id = self.next_producer_id;
            changes.push(Change::ProducerIds(self.next_producer_id));
        }
        if changes.is_empty() || self.is_broken {
            return;
        }
        if let Some(Err(error)) = self.journal.as_mut().map(|journal| journal.write(&changes)) {
            self.broke(&error);
        }
    }

    /// As on a disk that is full.
    #[cfg(test)]
    pub(crate) fn fill(&mut self) {
        self.journal.as_mut().unwrap().fill();
    }

    fn broke(&mut self, error: &io::Error) {
        let path = self.journal.as_ref().map(|journal| journal.path().display().to_string());
        tracing::error!(path, %error, "the broker's journal cannot be written; it stops, as Kafka does");
        self.is_broken = true;
    }

    /// All that holds, in as few changes as can be.
    fn snapshot(&self) -> Vec<Change> {
        let mut all: Vec<Change> = self.topics.snapshot().into_iter().map(Change::Topic).collect();
        all.extend(self.groups.snapshot().into_iter().map(Change::Group));
        all.extend(self.transactions.snapshot().into_iter().map(Change::Transaction));
        all.extend(self.topics.nodes.snapshot().into_iter().map(Change::Node));
        all.push(Change::ProducerIds(self.next_producer_id));
        all
    }
}

impl Catalog for Topics {
    fn find(&self, name: &str) -> Option<(Uuid, i32)> {
        let topic = self.get(name)?;
        Some((topic.id(), i32::try_from(topic.indexes().count()).unwrap_or(i32::MAX)))
    }

    fn names(&self) -> Vec<String> {
        self.all().map(|(name, _)| name.to_owned()).collect()
    }
}

fn remove(path: impl AsRef<Path>) {
    let path = path.as_ref();
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    if let Err(error) = removed
        && error.kind() != io::ErrorKind::NotFound
    {
        // It is removed when the broker starts anew.
        tracing::warn!(path = %path.display(), %error, "a file of the broker that nothing needs stays");
    }
}

#[cfg(test)]
mod tests {
    use super::super::groups::Committed;
    use super::super::log::{Batch, Isolation, samples};
    use super::super::settings::Settings;
    use super::*;

    fn settings(dir: &Path) -> Settings {
        Settings { data: Some(dir.to_owned()), ..Settings::default() }
    }

    fn open(dir: &Path) -> State {
        State::open(&settings(dir)).unwrap()
    }

    /// A topic of two partitions, in each a record of a transaction that is open, in which a group has committed.
    fn within_a_transaction(dir: &Path) -> (State, Producer) {
        let (mut state, now) = (open(dir), Instant::now());
        state.topics.create("t", 2, Default::default()).unwrap();
        let producer = state.begin_producer("tx", Duration::from_secs(60), None).unwrap();
        let partitions = [("t".to_owned(), 0), ("t".to_owned(), 1)];
        state.transactions.add_partitions("tx", producer, partitions, now).unwrap();
        state.transactions.add_group("tx", producer, "g", now).unwrap();
        state.write_down();
        let batch = Batch::parse(samples::transactional(&[1], (producer.id, producer.epoch, 0))).unwrap();
        for partition in [0, 1] {
            state.topics.append("t", partition, &batch, 0).unwrap();
        }
        state.groups.entry("g", now).unwrap();
        let committed = Committed { offset: 5, leader_epoch: -1, metadata: String::new() };
        state.groups.commit_within("g", producer.id, "t", 0, committed).unwrap();
        state.write_down();
        (state, producer)
    }

    /// Ends and last stable offsets of both partitions, and what the group has committed.
    fn seen(state: &State) -> ([(i64, i64); 2], Option<i64>) {
        let ends = [0, 1].map(|index| {
            let log = state.topics.partition("t", index).unwrap();
            (log.high_watermark(), log.last_stable_offset())
        });
        (ends, state.groups.get("g").and_then(|group| group.committed("t", 0)).map(|committed| committed.offset))
    }

    #[test]
    fn a_transaction_that_has_ended_is_finished_wherever_the_process_ended() {
        for (end, committed) in [(End::Commit, Some(5)), (End::Abort, None)] {
            for markers in 0..=2 {
                let dir = tempfile::tempdir().unwrap();
                let (mut state, producer) = within_a_transaction(dir.path());
                assert_eq!(seen(&state), ([(1, 0), (1, 0)], None));
                state.transactions.end("tx", producer, end, Instant::now()).unwrap();
                state.write_changes();
                for index in 0..markers {
                    state.topics.end_transaction("t", index, producer, end, 0).unwrap();
                }
                drop(state);
                for _ in 0..2 {
                    let state = open(dir.path());
                    assert_eq!(seen(&state), ([(2, 2), (2, 2)], committed), "{markers} markers were written");
                    let log = state.topics.partition("t", 1).unwrap();
                    let read = log.read(0, Isolation::ReadCommitted, 1000, true).unwrap();
                    assert_eq!(log.aborted(0, &read).len(), usize::from(end == End::Abort));
                }
            }
        }
    }

    #[test]
    fn a_transaction_that_is_open_goes_on_until_its_time_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let (_, producer) = within_a_transaction(dir.path());
        let mut state = open(dir.path());
        assert_eq!(seen(&state), ([(1, 0), (1, 0)], None));
        state.expire(Instant::now());
        let ended = state.transactions.end("tx", producer, End::Commit, Instant::now()).unwrap().unwrap();
        state.finish(&ended);
        assert_eq!(seen(&state), ([(2, 2), (2, 2)], Some(5)));

        let dir = tempfile::tempdir().unwrap();
        drop(within_a_transaction(dir.path()));
        let mut state = open(dir.path());
        state.expire(Instant::now() + Duration::from_secs(61));
        assert_eq!(seen(&state), ([(2, 2), (2, 2)], None));
        let late = state.transactions.end("tx", producer, End::Commit, Instant::now());
        assert_eq!(late, Err(ResponseError::ProducerFenced));
        assert!(state.new_producer_id() > producer.id, "its id is nobody else's");
    }

    #[test]
    fn a_transaction_that_nobody_has_is_aborted() {
        let dir = tempfile::tempdir().unwrap();
        let mut state = open(dir.path());
        state.topics.create("t", 2, Default::default()).unwrap();
        let batch = Batch::parse(samples::transactional(&[1], (77, 0, 0))).unwrap();
        state.topics.append("t", 0, &batch, 0).unwrap();
        state.write_down();
        drop(state);
        assert_eq!(seen(&open(dir.path())).0, [(2, 2), (0, 0)]);
    }

    #[test]
    fn a_journal_that_has_grown_is_written_anew() {
        let dir = tempfile::tempdir().unwrap();
        let (mut state, producer) = within_a_transaction(dir.path());
        state.groups.entry("h", Instant::now()).unwrap();
        for offset in 0..10 {
            let committed = Committed { offset, leader_epoch: -1, metadata: "x".repeat(200_000) };
            state.groups.commit("h", "t", 1, committed).unwrap();
            state.write_down();
        }
        drop(state);
        assert!(dir.path().join("broker.journal").metadata().unwrap().len() < 1_200_000);
        let mut state = open(dir.path());
        assert_eq!(state.groups.get("h").unwrap().committed("t", 1).unwrap().offset, 9);
        assert_eq!(seen(&state), ([(1, 0), (1, 0)], None));
        let ended = state.transactions.end("tx", producer, End::Commit, Instant::now()).unwrap().unwrap();
        state.finish(&ended);
        assert_eq!(seen(&state).1, Some(5));
    }
}
