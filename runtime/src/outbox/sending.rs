//! What becomes of a row that was handed to the brokers.

use std::time::{Duration, Instant};

use super::row::{Mark, Row};
use crate::error::{Error, ErrorKind};
use crate::kafka::RawProducer;

/// Until a row is tried again: this, then twice as long each time, up to the most.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(60);
/// How long brokers have to say that they are there.
const THERE: Duration = Duration::from_secs(2);
/// An answer of theirs stands for so long.
const STANDS: Duration = Duration::from_secs(5);

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
    /// When the brokers said last that they are there.
    there: Option<Instant>,
}

/// Hands the row over, and waits for the answer.
pub(super) async fn one(producer: &RawProducer, row: &Row) -> Result<(), Error> {
    let headers = row.headers()?;
    let headers: Vec<(&str, Option<&[u8]>)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
    let pending = producer.enqueue(&row.record(&headers)).await?;
    pending.await.map(drop)
}

impl Outcome {
    pub(super) async fn failed(&mut self, producer: &RawProducer, row: &Row, error: Error) {
        let is_broken = producer.is_broken();
        self.is_spent |= is_broken || error.kind() == ErrorKind::UnknownTopic;
        if is_broken || self.is_outage(producer, error.kind()).await {
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

    /// Nothing is the matter with the row: all others would fare the same. Brokers that answer have no outage: a partition has one, whose leader is gone, say, or
    /// which has too few replicas.
    async fn is_outage(&mut self, producer: &RawProducer, kind: ErrorKind) -> bool {
        match kind {
            ErrorKind::Untrusted | ErrorKind::OtherHost | ErrorKind::QueueFull | ErrorKind::Closed => true,
            ErrorKind::NotConnected | ErrorKind::Unreachable | ErrorKind::Timeout => {
                self.outage.is_some() || !self.are_there(producer).await
            }
            _ => false,
        }
    }

    async fn are_there(&mut self, producer: &RawProducer) -> bool {
        if self.there.is_none_or(|at| at.elapsed() > STANDS) {
            self.there = producer.check("", THERE).await.is_ok().then(Instant::now);
        }
        self.there.is_some()
    }
}

fn backoff(attempts: i32) -> Duration {
    let doubled = 1_u32.checked_shl(attempts.unsigned_abs().min(16)).unwrap_or(u32::MAX);
    FIRST_RETRY.saturating_mul(doubled).min(LAST_RETRY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_tried_again_after_times_that_double_up_to_a_minute() {
        let waits: Vec<u64> = [0, 1, 2, 5, 6, 7, i32::MAX].map(|attempts| backoff(attempts).as_secs()).to_vec();
        assert_eq!(waits, [1, 2, 4, 32, 60, 60, 60]);
    }
}
