//! One file's text to types, names as written.

mod attributes;
mod field;
mod letters;
mod logical;
mod name;
mod named;
mod reader;
mod types;

pub use reader::parse;
pub(crate) use reader::parse_value;
