use std::collections::BTreeSet;

use topika_contract::json_schema::{NodeId, Schema};
use topika_contract::text::Location;

use super::json_shape::{DEEPEST, ShapeKind, is_required, own_name, shape};
use crate::ir::{FieldTable, Shape, Table, TableTy};

/// The tables of a JSON Schema file: its root, then the objects and enums of the file that the root reaches.
pub(super) fn json_tables(schema: &Schema, file: &str, record: &str) -> Vec<Table> {
    let Some((root, _)) = schema.target(schema.root()) else { return Vec::new() };
    let mut seen = BTreeSet::from([root]);
    let mut waiting = vec![root];
    let mut tables = Vec::new();
    while let Some(id) = waiting.pop() {
        let Some(node) = schema.node(id) else { continue };
        let mut found = Vec::new();
        let body = match shape(schema, node).kind {
            ShapeKind::Enum(symbols) => Shape::Enum(symbols.into_iter().map(str::to_owned).collect(), None),
            _ => {
                let field = |property: &topika_contract::json_schema::Property| {
                    let (line, column) = place(&property.name_at);
                    let optional = !is_required(node, &property.name);
                    FieldTable {
                        name: property.name.clone(),
                        ty: ty(schema, property.node, &mut found, &mut Vec::new()),
                        optional,
                        line,
                        column,
                    }
                };
                Shape::Record(node.properties.iter().map(field).collect())
            }
        };
        let (line, column) = place(&node.at);
        let name = if id == root { record.to_owned() } else { name(schema, id) };
        tables.push(Table { name, shape: body, line, column });
        for id in found.into_iter().rev() {
            let here = schema.node(id).is_some_and(|node| node.at.source.path() == file);
            if here && seen.insert(id) {
                waiting.push(id);
            }
        }
    }
    tables
}

/// Line and column as a table has them.
pub(super) fn place(at: &Location) -> (u32, u32) {
    let position = at.position();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (number(position.line), number(position.column))
}

fn name(schema: &Schema, id: NodeId) -> String {
    schema.node(id).map(|node| own_name(node).unwrap_or(&node.pointer).to_owned()).unwrap_or_default()
}

fn ty(schema: &Schema, id: NodeId, found: &mut Vec<NodeId>, above: &mut Vec<NodeId>) -> TableTy {
    let Some((id, node)) = schema.target(id) else { return TableTy::Any };
    let shape = shape(schema, node);
    let kind = match shape.kind {
        ShapeKind::Any(_) => TableTy::Any,
        ShapeKind::Boolean => TableTy::Boolean,
        ShapeKind::Integer => TableTy::Long,
        ShapeKind::Number => TableTy::Double,
        ShapeKind::String => TableTy::String,
        // As in the Rust type.
        ShapeKind::Array(_) | ShapeKind::Map(_) if above.contains(&id) || above.len() >= DEEPEST => TableTy::Any,
        ShapeKind::Array(items) => {
            above.push(id);
            let items = items.map_or(TableTy::Any, |items| ty(schema, items, found, above));
            above.pop();
            TableTy::Array(Box::new(items))
        }
        ShapeKind::Map(values) => {
            above.push(id);
            let values = values.map_or(TableTy::Any, |values| ty(schema, values, found, above));
            above.pop();
            TableTy::Map(Box::new(values))
        }
        ShapeKind::Enum(_) | ShapeKind::Object => {
            found.push(id);
            TableTy::Named(name(schema, id))
        }
    };
    if shape.nullable { TableTy::Union(vec![TableTy::Null, kind]) } else { kind }
}
