//! From plain data to Rust source. Every text of a schema passes as a string literal or as a cleaned doc; none becomes code.

mod checks;
mod constants;
mod defaults;
mod doc;
mod enums;
mod json;
mod lines;
mod list;
mod literal;
mod look;
mod mark;
mod module;
mod path;
mod prose;
mod source;
mod structs;
mod table;
mod topic;
mod unset;
mod wrap;

pub(crate) use source::emit;
