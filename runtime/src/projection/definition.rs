use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Pool;

use super::change::{Change, Tables};
use super::database::ProjectionDatabase;
use super::run::spawn;
use super::running::RunningProjection;
use crate::client::Client;
use crate::event::Topic;
use crate::handler::{Failure, HandlerError};

/// A version of a read model; [`apply`](Self::apply) says what events make of it. See the [module](super).
#[must_use = "nothing is read before `apply(..).spawn()`"]
pub struct Projection<DB: ProjectionDatabase> {
    name: Arc<str>,
    version: u32,
    pool: Pool<DB>,
    client: Client,
    tables: Box<dyn Fn(Tables) -> String + Send + Sync>,
    batch: usize,
    lease: Duration,
    accepts_lost: bool,
}

impl<DB: ProjectionDatabase> Projection<DB> {
    /// Version `version`, from 1 on, of the projection of that name. Nothing is asked of the database or of Kafka yet.
    ///
    /// The version is raised whenever its tables, or what events make of them, change: a new one reads the topic from the beginning.
    pub fn new(name: impl AsRef<str>, version: u32, pool: &Pool<DB>, client: &Client) -> Self {
        Self {
            name: name.as_ref().into(),
            version,
            pool: pool.clone(),
            client: client.clone(),
            tables: Box::new(|_| String::new()),
            batch: 100,
            lease: Duration::from_secs(30),
            accepts_lost: false,
        }
    }

    /// The statements that make its tables, under the names that this version has. They are run once, in the transaction in which the version is entered.
    pub fn tables(mut self, sql: impl Fn(Tables) -> String + Send + Sync + 'static) -> Self {
        self.tables = Box::new(sql);
        self
    }

    /// So many events change the tables in one transaction at most. Default: 100.
    pub fn batch(mut self, events: usize) -> Self {
        self.batch = events.max(1);
        self
    }

    /// Who works on it and was not heard of for so long is taken for dead, and another takes over. One that has not died is kept from writing. Default: 30 s; longer than
    /// a batch takes.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease.max(Duration::from_millis(100));
        self
    }

    /// Goes on where events are gone that it has not taken in, with a warning in the log for each partition. Without this it stands still, and [`trouble`](RunningProjection::trouble)
    /// says what is gone: it was stopped for longer than the topic keeps messages, or the topic lost them. And a new version is refused beside a live one
    /// ([`Config`](crate::ErrorKind::Config)) where a partition does not begin at offset 0 any more: it would have less.
    ///
    /// Where messages are deleted at the beginning of a partition, it goes on at the first that is there. Where the offset that is next lies behind the partition's end, it goes on at
    /// the end: events of a topic that was made anew may be passed over there, and a higher version reads them from the beginning.
    pub fn accept_lost_events(mut self) -> Self {
        self.accepts_lost = true;
        self
    }

    /// What an event of the topic `T` changes.
    pub fn apply<T, F, E>(self, apply: impl Fn(Change<DB, T>) -> F + Send + Sync + 'static) -> Ready<DB, T>
    where
        T: Topic,
        F: Future<Output = Result<Change<DB, T>, E>> + Send + 'static,
        E: HandlerError,
    {
        let Self { name, version, pool, client, tables, batch, lease, accepts_lost } = self;
        let apply: Apply<DB, T> = Box::new(move |change| {
            let applied = apply(change);
            Box::pin(async move { applied.await.map_err(Failure::from) })
        });
        Ready(Definition { name, version, pool, client, tables, batch, lease, accepts_lost, apply })
    }
}

pub(super) type Applied<DB, T> = Pin<Box<dyn Future<Output = Result<Change<DB, T>, Failure>> + Send>>;
type Apply<DB, T> = Box<dyn Fn(Change<DB, T>) -> Applied<DB, T> + Send + Sync>;

/// A projection that is ready to be worked on.
#[must_use = "nothing is read before `spawn`"]
pub struct Ready<DB: ProjectionDatabase, T: Topic>(Definition<DB, T>);

pub(super) struct Definition<DB: ProjectionDatabase, T: Topic> {
    pub(super) name: Arc<str>,
    pub(super) version: u32,
    pub(super) pool: Pool<DB>,
    pub(super) client: Client,
    pub(super) tables: Box<dyn Fn(Tables) -> String + Send + Sync>,
    pub(super) batch: usize,
    pub(super) lease: Duration,
    pub(super) accepts_lost: bool,
    pub(super) apply: Apply<DB, T>,
}

impl<DB: ProjectionDatabase, T: Topic> Ready<DB, T> {
    /// Brings it up to date and makes it the live version, then keeps it so, until it is told to stop, or another version takes its place: as a task of the runtime that this is
    /// called in. Any number of processes may; one of them is at work. Neither the database nor the brokers need be there: they are waited for.
    pub fn spawn(self) -> RunningProjection {
        spawn(self.0)
    }
}

impl<DB: ProjectionDatabase> fmt::Debug for Projection<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Projection").field("name", &self.name).field("version", &self.version).finish_non_exhaustive()
    }
}

impl<DB: ProjectionDatabase, T: Topic> fmt::Debug for Ready<DB, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Definition { name, version, .. } = &self.0;
        f.debug_struct("Ready").field("name", name).field("version", version).finish_non_exhaustive()
    }
}
