use std::collections::HashMap;

use crate::json_schema::{JsonType, Node, Schema};
use crate::lint::text::Lint;
use crate::rules::{JSON_SCHEMA_BOUNDS_EMPTY, JSON_SCHEMA_NULL_ONLY, JSON_SCHEMA_VALUE_UNREACHABLE};
use crate::text::json::{Json, Value, compact};
use crate::text::shortened;

pub(super) fn check(schema: &Schema, node: &Node, lint: &mut Lint<'_>) {
    variants(node, lint);
    bounds(node, lint);
    for property in &node.properties {
        let Some(own) = schema.node(property.node) else { continue };
        let only_nulls =
            own.variants.as_ref().is_some_and(|values| !values.is_empty() && values.iter().all(Json::is_null));
        if own.types == [JsonType::Null] || only_nulls || own.constant.as_ref().is_some_and(Json::is_null) {
            let message = format!("`{}` can only be null", shortened(&property.name));
            let finding = JSON_SCHEMA_NULL_ONLY.at(property.name_at.clone(), message).pointer(&*own.pointer);
            lint.push(finding.help("say what else it may be, or take the property out"));
        }
    }
}

/// Values of `enum` and `const` that can never occur.
fn variants(node: &Node, lint: &mut Lint<'_>) {
    if !lint.wants(&JSON_SCHEMA_VALUE_UNREACHABLE) {
        return;
    }
    let mut seen: HashMap<String, &Json> = HashMap::new();
    for value in node.variants.iter().flatten() {
        let said = compact(value);
        let shown = shortened(&said);
        if let Some(first) = seen.get(&said) {
            let finding = JSON_SCHEMA_VALUE_UNREACHABLE
                .at(node.at.source.at(value.span), format!("{shown} stands twice in `enum`"));
            let first = node.at.source.at(first.span);
            lint.push(
                finding
                    .pointer(format!("{}/enum", node.pointer))
                    .related(first, "the first one")
                    .help("take one of them out"),
            );
        } else if !fits(value, node) {
            let message = format!("{shown} in `enum` is not of the type {}", types(node));
            let finding = JSON_SCHEMA_VALUE_UNREACHABLE.at(node.at.source.at(value.span), message);
            lint.push(finding.pointer(format!("{}/enum", node.pointer)).help("correct the value or `type`"));
        }
        seen.entry(said).or_insert(value);
    }
    let Some(constant) = &node.constant else { return };
    let said = compact(constant);
    let problem = if !fits(constant, node) {
        format!("`const` is {} and not of the type {}: nothing is valid", shortened(&said), types(node))
    } else if node.variants.is_some() && !seen.contains_key(&said) {
        format!("`const` is {}, which `enum` does not hold: nothing is valid", shortened(&said))
    } else {
        return;
    };
    let finding = JSON_SCHEMA_VALUE_UNREACHABLE.at(node.at.source.at(constant.span), problem);
    lint.push(finding.pointer(format!("{}/const", node.pointer)).help("keep one of the two"));
}

/// A lower bound above its upper one.
fn bounds(node: &Node, lint: &mut Lint<'_>) {
    let value = |name: &str| node.assertions.iter().find(|(word, _)| word == name).map(|(_, value)| value);
    let pairs = [
        ("minLength", "maxLength", false),
        ("minItems", "maxItems", false),
        ("minProperties", "maxProperties", false),
        ("minimum", "maximum", false),
        ("exclusiveMinimum", "maximum", true),
        ("minimum", "exclusiveMaximum", true),
        ("exclusiveMinimum", "exclusiveMaximum", true),
    ];
    for (low, high, strict) in pairs {
        let (Some(least), Some(most)) = (value(low), value(high)) else { continue };
        let (Some(a), Some(b)) = (least.as_f64(), most.as_f64()) else { continue };
        if a > b || (strict && a >= b) {
            let message = format!("`{low}` is {} and `{high}` is {}: nothing is valid", shown(least), shown(most));
            let finding = JSON_SCHEMA_BOUNDS_EMPTY.at(node.at.source.at(most.span), message);
            let first = node.at.source.at(least.span);
            lint.push(
                finding
                    .pointer(format!("{}/{high}", node.pointer))
                    .related(first, "the lower bound")
                    .help("correct one of the two"),
            );
        }
    }
}

pub(super) fn shown(value: &Json) -> String {
    shortened(&compact(value))
}

/// Whether a value is of one of the types; a schema without `type` takes all.
pub(super) fn fits(value: &Json, node: &Node) -> bool {
    node.types.is_empty()
        || node.types.iter().any(|ty| match (ty, &value.value) {
            (JsonType::Null, Value::Null)
            | (JsonType::Boolean, Value::Bool(_))
            | (JsonType::Number, Value::Number(_))
            | (JsonType::String, Value::String(_))
            | (JsonType::Array, Value::Array(_))
            | (JsonType::Object, Value::Object(_)) => true,
            // From draft 6 on, 1.0 is an integer.
            (JsonType::Integer, Value::Number(_)) => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            _ => false,
        })
}

pub(super) fn types(node: &Node) -> String {
    let names = node.types.iter().map(|ty| match ty {
        JsonType::Null => "null",
        JsonType::Boolean => "boolean",
        JsonType::Integer => "integer",
        JsonType::Number => "number",
        JsonType::String => "string",
        JsonType::Array => "array",
        JsonType::Object => "object",
    });
    names.collect::<Vec<_>>().join(" or ")
}
