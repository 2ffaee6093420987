//! Rows on their way to the brokers: many keys at once, of each key one row.
//!
//! Only when the brokers have a row is the next of its key handed over: what was handed over behind a row that is then refused could no longer be held back.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::row::{Mark, Row};
use super::run::Stop;
use crate::error::{Error, ErrorKind};
use crate::kafka::RawProducer;

/// Until a row is tried again: this, then twice as long each time, up to the most.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(60);

/// What became of rows.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// With the brokers.
    pub(super) sent: Vec<i64>,
    /// Refused, for good or for now.
    pub(super) marks: Vec<Mark>,
    /// The brokers cannot be reached, or let nobody in: nothing is the matter with the rows.
    pub(super) outage: Option<Error>,
    /// The producer is to be replaced: it will deliver nothing more, or takes a topic for missing, which it would for minutes after the topic was made.
    pub(super) is_spent: bool,
}

/// The rows of one key, in their order.
type Chain = VecDeque<Row>;
type Step<'a> = Pin<Box<dyn Future<Output = (Row, Result<(), Error>, Chain)> + Send + 'a>>;

/// Sends the rows, and waits for the brokers' answers; no longer than the deadline of a stop, and then what is not answered counts as not sent.
pub(super) async fn send(producer: &RawProducer, rows: Vec<Row>, stop: &Stop) -> Outcome {
    let alone = rows.len() == 1;
    let mut outcome = Outcome::default();
    let mut too_large = Vec::new();
    let mut steps: FuturesUnordered<Step<'_>> = FuturesUnordered::new();
    for chain in chains(rows) {
        steps.extend(step(producer, chain));
    }
    loop {
        let answered = tokio::select! {
            answered = steps.next() => answered,
            () = stop.deadline() => return outcome,
        };
        let Some((row, result, rest)) = answered else { break };
        match result {
            Ok(()) => {
                outcome.sent.push(row.id);
                if !stop.is_asked() && outcome.outage.is_none() {
                    steps.extend(step(producer, rest));
                }
            }
            // It may be the batch that was too large, of which it was a part.
            Err(error) if error.kind() == ErrorKind::TooLarge && !alone => too_large.push(row),
            Err(error) => outcome.failed(producer, &row, error),
        }
    }
    for row in too_large {
        let result = tokio::select! {
            result = one(producer, &row) => result,
            () = stop.deadline() => return outcome,
        };
        match result {
            Ok(()) => outcome.sent.push(row.id),
            Err(error) => outcome.failed(producer, &row, error),
        }
    }
    outcome
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

fn step(producer: &RawProducer, mut chain: Chain) -> Option<Step<'_>> {
    let row = chain.pop_front()?;
    Some(Box::pin(async move {
        let result = one(producer, &row).await;
        (row, result, chain)
    }))
}

async fn one(producer: &RawProducer, row: &Row) -> Result<(), Error> {
    let headers = row.headers()?;
    let headers: Vec<(&str, Option<&[u8]>)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
    let pending = producer.enqueue(&row.record(&headers)).await?;
    pending.await.map(drop)
}

impl Outcome {
    fn failed(&mut self, producer: &RawProducer, row: &Row, error: Error) {
        let is_broken = producer.is_broken();
        self.is_spent |= is_broken || error.kind() == ErrorKind::UnknownTopic;
        if is_broken || is_outage(error.kind()) {
            self.outage.get_or_insert(error);
            return;
        }
        // The right to write may be given, and then all goes on by itself.
        let passes = error.is_retriable() || error.kind() == ErrorKind::Denied;
        let retry_after = passes.then(|| backoff(row.attempts));
        if passes {
            tracing::warn!(row = row.id, topic = row.topic, %error, "a row of the outbox was not sent, and its key waits; it is tried again");
        } else {
            tracing::error!(row = row.id, topic = row.topic, %error, "a row of the outbox is refused, and its key waits until somebody releases or discards it");
            crate::meter::outbox_refused(&row.topic, error.kind());
        }
        self.marks.push(Mark { id: row.id, error: error.to_string(), retry_after });
    }
}

/// Nothing is the matter with the row: all others would fare the same.
fn is_outage(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotConnected
            | ErrorKind::Unreachable
            | ErrorKind::Timeout
            | ErrorKind::Untrusted
            | ErrorKind::OtherHost
            | ErrorKind::QueueFull
            | ErrorKind::Closed
    )
}

fn backoff(attempts: i32) -> Duration {
    let doubled = 1_u32.checked_shl(attempts.unsigned_abs().min(16)).unwrap_or(u32::MAX);
    FIRST_RETRY.saturating_mul(doubled).min(LAST_RETRY)
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

    #[test]
    fn a_row_is_tried_again_after_times_that_double_up_to_a_minute() {
        let waits: Vec<u64> = [0, 1, 2, 5, 6, 7, i32::MAX].map(|attempts| backoff(attempts).as_secs()).to_vec();
        assert_eq!(waits, [1, 2, 4, 32, 60, 60, 60]);
    }
}
