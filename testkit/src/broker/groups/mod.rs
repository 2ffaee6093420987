//! Consumer groups of the classic protocol, as values: a group knows no socket and no clock; times are handed in, and whoever
//! must wait gets a receiver.

mod change;
mod coordinator;
mod generation;
mod group;
mod join;
mod member;
mod offsets;
mod subscription;
mod sync;
#[cfg(test)]
mod tests;

pub(crate) use change::Change;
pub(crate) use coordinator::{Coordinator, Timeouts};
pub(crate) use group::Group;
pub(crate) use join::{JoinAnswer, JoinRequest, Joined, Refusal};
pub(crate) use member::Member;
pub(crate) use offsets::Committed;
pub(crate) use sync::{SyncAnswer, SyncRequest};
