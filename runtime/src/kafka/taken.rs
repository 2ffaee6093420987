//! One message's way through the progress of its partition: queued, in work, acknowledged or left.

use std::sync::Arc;

use super::progress::Progress;
use crate::error::Error;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Queued,
    /// Out of the queue, and not begun: nobody waits for it.
    Aside,
    InFlight,
}

/// Messages of one partition that come one behind the other. They count their references here, and not at the progress, whose count another
/// thread would change at the same time.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) progress: Arc<Progress>,
}

impl Run {
    pub(super) fn of(progress: &Arc<Progress>) -> Arc<Self> {
        Arc::new(Self { progress: Arc::clone(progress) })
    }

    /// A message arrived; it waits in the queue.
    pub(super) fn enter(self: &Arc<Self>, offset: i64, bytes: usize) -> Taken {
        let place = self.progress.arrive(bytes);
        Taken { of: Arc::clone(self), place, offset, bytes, state: State::Queued, acked: false }
    }
}

/// One message's place in the progress of its partition; dropping it without [`Taken::ack`] leaves it for the next reader.
#[derive(Debug)]
pub(super) struct Taken {
    of: Arc<Run>,
    place: u64,
    offset: i64,
    bytes: usize,
    state: State,
    acked: bool,
}

impl Taken {
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn topic(&self) -> &Arc<str> {
        &self.of.progress.topic
    }

    pub(super) fn is_beside(&self) -> bool {
        self.of.progress.is_beside()
    }

    /// Whether nobody was given it yet.
    pub(super) fn is_queued(&self) -> bool {
        self.state == State::Queued
    }

    /// Out of the queue, into somebody's hands; false where the partition is no longer ours, and the message not to be worked on.
    pub(super) fn hand_out(&mut self) -> bool {
        if self.state == State::InFlight {
            return !self.of.progress.is_revoked();
        }
        let is_new = self.state == State::Queued;
        self.state = State::InFlight;
        if is_new { self.of.progress.hand_out(self.bytes) } else { self.of.progress.resume() }
    }

    /// Into another queue, where nothing is done with it until it is handed out again.
    pub(super) fn set_aside(&mut self) {
        if self.state == State::InFlight {
            self.state = State::Aside;
            self.of.progress.finish();
        }
    }

    pub(super) fn ack(&mut self) {
        self.acked = true;
        self.of.progress.ack(self.place, self.offset);
    }

    /// Commits, and waits until this is.
    pub(super) async fn settled(&self) -> Result<(), Error> {
        self.of.progress.settled(self.place, self.offset).await
    }

    /// Its progress, and its offset there.
    pub(super) fn receipt(&self) -> (Arc<Run>, i64) {
        (Arc::clone(&self.of), self.offset)
    }

    pub(super) fn ask_for_commit(&self) {
        self.of.progress.ask_for_commit();
    }

    pub(super) fn is_acked(&self) -> bool {
        self.acked
    }

    pub(super) fn is_revoked(&self) -> bool {
        self.of.progress.is_revoked()
    }

    pub(super) async fn revoked(&self) {
        self.of.progress.revoked().await;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if !self.acked && self.state != State::Queued {
            self.of.progress.leave(self.place);
        }
        match self.state {
            State::Queued => self.of.progress.unqueue(self.bytes),
            State::Aside => {}
            State::InFlight => self.of.progress.finish(),
        }
    }
}
