//! One partition: its batches as opaque bytes, the producers that wrote them, and what is found by offset or time.

mod batch;
mod partition;
mod producers;
mod record_times;

pub(crate) use batch::{Batch, BatchError};
pub(crate) use partition::{AppendError, Appended, Partition, TimedOffset};
