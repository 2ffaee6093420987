//! How deliveries ended, and which failures nobody saw.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use super::delivery::Delivered;
use crate::error::{Error, ErrorKind};

/// How a delivery ended.
pub(super) type Outcome = Result<Delivered, Failure>;

/// An error that somebody has to see: where it is dropped unseen, it is counted and told.
#[derive(Debug)]
pub(super) struct Failure {
    error: Option<Error>,
    unseen: Unseen,
}

impl Failure {
    pub(super) fn new(error: Error, unseen: &Unseen) -> Self {
        Self { error: Some(error), unseen: unseen.clone() }
    }

    /// Hands the error to whoever asked for it.
    pub(super) fn seen(mut self) -> Error {
        self.error.take().unwrap_or_else(|| Error::new(ErrorKind::Kafka, "the message was not delivered"))
    }
}

impl Drop for Failure {
    fn drop(&mut self) {
        if let Some(error) = self.error.take() {
            self.unseen.note(error);
        }
    }
}

/// The failures of a producer that nobody saw.
#[derive(Clone, Debug, Default)]
pub(super) struct Unseen {
    tally: Arc<Mutex<Tally>>,
    untold: bool,
}

/// How many there were, and the first.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) count: usize,
    pub(super) first: Option<Error>,
}

impl Unseen {
    /// Counted, and not logged: somebody takes them, and decides.
    pub(super) fn untold() -> Self {
        Self { tally: Arc::default(), untold: true }
    }

    fn note(&self, error: Error) {
        // What is taken out of the queue is so because of another failure, which says why.
        if self.untold && error.kind() == ErrorKind::Closed {
            return;
        }
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.count += 1;
        // An outage fails thousands at once: the first is told, and then each time that they have doubled.
        if !self.untold && tally.count.is_power_of_two() {
            tracing::error!(%error, messages = tally.count, "messages were not delivered, and nobody awaited them: they are LOST");
        }
        tally.first.get_or_insert(error);
    }

    /// Those since the last time.
    pub(super) fn take(&self) -> Tally {
        mem::take(&mut *self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_decides_over_a_transaction_is_told_why_and_not_what_went_with_it() {
        let unseen = Unseen::untold();
        for kind in [ErrorKind::Closed, ErrorKind::TooLarge, ErrorKind::Closed] {
            drop(Failure::new(Error::new(kind, kind.to_string()), &unseen));
        }
        let Tally { count, first } = unseen.take();
        assert_eq!((count, first.map(|error| error.kind())), (1, Some(ErrorKind::TooLarge)));
        assert!(unseen.take().first.is_none());
    }
}
