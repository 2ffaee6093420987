use std::fmt;
use std::time::Duration;

use sqlx::{Pool, Transaction};

use super::database::InboxDatabase;
use super::message_id::MessageId;
use crate::error::Error;
use crate::store::failed;

/// Knows which messages were handled, in the application's database. Cheap to clone. See the [module](super).
pub struct Inbox<DB: InboxDatabase> {
    pool: Pool<DB>,
}

impl<DB: InboxDatabase> Inbox<DB> {
    /// An inbox in that database. Its table is made by [`migrate`](super::migrate). Nothing is asked of the database yet.
    #[must_use]
    pub fn new(pool: &Pool<DB>) -> Self {
        Self { pool: pool.clone() }
    }

    /// Begins a transaction with the note that the message was handled; `None` where it was handled before. Dropped without `commit`, nothing was done, and the
    /// message is new again.
    ///
    /// Where another holds a transaction with the same message (a member of the group that was taken for dead, say), this waits until that is ended.
    ///
    /// # Errors
    /// [`Database`](crate::ErrorKind::Database).
    pub async fn begin(&self, message: &MessageId) -> Result<Option<Transaction<'static, DB>>, Error> {
        let mut tx = DB::begin(&self.pool).await?;
        if DB::note(&mut tx, message).await? {
            return Ok(Some(tx));
        }
        // Nothing was written; the next that has this connection need not wait for its end.
        tx.rollback().await.map_err(failed("end a transaction with the inbox"))?;
        Ok(None)
    }

    /// As [`begin`](Self::begin), with a transaction of the caller's: whether the message is new. On SQLite one begins it with `BEGIN IMMEDIATE`
    /// (`pool.begin_with("BEGIN IMMEDIATE")`): a transaction that has read before it writes is refused where another wrote meanwhile.
    ///
    /// # Errors
    /// [`Database`](crate::ErrorKind::Database). On PostgreSQL an error of the database ends the transaction.
    pub async fn is_new(&self, tx: &mut DB::Connection, message: &MessageId) -> Result<bool, Error> {
        DB::note(tx, message).await
    }

    /// Forgets messages that were handled longer ago than that; how many. Call it now and then, once an hour say.
    ///
    /// A message that comes again after it was forgotten is handled again, so `keep` is longer than any repetition can be late: than the topic keeps messages where
    /// offsets may be reset to the start, than dead letters may wait to be sent again, and than an outbox may stand still with a relay's last
    /// batch not noted. Where none of these is planned, a week is plenty.
    ///
    /// # Errors
    /// [`Database`](crate::ErrorKind::Database).
    pub async fn forget(&self, keep: Duration) -> Result<u64, Error> {
        DB::sweep(&self.pool, keep).await
    }
}

impl<DB: InboxDatabase> Clone for Inbox<DB> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone() }
    }
}

impl<DB: InboxDatabase> fmt::Debug for Inbox<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("database", &DB::NAME).finish_non_exhaustive()
    }
}
