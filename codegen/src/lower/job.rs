use topika_contract::avro::{Named, Schema as AvroSchema};
use topika_contract::json_schema::Schema as JsonSchema;

use super::json_group::Group;
use crate::ir::TypeId;

/// A type that has its name, and waits for its body.
pub(super) enum Job<'a> {
    Avro(AvroJob<'a>),
    Json(JsonJob<'a>),
}

impl Job<'_> {
    pub(super) fn id(&self) -> TypeId {
        match self {
            Self::Avro(job) => job.id,
            Self::Json(job) => job.id,
        }
    }
}

/// A named type whose body is to be made, or the root of a file.
pub(super) struct AvroJob<'a> {
    pub(super) id: TypeId,
    pub(super) file: usize,
    pub(super) schema: &'a AvroSchema,
    /// None for a root without a name.
    pub(super) named: Option<&'a Named>,
}

/// A group of subschemas whose body is to be made.
pub(super) struct JsonJob<'a> {
    pub(super) id: TypeId,
    pub(super) file: usize,
    pub(super) schema: &'a JsonSchema,
    pub(super) group: Group,
    pub(super) form: Form,
}

impl<'a> JsonJob<'a> {
    pub(super) fn user(&self) -> User<'a> {
        User { file: self.file, schema: self.schema }
    }
}

/// Who uses a subschema: the file that is read, and its schema.
#[derive(Clone, Copy)]
pub(super) struct User<'a> {
    pub(super) file: usize,
    pub(super) schema: &'a JsonSchema,
}

/// How a type of a JSON Schema is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As its shape is.
    Plain,
    /// As an event, which is a type whatever its shape.
    Event,
    /// As a newtype, since it would stand in itself.
    Newtype,
}
