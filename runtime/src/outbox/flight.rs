//! Rows on their way to the brokers: many keys at once, of each key one row.
//!
//! Only when the brokers have a row is the next of its key handed over: what was handed over behind a row that is then refused could no longer be held back.
//! A round does not wait for what the brokers are slow to answer, as they are where one partition has no leader: such rows stay on their way while the rows of other
//! keys are read and sent, and the rows behind them are left in the database.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::pin::Pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::database::Session;
use super::row::Row;
use super::run::Stop;
use super::sending::{Outcome, one};
use crate::error::{Error, ErrorKind};
use crate::kafka::RawProducer;

/// A round goes on for as long as the brokers answer something of it within this.
const QUIET: Duration = Duration::from_millis(500);
/// Nothing is handed over by a relay that has not made sure of its share for so long.
const SURE: Duration = Duration::from_secs(1);
/// So many batches may be on their way, all but one of them slow.
const BATCHES: usize = 8;

/// The rows of one key, in their order.
type Chain = VecDeque<Row>;
type Step = Pin<Box<dyn Future<Output = Answered> + Send>>;

/// What the brokers said to a row.
pub(super) struct Answered {
    producer: RawProducer,
    row: Row,
    result: Result<(), Error>,
    /// What stands behind it.
    rest: Chain,
    round: u64,
    /// It was the only one of its round.
    alone: bool,
}

/// What is on its way.
#[derive(Default)]
pub(super) struct Flight {
    steps: FuturesUnordered<Step>,
    /// By their ids: the round, and the part of the outbox.
    rows: BTreeMap<i64, (u64, i32)>,
    round: u64,
    /// How many of them are of this round.
    awaited: usize,
    /// When the share was made sure of last.
    sure: Option<Instant>,
}

impl Flight {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn has_room(&self, batch: u32) -> bool {
        self.rows.len() < usize::try_from(batch).unwrap_or(usize::MAX).saturating_mul(BATCHES)
    }

    /// The rows that nobody is to read meanwhile, nor what stands behind them.
    pub(super) fn ids(&self) -> Vec<i64> {
        self.rows.keys().copied().collect()
    }

    /// The parts of the outbox that cannot be given up meanwhile.
    pub(super) fn shards(&self) -> BTreeSet<i32> {
        self.rows.values().map(|(_, shard)| *shard).collect()
    }

    /// The share was this relay's own at that moment.
    pub(super) fn made_sure(&mut self, at: Instant) {
        self.sure = Some(at);
    }

    /// Sends the rows and takes in what the brokers answer, also to earlier ones, until all of these are answered or the brokers are silent on them.
    /// An error is the database's: the share is lost, or may be.
    pub(super) async fn send(
        &mut self,
        producer: &RawProducer,
        rows: Vec<Row>,
        session: &mut impl Session,
        stop: &Stop,
        outcome: &mut Outcome,
    ) -> Result<(), Error> {
        let alone = rows.len() == 1;
        let mut large = self.round(producer, chains(rows), alone, session, stop, outcome).await?;
        while let Some(row) = large.pop_front() {
            if stop.is_asked() {
                break;
            }
            self.round(producer, vec![Chain::from([row])], true, session, stop, outcome).await?;
        }
        Ok(())
    }

    /// The rows that may have been too large only together with others.
    async fn round(
        &mut self,
        producer: &RawProducer,
        chains: Vec<Chain>,
        alone: bool,
        session: &mut impl Session,
        stop: &Stop,
        outcome: &mut Outcome,
    ) -> Result<Chain, Error> {
        (self.round, self.awaited) = (self.round.wrapping_add(1), 0);
        self.make_sure(session).await?;
        for chain in chains {
            self.hand_over(producer, chain, alone);
        }
        let mut large = Chain::new();
        let mut heard = Instant::now();
        while self.awaited > 0 {
            let answered = tokio::select! {
                answered = self.answered() => answered,
                () = tokio::time::sleep(QUIET.saturating_sub(heard.elapsed())) => break,
                () = stop.deadline() => break,
            };
            heard = Instant::now();
            let goes_on = answered.round == self.round && !stop.is_asked();
            let (of, rest) = self.take_in(answered, outcome, &mut large).await;
            if goes_on && outcome.outage.is_none() && !rest.is_empty() {
                self.make_sure(session).await?;
                self.hand_over(&of, rest, false);
            }
        }
        Ok(large)
    }

    /// The next answer; never, where nothing is on its way.
    pub(super) async fn answered(&mut self) -> Answered {
        match self.steps.next().await {
            Some(answered) => answered,
            None => std::future::pending().await,
        }
    }

    /// What an answer means outside of a round: the rows behind it are read again.
    pub(super) async fn settle(&mut self, answered: Answered, outcome: &mut Outcome) {
        // One that was too large with others is read again, too.
        self.take_in(answered, outcome, &mut Chain::new()).await;
    }

    async fn take_in(&mut self, answered: Answered, outcome: &mut Outcome, large: &mut Chain) -> (RawProducer, Chain) {
        let Answered { producer, row, result, rest, alone, .. } = answered;
        if self.rows.remove(&row.id).is_some_and(|(round, _)| round == self.round) {
            self.awaited = self.awaited.saturating_sub(1);
        }
        match result {
            Ok(()) => {
                outcome.sent.push(row.id);
                return (producer, rest);
            }
            // It may be the batch that was too large, of which it was a part.
            Err(error) if error.kind() == ErrorKind::TooLarge && !alone => large.push_back(row),
            Err(error) => outcome.failed(&producer, &row, error).await,
        }
        (producer, Chain::new())
    }

    fn hand_over(&mut self, producer: &RawProducer, mut chain: Chain, alone: bool) {
        let Some(row) = chain.pop_front() else { return };
        let (producer, round) = (producer.clone(), self.round);
        self.rows.insert(row.id, (round, row.shard));
        self.awaited = self.awaited.saturating_add(1);
        self.steps.push(Box::pin(async move {
            let result = one(&producer, &row).await;
            Answered { producer, row, result, rest: chain, round, alone }
        }));
    }

    /// That the share is still this relay's: another may send its rows by now.
    async fn make_sure(&mut self, session: &mut impl Session) -> Result<(), Error> {
        if self.sure.is_none_or(|sure| sure.elapsed() >= SURE) {
            let asked = Instant::now();
            session.keep().await?;
            self.made_sure(asked);
        }
        Ok(())
    }

    /// Waits for what is on its way, no longer than the deadline of a stop; what is not answered then counts as not sent.
    pub(super) async fn land(
        &mut self,
        session: &mut impl Session,
        stop: &Stop,
        outcome: &mut Outcome,
    ) -> Result<(), Error> {
        while !self.is_empty() {
            tokio::select! {
                answered = self.answered() => self.settle(answered, outcome).await,
                () = tokio::time::sleep(SURE) => {}
                () = stop.deadline() => break,
            }
            self.make_sure(session).await?;
        }
        Ok(())
    }
}

/// Rows that are in order with each other stand in one chain.
fn chains(rows: Vec<Row>) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    let mut places: BTreeMap<(String, Vec<u8>), usize> = BTreeMap::new();
    for row in rows {
        let place = match &row.order_key {
            None => chains.len(),
            Some(key) => *places.entry((row.topic.clone(), key.clone())).or_insert(chains.len()),
        };
        match chains.get_mut(place) {
            Some(chain) => chain.push_back(row),
            None => chains.push(Chain::from([row])),
        }
    }
    chains
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, topic: &str, order: Option<&str>) -> Row {
        Row {
            id,
            topic: topic.to_owned(),
            partition: None,
            key: None,
            order_key: order.map(|order| order.as_bytes().to_vec()),
            payload: None,
            headers: "[]".to_owned(),
            timestamp_ms: 1,
            attempts: 0,
            shard: 0,
        }
    }

    #[test]
    fn a_chain_has_the_rows_of_one_key_on_one_topic_in_their_order() {
        let rows = vec![
            row(1, "a", Some("x")),
            row(2, "a", None),
            row(3, "b", Some("x")),
            row(4, "a", Some("x")),
            row(5, "a", None),
        ];
        let ids: Vec<Vec<i64>> = chains(rows).iter().map(|chain| chain.iter().map(|row| row.id).collect()).collect();
        assert_eq!(ids, [vec![1, 4], vec![2], vec![3], vec![5]]);
    }
}
