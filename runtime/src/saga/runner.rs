//! Looks for sagas that are due, and has them worked on.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::database::{Row, SagaDatabase};
use super::definition::Definition;
use super::drive::{drive, release};
use crate::client::Backoff;
use crate::envelope::new_id;
use crate::error::{Error, ErrorKind};
use crate::store::{millis, now_ms};

/// So long a saga is left alone that the database has refused: what is wrong with it may not pass at once, and its step is called again.
const AGAIN: Duration = Duration::from_secs(1);

/// A runner at work. Dropping it stops it in the background; [`shutdown`](Self::shutdown) does so and waits.
#[derive(Debug)]
#[must_use = "dropping it stops the work on sagas"]
pub struct RunningSagas {
    stop: watch::Sender<bool>,
    trouble: Trouble,
    task: JoinHandle<()>,
}

/// What went wrong last, where that was not mended since.
#[derive(Clone, Debug, Default)]
struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    fn set(&self, to: Option<String>) -> Option<String> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), to)
    }

    fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Logs what is new, and not the same again and again.
    fn met(&self, error: &Error) {
        if self.set(Some(error.message().to_owned())).as_deref() != Some(error.message()) {
            tracing::warn!(%error, "the work on sagas waits until this has passed");
        }
    }
}

/// What this runner has in hand.
#[derive(Clone, Debug, Default)]
struct AtWork(Arc<Mutex<InHand>>);

#[derive(Debug, Default)]
struct InHand {
    /// What is at work and kept hold of, by id and number of the claim.
    claims: BTreeSet<(String, i64)>,
    /// How many could not be noted, and are let go of.
    refused: usize,
}

impl AtWork {
    fn with<T>(&self, look: impl FnOnce(&mut InHand) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn begun(&self, row: &Row) -> Begun {
        let claim = (row.id.clone(), row.claim);
        self.with(|all| all.claims.insert(claim.clone()));
        Begun { all: self.clone(), claim }
    }

    fn refused(&self) -> Refused {
        self.with(|all| all.refused = all.refused.saturating_add(1));
        Refused(self.clone())
    }

    fn ids(&self) -> Vec<String> {
        self.with(|all| all.claims.iter().map(|(id, _)| id.clone()).collect())
    }

    fn has_refused(&self) -> bool {
        self.with(|all| all.refused > 0)
    }
}

/// One that is at work, until this is dropped: also where the work on it was cut off.
struct Begun {
    all: AtWork,
    claim: (String, i64),
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.all.with(|all| all.claims.remove(&self.claim));
    }
}

/// One that could not be noted, until this is dropped.
struct Refused(AtWork);

impl Drop for Refused {
    fn drop(&mut self) {
        self.0.with(|all| all.refused = all.refused.saturating_sub(1));
    }
}

impl RunningSagas {
    /// Whether it works, or waits for something that a new start would not mend.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.task.is_finished()
    }

    /// What the database refused last, where it has not taken the same since. A saga whose step it refused to note is let go of after a second, as soon as it can be, and
    /// its step is called again.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.trouble.get()
    }

    /// Begins with no more steps, and waits for those at work. What is not done at the deadline is cut off, and done again by another runner when the
    /// [lease](super::Saga::lease) has run out.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) where the deadline has passed.
    pub async fn shutdown(mut self, deadline: Duration) -> Result<(), Error> {
        self.stop.send_replace(true);
        match tokio::time::timeout(deadline, &mut self.task).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(cut)) => Err(Error::new(ErrorKind::Other, format!("the work on sagas was cut off: {cut}"))),
            Err(_) => {
                self.task.abort();
                let message = format!("steps of sagas have not ended within {:.1} s", deadline.as_secs_f64());
                Err(Error::new(ErrorKind::Timeout, message).retriable(false).help(
                    "they are done again by another runner; give `shutdown` more time, or the steps a `time_limit`",
                ))
            }
        }
    }
}

impl Drop for RunningSagas {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

pub(super) fn spawn<DB, D>(saga: Arc<Definition<DB, D>>) -> RunningSagas
where
    DB: SagaDatabase,
    D: Serialize + DeserializeOwned + Send + 'static,
{
    let (stop, stopped) = watch::channel(false);
    let trouble = Trouble::default();
    let task = tokio::spawn(run(saga, stopped, trouble.clone()));
    RunningSagas { stop, trouble, task }
}

async fn run<DB, D>(saga: Arc<Definition<DB, D>>, stop: watch::Receiver<bool>, trouble: Trouble)
where
    DB: SagaDatabase,
    D: Serialize + DeserializeOwned + Send + 'static,
{
    let owner: Arc<str> = new_id().into();
    let room = Arc::new(Semaphore::new(saga.workers));
    let mut work = JoinSet::new();
    // Ends with the set.
    let mut heart = JoinSet::new();
    let at_work = AtWork::default();
    heart.spawn(keep_hold(Arc::clone(&saga), Arc::clone(&owner), at_work.clone()));
    let mut backoff = Backoff::default();
    while let Some(place) = unless_stopped(&stop, Arc::clone(&room).acquire_owned()).await {
        while work.try_join_next().is_some() {}
        let (now, lease) = (now_ms(), millis(saga.lease));
        let claimed = DB::claim(&saga.pool, &saga.name, &owner, now, now.saturating_add(lease)).await;
        let wait = match claimed {
            Ok(Some(row)) => {
                let (saga, stop, trouble) = (Arc::clone(&saga), stop.clone(), trouble.clone());
                let (begun, all) = (at_work.begun(&row), at_work.clone());
                work.spawn(async move {
                    let claimed = Row {
                        name: row.name.clone(),
                        id: row.id.clone(),
                        owner: row.owner.clone(),
                        claim: row.claim,
                        ..Row::default()
                    };
                    if let Err(error) = drive(&saga, row, &stop).await {
                        let refused = all.refused();
                        drop(begun);
                        trouble.met(&error);
                        let_go(&saga, &claimed, &stop, &trouble).await;
                        drop(refused);
                    }
                    drop(place);
                });
                continue;
            }
            Ok(None) => {
                if !at_work.has_refused() && trouble.set(None).is_some() {
                    tracing::info!("the work on sagas goes on");
                }
                backoff = Backoff::default();
                saga.poll
            }
            Err(error) => {
                trouble.met(&error);
                backoff.next()
            }
        };
        drop(place);
        unless_stopped(&stop, tokio::time::sleep(wait)).await;
    }
    while work.join_next().await.is_some() {}
}

async fn unless_stopped<F: Future>(stop: &watch::Receiver<bool>, work: F) -> Option<F::Output> {
    let mut stop = stop.clone();
    tokio::select! {
        biased;
        // Where the runner was dropped, it is told so as well.
        _ = stop.wait_for(|stop| *stop) => None,
        done = work => Some(done),
    }
}

/// Lets go of a saga that the database refused to note, so that it is claimed again, here or elsewhere. Where that does not come about, it is when the lease has run out, since nobody
/// keeps hold of it.
async fn let_go<DB: SagaDatabase, D>(
    saga: &Definition<DB, D>,
    claimed: &Row,
    stop: &watch::Receiver<bool>,
    trouble: &Trouble,
) {
    let begun = Instant::now();
    let mut wait = AGAIN;
    let mut backoff = Backoff::default();
    loop {
        let stopped = unless_stopped(stop, tokio::time::sleep(wait)).await.is_none();
        match release(saga, claimed).await {
            Ok(()) => return,
            Err(error) => trouble.met(&error),
        }
        if stopped || begun.elapsed() > saga.lease {
            return;
        }
        wait = backoff.next();
    }
}

/// As long as this turns, nobody takes over what is at work. What is not at work here runs out: a claim whose answer was lost, say.
async fn keep_hold<DB: SagaDatabase, D>(saga: Arc<Definition<DB, D>>, owner: Arc<str>, at_work: AtWork) {
    loop {
        tokio::time::sleep(saga.lease / 3).await;
        let until = now_ms().saturating_add(millis(saga.lease));
        if let Err(error) = DB::renew(&saga.pool, &saga.name, &owner, &at_work.ids(), until).await {
            tracing::warn!(%error, saga = &*saga.name, "sagas that are at work may be taken for given up by others");
        }
    }
}
