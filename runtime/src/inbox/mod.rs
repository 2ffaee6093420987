//! The inbox: a message that comes twice has its effects once.
//!
//! Kafka brings each message at least once: after a crash, a rebalance, or where a producer (a relay of an [`outbox`](crate::outbox), say) could not know that it had written
//! already. With an inbox the handler notes the id of the message in the transaction of its effects. Where the note is there already, so are the effects.
//! Behind the features `postgres` and `sqlite`.
//!
//! ```no_run
//! # struct OrderPlaced { order_id: String }
//! use sqlx::Postgres;
//! use topika::handler::State;
//! use topika::inbox::{Inbox, MessageId};
//!
//! async fn bill(State(inbox): State<Inbox<Postgres>>, id: MessageId, order: OrderPlaced) -> Result<(), topika::Error> {
//!     let Some(mut tx) = inbox.begin(&id).await? else { return Ok(()) }; // it was handled before
//!     let bill = sqlx::query("INSERT INTO bills (order_id) VALUES ($1)").bind(&order.order_id);
//!     bill.execute(&mut *tx).await.map_err(topika::Error::wrap)?;
//!     tx.commit().await.map_err(topika::Error::wrap) // the bill and the note of it, or neither
//! }
//! ```
//!
//! What goes to Kafka from such a handler goes through an outbox, with the same transaction.

mod database;
mod message_id;
mod migrations;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod taken;

pub use crate::store::Migration;
pub use database::InboxDatabase;
pub use message_id::MessageId;
pub use migrations::{migrate, migrations};
pub use taken::Inbox;
