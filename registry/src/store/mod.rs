//! The semantics of a registry as a pure store: no I/O, no clock, no async. The server puts HTTP around it; tests use it as it is.

mod change;
mod compatibility;
mod contexts;
mod contract;
mod delete;
mod error;
mod find;
mod forms;
mod guid;
mod judge;
mod lists;
mod lookup;
mod model;
mod modes;
mod names;
mod normalized;
mod policy;
mod printed;
mod read;
mod references;
mod register;
mod reserved;
mod said;
mod scope;
mod settings;
#[cfg(feature = "server")]
mod since;

pub use change::{Change, Text};
pub use error::StoreError;
pub use forms::{metadata_form, rule_set_form};
pub use guid::guid;
pub use lists::{Deleted, Listed, Page};
pub use lookup::{Format, VersionSpec};
pub use model::Store;
pub use references::qualify;
#[cfg(feature = "server")]
pub(crate) use register::Judged;
pub use scope::SubjectConfig;
