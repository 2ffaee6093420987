use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::{AbortHandle, JoinHandle};

use super::held::Lag;
use super::run::Stop;
use crate::error::{Error, ErrorKind};

/// Longer than a delivery is tried (`delivery.timeout.ms`), twice.
const STALLED: Duration = Duration::from_secs(300);

/// A relay at work. Dropping it stops it in the background; [`shutdown`](Self::shutdown) does so and waits.
#[derive(Debug)]
#[must_use = "dropping it stops the relay"]
pub struct RunningRelay {
    pub(super) stop: Stop,
    pub(super) state: Arc<State>,
    pub(super) task: JoinHandle<()>,
}

/// How a relay is, at the moment of asking.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RelayHealth {
    /// It works, or waits for something that a new start would not mend.
    pub is_live: bool,
    /// It is live, and both the database and the brokers took what it had for them last.
    pub is_ready: bool,
    /// How many of the parts of the outbox are this relay's: all 64 where it is alone on PostgreSQL, 1 or none on SQLite.
    pub shards: usize,
    /// What was not sent when it counted last, up to 5 s ago, by all relays together. `None` before it has counted.
    pub lag: Option<Lag>,
    /// What went wrong last, where that was not mended since.
    pub trouble: Option<String>,
}

/// Tells how a relay is, also while somebody else owns it, and after it has ended. Cheap to clone. With the feature `axum`, `topika::observe::router` takes one.
#[derive(Clone, Debug)]
pub struct RelayProbe {
    state: Arc<State>,
    task: AbortHandle,
}

impl RelayProbe {
    /// How it is. Asks nobody.
    #[must_use]
    pub fn health(&self) -> RelayHealth {
        let now = self.state.now();
        let is_live = !self.task.is_finished() && now.turned.is_some_and(|turned| turned.elapsed() < STALLED);
        let is_ready = is_live && now.trouble.is_none() && now.lag.is_some();
        RelayHealth { is_live, is_ready, shards: now.shards, lag: now.lag, trouble: now.trouble.clone() }
    }
}

/// One line.
impl fmt::Display for RelayHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is = match (self.is_live, self.is_ready) {
            (_, true) => "ready",
            (true, false) => "live, not ready",
            (false, false) => "not live",
        };
        write!(f, "relay of the outbox: {is}, {} parts", self.shards)?;
        if let Some(lag) = &self.lag {
            write!(f, ", {} rows not sent, {} held", lag.rows, lag.held)?;
        }
        self.trouble.as_ref().map_or(Ok(()), |trouble| write!(f, ": {trouble}"))
    }
}

impl RunningRelay {
    /// How it is. Asks nobody.
    #[must_use]
    pub fn health(&self) -> RelayHealth {
        self.probe().health()
    }

    /// Tells how it is, wherever that is asked.
    #[must_use]
    pub fn probe(&self) -> RelayProbe {
        RelayProbe { state: Arc::clone(&self.state), task: self.task.abort_handle() }
    }

    /// Reads nothing more, waits for what is on its way, notes it and gives its share to the others; what the brokers have not answered at the
    /// deadline stays in the outbox and is sent again later.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) where the deadline has passed; what made it end before.
    pub async fn shutdown(mut self, deadline: Duration) -> Result<(), Error> {
        self.stop.ask(deadline);
        // A little longer: what was answered is noted behind the deadline.
        let ended = tokio::time::timeout(deadline.saturating_add(Duration::from_secs(1)), &mut self.task).await;
        let message = match ended {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(cut)) => {
                return Err(Error::new(ErrorKind::Other, format!("the relay of the outbox was cut off: {cut}")));
            }
            Err(_) => format!("the relay of the outbox has not ended within {:.1} s", deadline.as_secs_f64()),
        };
        self.task.abort();
        Err(Error::new(ErrorKind::Timeout, message)
            .retriable(false)
            .help("what it had not noted is sent again by the next; give `shutdown` more time, or see whether the database answers"))
    }
}

impl Drop for RunningRelay {
    fn drop(&mut self) {
        self.stop.ask(Duration::ZERO);
    }
}

/// What a relay tells of itself.
#[derive(Debug, Default)]
pub(super) struct State(Mutex<Now>);

#[derive(Clone, Debug, Default)]
pub(super) struct Now {
    pub(super) shards: usize,
    pub(super) lag: Option<Lag>,
    pub(super) trouble: Option<String>,
    /// When its loop turned last.
    turned: Option<Instant>,
}

impl State {
    pub(super) fn now(&self) -> MutexGuard<'_, Now> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn turn(&self) {
        self.now().turned = Some(Instant::now());
    }

    /// Logs what is new, and not the same again and again.
    pub(super) fn trouble(&self, error: &Error) {
        let mut now = self.now();
        if now.trouble.as_deref() == Some(error.message()) {
            tracing::debug!(%error, "the relay of the outbox waits");
        } else {
            tracing::warn!(%error, "the relay of the outbox waits until this has passed");
            now.trouble = Some(error.message().to_owned());
        }
    }

    pub(super) fn mended(&self) {
        if self.now().trouble.take().is_some() {
            tracing::info!("the relay of the outbox goes on");
        }
    }
}
