//! librdkafka's calls of transactions. Each waits for brokers, up to a deadline.

use std::time::{Duration, Instant};

use rdkafka::producer::{Producer as _, ThreadedProducer};

use super::super::outcome::Unseen;
use super::super::positions::Positions;
use super::super::ticket::Answers;
use super::committing;
use super::verdict::{self, Refusal, Verdict};
use crate::error::Error;

/// One try of a call; librdkafka goes on with it in the background, and the next try asks how far it is. Also how long a commit may wait for messages of a transaction
/// that fails meanwhile.
const TRY: Duration = Duration::from_secs(1);
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
        let what = "begin with transactions";
        self.patiently(what, |wait| self.client.init_transactions(wait).map_err(|error| Refusal::of(what, &error)))
    }

    pub(super) fn begin(&self) -> Result<(), Failed> {
        // What failed before belongs to the transaction before.
        drop(self.unseen.take());
        let what = "begin a transaction";
        self.patiently(what, |_| self.client.begin_transaction().map_err(|error| Refusal::of(what, &error)))
    }

    /// Makes it part of the transaction how far its consumer has come.
    pub(super) fn positions(&self, positions: &Positions) -> Result<(), Failed> {
        let what = "commit what was read with a transaction";
        let sent = self.patiently(what, |wait| {
            let sent = self.client.send_offsets_to_transaction(&positions.offsets, &positions.group, wait);
            sent.map_err(|error| Refusal::of(what, &error))
        });
        // It is not committed yet: what the brokers did not take in time can be taken back.
        sent.map_err(|failed| match failed.verdict {
            Verdict::Again => Failed { verdict: Verdict::Abort, ..failed },
            _ => failed,
        })
    }

    pub(super) fn commit(&self) -> Result<(), Failed> {
        self.patiently("commit a transaction", |wait| committing::commit(&self.client, wait))
    }

    pub(super) fn abort(&self) -> Result<(), Failed> {
        let what = "abort a transaction";
        let aborted =
            self.patiently(what, |wait| self.client.abort_transaction(wait).map_err(|error| Refusal::of(what, &error)));
        drop(self.unseen.take());
        aborted
    }

    fn patiently(&self, what: &str, call: impl Fn(Duration) -> Result<(), Refusal>) -> Result<(), Failed> {
        let start = Instant::now();
        loop {
            let left = self.deadline.saturating_sub(start.elapsed());
            let Err(refusal) = call(TRY.min(left)) else { return Ok(()) };
            let verdict = refusal.verdict;
            if verdict != Verdict::Again || start.elapsed() >= self.deadline {
                // The first message that failed says more than that one did.
                let why = self.unseen.take().first;
                return Err(Failed { error: verdict::error(what, &self.id, &refusal, why), verdict });
            }
            tracing::debug!(error = refusal.words, id = self.id, "{what}: trying again");
            std::thread::sleep(PAUSE);
        }
    }
}
