//! The transactional producers: who writes under which id, in which partitions and groups, and until when. It writes nothing itself: what a
//! transaction that ends leaves to be done is answered as [`Ended`].

mod change;
mod coordinator;
mod seen;
mod transaction;

pub(crate) use change::Change;
pub(crate) use coordinator::Coordinator;
pub(crate) use seen::{STATES, Seen};
pub(crate) use transaction::Ended;
