//! What neither a type nor an attribute of its own says of a value, and so stands as a schema on it.

use topika_contract::json_schema::dialect::{NAMES, said};
use topika_contract::json_schema::{Asserted, Node, NodeId, Schema, asserted};
use topika_contract::rules::TYPES_UNCHECKED;
use topika_contract::text::Location;
use topika_contract::text::json::{Json, quoted};
use topika_contract::text::pattern::Pattern;

use super::json_checks::{asks_more, assertion, names};
use super::json_listed::binding;
use super::json_object::{ANY_NAME, Additional, additional, forbidden};
use super::json_shape::{Shape, ShapeKind};
use super::types::Lowering;
use crate::ir::Checks;

/// Keywords that neither types nor attributes know, with the kind of value that each speaks of.
const UNSAID: &[(&str, About)] = &[
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

/// Adds what is left to ask of a value of a shape, and tells what cannot be asked.
pub(super) fn left(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>, checks: &mut Checks) {
    let others = additional(schema, &shape.group);
    for part in &shape.group.parts {
        let Some(node) = schema.node(part.node) else { continue };
        let words = words(schema, shape, node, &others);
        add(lowering, schema, part.node, &words, checks);
    }
    for node in shape.group.nodes(schema).filter(|_| matches!(shape.kind, ShapeKind::String(_) | ShapeKind::Any(_))) {
        if let Some(pattern) = assertion(node, "pattern").and_then(Json::as_str)
            && let Err(error) = Pattern::parse(pattern)
            && error.invalid
        {
            let what = format!(
                "the pattern {} is no regular expression ({error}): `validate()` refuses what it cannot try",
                quoted(pattern)
            );
            tell(lowering, node, node.at.clone(), what, "mend the pattern");
        }
        if let Some(format) = node.format.as_deref()
            && let Asserted::Unknown = asserted(schema.draft(), format)
        {
            unchecked(lowering, node, node.at.clone(), &format!("the format `{format}`"));
        }
    }
    for (id, word) in &shape.loose {
        add(lowering, schema, *id, &[*word], checks);
    }
    // The type keeps them with the others that it does not name.
    if matches!(shape.kind, ShapeKind::Object | ShapeKind::Map(_)) && !matches!(others, Additional::Refused) {
        let names: Vec<String> =
            forbidden(schema, &shape.group).into_iter().map(|name| format!("{}:false", quoted(name))).collect();
        if !names.is_empty() {
            checks.schemas.push(format!("{{\"properties\":{{{}}}}}", names.join(",")));
        }
    }
}

/// The same for what is asked of the items of a tuple of Rust, whose places have no attributes.
pub(super) fn left_of_items(lowering: &mut Lowering<'_>, schema: &Schema, shape: &Shape<'_>, checks: &mut Checks) {
    for part in &shape.group.parts {
        if schema.node(part.node).is_some_and(|node| !node.prefix_items.is_empty() || node.items.is_some()) {
            add(lowering, schema, part.node, &["prefixItems", "items"], checks);
        }
    }
}

/// The keywords of a subschema that nothing else says.
fn words(schema: &Schema, shape: &Shape<'_>, node: &Node, others: &Additional) -> Vec<&'static str> {
    let mut words = binding(shape, node);
    let is_any = matches!(shape.kind, ShapeKind::Any(_));
    let is_object = is_any || matches!(shape.kind, ShapeKind::Object | ShapeKind::Map(_));
    let is_array = is_any || matches!(shape.kind, ShapeKind::Array | ShapeKind::Tuple);
    for (word, about) in UNSAID {
        let stands = node.unsupported.iter().any(|(known, _)| known == word);
        let concerns = match about {
            About::All => true,
            About::Objects => is_object,
            About::Arrays => is_array,
        };
        // The type refuses what is not named.
        let refused = *word == "unevaluatedProperties" && matches!(others, Additional::Refused);
        if stands && concerns && !refused {
            match *word {
                "if" => words.extend(["if", "then", "else"]),
                "dependencies" => {
                    let asks = [&node.asks.dependent_required.is_empty(), &node.asks.dependent_schemas.is_empty()];
                    let both = ["dependentRequired", "dependentSchemas"].into_iter().zip(asks);
                    words.extend(both.filter(|(_, nothing)| !**nothing).map(|(word, _)| word));
                }
                // What asks nothing is nothing to check.
                "dependentRequired" if node.asks.dependent_required.is_empty() => {}
                "dependentSchemas" if node.asks.dependent_schemas.is_empty() => {}
                "contains" => words.extend(["contains", "minContains", "maxContains"]),
                // What was evaluated hangs on everything beside it.
                "unevaluatedProperties" | "unevaluatedItems" => return EVERY.to_vec(),
                word => words.push(word),
            }
        }
    }
    if is_object {
        if node.asks.property_names.is_some() && names(schema, &shape.group).is_some_and(|n| asks_more(schema, &n)) {
            words.push("propertyNames");
        }
        let told_apart = match (others, node.pattern_properties.as_slice()) {
            (_, []) => false,
            (Additional::Patterned(_), _) => true,
            (_, [one]) if ANY_NAME.contains(&one.name.as_str()) => false,
            // All have one type, and which names there may be is still to be said.
            _ => true,
        };
        if is_any && (told_apart || !node.properties.is_empty() || node.additional.is_some()) {
            words.extend(["properties", "patternProperties", "additionalProperties"]);
        } else if told_apart {
            words.extend([NAMES, "patternProperties", "additionalProperties"]);
        }
    }
    words
}

/// All that the dialect knows.
const EVERY: &[&str] = &[
    "type",
    "enum",
    "const",
    "required",
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
    "prefixItems",
    "items",
    "contains",
    "minContains",
    "maxContains",
    "unevaluatedItems",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
];

fn add(lowering: &mut Lowering<'_>, schema: &Schema, id: NodeId, words: &[&str], checks: &mut Checks) {
    let Some(node) = schema.node(id).filter(|_| !words.is_empty()) else { return };
    match said(schema, id, words) {
        Some(text) if checks.schemas.contains(&text) => {}
        Some(text) => checks.schemas.push(text),
        None => {
            for word in words {
                // The flags of a keyword are told with it.
                if let Some(at) = place(node, word) {
                    unchecked(lowering, node, at, &format!("`{word}`"));
                }
            }
        }
    }
}

fn unchecked(lowering: &mut Lowering<'_>, node: &Node, at: Location, what: &str) {
    let message = format!("{what} asks something that `validate()` does not check");
    tell(lowering, node, at, message, "check it where the value is used");
}

fn tell(lowering: &mut Lowering<'_>, node: &Node, at: Location, message: String, help: &str) {
    lowering.tell(TYPES_UNCHECKED.at(at, message).pointer(node.pointer.clone()).help(help));
}

/// Where a keyword stands, of those that may be too much.
fn place(node: &Node, word: &str) -> Option<Location> {
    let written = |name: &str| node.unsupported.iter().find(|(known, _)| known == name).map(|(_, at)| at.clone());
    match word {
        "dependentRequired" | "dependentSchemas" => written(word).or_else(|| written("dependencies")),
        "oneOf" if !node.one_of.is_empty() => Some(node.at.clone()),
        "anyOf" if !node.any_of.is_empty() => Some(node.at.clone()),
        "prefixItems" => Some(node.at.clone()),
        word => written(word),
    }
}
