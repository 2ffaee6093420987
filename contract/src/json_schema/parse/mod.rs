//! One file's text to subschemas, `$ref`s as written.

mod annotations;
mod asks;
mod draft;
mod reader;
mod subschema;
mod values;

pub(super) use reader::read_at;
pub use reader::{parse, parse_as};
pub(super) use subschema::empty;
