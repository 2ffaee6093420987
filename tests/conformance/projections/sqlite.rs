//! On SQLite.

#[path = "cases.rs"]
pub(super) mod cases;

pub(crate) use crate::sagas::sqlite::{Db, Held, database, open};
