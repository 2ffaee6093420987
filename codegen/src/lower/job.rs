use topika_contract::avro::{Named, Schema as AvroSchema};
use topika_contract::json_schema::{Node, Schema as JsonSchema};

use crate::ir::TypeId;

/// A type that has its name, and waits for its body.
pub(super) enum Job<'a> {
    Avro(AvroJob<'a>),
    Json(JsonJob<'a>),
}

/// A named type whose body is to be made, or the root of a file.
pub(super) struct AvroJob<'a> {
    pub(super) id: TypeId,
    pub(super) file: usize,
    pub(super) schema: &'a AvroSchema,
    /// None for a root without a name.
    pub(super) named: Option<&'a Named>,
}

/// A subschema whose body is to be made: an object or an enum of strings.
pub(super) struct JsonJob<'a> {
    pub(super) id: TypeId,
    pub(super) file: usize,
    pub(super) schema: &'a JsonSchema,
    pub(super) node: &'a Node,
}
