//! A batch to its end. It is tried as a whole; what goes on failing is tried once more one by one, so that one bad message takes no other with
//! it to the dead letters.

use super::batched::{AllTried, Together};
use super::later::Later;
use super::tiers::Turn;
use super::work::Work;
use super::worker::{Tried, Worker};
use crate::error::Error;
use crate::handler::Failure;
use crate::kafka::RawMessage;

/// Takes each message that is seen through, whatever became of it.
pub(super) type LetGo<'a> = &'a (dyn Fn(RawMessage) + Send + Sync);

impl Work {
    /// Sees messages of one topic through. An error ends the app; what is not acknowledged then stays so.
    pub(super) async fn see_all_through(
        &self,
        worker: &dyn Worker,
        together: &dyn Together,
        mut raws: Vec<RawMessage>,
        let_go: LetGo<'_>,
    ) -> Result<(), Error> {
        raws = self.those_whose_turn_it_is(raws, let_go).await?;
        let mut backoff = self.retry.backoff();
        let mut attempt: u32 = 1;
        // Of the batch as a whole.
        let mut turn = Turn::default();
        loop {
            raws.extract_if(.., |raw| raw.is_revoked()).for_each(let_go);
            let Some(first) = raws.first() else { return Ok(()) };
            let (partition, offset) = (first.partition, first.offset);
            let AllTried { aside, tried } = together.try_all(&raws, attempt).await;
            // From behind: the places of those in front stay what they are.
            for (at, tried) in aside.into_iter().rev() {
                let mut raw = raws.remove(at);
                self.settle(&mut raw, tried, attempt, &mut turn).await?;
                let_go(raw);
            }
            match tried {
                Tried::Done => {
                    for mut raw in raws {
                        raw.ack();
                        let_go(raw);
                    }
                    return Ok(());
                }
                Tried::Revoked => {
                    raws.into_iter().for_each(let_go);
                    return Ok(());
                }
                // Which of them is poison the handler says where it is given that one alone.
                Tried::Bad(failure) | Tried::Unknown(failure) => {
                    return self.one_by_one(worker, raws, (failure, attempt, turn), let_go).await;
                }
                Tried::Failed(failure) if !self.tries_again(&failure, &mut turn, attempt) => {
                    return self.one_by_one(worker, raws, (failure, attempt, turn), let_go).await;
                }
                Tried::Failed(failure) => {
                    turn.history.failed(&self.group, attempt, &failure);
                    let wait = backoff.next();
                    tracing::warn!(
                        messages = raws.len(),
                        partition,
                        offset,
                        attempt,
                        code = failure.code,
                        why = failure.message,
                        ?wait,
                        "a handler failed with a batch; trying again"
                    );
                    RawMessage::pause_all(&raws, wait).await;
                    attempt = attempt.saturating_add(1);
                }
            }
        }
    }

    /// Those that no message of their key is waiting before, in a tier. In a tier, messages are tried one by one.
    async fn those_whose_turn_it_is(&self, raws: Vec<RawMessage>, let_go: LetGo<'_>) -> Result<Vec<RawMessage>, Error> {
        if !matches!(self.later, Later::Topics(_)) {
            return Ok(raws);
        }
        let mut theirs = Vec::with_capacity(raws.len());
        for mut raw in raws {
            match self.turn(&mut raw).await? {
                Some(_) => theirs.push(raw),
                None => let_go(raw),
            }
        }
        Ok(theirs)
    }

    /// The last try, of each message alone.
    async fn one_by_one(
        &self,
        worker: &dyn Worker,
        raws: Vec<RawMessage>,
        (failure, attempt, mut of_all): (Failure, u32, Turn),
        let_go: LetGo<'_>,
    ) -> Result<(), Error> {
        let is_alone = raws.len() == 1;
        if !is_alone {
            of_all.history.failed(&self.group, attempt, &failure);
        }
        for mut raw in raws {
            if raw.is_revoked() {
                let_go(raw);
                continue;
            }
            // One before it may have gone into a tier by now.
            let Some(mut turn) = self.turn(&mut raw).await? else {
                let_go(raw);
                continue;
            };
            turn.first_failure = of_all.first_failure;
            turn.history = of_all.history.clone();
            // What failed alone already is not tried again.
            let (tried, attempt) = if is_alone {
                let failure = failure.clone();
                (if failure.unreadable { Tried::Bad(failure) } else { Tried::Failed(failure) }, attempt)
            } else {
                let attempt = attempt.saturating_add(1);
                (worker.try_once(&raw, attempt).await, attempt)
            };
            // Where messages wait in their lane, no app with batches has tiers.
            self.settle(&mut raw, tried, attempt, &mut turn).await?;
            let_go(raw);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::super::batched::TryAll;
    use super::super::retry::Retry;
    use super::super::unknown::UnknownEvents;
    use super::super::work::{Kept, Morgue};
    use super::super::worker::Try;
    use super::*;
    use crate::client::Reason;
    use crate::handler::Batches;

    /// Remembers the offsets of each call; fails with those that hold a bad one. What has no payload cannot be read.
    #[derive(Default)]
    struct Fake {
        bad: Vec<i64>,
        fatal: bool,
        poison: bool,
        calls: Mutex<Vec<Vec<i64>>>,
    }

    impl Together for Fake {
        fn batches(&self) -> Batches {
            Batches::up_to(10)
        }

        fn try_all<'a>(&'a self, raws: &'a [RawMessage], _attempt: u32) -> TryAll<'a> {
            let nothing = raws.iter().enumerate().filter(|(_, raw)| raw.payload.is_none());
            let aside = nothing.map(|(at, _)| (at, Tried::Bad(Failure::unreadable("not-framed", &"")))).collect();
            let offsets: Vec<i64> = raws.iter().filter(|raw| raw.payload.is_some()).map(|raw| raw.offset).collect();
            let tried = match offsets.iter().any(|offset| self.bad.contains(offset)) {
                true if self.poison => Tried::Bad(Failure::unreadable("oven-broken", &"too hot")),
                true => Tried::Failed(Failure { fatal: self.fatal, ..Failure::fatal("oven-broken", &"too hot") }),
                false => Tried::Done,
            };
            self.calls.lock().unwrap().push(offsets);
            Box::pin(async { AllTried { aside, tried } })
        }
    }

    impl Worker for Fake {
        fn try_once<'a>(&'a self, raw: &'a RawMessage, attempt: u32) -> Try<'a> {
            Box::pin(async move { self.try_all(std::slice::from_ref(raw), attempt).await.tried })
        }
    }

    #[derive(Default)]
    struct List(Mutex<Vec<(i64, String)>>);

    impl Morgue for List {
        fn keep<'a>(&'a self, raw: &'a RawMessage, _group: &'a str, reason: &'a Reason) -> Kept<'a> {
            self.0.lock().unwrap().push((raw.offset, reason.label.clone()));
            Box::pin(async { Ok(true) })
        }
    }

    /// What came of the offsets 0 to 3, of which the last cannot be read: the calls, the letters, what was acknowledged.
    async fn seen(fake: Fake, dead_letters: bool) -> (Result<(), Error>, Vec<Vec<i64>>, Vec<(i64, String)>, Vec<i64>) {
        let list = Arc::new(List::default());
        let work = Work {
            group: Arc::from("kitchen"),
            workers: BTreeMap::new(),
            retry: Retry::in_place(1).waits(Duration::from_millis(1), Duration::from_millis(1)),
            dead_letters,
            unknown: UnknownEvents::default(),
            morgue: Arc::clone(&list) as Arc<dyn Morgue>,
            later: Later::Never,
        };
        let message = |offset| RawMessage::for_test("orders", 0, offset, None, (offset < 3).then_some(&b"x"[..]));
        let acked = Mutex::new(Vec::new());
        let let_go = |raw: RawMessage| {
            if raw.is_acked() {
                acked.lock().unwrap().push(raw.offset);
            }
        };
        let done = work.see_all_through(&fake, &fake, (0..4).map(message).collect(), &let_go).await;
        let letters = std::mem::take(&mut *list.0.lock().unwrap());
        let mut acked = acked.into_inner().unwrap();
        acked.sort_unstable();
        (done, fake.calls.into_inner().unwrap(), letters, acked)
    }

    fn unread() -> (i64, String) {
        (3, "not-framed".to_owned())
    }

    #[tokio::test]
    async fn a_batch_that_succeeds_is_acknowledged_as_a_whole_and_what_cannot_be_read_is_no_part_of_it() {
        let (done, calls, letters, acked) = seen(Fake::default(), false).await;
        done.unwrap();
        assert_eq!((calls, letters, acked), (vec![vec![0, 1, 2]], vec![unread()], vec![0, 1, 2, 3]));
    }

    #[tokio::test]
    async fn of_a_batch_that_goes_on_failing_each_is_tried_alone_and_only_the_bad_one_is_given_up() {
        let (done, calls, letters, acked) = seen(Fake { bad: vec![1], ..Fake::default() }, true).await;
        done.unwrap();
        assert_eq!(calls, [vec![0, 1, 2], vec![0, 1, 2], vec![0], vec![1], vec![2]]);
        assert_eq!(letters, [unread(), (1, "oven-broken".to_owned())]);
        assert_eq!(acked, [0, 1, 2, 3]);
    }

    #[tokio::test]
    async fn a_fatal_failure_of_a_batch_is_not_tried_again_as_a_whole() {
        let (done, calls, _, _) = seen(Fake { bad: vec![2], fatal: true, ..Fake::default() }, true).await;
        done.unwrap();
        assert_eq!(calls, [vec![0, 1, 2], vec![0], vec![1], vec![2]]);
    }

    #[tokio::test]
    async fn of_a_batch_in_which_a_message_is_poison_that_message_alone_is_given_up() {
        let (done, calls, letters, acked) = seen(Fake { bad: vec![1], poison: true, ..Fake::default() }, false).await;
        done.unwrap();
        assert_eq!(calls, [vec![0, 1, 2], vec![0], vec![1], vec![2]]);
        assert_eq!(letters, [unread(), (1, "oven-broken".to_owned())]);
        assert_eq!(acked, [0, 1, 2, 3]);
    }

    #[tokio::test]
    async fn without_dead_letters_the_app_ends_at_the_first_that_fails_alone() {
        let (done, calls, letters, acked) = seen(Fake { bad: vec![1], ..Fake::default() }, false).await;
        let error = done.unwrap_err();
        assert!(error.to_string().contains("offset 1 failed 3 times"), "{error}");
        assert_eq!(calls, [vec![0, 1, 2], vec![0, 1, 2], vec![0], vec![1]]);
        assert_eq!((letters, acked), (vec![unread()], vec![0, 3]));
    }
}
