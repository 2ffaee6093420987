use std::fmt;
use std::future::Future;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;

use super::builder::{App, interrupted};
use super::health::Probe;
use super::running::RunningApp;
use crate::client::Client;
use crate::error::{Error, ErrorKind};

/// Several apps in one process, each a consumer group of its own, that start and end together.
///
/// ```no_run
/// # use topika::{App, Client, Error, app::Apps};
/// # async fn f(kitchen: App, billing: App, kafka: Client) -> Result<(), Error> {
/// Apps::new().with(kitchen).with(billing).run(kafka).await
/// # }
/// ```
#[derive(Default)]
#[must_use]
pub struct Apps(Vec<Startable>);

struct Startable {
    probe: Probe,
    start: Box<dyn FnOnce(Client) -> RunningApp + Send>,
}

impl Apps {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    pub fn with<S: Clone + Send + Sync + 'static>(mut self, app: App<S>) -> Self {
        self.0.push(Startable { probe: app.probe(), start: Box::new(|client| app.spawn(client)) });
        self
    }

    /// Asks each app how it is, in their order: take them before [`run`](Self::run).
    #[must_use]
    pub fn probes(&self) -> Vec<Probe> {
        self.0.iter().map(|app| app.probe.clone()).collect()
    }

    /// Runs until ctrl-c (or SIGTERM), or until one of them ends by itself: then all finish what they have, commit and leave their groups.
    ///
    /// # Errors
    /// What made the first of them end, or kept one from leaving in time.
    pub async fn run(self, client: Client) -> Result<(), Error> {
        if self.0.is_empty() {
            return Err(Error::new(ErrorKind::Config, "there is no app to run").help("add one with `Apps::with(app)`"));
        }
        self.spawn(client).until(interrupted()).await
    }

    /// Starts them in the background.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn spawn(self, client: Client) -> RunningApps {
        RunningApps(self.0.into_iter().map(|app| (app.start)(client.clone())).collect())
    }
}

impl fmt::Debug for Apps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|app| &app.probe)).finish()
    }
}

/// Apps at work. Dropping it stops them in the background; [`shutdown`](Self::shutdown) does so and waits.
#[derive(Debug)]
#[must_use = "dropping it stops the applications"]
pub struct RunningApps(Vec<RunningApp>);

impl RunningApps {
    /// Each of them.
    pub fn apps(&self) -> &[RunningApp] {
        &self.0
    }

    /// Waits until each group has given its app partitions for the first time; false where one ended before that.
    pub async fn joined(&self) -> bool {
        join_all(self.0.iter().map(RunningApp::joined)).await.into_iter().all(|joined| joined)
    }

    /// Ends all of them at once, as [`RunningApp::shutdown`] ends one.
    ///
    /// # Errors
    /// The first error of theirs; all have ended by then.
    pub async fn shutdown(self) -> Result<(), Error> {
        self.until(std::future::ready(Ok(()))).await
    }

    /// Waits until one of them ends by itself; the others are ended then.
    ///
    /// # Errors
    /// Why it ended.
    pub async fn ended(self) -> Result<(), Error> {
        self.until(std::future::pending()).await
    }

    async fn until(self, told: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
        let stops: Vec<_> = self.0.iter().map(|app| app.stop.clone()).collect();
        let mut endings: FuturesUnordered<_> = self.0.into_iter().map(RunningApp::ended).collect();
        let mut ended = tokio::select! {
            told = told => told,
            Some(early) = endings.next() => early,
            else => Ok(()),
        };
        for stop in stops {
            stop.send_replace(true);
        }
        while let Some(other) = endings.next().await {
            ended = ended.and(other);
        }
        ended
    }
}
