//! From the consumer into the lanes, until the end; then the end, in order.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::lanes::Lanes;
use super::tiers::Waiting;
use super::work::Work;
use crate::error::Error;
use crate::kafka::{RawConsumer, RawMessage};
use crate::memory::Inlet;

/// How much happens at once, and how long the end may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) lanes: usize,
    pub(super) in_flight: usize,
    pub(super) drain: Duration,
    /// What may be repeated, where it handles at least once.
    pub(super) uncommitted: usize,
    pub(super) commit_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lanes: 16,
            in_flight: 1024,
            drain: Duration::from_secs(30),
            uncommitted: 10_000,
            commit_interval: Duration::from_secs(1),
        }
    }
}

/// So many go into the lanes before anything else is looked at.
const AT_ONCE: usize = 64;

/// Leaving the group is a matter of milliseconds where the brokers are there.
const LEAVE: Duration = Duration::from_secs(15);

/// Where messages come from.
pub(super) trait Source: Send {
    /// The next; `None` at the end. May be dropped while it waits: nothing is lost.
    fn next(&mut self) -> impl Future<Output = Option<Result<RawMessage, Error>>> + Send;

    /// The next that is there.
    fn next_now(&mut self) -> Option<RawMessage>;

    /// Nothing more is taken, and what is done is kept.
    fn leave(self) -> impl Future<Output = Result<(), Error>> + Send;
}

impl Source for RawConsumer {
    async fn next(&mut self) -> Option<Result<RawMessage, Error>> {
        Self::next(self).await
    }

    fn next_now(&mut self) -> Option<RawMessage> {
        Self::next_now(self)
    }

    async fn leave(self) -> Result<(), Error> {
        self.close(LEAVE).await
    }
}

impl Source for Inlet {
    async fn next(&mut self) -> Option<Result<RawMessage, Error>> {
        Self::next(self).await.map(Ok)
    }

    fn next_now(&mut self) -> Option<RawMessage> {
        Self::next_now(self)
    }

    async fn leave(self) -> Result<(), Error> {
        Ok(())
    }
}

/// Runs until `stop` says so, or something fails that cannot be mended.
pub(super) async fn dispatch(
    mut consumer: impl Source,
    work: Arc<Work>,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
    drain: watch::Receiver<Duration>,
) -> Result<(), Error> {
    let (sender, mut failures) = mpsc::channel(1);
    let lanes = Lanes::start(limits.lanes, limits.in_flight, &work, &sender, None);
    let mut waiting = work.later.waiting();
    let ended = loop {
        // Room first: a message is taken from the consumer only when it can be put into its lane, so that it never waits in between.
        let came = tokio::select! {
            biased;
            () = stopped(&mut stop) => break Ok(()),
            Some(error) = failures.recv() => break Err(error),
            came = async { (lanes.room().await, next(&mut consumer, &mut waiting).await) } => came,
        };
        match came {
            (Some(room), Came::ToBeHandled(message)) => {
                lanes.put(message, room);
                what_came_with_it(&mut consumer, &mut waiting, &lanes);
            }
            (_, Came::ToWait(message)) => waiting.enter(message),
            (_, Came::Failed(error)) => break Err(error),
            (None, Came::ToBeHandled(_)) | (_, Came::End) => break Ok(()),
        }
    };
    // Handlers finish what they have, up to the deadline; what they finish is committed with the rest.
    let deadline = *drain.borrow();
    if !lanes.finish(deadline).await {
        tracing::warn!(group = &*work.group, ?deadline, "handlers were cut off; their messages will be read again");
    }
    // A failure while finishing is as much of one.
    let ended = match (ended, failures.try_recv()) {
        (Ok(()), Ok(error)) => Err(error),
        (ended, _) => ended,
    };
    let left = consumer.leave().await;
    ended.and(left)
}

/// What is next.
enum Came {
    ToBeHandled(RawMessage),
    /// It was read in a tier, and has its time to wait for, or too many wait already.
    ToWait(RawMessage),
    Failed(Error),
    End,
}

/// From the consumer, or one that has waited and is due: neither goes before the other. May be dropped while it waits: nothing is lost.
async fn next(consumer: &mut impl Source, waiting: &mut Waiting) -> Came {
    tokio::select! {
        message = waiting.next() => Came::ToBeHandled(message),
        message = consumer.next() => match message {
            Some(Ok(message)) if waiting.takes(&message) => Came::ToWait(message),
            Some(Ok(message)) => Came::ToBeHandled(message),
            Some(Err(error)) => Came::Failed(error),
            None => Came::End,
        },
    }
}

/// Asking for the end and for failures costs more than a message: not between two that came at once.
fn what_came_with_it(consumer: &mut impl Source, waiting: &mut Waiting, lanes: &Lanes) {
    for _ in 0..AT_ONCE {
        let Some(room) = lanes.room_now() else { return };
        let Some(message) = consumer.next_now() else { return };
        if waiting.takes(&message) {
            waiting.enter(message);
        } else {
            lanes.put(message, room);
        }
    }
}

/// Ends when it is told to stop, or nobody is left who could tell.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
