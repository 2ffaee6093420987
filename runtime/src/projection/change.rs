use std::fmt;

use sqlx::Transaction;

use super::database::ProjectionDatabase;
use crate::event::{KeyError, Topic};
use crate::handler::{Headers, Metadata};

/// An event that a projection takes, with the transaction that its effects belong to. A function takes it and gives it back; where it returns an error instead, what was written is taken
/// back, and the event comes again.
pub struct Change<DB: ProjectionDatabase, T: Topic> {
    /// The event.
    pub event: T,
    /// The message's headers.
    pub headers: Headers,
    /// Where it stood; the group is the projection's name.
    pub metadata: Metadata,
    pub(super) key: Option<Result<T::Key, KeyError>>,
    pub(super) tables: Tables,
    pub(super) tx: Transaction<'static, DB>,
}

impl<DB: ProjectionDatabase, T: Topic> Change<DB, T> {
    /// The message's key; `None` where there is none.
    ///
    /// # Errors
    /// When the bytes are not of the type that the topic says.
    pub fn key(&self) -> Result<Option<&T::Key>, &KeyError> {
        self.key.as_ref().map(Result::as_ref).transpose()
    }

    /// The names of its tables.
    #[must_use]
    pub fn tables(&self) -> Tables {
        self.tables
    }

    /// The connection of the transaction that the effects belong to. It is shared with the events of the same batch, and ended by the projection.
    pub fn tx(&mut self) -> &mut DB::Connection {
        &mut self.tx
    }
}

impl<DB: ProjectionDatabase, T: Topic + fmt::Debug> fmt::Debug for Change<DB, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change").field("event", &self.event).field("metadata", &self.metadata).finish_non_exhaustive()
    }
}

/// The tables of one version of a projection: each version has its own, by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tables {
    pub(super) version: i32,
}

impl Tables {
    /// The name that a table has in this version: `orders_v2`.
    #[must_use]
    pub fn name(&self, table: &str) -> String {
        format!("{table}_v{}", self.version)
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version.unsigned_abs()
    }
}
