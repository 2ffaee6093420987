use super::{branches, default, docs, meaning, names, objects, values};
use crate::json_schema::Schema;
use crate::lint::text::Lint;

/// Looks at what the file of a schema says itself; what it refers to in other files has its own turn.
pub(in crate::lint) fn check(schema: &Schema, lint: &mut Lint<'_>) {
    names::check(schema, lint);
    let mut alike = super::alike::Alike::new(schema);
    for (id, node) in schema.own_nodes() {
        docs::check(schema, id, node, lint);
        objects::check(schema, node, lint);
        values::check(schema, node, lint);
        default::check(schema, node, lint);
        branches::check(schema, node, &mut alike, lint);
        meaning::check(schema, id, node, lint);
    }
}
