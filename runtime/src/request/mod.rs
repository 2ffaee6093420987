//! Request and reply over topics, with a deadline.
//!
//! Who asks writes an event on one topic and waits for the one event on another topic that answers it. Who answers is a handler of any [`App`](crate::App): it takes
//! [`Asked`], and returns what [`Asked::answer`] makes of its answer.
//!
//! ```no_run
//! # use topika::{Event, Topic};
//! # #[derive(Event)]
//! # #[event(name = "billing.balance-wanted")]
//! # pub struct BalanceWanted { account: i64 }
//! # #[derive(Topic)]
//! # #[topic(name = "questions", key = "account", key_type = i64)]
//! # enum Questions { BalanceWanted(BalanceWanted) }
//! # #[derive(Debug, Event)]
//! # #[event(name = "billing.balance")]
//! # struct Balance { account: i64, cents: i64 }
//! # #[derive(Debug, Topic)]
//! # #[topic(name = "answers", key = "account", key_type = i64)]
//! # enum Answers { Balance(Balance) }
//! use std::time::Duration;
//!
//! use topika::app::Publish;
//! use topika::request::{Asked, Requests};
//! use topika::{App, Client, Error};
//!
//! async fn balance(asked: Asked<Answers>, wanted: BalanceWanted) -> Result<Publish<Answers>, Error> {
//!     Ok(asked.answer(Balance { account: wanted.account, cents: 1250 }))
//! }
//!
//! # async fn f(kafka: Client) -> Result<(), Error> {
//! App::new("accounts").topic(Questions::router().balance_wanted(balance)).spawn(kafka.clone());
//!
//! let accounts = Requests::<Questions, Answers>::start(&kafka).await?;
//! let Answers::Balance(balance) = accounts.ask(&BalanceWanted { account: 7 }, Duration::from_secs(5)).await?;
//! println!("{} cents", balance.cents);
//! # Ok(()) }
//! ```
//!
//! # What is promised
//! - An answer is known by its cause: `ce_causationid` of the answer is `ce_id` of the question, which is written whatever
//!   [`EnvelopeHeaders`](crate::envelope::EnvelopeHeaders) say, with `ce_replyto` and `ce_timeoutms`. Correlation flows on as everywhere.
//! - [`Requests::ask`] ends: with the first answer, or when its time is over ([`Timeout`](crate::ErrorKind::Timeout)). That nobody answered in time does not
//!   mean that nothing was done: who asks for something to be done asks so that it may be done twice, or looks.
//! - A question is handled at least once. Of several answers the first counts.
//! - No group is joined to read answers and nothing is committed: each process that asks reads all that is written on the topic of answers from the moment on at
//!   which it started, and decodes what answers its own questions. So one topic of answers serves many processes as long as they can read all of it; partitions
//!   that it is given later are read by processes that start later.

mod asked;
mod asking;
mod open;
mod reading;

pub use asked::Asked;
pub use asking::Requests;
