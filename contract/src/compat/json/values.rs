//! `type`, `enum` and `const`.

use super::difference::{Difference, Kind};
use super::pair::Pair;
use crate::json_schema::{JsonType, Node, Schema};
use crate::text::json::{Json, Value, compact};
use crate::text::{Location, Span};

pub(super) fn compare<'s>(pair: &Pair<'s>, r: &'s Node, w: &'s Node) -> Vec<Difference> {
    types(pair, r, w).or_else(|| values(pair, r, w)).into_iter().collect()
}

fn types(pair: &Pair<'_>, r: &Node, w: &Node) -> Option<Difference> {
    if r.types.is_empty() {
        return None;
    }
    let written = types_of(w);
    let takes =
        |ty: &JsonType| r.types.contains(ty) || (*ty == JsonType::Integer && r.types.contains(&JsonType::Number));
    if !written.is_empty() && written.iter().all(takes) {
        return None;
    }
    let said = (said(pair.reader, r), said(pair.writer, w));
    Some(pair.told(Kind::Type, "", (&said.0, &said.1), (r, w)))
}

fn values(pair: &Pair<'_>, r: &Node, w: &Node) -> Option<Difference> {
    let known = listed(r)?;
    let Some(written) = listed(w) else {
        // Both booleans are listed, or null alone: then the enum says what the type says.
        let all = w.types.as_slice() == [JsonType::Boolean] && known.len() >= 2;
        let one = w.types.as_slice() == [JsonType::Null] && known.iter().any(|value| value.is_null());
        let said = (shown(&known), said(pair.writer, w));
        return (!all && !one).then(|| pair.told(Kind::Type, "", (&format!("one of {}", said.0), &said.1), (r, w)));
    };
    let lost: Vec<&Json> = written.into_iter().filter(|value| !known.iter().any(|other| other.same(value))).collect();
    let told = || pair.told(Kind::Value, "", (&shown(&known), &shown(&lost)), (r, w));
    (!lost.is_empty()).then(|| Difference { reader_at: place(r, &known), writer_at: place(w, &lost), ..told() })
}

/// The values that a node lists, by `enum` or `const`.
fn listed(node: &Node) -> Option<Vec<&Json>> {
    match (&node.constant, &node.variants) {
        (Some(constant), _) => Some(vec![constant]),
        (None, Some(variants)) => Some(variants.iter().collect()),
        (None, None) => None,
    }
}

/// Where some values of a node stand.
fn place(node: &Node, values: &[&Json]) -> Location {
    match (values.first(), values.last()) {
        (Some(first), Some(last)) => Location { span: Span::new(first.span.start, last.span.end), ..node.at.clone() },
        _ => node.at.clone(),
    }
}

/// The types that a node allows, as far as it says; empty: any.
pub(super) fn types_of(node: &Node) -> Vec<JsonType> {
    if !node.types.is_empty() {
        return node.types.clone();
    }
    let listed = listed(node).unwrap_or_default();
    listed.into_iter().map(type_of).collect()
}

fn type_of(value: &Json) -> JsonType {
    match &value.value {
        Value::Null => JsonType::Null,
        Value::Bool(_) => JsonType::Boolean,
        Value::Number(text) if text.contains(['.', 'e', 'E']) => JsonType::Number,
        Value::Number(_) => JsonType::Integer,
        Value::String(_) => JsonType::String,
        Value::Array(_) => JsonType::Array,
        Value::Object(_) => JsonType::Object,
    }
}

/// The type of a node, as people say it.
pub(super) fn said(schema: &Schema, node: &Node) -> String {
    let alternatives = if node.one_of.is_empty() { &node.any_of } else { &node.one_of };
    if node.types.is_empty() && !alternatives.is_empty() {
        let parts: Vec<String> = alternatives
            .iter()
            .filter_map(|id| schema.target(*id))
            .map(|(_, node)| node.title.clone().unwrap_or_else(|| words(node)))
            .collect();
        return format!("[{}]", parts.join(", "));
    }
    words(node)
}

fn words(node: &Node) -> String {
    let types: Vec<&str> = node.types.iter().map(|ty| word(*ty)).collect();
    match (types.as_slice(), listed(node), node.boolean) {
        ([], Some(listed), _) => format!("one of {}", shown(&listed)),
        ([], None, Some(false)) => "nothing".to_owned(),
        ([], None, _) => "anything".to_owned(),
        ([one], ..) => (*one).to_owned(),
        (several, ..) => format!("[{}]", several.join(", ")),
    }
}

fn word(ty: JsonType) -> &'static str {
    match ty {
        JsonType::Null => "null",
        JsonType::Boolean => "boolean",
        JsonType::Integer => "integer",
        JsonType::Number => "number",
        JsonType::String => "string",
        JsonType::Array => "array",
        JsonType::Object => "object",
    }
}

/// A few values, as a message shows them.
fn shown(values: &[&Json]) -> String {
    const MOST: usize = 8;
    let mut shown: Vec<String> = values.iter().take(MOST).map(|value| compact(value)).collect();
    if values.len() > MOST {
        shown.push(format!("{} more", values.len() - MOST));
    }
    shown.join(", ")
}
