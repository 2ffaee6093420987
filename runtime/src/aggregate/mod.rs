//! Event-sourced aggregates: something whose state is what its events make of it.
//!
//! An order, an account, a till: its events are kept, in their order, and its state is folded from them. Two who change it at once are told apart by its version. The
//! [`EventStore`] keeps events in PostgreSQL or SQLite (features `postgres`, `sqlite`) and publishes them through an outbox in the same transaction; without a
//! database, [`Replay::fold`](crate::replay::Replay::fold) folds them from a topic.
//!
//! ```
//! use topika::aggregate::Aggregate;
//! # use topika::{Event, Topic};
//! # #[derive(Event)]
//! # #[event(name = "billing.paid-in")]
//! # struct PaidIn { account: i64, cents: i64 }
//! # #[derive(Event)]
//! # #[event(name = "billing.paid-out")]
//! # struct PaidOut { account: i64, cents: i64 }
//!
//! #[derive(Topic)]
//! #[topic(name = "payments", key = "account", key_type = i64)]
//! enum Payments {
//!     PaidIn(PaidIn),
//!     PaidOut(PaidOut),
//! }
//!
//! #[derive(Default)]
//! struct Account { cents: i64 }
//!
//! impl Aggregate for Account {
//!     type Events = Payments;
//!     const NAME: &'static str = "account";
//!
//!     fn apply(&mut self, event: &Payments) {
//!         match event {
//!             Payments::PaidIn(paid) => self.cents += paid.cents,
//!             Payments::PaidOut(paid) => self.cents -= paid.cents,
//!         }
//!     }
//! }
//! # #[cfg(feature = "postgres")]
//! # mod store {
//! # use topika::aggregate::{self, EventStore};
//! # use super::*;
//!
//! async fn pay_out(accounts: &EventStore<sqlx::Postgres, Account>, pool: &sqlx::PgPool, cents: i64) -> Result<(), topika::Error> {
//!     let mut account = accounts.load("7").await?;
//!     if account.state.cents < cents {
//!         return Ok(()); // the rule is the aggregate's own; nobody else changes it meanwhile
//!     }
//!     let mut tx = pool.begin().await.map_err(topika::Error::wrap)?;
//!     accounts.append(&mut tx, &mut account, &[&PaidOut { account: 7, cents }]).await?; // or `ErrorKind::Conflict`
//!     tx.commit().await.map_err(topika::Error::wrap)
//! }
//! # }
//! # fn main() {}
//! ```

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod database;
mod fold;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod store;
mod traits;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use crate::store::Migration;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use database::EventDatabase;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use store::{Conflict, EventStore, Loaded, migrate, migrations};
pub use traits::{Aggregate, Snapshot};
