//! `cargo topika try`: what topika would make of a folder of schemas. It generates a module for each file, compiles them as a package of
//! its own, and sends values through the types, which two other implementations draw and judge.

mod avro;
mod build;
mod containers;
mod document;
mod files;
mod json;
mod made;
mod package;
mod payloads;
mod program;
mod random;
mod row;
mod run;
mod talk;
mod text;
mod trips;

pub(super) use document::JSON_SCHEMA;
pub(super) use run::run;
