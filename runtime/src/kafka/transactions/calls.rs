//! librdkafka's calls of transactions. Each waits for brokers, up to a deadline.

use std::time::{Duration, Instant};

use rdkafka::error::KafkaResult;
use rdkafka::producer::{Producer as _, ThreadedProducer};

use super::super::outcome::Unseen;
use super::super::positions::Positions;
use super::super::ticket::Answers;
use super::verdict::{self, Verdict};
use crate::error::Error;

/// One try of a call; librdkafka goes on with it in the background, and the next try asks how far it is.
const TRY: Duration = Duration::from_secs(5);
/// Between tries that fail at once.
const PAUSE: Duration = Duration::from_millis(50);

/// The client, and what its calls need to know.
pub(super) struct Calls {
    pub(super) client: std::sync::Arc<ThreadedProducer<Answers>>,
    pub(super) id: String,
    /// How long brokers are waited for: the transaction's own time.
    pub(super) deadline: Duration,
    pub(super) unseen: Unseen,
}

/// How a call failed.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) verdict: Verdict,
}

impl Calls {
    /// Takes the id over from whoever had it, and ends what was left open.
    pub(super) fn init(&self) -> Result<(), Failed> {
        self.patiently("begin with transactions", |wait| self.client.init_transactions(wait))
    }

    pub(super) fn begin(&self) -> Result<(), Failed> {
        // What failed before belongs to the transaction before.
        drop(self.unseen.take());
        self.patiently("begin a transaction", |_| self.client.begin_transaction())
    }

    /// Makes it part of the transaction how far its consumer has come.
    pub(super) fn positions(&self, positions: &Positions) -> Result<(), Failed> {
        let sent = self.patiently("commit what was read with a transaction", |wait| {
            self.client.send_offsets_to_transaction(&positions.offsets, &positions.group, wait)
        });
        // It is not committed yet: what the brokers did not take in time can be taken back.
        sent.map_err(|failed| match failed.verdict {
            Verdict::Again => Failed { verdict: Verdict::Abort, ..failed },
            _ => failed,
        })
    }

    pub(super) fn commit(&self) -> Result<(), Failed> {
        self.patiently("commit a transaction", |wait| self.client.commit_transaction(wait))
    }

    pub(super) fn abort(&self) -> Result<(), Failed> {
        let aborted = self.patiently("abort a transaction", |wait| self.client.abort_transaction(wait));
        drop(self.unseen.take());
        aborted
    }

    fn patiently(&self, what: &str, call: impl Fn(Duration) -> KafkaResult<()>) -> Result<(), Failed> {
        let start = Instant::now();
        loop {
            let left = self.deadline.saturating_sub(start.elapsed());
            let Err(error) = call(TRY.min(left)) else { return Ok(()) };
            let verdict = Verdict::of(&error);
            if verdict != Verdict::Again || start.elapsed() >= self.deadline {
                // The first message that failed says more than that one did.
                let why = self.unseen.take().first;
                return Err(Failed { error: verdict::error(what, &self.id, &error, verdict, why), verdict });
            }
            tracing::debug!(%error, id = self.id, "{what}: trying again");
            std::thread::sleep(PAUSE);
        }
    }
}
