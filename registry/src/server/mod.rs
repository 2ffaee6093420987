//! The store behind HTTP, on loopback in milliseconds: for tests, examples and local work. Nothing is written to disk.

mod answer;
mod body;
mod compatibility;
mod config;
mod path;
mod query;
mod router;
mod schemas;
mod start;
mod state;
mod subjects;

pub use start::{Server, StartError};
pub use state::StoreHandle;
