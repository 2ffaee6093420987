//! The embedded broker, from the bottom up: `disk` writes files, `log` holds a partition, `topics`, `groups` and `transactions` what a broker knows,
//! `journal` what of that is written down, `state` all of it, `cluster` that behind one lock, `security` who may use it, `wire` the bytes, `api` one answer per request,
//! `net` the sockets, `handle` what a test holds.

mod api;
mod builder;
mod clock;
mod cluster;
mod disk;
mod error;
mod faults;
mod groups;
mod handle;
mod journal;
mod log;
mod net;
mod nodes;
mod running;
mod security;
mod settings;
mod several;
mod state;
mod topics;
mod transactions;
mod wire;

pub use builder::Builder;
pub use error::BrokerError;
pub use faults::{ApiKey, ErrorCode, Fault};
pub use handle::{Broker, PartitionLag};
#[cfg(feature = "tls")]
pub use security::Tls;
pub use security::{Mechanism, Sasl};
