//! The relay's loop: read, send, note, wait.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use super::database::{OutboxDatabase, Session};
use super::flight::Flight;
use super::relay::{Relay, Settings};
use super::row::Found;
use super::running::State;
use super::sending::Outcome;
use crate::client::Backoff;
use crate::error::Error;
use crate::kafka::RawProducer;

/// How often a relay asks how many others there are.
const SHARE: Duration = Duration::from_secs(1);
/// How often it counts what is not sent.
const COUNT: Duration = Duration::from_secs(5);
/// How often it removes what was kept long enough.
const SWEEP: Duration = Duration::from_secs(60);
/// Rows that wait for the end of a transaction, which may be one that wakes nobody, are looked for after this, then after twice as long, up to the most.
const YOUNG: (Duration, Duration) = (Duration::from_millis(5), Duration::from_secs(1));

/// That a relay is to end, and when at the latest.
#[derive(Clone, Debug)]
pub(super) struct Stop(watch::Sender<Option<tokio::time::Instant>>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Stop {
    pub(super) fn ask(&self, deadline: Duration) {
        let now = tokio::time::Instant::now();
        // A deadline that is further away than clocks count is none.
        let at = now.checked_add(deadline).unwrap_or(now + Duration::from_secs(365 * 24 * 3600));
        self.0.send_if_modified(|stop| {
            let earlier = stop.is_none_or(|before| at < before);
            if earlier {
                *stop = Some(at);
            }
            earlier
        });
    }

    pub(super) fn is_asked(&self) -> bool {
        self.0.borrow().is_some()
    }

    async fn asked(&self) {
        // The sender is this value's own.
        let _ = self.0.subscribe().wait_for(Option::is_some).await;
    }

    /// Ends when the deadline of a stop has passed.
    pub(super) async fn deadline(&self) {
        let mut told = self.0.subscribe();
        loop {
            let deadline = *told.borrow_and_update();
            tokio::select! {
                _ = told.changed() => {}
                () = async {
                    match deadline {
                        Some(at) => tokio::time::sleep_until(at).await,
                        None => std::future::pending().await,
                    }
                } => return,
            }
        }
    }

    /// Waits for so long, or until a stop is asked for.
    async fn pause(&self, wait: Duration) {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = self.asked() => {}
        }
    }
}

/// Works until it is told to stop: whatever goes wrong is waited for.
pub(super) async fn run<DB: OutboxDatabase>(relay: Relay<DB>, stop: Stop, state: Arc<State>) {
    let mut work = Work { relay, stop, state, producer: None, flight: Flight::default(), unnoted: Vec::new() };
    let mut backoff = trouble();
    while !work.stop.is_asked() {
        work.state.turn();
        let started = Instant::now();
        if let Err(error) = work.session().await {
            work.state.trouble(&error);
            if started.elapsed() > Duration::from_secs(30) {
                backoff = trouble();
            }
            let wait = backoff.next();
            work.stop.pause(wait).await;
        }
    }
    work.state.now().shards = 0;
    if let Some(producer) = work.producer.take() {
        // What is still on its way counts as not sent.
        let _ = producer.close(Duration::ZERO).await;
    }
}

fn trouble() -> Backoff {
    Backoff::new(Duration::from_millis(100), Duration::from_secs(10))
}

struct Work<DB: OutboxDatabase> {
    relay: Relay<DB>,
    stop: Stop,
    state: Arc<State>,
    producer: Option<RawProducer>,
    flight: Flight,
    /// The brokers have them, and the database could not be told.
    unnoted: Vec<i64>,
}

/// When things are due that are not done in each turn.
struct Due {
    share: Instant,
    count: Instant,
    sweep: Instant,
}

impl<DB: OutboxDatabase> Work<DB> {
    /// From one connection to the database to its end.
    async fn session(&mut self) -> Result<(), Error> {
        let mut session = tokio::select! {
            opened = DB::open(&self.relay.pool) => opened?,
            () = self.stop.asked() => return Ok(()),
        };
        let worked = self.work(&mut session).await;
        self.state.now().shards = 0;
        if !self.flight.is_empty() {
            // Others may send these by now: what is still in the queue of this producer goes with it.
            self.flight = Flight::default();
            self.producer = None;
        }
        if worked.is_ok() {
            session.end().await;
        }
        worked
    }

    async fn work(&mut self, session: &mut DB::Session) -> Result<(), Error> {
        let Settings { poll, batch, keep } = self.relay.settings;
        let woken = session.woken();
        let now = Instant::now();
        let mut due = Due { share: now, count: now, sweep: now };
        let (mut young, mut outage) = (Backoff::new(YOUNG.0, YOUNG.1.min(poll)), trouble());
        self.note(session, Outcome::default(), keep.is_some()).await?;
        while !self.stop.is_asked() {
            self.state.turn();
            self.attend(session, &mut due).await?;
            let found = match self.flight.has_room(batch) {
                true => session.read(batch, &self.flight.ids()).await?,
                false => Found::default(),
            };
            let mut outcome = Outcome::default();
            let sent = if found.rows.is_empty() {
                let wait = if found.young { young.next() } else { poll };
                if !found.young {
                    young = Backoff::new(YOUNG.0, YOUNG.1.min(poll));
                }
                if !self.wait(session, &mut due, &woken, wait, &mut outcome).await? {
                    continue;
                }
                Ok(())
            } else {
                let producer = self.producer()?;
                self.flight.send(&producer, found.rows, session, &self.stop, &mut outcome).await
            };
            let heard = !outcome.sent.is_empty() || !outcome.marks.is_empty();
            let trouble = self.note(session, outcome, keep.is_some()).await;
            sent?;
            match trouble? {
                Some(error) => {
                    self.state.trouble(&error);
                    self.stop.pause(outage.next()).await;
                }
                None if heard => {
                    outage = self::trouble();
                    self.state.mended();
                }
                // Silence says nothing.
                None => {}
            }
        }
        let mut outcome = Outcome::default();
        let landed = self.flight.land(session, &self.stop, &mut outcome).await;
        self.note(session, outcome, keep.is_some()).await?;
        landed
    }

    /// Until it is worth while to look again; what is done now and then is done meanwhile. Whether the brokers have answered something that was on its way.
    async fn wait(
        &mut self,
        session: &mut DB::Session,
        due: &mut Due,
        woken: &Notify,
        wait: Duration,
        outcome: &mut Outcome,
    ) -> Result<bool, Error> {
        let next = Instant::now() + wait;
        while Instant::now() < next && !self.stop.is_asked() {
            let until = tokio::time::Instant::from_std(next.min(due.share));
            tokio::select! {
                () = tokio::time::sleep_until(until) => {}
                answered = self.flight.answered() => {
                    self.flight.settle(answered, outcome).await;
                    return Ok(true);
                }
                () = woken.notified() => return Ok(false),
                () = self.stop.asked() => return Ok(false),
            }
            self.state.turn();
            let before = self.state.now().shards;
            self.attend(session, due).await?;
            if self.state.now().shards > before {
                // What another has left may have waited for long.
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// What is done now and then.
    async fn attend(&mut self, session: &mut DB::Session, due: &mut Due) -> Result<(), Error> {
        let now = Instant::now();
        if due.share <= now {
            let asked = Instant::now();
            let shards = session.share(&self.flight.shards()).await?;
            self.flight.made_sure(asked);
            if shards == 0 && !self.flight.is_empty() {
                // What is on its way is another's by now.
                session.keep().await?;
            }
            self.state.now().shards = shards;
            due.share = now + SHARE;
        }
        if due.count <= now {
            let lag = session.lag().await?;
            crate::meter::outbox_lag(lag.rows, lag.held, lag.oldest);
            let first = self.state.now().lag.replace(lag).is_none();
            if first || lag.rows == lag.held {
                // The database answers, and there was nothing for the brokers.
                self.state.mended();
            }
            due.count = now + COUNT;
        }
        if let Some(keep) = self.relay.settings.keep.filter(|_| due.sweep <= now) {
            session.sweep(keep).await?;
            due.sweep = now + SWEEP;
        }
        Ok(())
    }

    /// Tells the database what became of the rows; what kept all of them from being sent.
    async fn note(&mut self, session: &mut DB::Session, outcome: Outcome, keep: bool) -> Result<Option<Error>, Error> {
        self.unnoted.extend(outcome.sent);
        if !self.unnoted.is_empty() {
            session.sent(&self.unnoted, keep).await?;
            self.unnoted.clear();
        }
        if !outcome.marks.is_empty() {
            session.failed(&outcome.marks).await?;
        }
        if outcome.is_spent {
            tracing::debug!("the relay goes on with a new producer");
            self.producer = None;
        }
        Ok(outcome.outage)
    }

    fn producer(&mut self) -> Result<RawProducer, Error> {
        if let Some(producer) = &self.producer {
            return Ok(producer.clone());
        }
        let made = self.relay.client.relay_producer()?;
        Ok(self.producer.insert(made).clone())
    }
}
