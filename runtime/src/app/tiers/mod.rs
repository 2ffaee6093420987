//! Tiers of retries: topics in which messages wait until they are tried again.

mod header;
mod ledger;
mod ledgers;
mod plan;
mod shelf;
mod timers;
mod waiting;

pub(super) use plan::Plan;
pub(super) use shelf::{Moved, Received, Tiers, Turn, millis_now};
pub(super) use timers::Timers;
pub(super) use waiting::Waiting;
