//! Schemas that stand below keywords which the registry does not follow.

use super::pairs::{Pair, Walk};
use crate::compat::json::findings::{Spot, words};
use crate::compat::json::loaded::{Array, NodeId, Object};
use crate::rules::{
    JSON_SCHEMA_CONTAINS_CHANGED, JSON_SCHEMA_PATTERN_PROPERTIES_CHANGED, JSON_SCHEMA_PROPERTY_NAMES_CHANGED,
};

pub(super) fn look_at_object<'s>(walk: &mut Walk<'_, 's>, pair: &Pair<'s>, w: &Object, r: &Object) {
    let reader = |id: &NodeId| Spot { id: *id, ..pair.reader };
    let writer = |id: &NodeId| Spot { id: *id, ..pair.writer };
    if let Some(wanted) = &r.property_names {
        let taken = match &w.property_names {
            Some(written) => walk.takes(writer(written), reader(wanted)),
            None => reader(wanted).node().is_some_and(|node| node.kind.is_empty()),
        };
        if !taken {
            let (new, old) = walk.written(pair, "propertyNames");
            let message = format!("{} was {old} and is now {new}", walk.named(pair, "propertyNames"));
            let help = "take the names that were taken";
            walk.tell(&JSON_SCHEMA_PROPERTY_NAMES_CHANGED, pair, "propertyNames", &message, help);
        }
    }
    for (pattern, wanted) in &r.pattern_properties {
        let written = w.pattern_properties.iter().find(|(name, _)| name == pattern).map(|(_, id)| id);
        // A closed object without the pattern holds no such property, save a named one.
        let taken = match written {
            Some(written) => walk.takes(writer(written), reader(wanted)),
            None if w.closed => true,
            None => match &w.additional {
                Some(written) => walk.takes(writer(written), reader(wanted)),
                None => reader(wanted).node().is_some_and(|node| node.kind.is_empty()),
            },
        };
        if !taken {
            let said =
                |spot: Option<Spot<'s>>| spot.map_or_else(|| "free".to_owned(), |spot| words(spot.schema, spot.id));
            let (new, old) = walk.context.by_age(said(written.map(writer)), said(Some(reader(wanted))));
            let of = walk.named(pair, "patternProperties");
            let message = if new == old {
                format!("properties like `{pattern}` in {of} are {new} and take less than they took")
            } else {
                format!("properties like `{pattern}` in {of} were {old} and are now {new}")
            };
            let help = "let the pattern take what such properties could hold";
            walk.tell(&JSON_SCHEMA_PATTERN_PROPERTIES_CHANGED, pair, "patternProperties", &message, help);
        }
    }
}

pub(super) fn look_at_array<'s>(walk: &mut Walk<'_, 's>, pair: &Pair<'s>, w: &Array, r: &Array) {
    let Some(wanted) = r.contained else { return };
    let reader = Spot { id: wanted, ..pair.reader };
    if let Some(written) = w.contained
        && walk.takes(Spot { id: written, ..pair.writer }, reader)
    {
        return;
    }
    let (new, old) = walk.written(pair, "contains");
    let message = format!("{} was {old} and is now {new}", walk.named(pair, "contains"));
    let help = "ask for no item that arrays could lack";
    walk.tell(&JSON_SCHEMA_CONTAINS_CHANGED, pair, "contains", &message, help);
}
