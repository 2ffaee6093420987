//! A schema as people say it.

use crate::compat::json::loaded::{Combined, Criterion, JavaValue, Kind, Loaded, NodeId};
use crate::text::json::quoted;
use crate::text::shortened;

/// How many alternatives or values are named.
const MOST: usize = 8;
/// How deep alternatives are followed.
const DEEPEST: usize = 3;

/// The type of a node, in a few words.
pub(in crate::compat::json) fn words(schema: &Loaded, node: NodeId) -> String {
    of(schema, node, 0)
}

fn of(schema: &Loaded, id: NodeId, depth: usize) -> String {
    let Some(node) = schema.node(id) else { return "nothing".to_owned() };
    if depth > DEEPEST {
        return "…".to_owned();
    }
    match &node.kind {
        Kind::Empty | Kind::True => "anything".to_owned(),
        Kind::False => "nothing".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::Number(number) if number.requires_integer => "integer".to_owned(),
        Kind::Number(_) => "number".to_owned(),
        Kind::String(_) => "string".to_owned(),
        Kind::Object(_) => "object".to_owned(),
        Kind::Array(_) => "array".to_owned(),
        Kind::Enum(values) => format!("one of {}", list(values)),
        Kind::Const(value) => said(value),
        Kind::Not(inner) => format!("not {}", of(schema, *inner, depth + 1)),
        Kind::Conditional(_) => "a condition".to_owned(),
        Kind::Combined(combined) => parts(schema, combined, depth),
        Kind::Reference(reference) => {
            reference.target.map_or_else(|| "nothing".to_owned(), |target| of(schema, target, depth + 1))
        }
    }
}

fn parts(schema: &Loaded, combined: &Combined, depth: usize) -> String {
    let title = |id: &NodeId| schema.node(*id).and_then(|node| node.title.clone());
    let mut said: Vec<String> = combined
        .subschemas
        .iter()
        .take(MOST)
        .map(|id| title(id).unwrap_or_else(|| of(schema, *id, depth + 1)))
        .collect();
    if combined.subschemas.len() > MOST {
        said.push(format!("{} more", combined.subschemas.len() - MOST));
    }
    match combined.criterion {
        Criterion::Any | Criterion::One => format!("[{}]", said.join(", ")),
        Criterion::All => {
            // "string and one of a, b" says no more than "one of a, b".
            let values = |text: &&String| text.starts_with("one of ");
            said.iter().find(values).cloned().unwrap_or_else(|| said.join(" and "))
        }
    }
}

/// A few values.
pub(super) fn list(values: &[JavaValue]) -> String {
    let mut shown: Vec<String> = values.iter().take(MOST).map(said).collect();
    if values.len() > MOST {
        shown.push(format!("{} more", values.len() - MOST));
    }
    shown.join(", ")
}

pub(super) fn said(value: &JavaValue) -> String {
    shortened(&written(value))
}

fn written(value: &JavaValue) -> String {
    match value {
        JavaValue::Null => "null".to_owned(),
        JavaValue::Boolean(value) => value.to_string(),
        JavaValue::Number(number) => number.text(),
        JavaValue::String(text) => quoted(text),
        JavaValue::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(",")),
        JavaValue::Map(map) => {
            let members = map.iter().map(|(name, value)| format!("{}:{}", quoted(name), written(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}
