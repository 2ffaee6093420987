//! The HTTP client: several URLs, retries under one deadline, single-flight fetches, caches with bounds.

mod address;
mod assemble;
mod associations;
mod auth;
mod backoff;
mod builder;
mod bundle_check;
mod cache;
mod cluster;
mod compatibility;
mod context;
mod deadline;
mod error;
mod exchange;
mod flight;
mod handle;
mod lookup;
mod oauth;
mod proxy;
mod query;
mod references;
mod refusal;
mod request;
mod schemas;
mod secret;
mod servers;
mod settings;
mod signature;
mod subjects;
mod tls;
mod token_source;
mod tokens;
mod transport;
mod unknown;
mod weight;

#[cfg(test)]
mod offline;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod script;

pub use builder::ClientBuilder;
pub use error::{Error, ErrorKind};
pub use handle::Client;
pub use oauth::OAuth;
pub use query::{Deleted, IdQuery, MetadataQuery, SchemaQuery, SubjectQuery, VersionQuery};
pub use references::Referenced;
pub use token_source::{AccessToken, TokenSource};
