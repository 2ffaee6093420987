//! A project: the manifest, the schema files, the lock and the frozen history, loaded and then resolved into a [`Contract`].

mod alone;
mod contract;
mod events;
mod files;
mod framing;
mod frozen;
mod history;
mod imports;
mod key_field;
mod keys;
mod plan;
mod registrations;
mod resolve;
mod rewritten;
mod rows;
mod texts;
mod walk;

pub use crate::schema::{EventSchema, Format};
pub use alone::{Alone, alone};
pub use contract::{Contract, Event, KeySpec, OnKafka, Reference, Shared, Subject, Topic};
pub use files::{Project, SchemaFile};
pub use frozen::frozen;
pub use history::history;
pub(crate) use history::{Past, hash_of, past};
pub(crate) use imports::{Owned, imports, read as read_import, selected};
pub use imports::{imported, left_over_imports, path_from};
pub(crate) use keys::check_imported as check_imported_keys;
pub use registrations::{Registration, import_registrations, registrations};
pub use resolve::resolve;
pub use rewritten::resolve_rewritten;
