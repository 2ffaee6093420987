use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;

use super::transaction::{Ended, State, Transaction};
use crate::broker::log::{End, Producer};
use crate::broker::settings::{LONGEST_NAME, Limits};

/// Kafka's default for `transaction.max.timeout.ms`.
const MAX_TIMEOUT: Duration = Duration::from_secs(15 * 60);
/// Kafka's default for `transactional.id.expiration.ms`.
const KEPT_UNUSED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// All transactional ids of the broker.
#[derive(Debug)]
pub(crate) struct Coordinator {
    limits: Limits,
    pub(super) by_id: BTreeMap<String, Transaction>,
    /// The transactional id of each producer.
    pub(super) ids: HashMap<i64, String>,
    /// The ids of those that have changed.
    pub(super) changed: BTreeSet<String>,
}

impl Coordinator {
    pub(crate) fn new(limits: Limits) -> Coordinator {
        Coordinator { limits, by_id: BTreeMap::new(), ids: HashMap::new(), changed: BTreeSet::new() }
    }

    /// A producer begins under a transactional id: whoever wrote under it before is shut out, and what it left open is void. `known` is
    /// what the producer knows of itself (KIP-360); `fresh` gives a producer id that nobody has had.
    pub(crate) fn init(
        &mut self,
        id: &str,
        timeout: Duration,
        known: Option<Producer>,
        fresh: impl FnOnce() -> i64,
        now: Instant,
    ) -> Result<(Producer, Option<Ended>), ResponseError> {
        if id.is_empty() || id.len() > LONGEST_NAME {
            return Err(ResponseError::InvalidRequest);
        }
        if timeout.is_zero() || timeout > MAX_TIMEOUT {
            return Err(ResponseError::InvalidTransactionTimeout);
        }
        if !self.by_id.contains_key(id) && self.by_id.len() >= self.limits.transactional_ids {
            return Err(ResponseError::PolicyViolation);
        }
        let Some(transaction) = self.by_id.get_mut(id) else {
            self.changed.insert(id.to_owned());
            let producer = Producer { id: fresh(), epoch: 0 };
            self.ids.insert(producer.id, id.to_owned());
            self.by_id.insert(id.to_owned(), Transaction::new(producer, timeout, now));
            return Ok((producer, None));
        };
        match known {
            // It heard no answer and asks again.
            Some(_) if known == transaction.before => return Ok((transaction.producer, None)),
            Some(known) if known != transaction.producer => return Err(ResponseError::ProducerFenced),
            _ => {}
        }
        self.changed.insert(id.to_owned());
        let ended = if transaction.is_ongoing() {
            Some(Ended { is_renewed: true, ..transaction.abort(id) })
        } else {
            transaction.producer.epoch = transaction.producer.epoch.saturating_add(1);
            None
        };
        // The last epoch is never given to a producer, so that there is always one to shut it out with.
        if transaction.producer.epoch == i16::MAX {
            self.ids.remove(&transaction.producer.id);
            transaction.producer = Producer { id: fresh(), epoch: 0 };
            self.ids.insert(transaction.producer.id, id.to_owned());
        }
        transaction.before = known;
        if ended.is_none() {
            transaction.state = State::Empty;
        }
        transaction.timeout = timeout;
        transaction.last_used = now;
        Ok((transaction.producer, ended))
    }

    /// Takes partitions into the transaction, which begins with the first.
    pub(crate) fn add_partitions(
        &mut self,
        id: &str,
        producer: Producer,
        partitions: impl IntoIterator<Item = (String, i32)>,
        now: Instant,
    ) -> Result<(), ResponseError> {
        let partitions: Vec<(String, i32)> = partitions.into_iter().collect();
        self.has_room(partitions.len())?;
        let transaction = self.of(id, producer, now)?;
        transaction.begin(now);
        transaction.partitions.extend(partitions);
        self.changed.insert(id.to_owned());
        Ok(())
    }

    /// Takes the offsets of a group into the transaction.
    pub(crate) fn add_group(
        &mut self,
        id: &str,
        producer: Producer,
        group: &str,
        now: Instant,
    ) -> Result<(), ResponseError> {
        if group.is_empty() || group.len() > LONGEST_NAME {
            return Err(ResponseError::InvalidGroupId);
        }
        self.has_room(1)?;
        let named: usize = self.by_id.values().flat_map(|one| &one.groups).map(String::len).sum();
        if named.saturating_add(group.len()) > self.limits.group_bytes {
            return Err(ResponseError::PolicyViolation);
        }
        let transaction = self.of(id, producer, now)?;
        transaction.begin(now);
        transaction.groups.insert(group.to_owned());
        self.changed.insert(id.to_owned());
        Ok(())
    }

    /// Whether so many partitions and groups more may be part of transactions: as many in all as there may be partitions.
    fn has_room(&self, more: usize) -> Result<(), ResponseError> {
        let there: usize = self.by_id.values().map(|one| one.partitions.len().saturating_add(one.groups.len())).sum();
        if there.saturating_add(more) > self.limits.partitions { Err(ResponseError::PolicyViolation) } else { Ok(()) }
    }

    /// Whether the producer may commit offsets of the group within its transaction.
    pub(crate) fn may_commit(
        &mut self,
        id: &str,
        producer: Producer,
        group: &str,
        now: Instant,
    ) -> Result<(), ResponseError> {
        let transaction = self.of(id, producer, now)?;
        let has = transaction.is_ongoing() && transaction.groups.contains(group);
        if has { Ok(()) } else { Err(ResponseError::InvalidTxnState) }
    }

    /// Whether a producer may write to a partition within its transaction (KIP-890).
    pub(crate) fn may_write(&self, producer: Producer, topic: &str, partition: i32) -> Result<(), ResponseError> {
        let of = self.ids.get(&producer.id).and_then(|id| self.by_id.get(id));
        let transaction = of.ok_or(ResponseError::InvalidProducerIdMapping)?;
        if transaction.producer.epoch != producer.epoch {
            return Err(ResponseError::InvalidProducerEpoch);
        }
        let has = transaction.is_ongoing() && transaction.partitions.contains(&(topic.to_owned(), partition));
        if has { Ok(()) } else { Err(ResponseError::InvalidTxnState) }
    }

    /// Ends the transaction. `None` where it has ended so already: a client that heard no answer asks again.
    pub(crate) fn end(
        &mut self,
        id: &str,
        producer: Producer,
        end: End,
        now: Instant,
    ) -> Result<Option<Ended>, ResponseError> {
        let transaction = self.of(id, producer, now)?;
        match transaction.state {
            State::Ongoing { .. } => {
                let ended = transaction.end(id, end);
                self.changed.insert(id.to_owned());
                Ok(Some(ended))
            }
            State::Complete(ended) if ended == end => Ok(None),
            State::Complete(_) | State::Empty => Err(ResponseError::InvalidTxnState),
        }
    }

    /// All is done that an end left to be done.
    pub(crate) fn finished(&mut self, ended: &Ended) {
        if let Some(transaction) = self.by_id.get_mut(&ended.id) {
            transaction.partitions.clear();
            transaction.groups.clear();
            if ended.is_renewed {
                transaction.state = State::Empty;
                self.changed.insert(ended.id.clone());
            }
        }
    }

    /// A topic is gone: no marker can be written to it.
    pub(crate) fn forget_topic(&mut self, topic: &str) {
        for transaction in self.by_id.values_mut() {
            transaction.partitions.retain(|(name, _)| name != topic);
        }
    }

    /// What took longer than its producer said, and when to come back.
    pub(crate) fn expire(&mut self, now: Instant) -> (Vec<Ended>, Option<Instant>) {
        let is_kept =
            |one: &Transaction| one.is_ongoing() || now.saturating_duration_since(one.last_used) < KEPT_UNUSED;
        let changed = &mut self.changed;
        self.by_id.retain(|id, one| {
            let is_kept = is_kept(one);
            if !is_kept {
                changed.insert(id.clone());
            }
            is_kept
        });
        self.ids.retain(|_, id| self.by_id.contains_key(id));
        let mut ended = Vec::new();
        for (id, one) in self.by_id.iter_mut().filter(|(_, one)| one.expires().is_some_and(|at| at <= now)) {
            changed.insert(id.clone());
            ended.push(one.abort(id));
        }
        (ended, self.by_id.values().filter_map(Transaction::expires).min())
    }

    /// The transaction of a producer that is the one that may write under the id.
    fn of(&mut self, id: &str, producer: Producer, now: Instant) -> Result<&mut Transaction, ResponseError> {
        let transaction = self.by_id.get_mut(id).ok_or(ResponseError::InvalidProducerIdMapping)?;
        if transaction.producer.id != producer.id {
            return Err(ResponseError::InvalidProducerIdMapping);
        }
        if transaction.producer.epoch != producer.epoch {
            return Err(ResponseError::ProducerFenced);
        }
        transaction.last_used = now;
        Ok(transaction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(60);

    fn init(
        transactions: &mut Coordinator,
        known: Option<Producer>,
    ) -> Result<(Producer, Option<Ended>), ResponseError> {
        transactions.init("tx", TIMEOUT, known, || 7, Instant::now())
    }

    #[test]
    fn a_producer_that_heard_no_answer_is_told_the_same_and_one_that_was_replaced_is_refused() {
        let mut transactions = Coordinator::new(Limits::default());
        let first = init(&mut transactions, None).unwrap().0;
        assert_eq!(first, Producer { id: 7, epoch: 0 });
        let second = init(&mut transactions, Some(first)).unwrap().0;
        assert_eq!(second, Producer { id: 7, epoch: 1 });
        assert_eq!(init(&mut transactions, Some(first)).unwrap().0, second);
        let third = init(&mut transactions, None).unwrap().0;
        assert_eq!(third, Producer { id: 7, epoch: 2 });
        assert_eq!(init(&mut transactions, Some(first)), Err(ResponseError::ProducerFenced));
        assert_eq!(init(&mut transactions, Some(second)), Err(ResponseError::ProducerFenced));
    }

    #[test]
    fn an_id_whose_epochs_are_used_up_gets_another_producer() {
        let mut transactions = Coordinator::new(Limits::default());
        let mut ids = 0..;
        let mut begin = |open: bool| {
            let now = Instant::now();
            let (producer, ended) = transactions.init("tx", TIMEOUT, None, || ids.next().unwrap(), now).unwrap();
            if open {
                transactions.add_group("tx", producer, "g", now).unwrap();
            }
            (producer, ended.map(|ended| ended.producer))
        };
        for epoch in 0..i16::MAX {
            assert_eq!(begin(epoch == i16::MAX - 1).0, Producer { id: 0, epoch });
        }
        // What is left open is ended with the epoch that nobody was given.
        assert_eq!(begin(false), (Producer { id: 1, epoch: 0 }, Some(Producer { id: 0, epoch: i16::MAX })));
        assert_eq!(
            transactions.may_write(Producer { id: 0, epoch: 0 }, "t", 0),
            Err(ResponseError::InvalidProducerIdMapping)
        );
        assert_eq!(transactions.may_write(Producer { id: 1, epoch: 0 }, "t", 0), Err(ResponseError::InvalidTxnState));
    }

    #[test]
    fn an_end_is_heard_twice_but_not_changed() {
        let (mut transactions, now) = (Coordinator::new(Limits::default()), Instant::now());
        let producer = init(&mut transactions, None).unwrap().0;
        assert_eq!(transactions.end("tx", producer, End::Commit, now), Err(ResponseError::InvalidTxnState));
        transactions.add_partitions("tx", producer, [("t".to_owned(), 0)], now).unwrap();
        assert_eq!(transactions.may_write(producer, "t", 0), Ok(()));
        assert_eq!(transactions.may_write(producer, "t", 1), Err(ResponseError::InvalidTxnState));
        let ended = transactions.end("tx", producer, End::Commit, now).unwrap().unwrap();
        assert_eq!((ended.producer, ended.partitions.len()), (producer, 1));
        assert_eq!(transactions.end("tx", producer, End::Commit, now), Ok(None));
        assert_eq!(transactions.end("tx", producer, End::Abort, now), Err(ResponseError::InvalidTxnState));
        assert_eq!(transactions.may_write(producer, "t", 0), Err(ResponseError::InvalidTxnState));
    }

    #[test]
    fn what_takes_too_long_is_aborted_and_what_nobody_uses_is_forgotten() {
        let (mut transactions, now) = (Coordinator::new(Limits::default()), Instant::now());
        let producer = init(&mut transactions, None).unwrap().0;
        transactions.add_group("tx", producer, "g", now).unwrap();
        let (ended, next) = transactions.expire(now);
        assert_eq!((ended, next), (vec![], Some(now + TIMEOUT)));
        let (ended, next) = transactions.expire(now + TIMEOUT);
        assert_eq!((ended.len(), next), (1, None));
        assert_eq!((ended[0].end, ended[0].producer.epoch), (End::Abort, 1));
        assert_eq!(transactions.end("tx", producer, End::Commit, now), Err(ResponseError::ProducerFenced));
        transactions.expire(now + TIMEOUT + KEPT_UNUSED);
        assert_eq!(transactions.end("tx", producer, End::Commit, now), Err(ResponseError::InvalidProducerIdMapping));
    }
}
