//! Many files' types to schemas: every name looked up, every promise between definitions checked.

mod defaults;
mod endless;
mod files;
mod link;
mod names;
mod reach;
mod same;
mod table;
mod tolerance;
mod unions;

pub use files::resolve;
pub(in crate::avro) use files::resolve_last;
