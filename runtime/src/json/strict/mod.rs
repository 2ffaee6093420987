//! JSON read as JSON Schema means it, around any deserializer of serde.

mod access;
mod deserializer;
mod enums;
mod numbers;
mod visitor;

pub(crate) use deserializer::Strict;
