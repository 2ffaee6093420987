//! Consumer groups, of the classic protocol and (`consumer`) of the consumer protocol, as values: a group knows no socket and no clock; times are handed in, and whoever
//! must wait gets a receiver.

mod change;
mod consumer;
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

/// What an element of a list takes beside its text, about: without it, many that are empty would count as nothing.
const ENTRY: usize = 64;

pub(crate) use change::Change;
pub(crate) use consumer::{Beat, Beaten, Catalog, Member as ConsumerMember, Members, Partitions, Refused};
pub(crate) use coordinator::{Coordinator, Timeouts};
pub(crate) use group::Group;
pub(crate) use join::{JoinAnswer, JoinRequest, Joined, Refusal};
pub(crate) use member::Member;
pub(crate) use offsets::Committed;
pub(crate) use sync::{SyncAnswer, SyncRequest};
