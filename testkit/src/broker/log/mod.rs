//! One partition: its batches as opaque bytes, the producers that wrote them, and what is found by offset or time.

mod batch;
mod compaction;
mod compression;
mod entry;
mod leadership;
mod marker;
mod partition;
mod producers;
mod record_times;
mod records;
mod recovery;
mod retention;
mod segment;
mod snapshot;
mod transactions;
mod unread;

#[cfg(test)]
pub(crate) use batch::samples;
pub(crate) use batch::{Batch, BatchError};
pub(crate) use compaction::Compaction;
pub(crate) use leadership::Leadership;
pub(crate) use marker::{End, Producer};
pub(crate) use partition::{Active, AppendError, Appended, Freed, Isolation, Partition, TimedOffset};
pub(crate) use retention::Retention;
pub(crate) use transactions::Aborted;
