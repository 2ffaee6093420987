//! Many files' subschemas to schemas: every `$ref` followed.

mod arena;
mod files;
mod index;
mod target;

pub use files::resolve;
