//! What `validate()` asks of a value: made of a schema's keywords, as far as a keyword speaks of values of the type.

use topika_contract::json_schema::{Draft, Node, Schema};
use topika_contract::rules::TYPES_UNCHECKED;
use topika_contract::text::json::Json;

use super::json_array::items;
use super::json_bounds::{bounds, counts, multiples};
use super::json_group::Group;
use super::json_object::{Additional, additional};
use super::json_shape::{DEEPEST, Shape, ShapeKind, shape};
use super::json_tuple::fixed;
use super::json_type::comes_back;
use super::types::Lowering;
use crate::ir::Checks;

/// Keywords that `validate()` does not know, with the kind of value that each speaks of.
const UNCHECKED: &[(&str, About)] = &[
    ("not", About::All),
    ("if", About::All),
    ("dependencies", About::Objects),
    ("dependentRequired", About::Objects),
    ("dependentSchemas", About::Objects),
    ("unevaluatedProperties", About::Objects),
    ("contains", About::Arrays),
    ("unevaluatedItems", About::Arrays),
];

#[derive(Clone, Copy, PartialEq)]
enum About {
    All,
    Objects,
    Arrays,
}

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
    tell_unchecked(lowering, schema, shape);
    let words: &[&str] = match shape.kind {
        ShapeKind::Tuple => &["minItems", "maxItems"],
        _ => &["minProperties", "maxProperties"],
    };
    let mut checks = Checks { counts: counts(schema, &shape.group, words), ..Checks::default() };
    checks.unique_items = matches!(shape.kind, ShapeKind::Tuple) && is_unique(schema, &shape.group);
    checks
}

/// What is asked of the properties that an object does not name.
pub(super) fn of_extra(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>) -> Checks {
    let values = match additional(schema, &shape.group) {
        Additional::Typed(group) => of_group(lowering, schema, &group).some(),
        _ => None,
    };
    Checks { keys: keys(lowering, schema, shape), values, ..Checks::default() }
}

fn of_shape(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>, is_body: bool, depth: usize) -> Checks {
    let mut checks = Checks::default();
    let group = &shape.group;
    let lists = matches!(shape.kind, ShapeKind::Array | ShapeKind::Tuple | ShapeKind::Map(_));
    if depth > DEEPEST || lists && !is_body && comes_back(schema, shape) {
        return checks;
    }
    match &shape.kind {
        ShapeKind::String(_) => text(lowering, schema, group, &mut checks),
        ShapeKind::Integer | ShapeKind::Number => number(schema, group, &mut checks),
        ShapeKind::Array => {
            list(schema, group, &mut checks);
            if let Some(inner) = items(schema, group) {
                let inner = self::shape(schema, &inner);
                checks.items = of_shape(lowering, schema, &inner, false, depth + 1).some();
            }
        }
        ShapeKind::Map(values) => {
            checks.counts = counts(schema, group, &["minProperties", "maxProperties"]);
            checks.keys = keys(lowering, schema, shape);
            if let Some(values) = values {
                let inner = self::shape(schema, values);
                checks.values = of_shape(lowering, schema, &inner, false, depth + 1).some();
            }
        }
        ShapeKind::Tuple => match fixed(schema, group) {
            // The number of items is that of the places.
            Some(places) => {
                checks.unique_items = is_unique(schema, group);
                for place in places {
                    let inner = self::shape(schema, &place);
                    if !of_shape(lowering, schema, &inner, false, depth + 1).is_empty() {
                        tell(lowering, schema, place.head, "what is asked of the items of a tuple");
                    }
                }
            }
            // It has a name, and says so itself.
            None => return checks,
        },
        // Each keyword looks at values of its own type.
        ShapeKind::Any(_) => {
            text(lowering, schema, group, &mut checks);
            number(schema, group, &mut checks);
            list(schema, group, &mut checks);
            checks.counts.extend(counts(schema, group, &["minProperties", "maxProperties"]));
            checks.keys = keys(lowering, schema, shape);
        }
        ShapeKind::Object | ShapeKind::Union(_) => return checks,
        ShapeKind::Never | ShapeKind::Null | ShapeKind::Boolean | ShapeKind::Enum(_) | ShapeKind::Literal(_) => {}
    }
    tell_unchecked(lowering, schema, shape);
    checks
}

fn text(lowering: &mut Lowering<'_>, schema: &Schema, group: &Group, checks: &mut Checks) {
    checks.counts.extend(counts(schema, group, &["minLength", "maxLength"]));
    for node in group.nodes(schema) {
        if let Some(pattern) = assertion(node, "pattern").and_then(Json::as_str)
            && !checks.patterns.iter().any(|known| known == pattern)
        {
            checks.patterns.push(pattern.to_owned());
        }
        match node.format.as_deref().map(|name| asserted(schema.draft(), name)) {
            Some(Asserted::Known(format)) if !checks.formats.contains(&format) => checks.formats.push(format),
            Some(Asserted::Unknown(format)) => {
                tell_at(lowering, node, &format!("the format `{format}`"));
            }
            _ => {}
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

/// What `propertyNames` asks, where it asks something of texts.
fn keys(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>) -> Option<Box<Checks>> {
    let ids: Vec<_> = shape.group.nodes(schema).filter_map(|node| node.asks.property_names).collect();
    if ids.is_empty() {
        return None;
    }
    let names = Group::of(schema, &ids);
    let mut checks = Checks::default();
    text(lowering, schema, &names, &mut checks);
    let says_more = |node: &Node| {
        node.boolean == Some(false)
            || node.variants.is_some()
            || node.constant.is_some()
            || !node.one_of.is_empty()
            || !node.any_of.is_empty()
            || node.unsupported.iter().any(|(word, _)| matches!(word.as_str(), "not" | "if"))
    };
    if names.nodes(schema).any(says_more) {
        for node in shape.group.nodes(schema).filter(|node| node.asks.property_names.is_some()) {
            tell_at(lowering, node, "`propertyNames`");
        }
    }
    checks.some()
}

pub(super) fn assertion<'n>(node: &'n Node, word: &str) -> Option<&'n Json> {
    node.assertions.iter().find(|(name, _)| name == word).map(|(_, value)| value)
}

/// What a draft says of a format.
enum Asserted<'f> {
    Known(&'static str),
    /// It is asserted, and not known here.
    Unknown(&'f str),
    No,
}

/// The format that `validate()` checks: drafts from 2019-09 on take formats as notes, as do all those that do not list it.
fn asserted(draft: Draft, name: &str) -> Asserted<'_> {
    let from = |first: Draft, known: &'static str| if draft >= first { Asserted::Known(known) } else { Asserted::No };
    if draft >= Draft::Draft2019 {
        return Asserted::No;
    }
    match name {
        "date" => Asserted::Known("date"),
        "date-time" => Asserted::Known("date-time"),
        "time" => Asserted::Known("time"),
        "email" => Asserted::Known("email"),
        "hostname" if draft < Draft::Draft7 => Asserted::Known("hostname-rfc1034"),
        "hostname" => Asserted::Known("hostname"),
        "ipv4" => Asserted::Known("ipv4"),
        "ipv6" => Asserted::Known("ipv6"),
        "uri" => Asserted::Known("uri"),
        "regex" => Asserted::Known("regex"),
        "uri-reference" => from(Draft::Draft6, "uri-reference"),
        "uri-template" => from(Draft::Draft6, "uri-template"),
        "json-pointer" => from(Draft::Draft6, "json-pointer"),
        "iri" => from(Draft::Draft7, "iri"),
        "iri-reference" => from(Draft::Draft7, "iri-reference"),
        "relative-json-pointer" => from(Draft::Draft7, "relative-json-pointer"),
        "idn-email" | "idn-hostname" if draft == Draft::Draft7 => Asserted::Unknown(name),
        _ => Asserted::No,
    }
}

/// Tells the keywords that ask something and are not checked.
fn tell_unchecked(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>) {
    let closed = matches!(additional(schema, &shape.group), Additional::Refused);
    for node in shape.group.nodes(schema) {
        for (word, at) in &node.unsupported {
            let Some((_, about)) = UNCHECKED.iter().find(|(known, _)| known == word) else { continue };
            let concerns = matches!(
                (about, &shape.kind),
                (About::All, _)
                    | (_, ShapeKind::Any(_))
                    | (About::Objects, ShapeKind::Object | ShapeKind::Map(_))
                    | (About::Arrays, ShapeKind::Array | ShapeKind::Tuple)
            );
            // The type refuses what is not named.
            if concerns && !(closed && word == "unevaluatedProperties") {
                let message = format!("`{word}` asks something that `validate()` does not check");
                let help = "check it where the value is used";
                lowering.tell(TYPES_UNCHECKED.at(at.clone(), message).pointer(node.pointer.clone()).help(help));
            }
        }
    }
}

fn tell(lowering: &mut Lowering<'_>, schema: &Schema, id: topika_contract::json_schema::NodeId, what: &str) {
    if let Some(node) = schema.node(id) {
        tell_at(lowering, node, what);
    }
}

fn tell_at(lowering: &mut Lowering<'_>, node: &Node, what: &str) {
    let message = format!("{what} is not checked by `validate()`");
    let help = "check it where the value is used";
    lowering.tell(TYPES_UNCHECKED.at(node.at.clone(), message).pointer(node.pointer.clone()).help(help));
}
