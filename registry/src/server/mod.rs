//! The store behind HTTP, on loopback in milliseconds: in memory for tests and examples, or over a directory that survives.

mod about;
mod answer;
mod auth;
mod body;
mod coerced;
mod compatibility;
mod config;
mod connections;
mod contexts;
mod disk;
mod limits;
mod media;
mod path;
mod query;
mod rewrite;
mod room;
mod router;
mod schemas;
mod stalled;
mod start;
mod state;
mod subjects;
mod uri;
mod waits;

pub use auth::{Users, UsersError};
pub use disk::{DiskError, Torn};
pub use start::{Server, ServerBuilder, StartError};
pub use state::StoreHandle;
