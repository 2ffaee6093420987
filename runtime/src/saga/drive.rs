//! One saga, from step to step, until it waits or has ended.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Transaction;
use tokio::sync::watch;
use tracing::Instrument as _;

use super::database::{Row, SagaDatabase};
use super::definition::Definition;
use super::state::Phase;
use super::step::{Called, Step};
use super::turn::{Next, Place, Turn};
use crate::app::{Retry, panicked};
use crate::envelope::Flow;
use crate::error::Error;
use crate::handler::Failure;
use crate::store::{failed, millis, now_ms};

/// Of the waits between tries no more are looked at: they have long been the longest.
const WAITS: u32 = 64;

/// How it is behind a step, and the transaction of the step, where that has one.
struct Settled<DB: SagaDatabase> {
    row: Row,
    tx: Option<Transaction<'static, DB>>,
}

impl<DB: SagaDatabase> Settled<DB> {
    fn of(row: Row) -> Self {
        Self { row, tx: None }
    }
}

/// Works on it until it is not due any more, or this is to stop. An error is the database's, which may have taken the last step or not: the saga is
/// still claimed then.
pub(super) async fn drive<DB, D>(
    saga: &Definition<DB, D>,
    mut row: Row,
    stop: &watch::Receiver<bool>,
) -> Result<(), Error>
where
    DB: SagaDatabase,
    D: Serialize + DeserializeOwned + Send + 'static,
{
    loop {
        let Settled { row: mut next, tx } = advance(saga, row).await?;
        let now = now_ms();
        next.changed_ms = now;
        let mut goes_on = next.due_ms.is_some_and(|due| due <= now) && !*stop.borrow();
        // One that fails has its reply, and waits for its next try; one that is stuck waits for somebody.
        let waits = next.waiting_for.clone().filter(|_| next.failing_ms.is_none() && next.stuck_ms.is_none());
        let mut tx = match tx {
            Some(tx) => tx,
            None => DB::begin(&saga.pool).await?,
        };
        if !DB::settle(&mut tx, &next, goes_on || waits.is_some()).await? {
            tx.rollback().await.map_err(failed("take back a step of a saga"))?;
            tracing::warn!(
                saga = next.name,
                id = next.id,
                step = next.step,
                "another runner has taken over the saga, since this one was not heard of; what the step wrote is taken back"
            );
            return Ok(());
        }
        // What is asked for may have been answered while the step was at work. Then it is due from here on, whoever goes on with it: this one may stop now, or die.
        if let Some(key) = waits {
            goes_on = DB::wake_if_answered(&mut tx, &next, &key, now).await? && !*stop.borrow();
            if !goes_on {
                DB::release(&mut tx, &next).await?;
            }
        }
        tx.commit().await.map_err(failed("note how far a saga is"))?;
        if !goes_on {
            return Ok(());
        }
        row = next;
    }
}

/// Lets go of a saga that could not be worked on, unless somebody else has it by now.
pub(super) async fn release<DB: SagaDatabase, D>(saga: &Definition<DB, D>, row: &Row) -> Result<(), Error> {
    let mut tx = DB::begin(&saga.pool).await?;
    DB::release(&mut tx, row).await?;
    tx.commit().await.map_err(failed("let go of a saga"))
}

async fn advance<DB, D>(saga: &Definition<DB, D>, row: Row) -> Result<Settled<DB>, Error>
where
    DB: SagaDatabase,
    D: Serialize + DeserializeOwned + Send + 'static,
{
    let name = &row.name;
    let Some(phase) = Phase::of(&row.phase) else {
        let why = format!("the phase \"{}\" is none that this build knows", row.phase);
        return Ok(Settled::of(stuck(row, why)));
    };
    let Some((at, step)) = saga.at(&row.step) else {
        let why = format!("the saga \"{name}\" has no step \"{}\" in this build", row.step);
        return Ok(Settled::of(stuck(row, why)));
    };
    let data = match serde_json::from_str::<D>(&row.data) {
        Ok(data) => data,
        Err(error) => {
            let why = format!("its data is no `{}` of this build: {error}", std::any::type_name::<D>());
            return Ok(Settled::of(stuck(row, why)));
        }
    };
    let undoes = phase == Phase::Backward;
    let place = Place {
        saga: Arc::clone(&saga.name),
        id: row.id.clone(),
        step: row.step.clone(),
        undoes,
        attempt: u32::try_from(row.attempt).unwrap_or(1),
    };
    let turn = Turn { data, pool: saga.pool.clone(), tx: None, place };
    let called = match (phase, &row.waiting_for) {
        (Phase::Completed | Phase::Compensated, _) => return Ok(Settled::of(Row { due_ms: None, ..row })),
        (Phase::Backward, _) => match &step.undo {
            Some(undo) => call(step, turn, |turn| undo(turn)).await,
            None => Ok(turn.done()),
        },
        (Phase::Forward, None) => call(step, turn, |turn| (step.act)(turn)).await,
        (Phase::Forward, Some(key)) => match (DB::reply_to(&saga.pool, key).await?, &step.answer) {
            // It was woken by somebody else.
            (None, _) if row.deadline_ms.is_some_and(|deadline| now_ms() < deadline) => {
                return Ok(Settled::of(Row { due_ms: row.deadline_ms, ..row }));
            }
            (None, _) => Err(Failure::fatal("no-reply", &format!("no reply to \"{key}\" came in time"))),
            (Some(_), None) => Ok(turn.done()),
            (Some(reply), Some(answer)) => call(step, turn, |turn| answer(turn, &reply)).await,
        },
    };
    let next = called.and_then(|Next { turn, wait }| match serde_json::to_string(&turn.data) {
        Ok(data) => Ok((turn.tx, data, wait)),
        Err(error) => Err(Failure::fatal("data", &format!("the data of the saga is no JSON: {error}"))),
    });
    let now = now_ms();
    Ok(match next {
        Ok((tx, data, wait)) => {
            let row = Row { data, attempt: 1, failing_ms: None, error: None, waiting_for: None, ..row };
            let row = match (wait, undoes) {
                (Some(deadline), _) => {
                    let key = super::turn::key(&row.name, &row.id, &row.step);
                    let deadline_ms = Some(now.saturating_add(millis(deadline).max(1)));
                    Row { waiting_for: Some(key), deadline_ms, due_ms: deadline_ms, ..row }
                }
                (None, false) => forward(saga, at, row, now),
                (None, true) => backward(row, now),
            };
            Settled { row, tx }
        }
        Err(failure) => Settled::of(failed_with(step, row, &failure, undoes, now)),
    })
}

/// Calls the user's function, with all that is around it.
async fn call<DB, D>(
    step: &Step<DB, D>,
    turn: Turn<DB, D>,
    function: impl FnOnce(Turn<DB, D>) -> Called<DB, D>,
) -> Result<Next<DB, D>, Failure>
where
    DB: SagaDatabase,
{
    let key: Arc<str> = turn.key().into();
    let place = &turn.place;
    let span = tracing::info_span!(
        target: "topika",
        "saga",
        otel.name = %format_args!("{} {}", place.saga, place.step),
        saga = &*place.saga,
        id = place.id,
        step = place.step,
        undo = place.undoes,
        attempt = place.attempt,
        correlation_id = &*key,
    );
    let flow = Flow { correlation_id: key, causation_id: None };
    // It may panic before its first await as well as after.
    let called = Flow::around(Some(flow), AssertUnwindSafe(async { function(turn).await }).catch_unwind());
    let called = async {
        match step.time_limit {
            None => Some(called.await),
            Some(limit) => tokio::time::timeout(limit, called).await.ok(),
        }
    };
    match called.instrument(span).await {
        Some(Ok(next)) => next,
        Some(Err(panic)) => Err(panicked(panic.as_ref())),
        None => {
            let limit = step.time_limit.unwrap_or_default();
            let message = format!("it took longer than {:.1} s", limit.as_secs_f64());
            Err(Failure { fatal: false, ..Failure::fatal("time-limit", &message) })
        }
    }
}

/// The step is done.
fn forward<DB: SagaDatabase, D>(saga: &Definition<DB, D>, at: usize, row: Row, now: i64) -> Row {
    let mut done = row.done_steps();
    done.push(row.step.clone());
    let done = list(&done);
    match saga.steps.get(at + 1) {
        Some(next) => Row { step: next.name.clone(), done, due_ms: Some(now), ..row },
        None => Row { phase: Phase::Completed.as_str().to_owned(), done, due_ms: None, ..row },
    }
}

/// The step is undone.
fn backward(row: Row, now: i64) -> Row {
    let mut done = row.done_steps();
    // The one that failed is not among them.
    if done.last() == Some(&row.step) {
        done.pop();
    }
    match done.last() {
        Some(before) => Row { step: before.clone(), done: list(&done), due_ms: Some(now), ..row },
        None => Row { phase: Phase::Compensated.as_str().to_owned(), done: list(&done), due_ms: None, ..row },
    }
}

fn failed_with<DB: SagaDatabase, D>(step: &Step<DB, D>, row: Row, failure: &Failure, undoes: bool, now: i64) -> Row {
    let (saga, id, attempt) = (&row.name, &row.id, u32::try_from(row.attempt).unwrap_or(1));
    let retry = if undoes { &step.undo_retry } else { &step.retry };
    let failing = *row.failing_ms.as_ref().unwrap_or(&now);
    let why = format!("step \"{}\"{}: {failure}", row.step, if undoes { ", undone" } else { "" });
    if !failure.fatal && retry.allows(attempt) && !retry.is_too_old(failing, now) {
        let wait = wait_before(retry, attempt);
        tracing::warn!(saga, id, why, attempt, ?wait, "a step of a saga failed; trying again");
        let (attempt, due) = (row.attempt.saturating_add(1), now.saturating_add(millis(wait)));
        return Row { attempt, failing_ms: Some(failing), error: Some(why), due_ms: Some(due), ..row };
    }
    if undoes {
        return stuck(row, why);
    }
    tracing::warn!(saga, id, why, "a saga goes back");
    Row {
        phase: Phase::Backward.as_str().to_owned(),
        attempt: 1,
        failing_ms: None,
        waiting_for: None,
        reason: Some(why),
        error: None,
        due_ms: Some(now),
        ..row
    }
}

fn wait_before(retry: &Retry, attempt: u32) -> std::time::Duration {
    let mut backoff = retry.backoff();
    let mut wait = backoff.next();
    for _ in 1..attempt.min(WAITS) {
        wait = backoff.next();
    }
    wait
}

fn stuck(row: Row, why: String) -> Row {
    let (saga, id, step) = (&row.name, &row.id, &row.step);
    tracing::error!(saga, id, step, why, "a saga is stuck, and goes on when somebody resumes it");
    Row { stuck_ms: Some(now_ms()), due_ms: None, error: Some(why), ..row }
}

fn list(steps: &[String]) -> String {
    // Texts are JSON always.
    serde_json::to_string(steps).unwrap_or_else(|_| "[]".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saga_that_goes_back_undoes_what_failed_and_then_what_was_done_the_last_first() {
        let row = Row { step: "c".to_owned(), done: list(&["a".to_owned(), "b".to_owned()]), ..Row::default() };
        let row = backward(row, 7);
        assert_eq!((row.step.as_str(), row.done.as_str(), row.due_ms), ("b", r#"["a","b"]"#, Some(7)));
        let row = backward(row, 7);
        assert_eq!((row.step.as_str(), row.done.as_str()), ("a", r#"["a"]"#));
        let row = backward(row, 7);
        assert_eq!((row.phase.as_str(), row.done.as_str(), row.due_ms), ("compensated", "[]", None));
    }

    #[test]
    fn waits_grow_from_try_to_try_and_have_an_end() {
        let second = std::time::Duration::from_secs(1);
        let retry = Retry::in_place(u32::MAX).waits(second, second * 8);
        for (attempt, most) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (u32::MAX, 8)] {
            let wait = wait_before(&retry, attempt);
            assert!((second * most / 2..=second * most).contains(&wait), "{attempt}: {wait:?}");
        }
    }
}
