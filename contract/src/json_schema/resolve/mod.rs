//! Many files' subschemas to schemas: every `$ref` followed.

mod arena;
mod files;
mod index;
mod loss;
mod target;

pub use files::{resolve, salvage};
