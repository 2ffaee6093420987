//! Sagas: work over several services, step by step, of which everything is done, or what was done is undone. Behind the features `postgres` and `sqlite`.
//!
//! No transaction spans a payment, an oven and a courier. A saga has a step for each, with a compensation beside it, and notes how far it is in the application's own
//! database; where a step fails for good, the compensations of what was done are called, the last first. It survives a crash at any point.
//!
//! ```no_run
//! # use serde::{Deserialize, Serialize};
//! # struct Payments;
//! # impl Payments {
//! #     async fn take(&self, key: &str, cents: i64) -> Result<String, topika::Error> { Ok(format!("{key}{cents}")) }
//! #     async fn give_back(&self, key: &str) -> Result<(), topika::Error> { let _ = key; Ok(()) }
//! # }
//! # static PAYMENTS: Payments = Payments;
//! # async fn f(pool: sqlx::PgPool) -> Result<(), topika::Error> {
//! use sqlx::Postgres;
//! use topika::saga::{self, Next, Saga, Step, Turn};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Order { cents: i64, payment: Option<String> }
//!
//! async fn pay(mut turn: Turn<Postgres, Order>) -> Result<Next<Postgres, Order>, topika::Error> {
//!     let payment = PAYMENTS.take(&turn.key(), turn.data.cents).await?; // the key is the same for each try
//!     turn.data.payment = Some(payment);
//!     Ok(turn.done())
//! }
//!
//! async fn give_back(turn: Turn<Postgres, Order>) -> Result<Turn<Postgres, Order>, topika::Error> {
//!     PAYMENTS.give_back(&turn.step_key()).await?; // also where it is not known whether it was taken
//!     Ok(turn)
//! }
//!
//! async fn cook(mut turn: Turn<Postgres, Order>) -> Result<Next<Postgres, Order>, topika::Error> {
//!     let ticket = sqlx::query("INSERT INTO tickets (order_id) VALUES ($1)").bind(turn.id().to_owned());
//!     ticket.execute(turn.tx().await?).await.map_err(topika::Error::wrap)?; // committed with the step, or not at all
//!     Ok(turn.done())
//! }
//!
//! saga::migrate(&pool).await?;
//! let orders = Saga::new("place-order", &pool)
//!     .step(Step::new("pay", pay).undo(give_back))
//!     .step(Step::new("cook", cook))
//!     .build()?;
//! let running = orders.spawn(); // in this process or in others, as many as you like
//! orders.start("ORD-1", &Order { cents: 950, payment: None }).await?;
//! # running.shutdown(std::time::Duration::from_secs(10)).await
//! # }
//! ```
//!
//! # What is promised
//! - **A step that is noted is done, once**: what it writes with [`Turn::tx`] (its own rows, commands in an [`outbox`](crate::outbox)) is committed with the note of it.
//! - **A step is called at least once**, and again after a crash: what it does outside of that transaction is known by its [key](Turn::key).
//! - **Back in reverse order**: the compensation of the step that failed, whose outcome may be unknown, then those of the steps before. Each is called until
//!   it succeeds; one that goes on failing makes the saga [stuck](Sagas::stuck), which is logged as an error and listed, until it is [resumed](Sagas::resume).
//! - **A step may [wait](Turn::wait)** for a [reply](Sagas::reply), for as long as it says; then the saga goes back.
//! - **One at a time**: a saga is worked on by one runner. One that dies is replaced when its [lease](Saga::lease) has run out, and what it wrote later is refused.

mod database;
mod definition;
mod drive;
#[cfg(feature = "postgres")]
mod postgres;
mod runner;
mod sagas;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod state;
mod step;
mod turn;

pub use crate::store::Migration;
pub use database::SagaDatabase;
pub use definition::Saga;
pub use runner::RunningSagas;
pub use sagas::{Sagas, migrate, migrations};
pub use state::{Phase, SagaState};
pub use step::Step;
pub use turn::{Next, Turn};
