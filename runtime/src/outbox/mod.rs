//! The transactional outbox: what happened is written into the application's own database, in the transaction in which it happened, and a relay brings it to Kafka.
//!
//! Without it a service that writes into its database and then to Kafka loses events, or tells of what was never committed, whenever it dies between the
//! two. With it, an event is published if and only if the transaction is committed. Behind the features `postgres` and `sqlite`.
//!
//! ```no_run
//! # use topika::{Event, Topic};
//! # #[derive(Event)]
//! # #[event(name = "billing.payment-taken")]
//! # struct PaymentTaken { account: i64 }
//! # #[derive(Topic)]
//! # #[topic(name = "payments", key = "account", key_type = i64)]
//! # enum Payments { PaymentTaken(PaymentTaken) }
//! # async fn f(pool: sqlx::PgPool, kafka: topika::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use topika::outbox::{self, Outbox};
//!
//! outbox::migrate(&pool).await?;
//! let outbox = Outbox::new(&pool, &kafka);
//! outbox.ready::<Payments>().await?; // the registry knows the events of the topic
//!
//! let mut tx = pool.begin().await?;
//! sqlx::query("UPDATE accounts SET balance = balance - 10 WHERE id = 7").execute(&mut *tx).await?;
//! outbox.publish::<Payments>(&mut tx, &PaymentTaken { account: 7 }).await?;
//! tx.commit().await?; // both are there, or neither
//!
//! // In this process or in others: as many as you like.
//! let relay = Outbox::relay(&pool, &kafka).spawn();
//! relay.shutdown(std::time::Duration::from_secs(10)).await?;
//! # Ok(()) }
//! ```
//!
//! # What is promised
//! - **Nothing is lost, nothing is made up**: an event is sent if its transaction is committed, at least once. Where a relay dies between the brokers'
//!   answer and its note of it, it is sent again, with the same id (header `ce_id`): an [`inbox`](crate::inbox) drops the repetition.
//! - **Order per key**: the events of one key on one topic arrive in the order in which they were stored: within a transaction, and of several transactions
//!   where each has ended before the next stores, or all lock what they change before they publish. One that is refused holds up its key, and no other: never 2, 3, 1.
//! - **What is stored is what is sent**: key, payload and headers are encoded when the event is published, so a schema that the registry does
//!   not know, or a value that cannot be written, fails the caller and not the relay.
//! - A row that is refused for good (too large, a topic that is not there) is marked with the reason and logged; [`Outbox::held`] lists such rows,
//!   [`Outbox::release`] tries one again, [`Outbox::discard`] gives it up.

mod database;
mod flight;
mod headers;
mod held;
mod message;
mod migrations;
#[cfg(feature = "postgres")]
mod postgres;
mod relay;
mod row;
mod run;
mod running;
mod sending;
#[cfg(feature = "sqlite")]
mod sqlite;
mod writer;

pub use crate::store::Migration;
pub use database::OutboxDatabase;
pub use held::{HeldRow, Lag};
pub use message::{OutboxMessage, Stored};
pub use migrations::{migrate, migrations};
pub use relay::Relay;
pub use running::{RelayHealth, RelayProbe, RunningRelay};
pub use writer::Outbox;
