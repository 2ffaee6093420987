use topika_contract::json_schema::Schema;
use topika_contract::text::Location;

use super::json_array::items;
use super::json_group::Group;
use super::json_object::properties;
use super::json_shape::{DEEPEST, ShapeKind, shape};
use crate::ir::{FieldTable, Shape, Table, TableTy};

/// The table of a JSON Schema file: its root. Types within are serde's alone, and nothing is bound to them.
pub(super) fn json_tables(schema: &Schema, record: &str) -> Vec<Table> {
    let Some((_, node)) = schema.target(schema.root()) else { return Vec::new() };
    let root = shape(schema, &Group::of(schema, &[schema.root()]));
    let shape = match &root.kind {
        ShapeKind::Enum(symbols) => Shape::Enum(symbols.iter().map(|symbol| (*symbol).to_owned()).collect(), None),
        ShapeKind::Object if !root.nullable => {
            let field = |property: super::json_object::PropertyOf<'_>| {
                let (line, column) = place(property.name_at);
                FieldTable {
                    name: property.name.to_owned(),
                    ty: ty(schema, &property.group, 0),
                    optional: !property.required,
                    line,
                    column,
                }
            };
            Shape::Record(properties(schema, &root.group).into_iter().map(field).collect())
        }
        _ => Shape::Record(Vec::new()),
    };
    let (line, column) = place(&node.at);
    vec![Table { name: record.to_owned(), shape, line, column }]
}

/// Line and column as a table has them.
pub(super) fn place(at: &Location) -> (u32, u32) {
    let position = at.shown().position();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (number(position.line), number(position.column))
}

fn ty(schema: &Schema, group: &Group, depth: usize) -> TableTy {
    let shape = shape(schema, group);
    let kind = match &shape.kind {
        _ if depth >= DEEPEST => TableTy::Any,
        ShapeKind::Boolean => TableTy::Boolean,
        ShapeKind::Integer => TableTy::Long,
        ShapeKind::Number | ShapeKind::Numeric => TableTy::Double,
        ShapeKind::String(_) | ShapeKind::Enum(_) => TableTy::String,
        ShapeKind::Object => TableTy::Map(Box::new(TableTy::Any)),
        ShapeKind::Array => {
            let items = items(schema, &shape.group).map_or(TableTy::Any, |items| ty(schema, &items, depth + 1));
            TableTy::Array(Box::new(items))
        }
        ShapeKind::Map(values) => {
            let values = values.as_ref().map_or(TableTy::Any, |values| ty(schema, values, depth + 1));
            TableTy::Map(Box::new(values))
        }
        _ => return TableTy::Any,
    };
    if shape.nullable { TableTy::Union(vec![TableTy::Null, kind]) } else { kind }
}
