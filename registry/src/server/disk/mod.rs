//! A store that survives: a directory with a log that is only ever appended to, and a lock that lets one process in.
//!
//! A line of the log is a checksum, how much of the log was on disk when the line was written, and the changes of one write as JSON. One
//! without changes is a mark: all before it is on disk. A log that is at rest ends with it, so that what is damaged there is not taken for torn.

mod error;
mod lock;
mod open;
mod record;
mod replay;
mod snapshot;
mod torn;
mod writer;

pub use error::DiskError;
pub(super) use open::{Opened, open};
pub use torn::Torn;
#[cfg(test)]
pub(super) use writer::Disk;
pub(super) use writer::Writer;
