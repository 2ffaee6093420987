//! Properties and items.

use super::difference::{Difference, Kind};
use super::pair::Pair;
use super::values::types_of;
use crate::json_schema::{JsonType, Node, NodeId, Schema};

pub(super) fn compare<'s>(pair: &mut Pair<'s>, r: &'s Node, w: &'s Node) -> Vec<Difference> {
    let written = types_of(w);
    let mut found = Vec::new();
    if written.is_empty() || written.contains(&JsonType::Object) {
        required(pair, r, w, &mut found);
        properties(pair, r, w, &mut found);
        further(pair, "additionalProperties", (r.additional, r), (w.additional, w), &mut found);
    }
    if written.is_empty() || written.contains(&JsonType::Array) {
        further(pair, "items", (r.items, r), (w.items, w), &mut found);
    }
    found
}

fn required(pair: &Pair<'_>, r: &Node, w: &Node, found: &mut Vec<Difference>) {
    for name in &r.required {
        if w.required.iter().any(|other| other.name == name.name) {
            continue;
        }
        let property = r.properties.iter().find(|property| property.name == name.name);
        let default =
            property.and_then(|property| pair.reader.target(property.node)).and_then(|(_, node)| node.default.as_ref());
        if default.is_some() {
            continue;
        }
        let written = w.properties.iter().find(|property| property.name == name.name);
        found.push(Difference {
            reader_at: name.at.clone(),
            writer_at: written.map_or_else(|| w.at.clone(), |property| property.name_at.clone()),
            ..pair.told(Kind::Required, &name.name, ("required", "optional"), (r, w))
        });
    }
}

fn properties<'s>(pair: &mut Pair<'s>, r: &'s Node, w: &'s Node, found: &mut Vec<Difference>) {
    for property in &w.properties {
        let name = &property.name;
        if let Some(known) = r.properties.iter().find(|known| known.name == *name) {
            found.extend(pair.property(name, known.node, property.node));
            continue;
        }
        let Some(further) = r.additional else { continue };
        if is(pair.reader, further, false) {
            if !is(pair.writer, property.node, false) {
                found.push(Difference {
                    writer_at: property.name_at.clone(),
                    ..pair.told(Kind::Property, name, ("no property", "a property"), (r, w))
                });
            }
        } else {
            found.extend(pair.property(name, further, property.node));
        }
    }
}

/// `additionalProperties` or `items`: what may stand beside what is named.
fn further<'s>(
    pair: &mut Pair<'s>,
    keyword: &str,
    (reader, r): (Option<NodeId>, &'s Node),
    (writer, w): (Option<NodeId>, &'s Node),
    found: &mut Vec<Difference>,
) {
    let Some(reader) = reader.filter(|reader| !is(pair.reader, *reader, true)) else { return };
    match writer.filter(|writer| !is(pair.writer, *writer, true)) {
        Some(writer) => {
            let name = if keyword == "items" { "items" } else { "*" };
            found.extend(pair.property(name, reader, writer));
        }
        None => found.push(pair.told(Kind::Closed, keyword, ("limited", "open"), (r, w))),
    }
}

/// Whether a subschema takes everything (`true`, `{}`), or nothing (`false`).
fn is(schema: &Schema, id: NodeId, everything: bool) -> bool {
    let Some((_, node)) = schema.target(id) else { return false };
    if let Some(boolean) = node.boolean {
        return boolean == everything;
    }
    let silent = node.types.is_empty()
        && node.properties.is_empty()
        && node.required.is_empty()
        && node.additional.is_none()
        && node.items.is_none()
        && node.variants.is_none()
        && node.constant.is_none()
        && node.format.is_none()
        && node.one_of.is_empty()
        && node.any_of.is_empty()
        && node.all_of.is_empty()
        && node.assertions.is_empty()
        && node.unsupported.is_empty();
    everything && silent
}
