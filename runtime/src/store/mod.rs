//! What the outbox and the inbox share: how their tables come about, and what a database's refusals mean.

mod clock;
mod fault;
mod migration;

pub(crate) use clock::{millis, now_ms};
pub(crate) use fault::failed;
pub use migration::Migration;
#[cfg(feature = "postgres")]
pub(crate) use migration::on_postgres;
#[cfg(feature = "sqlite")]
pub(crate) use migration::on_sqlite;
