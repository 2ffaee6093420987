//! The embedded broker, from the bottom up: `log` holds a partition, `topics`, `groups` and `transactions` what a broker knows, `cluster` all of
//! it behind one lock, `wire` the bytes, `api` one answer per request, `net` the sockets, `handle` what a test holds.

mod api;
mod cluster;
mod error;
mod faults;
mod groups;
mod handle;
mod log;
mod net;
mod topics;
mod transactions;
mod wire;

pub use error::BrokerError;
pub use faults::{ApiKey, ErrorCode, Fault};
pub use handle::{Broker, Builder, PartitionLag};
