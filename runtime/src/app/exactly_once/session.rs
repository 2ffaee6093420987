//! One member of the group and one transactional producer, until one of them comes to an end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::super::dispatch::{Limits, stopped};
use super::super::lanes::Lanes;
use super::super::work::Work;
use super::ExactlyOnce;
use super::batch::Batch;
use crate::error::{Error, ErrorKind};
use crate::kafka::{RawConsumer, RawMessage, RawTransactions};

/// How a session ended.
#[derive(Debug)]
pub(super) enum End {
    /// It was told to stop, and what it had begun is committed.
    Stopped,
    /// What was in work is taken back, and comes again: another session goes on.
    Void(Error),
    /// The app cannot go on.
    Failed(Error),
}

pub(super) struct Session<'a> {
    pub(super) consumer: RawConsumer,
    pub(super) transactions: &'a RawTransactions,
    pub(super) settings: &'a ExactlyOnce,
    pub(super) limits: Limits,
    pub(super) work: Arc<Work>,
    /// Ends when partitions are to be given up: what is in work is committed then, and nothing more begun.
    pub(super) leaving: watch::Receiver<u64>,
}

/// Leaving the group is a matter of milliseconds where the brokers are there.
const LEAVE: Duration = Duration::from_secs(15);

/// Taking a transaction back is, too.
const TAKEN_BACK: Duration = Duration::from_secs(5);

impl Session<'_> {
    /// Makes transactions until something ends it; then leaves the group. `committed` is called for each transaction. How it ended, and how long after the
    /// last transaction had begun.
    pub(super) async fn run(mut self, stop: &mut watch::Receiver<bool>, committed: impl Fn()) -> (End, Duration) {
        let (sender, mut failures) = mpsc::channel(1);
        let (keeper, mut handled) = mpsc::unbounded_channel();
        let lanes = Lanes::start(self.limits.lanes, self.limits.in_flight, &self.work, &sender, Some(&keeper));
        let mut begun = Instant::now();
        let end = loop {
            let first = tokio::select! {
                biased;
                () = stopped(stop) => break End::Stopped,
                message = self.consumer.next() => message,
            };
            let first = match first {
                Some(Ok(message)) => message,
                Some(Err(error)) => break End::Failed(error),
                None => break End::Void(Error::new(ErrorKind::Closed, "the consumer has ended")),
            };
            begun = Instant::now();
            if let Err(end) = self.transaction(first, &lanes, &mut handled, &mut failures, stop).await {
                break end;
            }
            committed();
        };
        let since = begun.elapsed();
        if !matches!(end, End::Stopped) {
            // Nothing in the lanes is of use any more: what it publishes belongs to a transaction that comes to nothing.
            self.transactions.abandon();
        }
        let drain = if matches!(end, End::Stopped) { self.limits.drain } else { Duration::ZERO };
        lanes.finish(drain).await;
        drop(handled);
        let end = match (end, self.consumer.close(LEAVE).await) {
            (End::Stopped, Err(error)) => End::Failed(error),
            (end, _) => end,
        };
        (end, since)
    }

    async fn transaction(
        &mut self,
        first: RawMessage,
        lanes: &Lanes,
        handled: &mut mpsc::UnboundedReceiver<RawMessage>,
        failures: &mut mpsc::Receiver<Error>,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<(), End> {
        self.transactions.begin().await.map_err(End::Void)?;
        let begun = Instant::now();
        let mut batch = Batch::default();
        // Nothing else is in the lanes.
        let mut next = lanes.room().await.map(|room| (first, room));
        let mut is_open = true;
        let (consumer, leaving) = (&mut self.consumer, &mut self.leaving);
        while let Some((message, room)) = next.take() {
            lanes.put(message, room);
            batch.put();
            batch.take_ready(handled);
            while is_open && next.is_none() && batch.len() < self.settings.messages.max(1) {
                tokio::select! {
                    biased;
                    Some(error) = failures.recv() => return Err(End::Failed(error)),
                    _ = leaving.changed() => is_open = false,
                    () = stopped(stop) => is_open = false,
                    () = tokio::time::sleep_until(begun + self.settings.interval) => is_open = false,
                    Some(message) = handled.recv() => batch.take(message),
                    // Where there is no room, all of the above is still looked at.
                    message = async { (lanes.room().await, consumer.next().await) } => match message {
                        (Some(room), Some(Ok(message))) => next = Some((message, room)),
                        (_, Some(Err(error))) => return Err(End::Failed(error)),
                        (None, _) | (_, None) => {
                            return Err(End::Void(Error::new(ErrorKind::Closed, "the consumer has ended")));
                        }
                    },
                }
            }
        }
        let all_out = async {
            while !batch.is_out() {
                tokio::select! {
                    biased;
                    Some(error) = failures.recv() => return Err(End::Failed(error)),
                    message = handled.recv() => match message {
                        Some(message) => batch.take(message),
                        None => return Err(End::Void(Error::new(ErrorKind::Closed, "the lanes have ended"))),
                    },
                }
            }
            Ok(())
        };
        let drain = self.limits.drain;
        let told_to_stop = async {
            stopped(stop).await;
            tokio::time::sleep(drain).await;
        };
        tokio::select! {
            biased;
            out = all_out => out?,
            () = tokio::time::sleep_until(begun + self.settings.timeout) => {
                return Err(End::Void(too_slow(self.settings.timeout)));
            }
            () = told_to_stop => return Err(End::Void(cut_off(drain))),
        }
        // A lane may have failed with its last message.
        if let Ok(error) = failures.try_recv() {
            return Err(End::Failed(error));
        }
        // Before it is asked whose the messages are: they have no part of what was theirs then.
        let positions = self.consumer.positions().map_err(End::Void)?;
        if !batch.is_done() {
            return Err(End::Void(undone(self.transactions).await));
        }
        self.transactions.commit_with(positions).await.map_err(End::Void)?;
        // Their partitions may be given up from here on.
        drop(batch);
        Ok(())
    }
}

/// Why messages were not done, as far as the producer knows: a handler that cannot publish does not learn that another process has taken over.
async fn undone(transactions: &RawTransactions) -> Error {
    match tokio::time::timeout(TAKEN_BACK, transactions.abort()).await {
        Ok(Err(error)) if error.kind() == ErrorKind::Fenced => error,
        _ => Error::new(
            ErrorKind::Aborted,
            "messages of a transaction were left to another member, or could not be published with it",
        ),
    }
}

fn cut_off(drain: Duration) -> Error {
    let seconds = drain.as_secs_f64();
    Error::new(ErrorKind::Timeout, format!("the app was told to stop, and handlers took longer than {seconds:.1} s"))
        .help("give them more time with `App::drain_deadline(..)`; their messages will be handled again")
}

fn too_slow(timeout: Duration) -> Error {
    Error::new(
        ErrorKind::Timeout,
        format!("handlers took longer than a transaction may: {:.1} s", timeout.as_secs_f64()),
    )
    .help("give transactions more time with `ExactlyOnce::timeout(..)`, or fewer messages with `messages(..)`")
}
