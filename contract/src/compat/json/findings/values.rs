//! What a keyword says on both sides.

use super::context::Spot;
use super::words::{list, words};
use crate::compat::json::diff::Values;
use crate::compat::json::loaded::{Combined, JavaValue, Kind};
use crate::text::json::compact;
use crate::text::shortened;

/// The value of a keyword as it is written, or `absent`.
pub(super) fn written(spot: Spot<'_>, keyword: &str) -> String {
    let value = spot.json().and_then(|json| json.get(keyword));
    value.map_or_else(|| "absent".to_owned(), |value| shortened(&compact(value)))
}

/// The values of the original that the update does not list.
pub(super) fn lost(original: Spot<'_>, update: Spot<'_>) -> String {
    let (original, update) = (values(original), values(update));
    let kept = Values::of(&update);
    let lost: Vec<JavaValue> = original.into_iter().filter(|value| !kept.has(value)).collect();
    list(&lost)
}

pub(super) fn values(spot: Spot<'_>) -> Vec<JavaValue> {
    match spot.node().map(|node| &node.kind) {
        Some(Kind::Enum(values)) => values.clone(),
        Some(Kind::Const(value)) => vec![value.clone()],
        _ => Vec::new(),
    }
}

/// The parts of one combined schema that the other does not have, letter by letter.
pub(super) fn parts_without_like(one: Spot<'_>, other: Spot<'_>) -> Vec<String> {
    let theirs: std::collections::HashSet<String> =
        parts(other).into_iter().flat_map(|parts| &parts.subschemas).map(|id| other.schema.printed(*id)).collect();
    let ours = parts(one).into_iter().flat_map(|parts| &parts.subschemas);
    ours.filter(|id| !theirs.contains(&one.schema.printed(**id))).map(|id| words(one.schema, *id)).collect()
}

pub(super) fn parts(spot: Spot<'_>) -> Option<&Combined> {
    match &spot.node()?.kind {
        Kind::Combined(combined) => Some(combined),
        _ => None,
    }
}
