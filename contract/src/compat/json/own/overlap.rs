//! A new alternative of `oneOf`: a value that an older one takes is refused where the new one takes it too.

use std::collections::HashSet;

use super::decimal::order;
use super::pairs::{Pair, Walk, target};
use crate::compat::json::diff::Values;
use crate::compat::json::findings::{Spot, words};
use crate::compat::json::loaded::{Combined, Criterion, JavaValue, Kind, NodeId, Number, Object};
use crate::rules::JSON_SCHEMA_ONE_OF_OVERLAP;

/// How many alternatives are held against each other.
const MOST: usize = 100;
/// How deep two alternatives are followed.
const DEEPEST: usize = 6;

/// `written` are the alternatives of the writer, or itself.
pub(super) fn look<'s>(walk: &mut Walk<'_, 's>, pair: &Pair<'s>, written: &[NodeId], reader: &Combined) {
    if reader.criterion != Criterion::One || written.len() > MOST || reader.subschemas.len() > MOST {
        return;
    }
    let old: Vec<Spot<'s>> = written.iter().map(|id| Spot { id: *id, ..pair.writer }).collect();
    let new: Vec<Spot<'s>> = reader.subschemas.iter().map(|id| Spot { id: *id, ..pair.reader }).collect();
    if new.len() <= old.len() {
        return;
    }
    let text = |spot: &Spot<'s>| spot.schema.printed(spot.id);
    let known: HashSet<String> = old.iter().map(text).collect();
    for one in &old {
        let before = old.iter().filter(|other| meet(*one, **other, 0)).count();
        let now: Vec<&Spot<'s>> = new.iter().filter(|other| meet(*one, **other, 0)).collect();
        if now.len() <= before.max(1) {
            continue;
        }
        let Some(added) = now.iter().find(|spot| !known.contains(&text(spot))) else { continue };
        let said = |spot: &Spot<'s>| words(spot.schema, spot.id);
        let message = format!(
            "{}: a value that is {} may be {} too, and then fits two alternatives",
            walk.named(pair, "oneOf"),
            said(one),
            said(added)
        );
        let help = "use `anyOf`, or tell the alternatives apart by a required property with a `const`";
        return walk.tell(&JSON_SCHEMA_ONE_OF_OVERLAP, pair, "oneOf", &message, help);
    }
}

/// Whether a value may be valid for both; where that is not known, it may.
fn meet(one: Spot<'_>, other: Spot<'_>, depth: usize) -> bool {
    let (Some(one), Some(other)) = (target(one), target(other)) else { return true };
    let (Some(a), Some(b)) = (one.node(), other.node()) else { return true };
    if depth > DEEPEST {
        return true;
    }
    let part =
        |spot: Spot<'_>, id: &NodeId, with: Spot<'_>| meet(Spot { id: *id, schema: spot.schema }, with, depth + 1);
    match (&a.kind, &b.kind) {
        (Kind::False, _) | (_, Kind::False) => false,
        (Kind::Combined(parts), _) => combined(parts, |id| part(one, id, other)),
        (_, Kind::Combined(parts)) => combined(parts, |id| part(other, id, one)),
        (Kind::Enum(_) | Kind::Const(_), Kind::Enum(_) | Kind::Const(_)) => {
            let theirs = listed(&b.kind);
            let theirs = Values::of(&theirs);
            listed(&a.kind).iter().any(|value| theirs.has(value))
        }
        (Kind::Enum(_) | Kind::Const(_), kind) => listed(&a.kind).iter().any(|value| may_be(value, kind)),
        (kind, Kind::Enum(_) | Kind::Const(_)) => listed(&b.kind).iter().any(|value| may_be(value, kind)),
        (Kind::Object(a), Kind::Object(b)) => {
            let both_objects = a.requires_object || b.requires_object;
            !both_objects || (objects((one, a), (other, b), depth) && objects((other, b), (one, a), depth))
        }
        (Kind::Number(a), Kind::Number(b)) => numbers(a, b),
        (a, b) => class(a).is_none() || class(b).is_none() || class(a) == class(b),
    }
}

fn combined(parts: &Combined, mut meets: impl FnMut(&NodeId) -> bool) -> bool {
    match parts.criterion {
        Criterion::All => parts.subschemas.iter().all(&mut meets),
        Criterion::Any | Criterion::One => parts.subschemas.iter().any(&mut meets),
    }
}

/// Whether nothing that one object requires rules the other out.
fn objects((one, a): (Spot<'_>, &Object), (other, b): (Spot<'_>, &Object), depth: usize) -> bool {
    a.required.iter().all(|name| match (a.properties.get(name), b.properties.get(name)) {
        (Some(a), Some(b)) => meet(Spot { id: *a, ..one }, Spot { id: *b, ..other }, depth + 1),
        (_, None) => !b.closed || !b.pattern_properties.is_empty(),
        (None, Some(_)) => true,
    })
}

fn numbers(a: &Number, b: &Number) -> bool {
    let below = |high: &Number, low: &Number| match (&high.maximum, &low.minimum) {
        (Some(high), Some(low)) => order(high, low).is_lt(),
        _ => false,
    };
    !below(a, b) && !below(b, a)
}

fn listed(kind: &Kind) -> Vec<JavaValue> {
    match kind {
        Kind::Enum(values) => values.clone(),
        Kind::Const(value) => vec![value.clone()],
        _ => Vec::new(),
    }
}

/// The type that a class asks for; none where it takes others too.
fn class(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Boolean => "boolean",
        Kind::Null => "null",
        Kind::Number(number) if number.requires_number || number.requires_integer => "number",
        Kind::String(text) if text.requires_string => "string",
        Kind::Object(object) if object.requires_object => "object",
        Kind::Array(array) if array.requires_array => "array",
        _ => return None,
    })
}

fn may_be(value: &JavaValue, kind: &Kind) -> bool {
    let ty = match value {
        JavaValue::Null => "null",
        JavaValue::Boolean(_) => "boolean",
        JavaValue::Number(_) => "number",
        JavaValue::String(_) => "string",
        JavaValue::List(_) => "array",
        JavaValue::Map(_) => "object",
    };
    class(kind).is_none_or(|class| class == ty)
}
