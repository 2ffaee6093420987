use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Pool;

use super::database::{Reply, Row, SagaDatabase};
use super::definition::Definition;
use super::runner::{RunningSagas, spawn};
use super::state::{Phase, SagaState};
use crate::error::{Error, ErrorKind};
use crate::store::{Migration, failed, millis, now_ms};

/// Makes the tables of sagas, or brings them up to date; where they are so, nothing is changed. On PostgreSQL they stand in the schema that the
/// `search_path` of the pool's connections names first.
///
/// # Errors
/// [`Database`](ErrorKind::Database), where the user may not make tables, say.
pub async fn migrate<DB: SagaDatabase>(pool: &Pool<DB>) -> Result<(), Error> {
    DB::migrate(pool).await
}

/// The steps by which [`migrate`] makes the tables, for those who make them with their own tool: `migrations::<sqlx::Postgres>()`.
#[must_use]
pub fn migrations<DB: SagaDatabase>() -> &'static [Migration] {
    DB::MIGRATIONS
}

/// The sagas of one kind: starts them, brings them replies, looks after them. Made by [`Saga::build`](super::Saga::build). Cheap to clone.
pub struct Sagas<DB: SagaDatabase, D>(pub(super) Arc<Definition<DB, D>>);

impl<DB: SagaDatabase, D: Serialize + DeserializeOwned + Send + 'static> Sagas<DB, D> {
    pub(super) fn new(definition: Definition<DB, D>) -> Self {
        Self(Arc::new(definition))
    }

    /// Starts a saga; false where there is one of that id, which is left as it is: so starting it again is harmless. A [runner](Self::spawn) works on it.
    ///
    /// # Errors
    /// [`Database`](ErrorKind::Database); [`Config`](ErrorKind::Config) for an empty id; [`Encode`](ErrorKind::Encode) where the data is no JSON.
    pub async fn start(&self, id: impl Into<String>, data: &D) -> Result<bool, Error> {
        let row = self.row(id.into(), data)?;
        let mut tx = DB::begin(&self.0.pool).await?;
        let new = DB::insert(&mut tx, &row).await?;
        tx.commit().await.map_err(failed("start a saga"))?;
        Ok(new)
    }

    /// As [`start`](Self::start), in a transaction of the caller's: with an inbox in it, each message starts its saga once.
    ///
    /// # Errors
    /// As there. On PostgreSQL an error of the database ends the transaction.
    pub async fn start_in(&self, tx: &mut DB::Connection, id: impl Into<String>, data: &D) -> Result<bool, Error> {
        let row = self.row(id.into(), data)?;
        DB::insert(tx, &row).await
    }

    fn row(&self, id: String, data: &D) -> Result<Row, Error> {
        let name = &self.0.name;
        if id.is_empty() || id.contains('\0') {
            return Err(Error::new(ErrorKind::Config, format!("{id:?} is no id for a saga \"{name}\"")));
        }
        let data = serde_json::to_string(data).map_err(|error| {
            let message = format!("cannot start the saga \"{name}\" \"{id}\": its data is no JSON: {error}");
            Error::new(ErrorKind::Encode, message).caused_by(error)
        })?;
        let now = now_ms();
        Ok(Row {
            name: name.to_string(),
            id,
            phase: Phase::Forward.as_str().to_owned(),
            // A definition without a step is not built.
            step: self.0.steps.first().map(|step| step.name.clone()).unwrap_or_default(),
            done: "[]".to_owned(),
            data,
            attempt: 1,
            due_ms: Some(now),
            changed_ms: now,
            ..Row::default()
        })
    }

    /// Brings a step the reply that it waits for, or is going to; the first one counts. `key` is the step's [key](super::Turn::key): the correlation id of a message that
    /// was published in answer. False where there was a reply before, or the key belongs to no saga of this kind: so a handler may bring whatever it gets.
    ///
    /// # Errors
    /// [`Database`](ErrorKind::Database); [`Encode`](ErrorKind::Encode) where the reply is no JSON.
    pub async fn reply(&self, key: &str, reply: &(impl Serialize + Sync)) -> Result<bool, Error> {
        if self.id_of(key).is_none() {
            return Ok(false);
        }
        let mut tx = DB::begin(&self.0.pool).await?;
        let new = self.reply_in(&mut tx, key, reply).await?;
        tx.commit().await.map_err(failed("note a reply to a saga"))?;
        Ok(new)
    }

    /// As [`reply`](Self::reply), in a transaction of the caller's.
    ///
    /// # Errors
    /// As there. On PostgreSQL an error of the database ends the transaction.
    pub async fn reply_in(
        &self,
        tx: &mut DB::Connection,
        key: &str,
        reply: &(impl Serialize + Sync),
    ) -> Result<bool, Error> {
        let Some(id) = self.id_of(key) else { return Ok(false) };
        let payload = serde_json::to_string(reply).map_err(|error| {
            Error::new(ErrorKind::Encode, format!("the reply to \"{key}\" is no JSON: {error}")).caused_by(error)
        })?;
        DB::reply(tx, Reply { key, name: &self.0.name, id, payload: &payload, now_ms: now_ms() }).await
    }

    /// The id within a step's key: ids may have slashes, names may not.
    fn id_of<'k>(&self, key: &'k str) -> Option<&'k str> {
        let (id, step) = key.strip_prefix(&*self.0.name)?.strip_prefix('/')?.rsplit_once('/')?;
        (!id.is_empty() && self.0.at(step).is_some()).then_some(id)
    }

    /// How a saga is; `None` where there is none, or it has ended and was [forgotten](Self::forget).
    ///
    /// # Errors
    /// [`Database`](ErrorKind::Database).
    pub async fn get(&self, id: &str) -> Result<Option<SagaState>, Error> {
        Ok(DB::find(&self.0.pool, &self.0.name, id).await?.map(SagaState::of))
    }

    /// Those that go on no more by themselves, the longest first, at most so many: their compensation goes on failing, or this build does not know their step or
    /// their data. Somebody has to mend that, and [resume](Self::resume) them.
    ///
    /// # Errors
    /// [`Database`](ErrorKind::Database).
    pub async fn stuck(&self, most: u32) -> Result<Vec<SagaState>, Error> {
        let rows = DB::stuck(&self.0.pool, &self.0.name, most).await?;
        Ok(rows.into_iter().map(SagaState::of).collect())
    }

    /// Lets a saga that is stuck go on where it is. False where it is not stuck.
    ///
    /// # Errors
    /// [`Database`](ErrorKind::Database).
    pub async fn resume(&self, id: &str) -> Result<bool, Error> {
        DB::resume(&self.0.pool, &self.0.name, id, now_ms()).await
    }

    /// Forgets sagas that ended longer ago than that, and replies that came before; how many sagas. A saga that is started under the id of one that was
    /// forgotten is a new one. No step may wait longer than `keep`.
    ///
    /// # Errors
    /// [`Database`](ErrorKind::Database).
    pub async fn forget(&self, keep: Duration) -> Result<u64, Error> {
        DB::sweep(&self.0.pool, &self.0.name, now_ms().saturating_sub(millis(keep))).await
    }

    /// Works on the sagas of this kind, as a task of the runtime that this is called in; any number of processes may. The database need not be there: it is waited
    /// for.
    pub fn spawn(&self) -> RunningSagas {
        spawn(self.0.clone())
    }
}

impl<DB: SagaDatabase, D> Clone for Sagas<DB, D> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<DB: SagaDatabase, D> fmt::Debug for Sagas<DB, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sagas").field("name", &self.0.name).field("steps", &self.0.steps).finish_non_exhaustive()
    }
}
