//! Replay: the messages of a topic once more, from a time or an offset on, into handlers, without a consumer group.
//!
//! For what is made anew from what was said: a read model, a report, a repair after a bug. No group is joined and nothing is committed, so whoever
//! consumes the topic notices nothing of it.
//!
//! ```no_run
//! # use topika::{Event, Topic};
//! # #[derive(Event)]
//! # #[event(name = "billing.payment-taken")]
//! # struct PaymentTaken { account: i64, amount: i64 }
//! # #[derive(Topic)]
//! # #[topic(name = "payments", key = "account", key_type = i64)]
//! # enum Payments { PaymentTaken(PaymentTaken) }
//! # async fn f(kafka: topika::Client) -> Result<(), topika::Error> {
//! use std::collections::BTreeMap;
//! use std::sync::{Arc, Mutex};
//!
//! use topika::handler::State;
//!
//! type Sums = Arc<Mutex<BTreeMap<i64, i64>>>;
//!
//! async fn add(State(sums): State<Sums>, taken: PaymentTaken) -> Result<(), topika::Error> {
//!     *sums.lock().expect("nobody panics with it").entry(taken.account).or_default() += taken.amount;
//!     Ok(())
//! }
//!
//! let sums = Sums::default();
//! let done = kafka
//!     .replay::<Payments>()
//!     .from_time(1_767_225_600_000) // milliseconds since 1970; without it, from the beginning
//!     .with_state(sums.clone())
//!     .into(Payments::router().payment_taken(add))
//!     .await?;
//! println!("{} of {} messages were handled", done.handled, done.total);
//! # Ok(()) }
//! ```
//!
//! # What is promised
//! - **Nobody notices**: no group is joined, none appears, and no offset is committed.
//! - **It ends**: where the partitions ended when it started, or before, as [`Replay::until`] says. What is written meanwhile is not read.
//! - **Order**: messages of one key in their order, and so those of a partition that have no key; others in parallel, in [lanes](Replay::lanes).
//! - **The same handlers**: a router, extractors, layers and retries in place are those of an [`App`](crate::App).
//! - **Handlers know**: [`Metadata::is_replay`](crate::handler::Metadata) is true, and a handler that takes [`Live`](crate::handler::Live) is not called.
//! - **Nothing is published again**: what handlers return to be published is counted and dropped, unless [`Replay::publishing`] says otherwise.
//! - **Nothing is passed over in silence**: the first message that cannot be handled ends it, unless [`Replay::on_failure`] says otherwise; it is then told
//!   where to [go on](Progress::next).

mod builder;
mod failure;
mod lanes;
mod ledger;
mod options;
mod pace;
mod progress;
mod run;
mod trying;

pub use crate::kafka::{Start, Until};
pub use builder::{Replay, Replaying};
pub use failure::{FailedMessage, OnFailure, Stopped};
pub use progress::Progress;
