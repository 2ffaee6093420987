//! Looks for sagas that are due, and has them worked on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::database::SagaDatabase;
use super::definition::Definition;
use super::drive::drive;
use crate::client::Backoff;
use crate::envelope::new_id;
use crate::error::{Error, ErrorKind};
use crate::store::{millis, now_ms};

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

impl RunningSagas {
    /// Whether it works, or waits for something that a new start would not mend.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.task.is_finished()
    }

    /// What the database refused last, where it has not taken the same since.
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
    heart.spawn(keep_hold(Arc::clone(&saga), Arc::clone(&owner)));
    let mut backoff = Backoff::default();
    while let Some(place) = unless_stopped(&stop, Arc::clone(&room).acquire_owned()).await {
        while work.try_join_next().is_some() {}
        let (now, lease) = (now_ms(), millis(saga.lease));
        let claimed = DB::claim(&saga.pool, &saga.name, &owner, now, now.saturating_add(lease)).await;
        let wait = match claimed {
            Ok(Some(row)) => {
                let (saga, stop, trouble) = (Arc::clone(&saga), stop.clone(), trouble.clone());
                work.spawn(async move {
                    if let Err(error) = drive(&saga, row, &stop).await {
                        trouble.met(&error);
                    }
                    drop(place);
                });
                continue;
            }
            Ok(None) => {
                if trouble.set(None).is_some() {
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

/// As long as this turns, nobody takes over what the owner works on.
async fn keep_hold<DB: SagaDatabase, D>(saga: Arc<Definition<DB, D>>, owner: Arc<str>) {
    loop {
        tokio::time::sleep(saga.lease / 3).await;
        let until = now_ms().saturating_add(millis(saga.lease));
        if let Err(error) = DB::renew(&saga.pool, &owner, until).await {
            tracing::warn!(%error, saga = &*saga.name, "sagas that are at work may be taken for given up by others");
        }
    }
}
