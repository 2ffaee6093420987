//! The HTTP client: caches with bounds, single-flight fetches, retries under one deadline, several URLs.

mod auth;
mod backoff;
mod builder;
mod cache;
mod error;
mod flight;
mod handle;
mod request;
mod schemas;
mod settings;
mod subjects;
mod transport;

pub use builder::ClientBuilder;
pub use error::{Error, ErrorKind};
pub use handle::Client;
pub use schemas::Referenced;
