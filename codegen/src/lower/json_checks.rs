//! What `validate()` asks of a value: made of a schema's keywords, as far as a keyword speaks of values of the type.

use topika_contract::json_schema::{Asserted, JsonType, Node, Schema, asserted};
use topika_contract::text::json::Json;

use super::json_array::items;
use super::json_bounds::{Reach, bounds, counts, multiples, reach};
use super::json_group::Group;
use super::json_left::{left, left_of_items};
use super::json_object::{Additional, additional};
use super::json_shape::{DEEPEST, Shape, ShapeKind, shape};
use super::json_tuple::fixed;
use super::json_type::comes_back;
use super::types::Lowering;
use crate::ir::{Bound, Checks};

/// What is asked of a value at the place where it is used. A type with a name says the rest itself.
pub(super) fn of_value(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>) -> Checks {
    of_shape(lowering, schema, shape, false, 0)
}

/// The same for a group.
pub(super) fn of_group(lowering: &mut Lowering<'_>, schema: &Schema, group: &Group) -> Checks {
    of_value(lowering, schema, &shape(schema, group))
}

/// What is asked of the one value in a type that has a name.
pub(super) fn of_newtype(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>) -> Checks {
    of_shape(lowering, schema, shape, true, 0)
}

/// What is asked of a struct as a whole.
pub(super) fn of_struct(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>) -> Checks {
    let words: &[&str] = match shape.kind {
        ShapeKind::Tuple => &["minItems", "maxItems"],
        _ => &["minProperties", "maxProperties"],
    };
    let mut checks = Checks { counts: counts(schema, &shape.group, words), ..Checks::default() };
    checks.unique_items = matches!(shape.kind, ShapeKind::Tuple) && is_unique(schema, &shape.group);
    left(lowering, schema, shape, &mut checks);
    checks
}

/// What is asked of a union, or of a list of values, beyond what its branches ask.
pub(super) fn of_union(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>) -> Checks {
    let mut checks = Checks::default();
    left(lowering, schema, shape, &mut checks);
    checks
}

/// What is asked of the properties that an object does not name.
pub(super) fn of_extra(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>) -> Checks {
    let values = match additional(schema, &shape.group) {
        Additional::Typed(group) => of_group(lowering, schema, &group).some(),
        _ => None,
    };
    Checks { keys: keys(schema, shape), values, ..Checks::default() }
}

fn of_shape(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>, is_body: bool, depth: usize) -> Checks {
    let mut checks = Checks::default();
    let group = &shape.group;
    let lists = matches!(shape.kind, ShapeKind::Array | ShapeKind::Tuple | ShapeKind::Map(_));
    if depth > DEEPEST || lists && !is_body && comes_back(schema, shape) {
        return checks;
    }
    match &shape.kind {
        ShapeKind::String(_) => text(schema, group, &mut checks),
        ShapeKind::Integer | ShapeKind::Number | ShapeKind::Numeric => {
            number(schema, group, &mut checks);
            // No type of integers holds it, so its type is that of all numbers.
            if matches!(shape.kind, ShapeKind::Integer) && reach(schema, group) == Reach::Beyond {
                checks.multiple_of.push(Bound::Whole(1));
            }
        }
        ShapeKind::Array => {
            list(schema, group, &mut checks);
            if let Some(inner) = items(schema, group) {
                let inner = self::shape(schema, &inner);
                checks.items = of_shape(lowering, schema, &inner, false, depth + 1).some();
            }
        }
        ShapeKind::Map(values) => {
            checks.counts = counts(schema, group, &["minProperties", "maxProperties"]);
            checks.keys = keys(schema, shape);
            if let Some(values) = values {
                let inner = self::shape(schema, values);
                checks.values = of_shape(lowering, schema, &inner, false, depth + 1).some();
            }
        }
        ShapeKind::Tuple => match fixed(schema, group) {
            // The number of items is that of the places.
            Some(places) => {
                checks.unique_items = is_unique(schema, group);
                let asks = |place: &Group| {
                    !of_shape(lowering, schema, &self::shape(schema, place), false, depth + 1).is_empty()
                };
                if places.iter().any(asks) {
                    left_of_items(lowering, schema, shape, &mut checks);
                }
            }
            // It has a name, and says so itself.
            None => return checks,
        },
        // Each keyword looks at values of its own type.
        ShapeKind::Any(_) => {
            text(schema, group, &mut checks);
            number(schema, group, &mut checks);
            list(schema, group, &mut checks);
            checks.counts.extend(counts(schema, group, &["minProperties", "maxProperties"]));
            checks.keys = keys(schema, shape);
        }
        ShapeKind::Object | ShapeKind::Union(_) => return checks,
        ShapeKind::Never => checks.schemas.push("{\"not\":{}}".to_owned()),
        ShapeKind::Null | ShapeKind::Boolean | ShapeKind::Enum(_) | ShapeKind::Literal(_) => {}
    }
    left(lowering, schema, shape, &mut checks);
    checks
}

fn text(schema: &Schema, group: &Group, checks: &mut Checks) {
    checks.counts.extend(counts(schema, group, &["minLength", "maxLength"]));
    for node in group.nodes(schema) {
        if let Some(pattern) = assertion(node, "pattern").and_then(Json::as_str)
            && !checks.patterns.iter().any(|known| known == pattern)
        {
            checks.patterns.push(pattern.to_owned());
        }
        if let Some(Asserted::Known(format)) = node.format.as_deref().map(|name| asserted(schema.draft(), name))
            && !checks.formats.contains(&format)
        {
            checks.formats.push(format);
        }
    }
}

fn number(schema: &Schema, group: &Group, checks: &mut Checks) {
    checks.bounds = bounds(schema, group);
    checks.multiple_of = multiples(schema, group);
}

fn list(schema: &Schema, group: &Group, checks: &mut Checks) {
    checks.counts.extend(counts(schema, group, &["minItems", "maxItems"]));
    checks.unique_items = is_unique(schema, group);
}

fn is_unique(schema: &Schema, group: &Group) -> bool {
    group.nodes(schema).any(|node| assertion(node, "uniqueItems").and_then(Json::as_bool) == Some(true))
}

/// What `propertyNames` asks, where it asks it of texts and no more.
fn keys(schema: &Schema, shape: &Shape<'_>) -> Option<Box<Checks>> {
    let names = names(schema, &shape.group)?;
    if asks_more(schema, &names) {
        return None;
    }
    let mut checks = Checks::default();
    text(schema, &names, &mut checks);
    checks.some()
}

/// What the names of an object's properties are, where something is asked of them.
pub(super) fn names(schema: &Schema, group: &Group) -> Option<Group> {
    let ids: Vec<_> = group.nodes(schema).filter_map(|node| node.asks.property_names).collect();
    (!ids.is_empty()).then(|| Group::of(schema, &ids))
}

/// Whether more is asked of names than lengths, patterns and formats.
pub(super) fn asks_more(schema: &Schema, names: &Group) -> bool {
    let says_more = |node: &Node| {
        node.boolean == Some(false)
            || node.variants.is_some()
            || node.constant.is_some()
            || !node.one_of.is_empty()
            || !node.any_of.is_empty()
            || node.unsupported.iter().any(|(word, _)| matches!(word.as_str(), "not" | "if"))
            || !node.types.is_empty() && !node.types.contains(&JsonType::String)
    };
    names.too_many || names.nodes(schema).any(says_more)
}

pub(super) fn assertion<'n>(node: &'n Node, word: &str) -> Option<&'n Json> {
    node.assertions.iter().find(|(name, _)| name == word).map(|(_, value)| value)
}
