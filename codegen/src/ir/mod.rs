//! What will be written, as plain data: no tokens, and no strings where a type is meant. Only `lower` makes it.

mod checks;
mod code;
mod foreign;
mod json;
mod look;
mod spelled;
mod table;
mod topic;
mod types;

pub(crate) use checks::{Bound, Checks};
pub(crate) use code::Code;
pub(crate) use foreign::{Foreign, Way};
pub(crate) use json::{Constant, Literal, OneOf, OneOfVariant, Tuple, TupleItem};
pub(crate) use look::{FieldLook, Look};
pub(crate) use table::{FieldTable, RefText, SchemaTable, Shape, Table, TableTy};
pub(crate) use topic::{KeyIs, KeyPart, KeyRecord, Topic, TopicEvent};
pub(crate) use types::{
    Body, Default, Enum, Extra, Field, FileRef, Ir, OnTopic, Role, Struct, Ty, TypeDef, TypeId, Union, UnionVariant,
    Variant, Wire,
};
