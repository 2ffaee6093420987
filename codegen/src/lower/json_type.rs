use topika_contract::json_schema::{NodeId, Schema};
use topika_contract::rules::TYPES_FALLBACK;

use super::job::{Form, User};
use super::json::declare;
use super::json_array::items;
use super::json_bounds::{Reach, is_beyond_doubles, reach};
use super::json_group::Group;
use super::json_shape::{DEEPEST, Shape, ShapeKind, shape};
use super::json_tuple::fixed;
use super::types::Lowering;
use crate::ir::Ty;

/// The type of a value that meets a group; `above` holds the arrays and maps that this use stands in.
pub(super) fn group_ty<'a>(
    lowering: &mut Lowering<'a>,
    user: User<'a>,
    group: &Group,
    hint: &str,
    above: &mut Vec<Group>,
) -> Ty {
    let shape = shape(user.schema, group);
    tell_shape(lowering, user.schema, &shape);
    let ty = shape_ty(lowering, user, &shape, hint, above, false);
    if shape.nullable { Ty::Option(Box::new(ty)) } else { ty }
}

/// The same for a shape, null aside. `is_body` says that it is the body of a type that bears its name already.
pub(super) fn shape_ty<'a>(
    lowering: &mut Lowering<'a>,
    user: User<'a>,
    shape: &Shape<'a>,
    hint: &str,
    above: &mut Vec<Group>,
    is_body: bool,
) -> Ty {
    let schema = user.schema;
    match &shape.kind {
        ShapeKind::Any(why) => {
            if let Some(why) = why {
                tell_any(lowering, schema, shape.named.head, why);
            }
            Ty::Json
        }
        ShapeKind::Never => {
            tell_any(lowering, schema, shape.named.head, "a schema that no value fits");
            Ty::Json
        }
        ShapeKind::Null => Ty::Unit,
        ShapeKind::Boolean => Ty::Bool,
        ShapeKind::Integer => match reach(schema, &shape.group) {
            Reach::Signed => Ty::I64,
            Reach::Unsigned => Ty::U64,
            Reach::Beyond => {
                tell_beyond(lowering, schema, shape.named.head);
                Ty::JsonNumber
            }
        },
        ShapeKind::Number if is_beyond_doubles(schema, &shape.group) => {
            tell_beyond(lowering, schema, shape.named.head);
            Ty::JsonNumber
        }
        ShapeKind::Number => Ty::F64,
        ShapeKind::Numeric => {
            tell_numeric(lowering, schema, shape.named.head);
            Ty::JsonNumber
        }
        ShapeKind::String(format) => format.and_then(text).map_or(Ty::String, Ty::Text),
        ShapeKind::Array | ShapeKind::Map(_) | ShapeKind::Tuple if above.len() >= DEEPEST => {
            tell_any(lowering, schema, shape.named.head, "arrays and maps that stand so deep in each other");
            Ty::Json
        }
        // Without a name there is no place at which the circle could close.
        ShapeKind::Array | ShapeKind::Map(_) | ShapeKind::Tuple if !is_body && comes_back(schema, shape) => {
            Ty::Named(declare(lowering, user, &shape.named, hint, Form::Newtype, None))
        }
        ShapeKind::Array => {
            let Some(items) = items(schema, &shape.group) else { return Ty::Vec(Box::new(Ty::Json)) };
            above.push(shape.group.clone());
            let items = group_ty(lowering, user, &items, hint, above);
            above.pop();
            Ty::Vec(Box::new(items))
        }
        ShapeKind::Map(None) => {
            if let super::json_object::Additional::Patterned(node) =
                super::json_object::additional(schema, &shape.group)
            {
                tell_patterns(lowering, schema, node);
            }
            Ty::BTreeMap(Box::new(Ty::Json))
        }
        ShapeKind::Map(Some(values)) => {
            above.push(shape.group.clone());
            let values = group_ty(lowering, user, values, hint, above);
            above.pop();
            Ty::BTreeMap(Box::new(values))
        }
        ShapeKind::Tuple => match fixed(schema, &shape.group) {
            Some(places) => {
                above.push(shape.group.clone());
                let each = places.iter().enumerate();
                let each = each.map(|(at, place)| group_ty(lowering, user, place, &format!("{hint}{at}"), above));
                let each = each.collect();
                above.pop();
                Ty::Tuple(each)
            }
            None => Ty::Named(declare(lowering, user, &shape.named, hint, Form::Plain, None)),
        },
        ShapeKind::Enum(_) | ShapeKind::Literal(_) | ShapeKind::Object | ShapeKind::Union(_) => {
            Ty::Named(declare(lowering, user, &shape.named, hint, Form::Plain, None))
        }
    }
}

/// Whether an array or map stands within itself, with no named type between.
pub(super) fn comes_back(schema: &Schema, shape: &Shape<'_>) -> bool {
    let start = shape.group.set();
    let mut open = inner(schema, shape);
    let mut seen = Vec::new();
    while let Some(group) = open.pop() {
        let shape = self::shape(schema, &group);
        let set = shape.group.set();
        if set == start {
            return true;
        }
        if seen.len() < DEEPEST && !seen.contains(&set) {
            open.extend(inner(schema, &shape));
            seen.push(set);
        }
    }
    false
}

fn inner(schema: &Schema, shape: &Shape<'_>) -> Vec<Group> {
    match &shape.kind {
        ShapeKind::Array => items(schema, &shape.group).into_iter().collect(),
        ShapeKind::Map(values) => values.iter().cloned().collect(),
        ShapeKind::Tuple => fixed(schema, &shape.group).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The type of a format, by its name in `topika::types::text`; none for formats that no draft knows.
fn text(format: &str) -> Option<&'static str> {
    Some(match format {
        "date-time" => "DateTime",
        "date" => "Date",
        "time" => "Time",
        "duration" => "Duration",
        "email" => "Email",
        "idn-email" => "IdnEmail",
        "hostname" => "Hostname",
        "idn-hostname" => "IdnHostname",
        "ipv4" => "Ipv4",
        "ipv6" => "Ipv6",
        "uri" => "Uri",
        "uri-reference" => "UriReference",
        "iri" => "Iri",
        "iri-reference" => "IriReference",
        "uri-template" => "UriTemplate",
        "uuid" => "Uuid",
        "json-pointer" => "JsonPointer",
        "relative-json-pointer" => "RelativeJsonPointer",
        "regex" => "Regex",
        _ => return None,
    })
}

/// Bounds that no number of Rust has are told: whole numbers of up to 64 bits are kept exactly, others as doubles.
fn tell_beyond(lowering: &mut Lowering<'_>, schema: &Schema, node: NodeId) {
    let Some(node) = schema.node(node) else { return };
    let message =
        "the bounds lead beyond what one number of Rust keeps exactly: the value stays a `serde_json::Number`";
    let help =
        "take bounds within 2^53 (for a number) or 64 bits (for an integer), or a string for numbers of any length";
    lowering.tell(TYPES_FALLBACK.at(node.at.clone(), message).pointer(node.pointer.clone()).help(help));
}

fn tell_numeric(lowering: &mut Lowering<'_>, schema: &Schema, node: NodeId) {
    let Some(node) = schema.node(node) else { return };
    let message =
        "an integer or another number: the value stays a `serde_json::Number`, which keeps the digits of both";
    let help = "write `number`, which is an `f64`, or `integer`, which is an `i64`";
    lowering.tell(TYPES_FALLBACK.at(node.at.clone(), message).pointer(node.pointer.clone()).help(help));
}

fn tell_any(lowering: &mut Lowering<'_>, schema: &Schema, node: NodeId, why: &str) {
    let Some(node) = schema.node(node) else { return };
    let message = format!("{why} has no Rust type of its own: the value stays a `serde_json::Value`");
    let help = "say what the value is, or write `true` where it may be anything";
    lowering.tell(TYPES_FALLBACK.at(node.at.clone(), message).pointer(node.pointer.clone()).help(help));
}

/// Properties that are told apart by patterns are kept as any values.
pub(super) fn tell_patterns(lowering: &mut Lowering<'_>, schema: &Schema, node: NodeId) {
    let Some(node) = schema.node(node) else { return };
    let at = node.unsupported.iter().find(|(word, _)| word == "patternProperties");
    let at = at.map_or_else(|| node.at.clone(), |(_, at)| at.clone());
    let message = "`patternProperties` of several types: the values stay `serde_json::Value`s";
    let help = "close the object by `additionalProperties`, or give all patterns one type";
    lowering.tell(TYPES_FALLBACK.at(at, message).pointer(node.pointer.clone()).help(help));
}

/// Tells where a type takes less than its schema.
pub(super) fn tell_shape(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>) {
    if shape.narrowed
        && let Some(node) = schema.node(shape.named.head)
    {
        let (what, word) = match shape.kind {
            ShapeKind::Array | ShapeKind::Tuple => ("a list", "array"),
            _ => ("an object", "object"),
        };
        let message =
            format!("nothing says that the value is {what}, so any other value, which the schema takes, is refused");
        let help = format!("write `\"type\": \"{word}\"`");
        lowering.tell(TYPES_FALLBACK.at(node.at.clone(), message).pointer(node.pointer.clone()).help(help));
    }
}
