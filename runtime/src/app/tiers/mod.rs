//! Tiers of retries: topics in which messages wait until they are tried again.

mod entry;
mod header;
mod ledger;
mod ledgers;
mod of_key;
mod plan;
mod room;
mod shelf;
mod timers;
mod waiting;

pub(super) use plan::Plan;
pub(super) use shelf::{Moved, Received, Tiers, Turn, millis_now};
pub(super) use timers::Timers;
pub(super) use waiting::Waiting;
