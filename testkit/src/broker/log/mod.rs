//! One partition: its batches as opaque bytes, the producers that wrote them, and what is found by offset or time.

mod batch;
mod compaction;
mod compression;
mod marker;
mod partition;
mod producers;
mod record_times;
mod records;
mod retention;
mod transactions;

pub(crate) use batch::{Batch, BatchError};
pub(crate) use compaction::Compaction;
pub(crate) use marker::{End, Producer};
pub(crate) use partition::{AppendError, Appended, Isolation, Partition, TimedOffset};
pub(crate) use retention::Retention;
pub(crate) use transactions::Aborted;
