//! On PostgreSQL.

#[path = "cases.rs"]
pub(super) mod cases;

pub(crate) use crate::sagas::postgres::{Db, Held, database, open};
