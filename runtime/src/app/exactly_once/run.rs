//! Session after session: what one could not commit, the next begins with.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use super::super::dispatch::{Limits, stopped};
use super::super::publishing::Publishing;
use super::super::work::Work;
use super::ExactlyOnce;
use super::session::{End, Session};
use crate::client::{Backoff, Client};
use crate::error::{Error, ErrorKind};
use crate::handler::Outcome;
use crate::kafka::{RawConsumer, Subscription};

/// Between sessions of which none committed anything.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What the sessions share.
pub(in super::super) struct Rounds {
    pub(in super::super) client: Client,
    pub(in super::super) settings: ExactlyOnce,
    pub(in super::super) limits: Limits,
    pub(in super::super) subscription: Subscription,
    pub(in super::super) publishing: Arc<Publishing>,
    pub(in super::super) work: Arc<Work>,
}

/// Runs until `stop` says so, or something fails that cannot be mended. `declared` is what handlers may publish; `begun` is called with each
/// member of the group.
pub(in super::super) async fn run(
    rounds: Rounds,
    declared: Outcome,
    mut stop: watch::Receiver<bool>,
    begun: impl Fn(&RawConsumer),
) -> Result<(), Error> {
    let id = rounds.settings.id(rounds.client.topic_prefix(), &rounds.work.group);
    let mut declared = Some(declared);
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        let (is_first, declare) = (declared.is_some(), declared.take());
        let started = async {
            let transactions = rounds.client.raw_transactions(&id, rounds.settings.timeout).await?;
            rounds.publishing.enter(Some(&transactions));
            if let Some(declared) = declare {
                rounds.publishing.open(declared).await?;
            }
            let consumer = RawConsumer::start(rounds.client.kafka(), rounds.subscription.clone())?;
            Ok::<_, Error>((transactions, consumer))
        };
        let started = tokio::select! {
            () = stopped(&mut stop) => return Ok(()),
            started = started => started,
        };
        let progress = AtomicBool::new(false);
        let (end, since) = match started {
            Ok((transactions, consumer)) => {
                begun(&consumer);
                let leaving = consumer.watch_leaving();
                let session = Session {
                    consumer,
                    transactions: &transactions,
                    settings: &rounds.settings,
                    limits: rounds.limits,
                    work: Arc::clone(&rounds.work),
                    leaving,
                };
                let ended = session.run(&mut stop, || progress.store(true, Ordering::Relaxed)).await;
                rounds.publishing.enter(None);
                ended
            }
            Err(error) if is_first || !error.is_retriable() => (End::Failed(error), Duration::ZERO),
            Err(error) => (End::Void(error), Duration::ZERO),
        };
        match end {
            End::Stopped => return Ok(()),
            End::Failed(error) => return Err(error),
            End::Void(error) if is_final(&error, &rounds.settings, since) => return Err(error),
            End::Void(error) => {
                if progress.load(Ordering::Relaxed) {
                    backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
                }
                let wait = backoff.next();
                tracing::warn!(%error, group = &*rounds.work.group, id, ?wait, "a transaction came to nothing; its messages are handled again");
                tokio::select! {
                    () = stopped(&mut stop) => return Ok(()),
                    () = tokio::time::sleep(wait) => {}
                }
            }
        }
    }
}

/// Whether another session would fare the same: a message that is refused is refused again, and of two processes with one name one has to give way.
/// Brokers shut out a producer whose transaction took too long as well; within that time it was another's doing. `since` is how long ago the last
/// transaction began: however old the process is, the one that came later stays.
fn is_final(error: &Error, settings: &ExactlyOnce, since: Duration) -> bool {
    match error.kind() {
        ErrorKind::Aborted => !error.is_retriable(),
        ErrorKind::Fenced => settings.instance.is_some() && since < settings.timeout,
        ErrorKind::Denied | ErrorKind::Untrusted | ErrorKind::OtherHost => true,
        ErrorKind::Config | ErrorKind::TooLarge => true,
        _ => false,
    }
}
