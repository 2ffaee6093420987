//! Many messages and one future: each has a place of its own in the answer.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use super::delivery::{Delivered, Pending};
use super::outcome::{Failure, Outcome, Unseen};
use super::undelivered;
use crate::error::Error;

/// Where the answers of a batch come together.
#[derive(Clone, Debug)]
pub(super) struct Batch(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    answers: Mutex<Answers>,
    unseen: Unseen,
}

#[derive(Debug, Default)]
struct Answers {
    outcomes: Vec<Option<Outcome>>,
    /// How many messages have no answer yet.
    open: usize,
    waker: Option<Waker>,
}

impl Batch {
    pub(super) fn new(messages: usize, unseen: &Unseen) -> Self {
        let answers = Answers { outcomes: Vec::with_capacity(messages), ..Answers::default() };
        Self(Arc::new(Shared { answers: Mutex::new(answers), unseen: unseen.clone() }))
    }

    /// The place of one more message.
    pub(super) fn slot(&self) -> Slot {
        let mut answers = self.0.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.outcomes.push(None);
        answers.open += 1;
        Slot { batch: Some(self.clone()), at: answers.outcomes.len() - 1 }
    }

    /// The future of all answers; no message comes behind it.
    pub(super) fn pending(self) -> PendingBatch {
        PendingBatch(Answer::Together(self))
    }

    fn fill(&self, at: usize, outcome: Outcome) {
        let mut answers = self.0.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = answers.outcomes.get_mut(at) {
            *place = Some(outcome);
        }
        answers.open -= 1;
        if answers.open == 0 {
            let waker = answers.waker.take();
            drop(answers);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

/// Where the answer of one message belongs.
#[derive(Debug)]
pub(super) struct Slot {
    batch: Option<Batch>,
    at: usize,
}

impl Slot {
    pub(super) fn fill(mut self, outcome: Outcome) {
        if let Some(batch) = self.batch.take() {
            batch.fill(self.at, outcome);
        }
    }

    pub(super) fn fail(self, error: Error) {
        if let Some(unseen) = self.batch.as_ref().map(|batch| batch.0.unseen.clone()) {
            self.fill(Err(Failure::new(error, &unseen)));
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // librdkafka is gone without a word about the message.
        if let Some(batch) = self.batch.take() {
            let failure = Failure::new(undelivered::without_answer(), &batch.0.unseen);
            batch.fill(self.at, Err(failure));
        }
    }
}

/// Messages on their way, with one future for all of them: it ends when the last one is acknowledged or has failed.
///
/// Dropping it takes no message back. Failures that nobody awaits any more are logged at error level, and counted by
/// [`Producer::close`](crate::Producer::close).
#[must_use = "deliveries that nobody awaits may fail unseen"]
pub struct PendingBatch(Answer);

enum Answer {
    Together(Batch),
    Given(Pin<Box<dyn Future<Output = Deliveries> + Send + Sync>>),
}

impl PendingBatch {
    /// The answers of whoever stands in for the brokers.
    pub(crate) fn given(answers: Vec<Result<Pending, Error>>) -> Self {
        Self(Answer::Given(Box::pin(async move {
            let mut outcomes = Vec::with_capacity(answers.len());
            for answer in answers {
                outcomes.push(match answer {
                    Ok(pending) => pending.await,
                    Err(error) => Err(error),
                });
            }
            Deliveries(outcomes)
        })))
    }
}

impl fmt::Debug for PendingBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingBatch")
    }
}

impl Future for PendingBatch {
    type Output = Deliveries;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let batch = match &mut self.0 {
            Answer::Together(batch) => batch,
            Answer::Given(answers) => return answers.as_mut().poll(cx),
        };
        let mut answers = batch.0.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.open > 0 {
            answers.waker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let outcomes = mem::take(&mut answers.outcomes);
        drop(answers);
        Poll::Ready(Deliveries(outcomes.into_iter().flatten().map(|outcome| outcome.map_err(Failure::seen)).collect()))
    }
}

/// How the messages of a batch have ended, each at the place where it was given.
///
/// ```
/// # async fn f<T: topika::Topic, E: topika::On<T>>(orders: topika::Producer<T>, placed: Vec<E>) -> Result<(), topika::Error> {
/// let deliveries = orders.send_all(&placed).await;
/// for (number, error) in deliveries.failed() {
///     eprintln!("order {number}: {error}, again: {}", error.is_retriable());
/// }
/// let places = deliveries.all()?; // or the first error, with the count
/// assert_eq!(places.len(), placed.len());
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "some may not have been delivered: `all()?` makes that an error"]
pub struct Deliveries(Vec<Result<Delivered, Error>>);

impl Deliveries {
    /// Where each message stands, if all were delivered.
    ///
    /// # Errors
    /// How many were not, and the first error: of its kind, and retriable as it is. Those that were delivered stay so.
    pub fn all(self) -> Result<Vec<Delivered>, Error> {
        let (messages, failed) = (self.len(), self.failed().count());
        let first = self.failed().next().map(|(number, _)| number);
        let places: Result<Vec<_>, Error> = self.0.into_iter().collect();
        places.map_err(|error| undelivered::of_batch(messages, failed, first.unwrap_or_default(), error))
    }

    /// The messages that were not delivered, with their places in the batch, from 0.
    pub fn failed(&self) -> impl Iterator<Item = (usize, &Error)> {
        self.iter().enumerate().filter_map(|(number, result)| Some((number, result.err()?)))
    }

    /// The result of each message, in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Result<Delivered, &Error>> + ExactSizeIterator {
        self.0.iter().map(|result| result.as_ref().copied())
    }

    /// How many messages there were.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there was none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Deliveries {
    type Item = Result<Delivered, Error>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[tokio::test]
    async fn each_answer_stands_at_its_place_whatever_came_first_and_none_is_missing() {
        let batch = Batch::new(3, &Unseen::default());
        let slots: Vec<Slot> = (0..3).map(|_| batch.slot()).collect();
        let [first, second, third] = <[Slot; 3]>::try_from(slots).unwrap();
        let pending = tokio::spawn(batch.pending());
        tokio::task::yield_now().await;
        third.fill(Ok(Delivered { partition: 1, offset: 7 }));
        first.fail(Error::new(ErrorKind::TooLarge, "too large"));
        // librdkafka is gone without a word.
        drop(second);
        let deliveries = pending.await.unwrap();
        assert_eq!(deliveries.len(), 3);
        let kinds: Vec<_> = deliveries.failed().map(|(at, error)| (at, error.kind())).collect();
        assert_eq!(kinds, [(0, ErrorKind::TooLarge), (1, ErrorKind::Closed)]);
        assert_eq!(deliveries.iter().next_back().unwrap().unwrap().offset, 7);
        let error = deliveries.all().unwrap_err();
        assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::TooLarge, false));
        assert_eq!(error.message(), "2 of 3 messages were not delivered; number 0: too large");
    }

    #[tokio::test]
    async fn a_batch_that_nobody_awaits_counts_its_failures_and_not_its_deliveries() {
        let unseen = Unseen::default();
        let batch = Batch::new(2, &unseen);
        let (first, second) = (batch.slot(), batch.slot());
        drop(batch.pending());
        first.fill(Ok(Delivered { partition: 0, offset: 0 }));
        second.fail(Error::new(ErrorKind::TooLarge, "too large"));
        let tally = unseen.take();
        assert_eq!((tally.count, tally.first.map(|error| error.kind())), (1, Some(ErrorKind::TooLarge)));
    }

    #[tokio::test]
    async fn an_empty_batch_is_delivered_at_once() {
        let deliveries = Batch::new(0, &Unseen::default()).pending().await;
        assert!(deliveries.is_empty() && deliveries.all().unwrap().is_empty());
    }
}
