//! Groups of the consumer protocol (KIP-848): the members say what they read, and the group says who reads what.

mod assignor;
mod heartbeat;
mod member;
mod members;
mod reconcile;
#[cfg(test)]
mod tests;

pub(crate) use heartbeat::{Beat, Beaten, Refused};
pub(crate) use member::{Member, Partitions};
pub(crate) use members::{Catalog, Members};
