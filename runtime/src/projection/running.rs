use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::error::{Error, ErrorKind};

/// A projection at work. Dropping it stops it in the background; [`shutdown`](Self::shutdown) does so and waits.
#[derive(Debug)]
#[must_use = "dropping it stops the projection"]
pub struct RunningProjection {
    pub(super) stop: watch::Sender<bool>,
    pub(super) trouble: Trouble,
    pub(super) task: JoinHandle<Result<(), Error>>,
}

/// What went wrong last, where that was not mended since.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    fn set(&self, to: Option<String>) -> Option<String> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), to)
    }

    /// Logs what is new, and not the same again and again.
    pub(super) fn met(&self, name: &str, error: &Error) {
        if self.set(Some(error.message().to_owned())).as_deref() != Some(error.message()) {
            tracing::error!(%error, projection = name, "a projection stands still until this has passed");
        }
    }

    pub(super) fn mended(&self, name: &str) {
        if self.set(None).is_some() {
            tracing::info!(projection = name, "a projection goes on");
        }
    }
}

impl RunningProjection {
    /// Whether it works, or waits for something that a new start would not mend. False when another version has taken its place.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.task.is_finished()
    }

    /// What holds it up, where something does.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.trouble.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it ends by itself: when a later version has taken its place, whether this process was at work on it or waited for its turn.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where it could not begin: its version is older than the live one, or was retired before; or it would be built with less than
    /// the live one has ([`accept_lost_events`](super::Projection::accept_lost_events)).
    pub async fn ended(mut self) -> Result<(), Error> {
        let ended = (&mut self.task).await;
        ended.unwrap_or_else(|cut| Err(Error::new(ErrorKind::Other, format!("the projection was cut off: {cut}"))))
    }

    /// Ends when the batch at work is done; another process goes on behind it.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) where the deadline has passed: the batch is taken back then. What made it end before.
    pub async fn shutdown(mut self, deadline: Duration) -> Result<(), Error> {
        self.stop.send_replace(true);
        match tokio::time::timeout(deadline, &mut self.task).await {
            Ok(Ok(ended)) => ended,
            Ok(Err(cut)) => Err(Error::new(ErrorKind::Other, format!("the projection was cut off: {cut}"))),
            Err(_) => {
                self.task.abort();
                let message = format!("a batch of the projection has not ended within {:.1} s", deadline.as_secs_f64());
                Err(Error::new(ErrorKind::Timeout, message).retriable(false))
            }
        }
    }
}

impl Drop for RunningProjection {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}
