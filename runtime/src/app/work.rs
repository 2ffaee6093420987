//! One message to its end: handled, given up to the dead letters, or left for another member.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::later::Later;
use super::retry::{Retry, Waits};
use super::tiers::{Moved, Received, Turn};
use super::unknown::UnknownEvents;
use super::worker::{Tried, Worker};
use crate::client::{Client, GivenUp, LetterTopics, Reason};
use crate::error::{Error, ErrorKind};
use crate::handler::Failure;
use crate::kafka::RawMessage;

/// Where messages go that are given up: the broker, or a test's list.
pub(super) trait Morgue: Send + Sync {
    /// True when it is kept; false where the partition went to another member before that.
    fn keep<'a>(&'a self, raw: &'a RawMessage, group: &'a str, reason: &'a Reason) -> Kept<'a>;
}

pub(super) type Kept<'a> = Pin<Box<dyn Future<Output = Result<bool, Error>> + Send + 'a>>;

/// The topics of dead letters on the brokers.
pub(super) struct Letters {
    pub(super) client: Client,
    pub(super) topics: LetterTopics,
}

impl Morgue for Letters {
    fn keep<'a>(&'a self, raw: &'a RawMessage, group: &'a str, reason: &'a Reason) -> Kept<'a> {
        Box::pin(async move {
            let letters = self.topics.of(raw.topic());
            let given_up = GivenUp { raw, group, reason, letters: &letters };
            self.client.dead_letters().write_patiently(given_up).await
        })
    }
}

/// All that the lanes share.
pub(super) struct Work {
    pub(super) group: Arc<str>,
    pub(super) workers: BTreeMap<String, Arc<dyn Worker>>,
    pub(super) retry: Retry,
    /// Whether a message whose handler failed goes to the dead letters; otherwise the app ends with an error.
    pub(super) dead_letters: bool,
    pub(super) unknown: UnknownEvents,
    pub(super) morgue: Arc<dyn Morgue>,
    /// Where messages wait for their retry, when they have been tried in place.
    pub(super) later: Later,
}

/// A message between its tries.
pub(super) struct Trying {
    turn: Turn,
    /// The next.
    attempt: u32,
    backoff: Waits,
}

/// What became of a try.
pub(super) enum Step {
    /// It is seen through, or another member's.
    Over,
    /// It is tried again after that.
    Wait(Trying, Wait),
}

/// How a message waits for its next try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) time: Duration,
    /// Whether what comes behind it with its key waits too.
    pub(super) holds_key: bool,
}

impl Wait {
    const fn in_place(time: Duration) -> Self {
        Self { time, holds_key: true }
    }
}

impl Work {
    /// Tries the message for the first time here. An error ends the app; the message is not acknowledged then.
    pub(super) async fn begin(&self, raw: &mut RawMessage) -> Result<Step, Error> {
        match self.turn(raw).await? {
            None => Ok(Step::Over),
            Some(turn) => {
                let attempt = turn.attempts.saturating_add(1);
                self.go_on(raw, Trying { turn, attempt, backoff: self.retry.backoff() }).await
            }
        }
    }

    /// As [`Self::begin`], for a message that has waited for its next try.
    pub(super) async fn go_on(&self, raw: &mut RawMessage, mut trying: Trying) -> Result<Step, Error> {
        let seen = self.try_once(raw, &mut trying).await;
        if let Later::Topics(tiers) = &self.later
            && raw.is_acked()
        {
            tiers.done(raw, &trying.turn);
        }
        Ok(match seen? {
            Some(wait) => Step::Wait(trying, wait),
            None => Step::Over,
        })
    }

    /// What is known of the message, where it is its turn to be handled.
    pub(super) async fn turn(&self, raw: &mut RawMessage) -> Result<Option<Turn>, Error> {
        let Later::Topics(tiers) = &self.later else { return Ok(Some(Turn::default())) };
        match tiers.receive(raw).await? {
            Received::Turn(turn) => Ok(Some(turn)),
            Received::Gone => Ok(None),
            Received::Stray(reason) => self.bury(raw, reason).await.map(|()| None),
            Received::TooLarge(_, error) if !self.dead_letters => Err(error),
            Received::TooLarge(turn, error) => {
                let failure = Failure::fatal("too-large-to-wait", &error);
                let attempts = turn.attempts;
                self.bury(raw, Reason::of(failure, &self.group, attempts).after(turn.history.clone())).await?;
                if raw.is_acked() {
                    tiers.done(raw, &turn);
                }
                Ok(None)
            }
        }
    }

    /// One try; how long to wait for the next, where there is to be one.
    async fn try_once(&self, raw: &mut RawMessage, trying: &mut Trying) -> Result<Option<Wait>, Error> {
        let Some(worker) = self.workers.get(&**raw.topic()) else {
            tracing::error!(topic = &**raw.topic(), "a message of a topic that nobody subscribed to");
            return Ok(None);
        };
        if raw.is_revoked() {
            return Ok(None);
        }
        let Trying { turn, attempt, backoff } = trying;
        match worker.try_once(raw, *attempt).await {
            Tried::Failed(failure) if self.tries_again(&failure, turn, *attempt) => {
                turn.history.failed(&self.group, *attempt, &failure);
                let wait = backoff.next();
                tracing::warn!(
                    topic = &**raw.topic(),
                    raw.partition,
                    raw.offset,
                    attempt,
                    code = failure.code,
                    why = failure.message,
                    ?wait,
                    "a handler failed; trying again"
                );
                *attempt = attempt.saturating_add(1);
                Ok(Some(Wait::in_place(wait)))
            }
            tried => {
                let wait = self.settle(raw, tried, *attempt, turn).await?;
                if wait.is_some() {
                    *attempt = attempt.saturating_add(1);
                }
                Ok(wait)
            }
        }
    }

    /// Whether a message that has failed is tried again in place.
    pub(super) fn tries_again(&self, failure: &Failure, turn: &mut Turn, attempt: u32) -> bool {
        let now = self.later.now_ms();
        let first = *turn.first_failure.get_or_insert(now);
        !failure.fatal && self.retry.allows(attempt) && !self.retry.is_too_old(first, now)
    }

    /// What follows of its last try here; how it waits for another one, where it does so in this process.
    pub(super) async fn settle(
        &self,
        raw: &mut RawMessage,
        tried: Tried,
        attempt: u32,
        turn: &mut Turn,
    ) -> Result<Option<Wait>, Error> {
        let history = turn.history.clone();
        let reason = |failure| Reason::of(failure, &self.group, attempt).after(history);
        match tried {
            Tried::Done => raw.ack(),
            Tried::Revoked => {}
            Tried::Bad(failure) => self.bury(raw, reason(failure)).await?,
            Tried::Unknown(failure) => self.meet_unknown(raw, reason(failure)).await?,
            Tried::Failed(failure) => return self.give_up(raw, failure, attempt, turn).await,
        }
        Ok(None)
    }

    async fn meet_unknown(&self, raw: &mut RawMessage, reason: Reason) -> Result<(), Error> {
        match self.unknown {
            UnknownEvents::DeadLetter => self.bury(raw, reason).await,
            UnknownEvents::Skip => {
                tracing::debug!(
                    topic = &**raw.topic(),
                    raw.partition,
                    raw.offset,
                    why = reason.message,
                    "an event that is not known is passed over"
                );
                raw.ack();
                Ok(())
            }
            UnknownEvents::End => {
                let at = format!("\"{}\" partition {} offset {}", raw.topic(), raw.partition, raw.offset);
                let message =
                    format!("the message at {at} is no event that group \"{}\" knows: {}", self.group, reason.message);
                Err(Error::new(ErrorKind::Decode, message).help(
                    "add its event to the topic, or choose what is done with such messages with `App::unknown_events`",
                ))
            }
        }
    }

    /// Into its next tier; behind the last, to the dead letters.
    async fn give_up(
        &self,
        raw: &mut RawMessage,
        failure: Failure,
        attempt: u32,
        turn: &mut Turn,
    ) -> Result<Option<Wait>, Error> {
        let is_too_old = turn.first_failure.is_some_and(|first| self.retry.is_too_old(first, self.later.now_ms()));
        match &self.later {
            _ if failure.fatal || is_too_old => {}
            Later::Never => {}
            Later::Topics(tiers) => match tiers.move_on(raw, turn, attempt, &failure).await? {
                Moved::On | Moved::Revoked => return Ok(None),
                Moved::Behind => {}
                Moved::TooLarge(error) if !self.dead_letters => return Err(error),
                Moved::TooLarge(error) => tracing::error!(%error, "a message goes to the dead letters instead"),
            },
            Later::Here(timers) => {
                if let Some(time) = timers.next(turn) {
                    turn.history.failed(&self.group, attempt, &failure);
                    tracing::warn!(
                        topic = &**raw.topic(),
                        raw.offset,
                        attempt,
                        delay = ?time,
                        code = failure.code,
                        why = failure.message,
                        "a handler goes on failing; the message waits in memory"
                    );
                    return Ok(Some(Wait { time, holds_key: timers.is_ordered() }));
                }
            }
        }
        if !self.dead_letters {
            let at = format!("\"{}\" partition {} offset {}", raw.topic(), raw.partition, raw.offset);
            return Err(Error::new(
                ErrorKind::Handler,
                format!(
                    "the handler of the message at {at} failed {attempt} times in group \"{}\": {failure}",
                    self.group
                ),
            )
            .help("mend the handler, or let such messages go to the dead letters with `App::dead_letters()`"));
        }
        self.bury(raw, Reason::of(failure, &self.group, attempt).after(turn.history.clone())).await?;
        Ok(None)
    }

    /// The letter is kept first; only then is the message acknowledged.
    async fn bury(&self, raw: &mut RawMessage, reason: Reason) -> Result<(), Error> {
        if self.morgue.keep(raw, &self.group, &reason).await? {
            raw.ack();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::worker::Try;
    use super::*;

    /// Fails as often as it is told, then is done.
    struct Failing {
        times: u32,
        fatal: bool,
        tried: AtomicU32,
    }

    impl Worker for Failing {
        fn try_once<'a>(&'a self, raw: &'a RawMessage, attempt: u32) -> Try<'a> {
            self.tried.fetch_add(1, Ordering::Relaxed);
            let outcome = if raw.payload.is_none() {
                Tried::Bad(Failure::unreadable("not-framed", &"no frame"))
            } else if attempt <= self.times {
                Tried::Failed(Failure { fatal: self.fatal, ..Failure::fatal("oven-broken", &"too hot") })
            } else {
                Tried::Done
            };
            Box::pin(async move { outcome })
        }
    }

    #[derive(Default)]
    struct List(Mutex<Vec<Reason>>);

    impl Morgue for List {
        fn keep<'a>(&'a self, _raw: &'a RawMessage, _group: &'a str, reason: &'a Reason) -> Kept<'a> {
            self.0.lock().unwrap().push(reason.clone());
            Box::pin(async { Ok(true) })
        }
    }

    fn work(times: u32, fatal: bool, dead_letters: bool) -> (Work, Arc<Failing>, Arc<List>) {
        let worker = Arc::new(Failing { times, fatal, tried: AtomicU32::new(0) });
        let list = Arc::new(List::default());
        let work = Work {
            group: Arc::from("kitchen"),
            workers: BTreeMap::from([("orders".to_owned(), Arc::clone(&worker) as Arc<dyn Worker>)]),
            retry: Retry::in_place(2).waits(Duration::from_millis(1), Duration::from_millis(1)),
            dead_letters,
            unknown: UnknownEvents::default(),
            morgue: Arc::clone(&list) as Arc<dyn Morgue>,
            later: Later::Never,
        };
        (work, worker, list)
    }

    impl Work {
        /// As a lane does it, with one message.
        async fn see_through(&self, raw: &mut RawMessage) -> Result<(), Error> {
            let mut step = self.begin(raw).await?;
            while let Step::Wait(trying, wait) = step {
                raw.pause(wait.time).await;
                step = self.go_on(raw, trying).await?;
            }
            Ok(())
        }
    }

    fn message(payload: Option<&[u8]>) -> RawMessage {
        RawMessage::for_test("orders", 0, 7, None, payload)
    }

    #[tokio::test]
    async fn a_handler_that_fails_twice_is_tried_three_times() {
        let (work, worker, list) = work(2, false, true);
        work.see_through(&mut message(Some(b"x"))).await.unwrap();
        assert_eq!(worker.tried.load(Ordering::Relaxed), 3);
        assert!(list.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_handler_that_goes_on_failing_sends_the_message_to_the_dead_letters() {
        let (work, worker, list) = work(9, false, true);
        work.see_through(&mut message(Some(b"x"))).await.unwrap();
        assert_eq!(worker.tried.load(Ordering::Relaxed), 3);
        let reasons = list.0.lock().unwrap();
        let [Reason { label, message, deliveries, history }] = reasons.as_slice() else { panic!("{reasons:?}") };
        assert_eq!((label.as_str(), message.as_str(), *deliveries), ("oven-broken", "too hot", 3));
        let tries: Vec<_> = history.iter().map(|failure| (failure.attempt, failure.code.as_str())).collect();
        assert_eq!(tries, [(1, "oven-broken"), (2, "oven-broken"), (3, "oven-broken")]);
    }

    #[tokio::test]
    async fn a_fatal_failure_is_not_tried_again() {
        let (work, worker, list) = work(9, true, true);
        work.see_through(&mut message(Some(b"x"))).await.unwrap();
        assert_eq!(worker.tried.load(Ordering::Relaxed), 1);
        assert_eq!(list.0.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn without_dead_letters_a_failing_handler_ends_the_app_and_says_where() {
        let (work, _, list) = work(9, false, false);
        let error = work.see_through(&mut message(Some(b"x"))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Handler);
        let text = error.to_string();
        assert!(
            text.contains("\"orders\" partition 0 offset 7")
                && text.contains("failed 3 times")
                && text.contains("too hot"),
            "{text}"
        );
        assert!(list.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn an_undecodable_message_goes_to_the_dead_letters_without_being_asked() {
        let (work, _, list) = work(0, false, false);
        work.see_through(&mut message(None)).await.unwrap();
        assert_eq!(list.0.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_message_of_an_unknown_topic_does_not_stop_the_others() {
        let (work, worker, _) = work(0, false, false);
        work.see_through(&mut RawMessage::for_test("other", 0, 0, None, None)).await.unwrap();
        assert_eq!(worker.tried.load(Ordering::Relaxed), 0);
    }
}
