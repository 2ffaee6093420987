//! Projections: read models in the application's database that are made of what is said on a topic, and made anew beside themselves.
//!
//! Each event changes tables in a transaction that also notes how far the topic was read: so each has its effects exactly once, whatever dies. When what is to be kept of the events
//! changes, a new version of the projection reads the topic from the beginning into tables of its own, while the one before is served and goes on. When it is up to date, one transaction
//! makes it the live one; what it replaces is dropped when nobody reads it any more. Behind the features `postgres` and `sqlite`.
//!
//! ```no_run
//! # use topika::{Event, Topic};
//! # #[derive(Event)]
//! # #[event(name = "billing.payment-taken")]
//! # struct PaymentTaken { account: i64, cents: i64 }
//! # #[derive(Topic)]
//! # #[topic(name = "payments", key = "account", key_type = i64)]
//! # enum Payments { PaymentTaken(PaymentTaken) }
//! # async fn f(pool: sqlx::PgPool, kafka: topika::Client) -> Result<(), topika::Error> {
//! use sqlx::{AssertSqlSafe, Postgres};
//! use topika::projection::{self, Change, Projection};
//!
//! async fn add(mut change: Change<Postgres, Payments>) -> Result<Change<Postgres, Payments>, topika::Error> {
//!     let Payments::PaymentTaken(taken) = &change.event;
//!     let sums = change.tables().name("sums"); // sums_v2
//!     let add = format!("INSERT INTO {sums} VALUES ($1, $2) ON CONFLICT (account) DO UPDATE SET cents = {sums}.cents + excluded.cents");
//!     let add = sqlx::query(AssertSqlSafe(add)).bind(taken.account).bind(taken.cents);
//!     add.execute(change.tx()).await.map_err(topika::Error::wrap)?;
//!     Ok(change)
//! }
//!
//! projection::migrate(&pool).await?;
//! let running = Projection::new("sums", 2, &pool, &kafka)
//!     .tables(|tables| format!("CREATE TABLE {} (account bigint PRIMARY KEY, cents bigint)", tables.name("sums")))
//!     .apply(add)
//!     .spawn(); // in this process or in others: one is at work, and another takes over
//!
//! if let Some(tables) = projection::live(&pool, "sums").await? {
//!     println!("SELECT cents FROM {}", tables.name("sums")); // of version 1 until version 2 is up to date
//! }
//! projection::drop_retired(&pool, "sums", |tables| format!("DROP TABLE {}", tables.name("sums"))).await?;
//! # running.shutdown(std::time::Duration::from_secs(10)).await
//! # }
//! ```
//!
//! # What is promised
//! - **Exactly once**: what a batch of events changes, and how far it was read, is one transaction.
//! - **In order**: the events of a partition are taken in their order, one after the other.
//! - **Nobody waits for a rebuild**: [`live`] names a version that is whole, from the first switch on.
//! - **Nothing is passed over in silence**: an event that cannot be taken holds its projection up, which its log and [`RunningProjection::trouble`] tell, until it can be. So do events
//!   that retention has deleted before they were taken, until that is [accepted](Projection::accept_lost_events); and a new version is not built of a topic that has lost its
//!   beginning.
//! - No consumer group is joined.

mod change;
mod database;
mod definition;
mod gap;
mod live;
#[cfg(feature = "postgres")]
mod postgres;
mod run;
mod running;
mod session;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use crate::store::Migration;
pub use change::{Change, Tables};
pub use database::ProjectionDatabase;
pub use definition::{Projection, Ready};
pub use live::{drop_retired, live, migrate, migrations};
pub use running::RunningProjection;
