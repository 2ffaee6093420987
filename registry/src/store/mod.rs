//! The semantics of a registry as a pure store: no I/O, no clock, no async. The server puts HTTP around it; tests use it as it is.

mod compatibility;
mod config;
mod delete;
mod error;
mod guid;
mod judge;
mod lookup;
mod model;
mod normalized;
mod references;
mod register;

pub use config::SubjectConfig;
pub use error::StoreError;
pub use guid::guid;
pub use lookup::{Page, VersionSpec};
pub use model::Store;
