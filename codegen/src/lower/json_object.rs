use std::collections::{HashMap, HashSet};

use topika_contract::json_schema::{Node, NodeId, Schema};
use topika_contract::text::Location;

use super::json_docs;
use super::json_group::{Group, Types};

/// Patterns that every name matches.
pub(super) const ANY_NAME: &[&str] =
    &["", "^", ".*", "^.*$", "^.*", ".*$", ".+", "^.+$", "^.+", ".+$", "^(.*)$", "^(.+)$"];

/// A property of an object, as everything that speaks of the object says it.
pub(super) struct PropertyOf<'a> {
    pub(super) name: &'a str,
    pub(super) name_at: &'a Location,
    /// The subschema of the first that names it.
    pub(super) site: Option<NodeId>,
    pub(super) group: Group,
    pub(super) required: bool,
    /// What the schema says about it, and the file that says so: first the place where the object names it.
    pub(super) doc: Option<(&'a str, &'a str)>,
}

/// Properties that an object has beyond its named ones.
#[derive(Clone, Debug)]
pub(super) enum Additional {
    Refused,
    Any,
    /// Of any value, since the schema tells them apart by patterns of their names; the place is that of the patterns.
    Patterned(NodeId),
    Typed(Group),
}

/// The properties of an object, in the order of the text. One that no value fits is none.
pub(super) fn properties<'a>(schema: &'a Schema, group: &Group) -> Vec<PropertyOf<'a>> {
    all_properties(schema, group).into_iter().filter(|property| !property.is_forbidden(schema)).collect()
}

/// The names of those that no value fits.
pub(super) fn forbidden<'a>(schema: &'a Schema, group: &Group) -> Vec<&'a str> {
    let all = all_properties(schema, group).into_iter();
    all.filter(|property| property.is_forbidden(schema)).map(|property| property.name).collect()
}

impl PropertyOf<'_> {
    fn is_forbidden(&self, schema: &Schema) -> bool {
        !self.required && self.group.types(schema) == Types::NONE
    }
}

fn all_properties<'a>(schema: &'a Schema, group: &Group) -> Vec<PropertyOf<'a>> {
    let nodes: Vec<&'a Node> = group.parts.iter().filter_map(|part| schema.node(part.node)).collect();
    let required: HashSet<&str> = nodes.iter().flat_map(|node| &node.required).map(|r| r.name.as_str()).collect();
    let own: Vec<HashMap<&str, NodeId>> =
        nodes.iter().map(|node| node.properties.iter().map(|p| (p.name.as_str(), p.node)).collect()).collect();
    let ids = |name: &str| -> Vec<NodeId> {
        let of = |(node, own): (&&Node, &HashMap<&str, NodeId>)| match own.get(name) {
            Some(id) => Some(*id),
            None if node.pattern_properties.is_empty() => node.additional,
            None => None,
        };
        nodes.iter().zip(&own).filter_map(of).collect()
    };
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    let named =
        nodes.iter().flat_map(|node| node.properties.iter().map(|p| (p.name.as_str(), &p.name_at, Some(p.node))));
    let demanded = nodes.iter().flat_map(|node| node.required.iter().map(|r| (r.name.as_str(), &r.at, None)));
    for (name, name_at, id) in named.chain(demanded) {
        if !seen.insert(name) {
            continue;
        }
        let ids = ids(name);
        let group = Group::of(schema, &ids);
        let required = required.contains(name);
        let described = |id: &NodeId| json_docs::of_place(schema, *id, name);
        let doc = id.as_ref().and_then(described).or_else(|| ids.iter().find_map(described));
        all.push(PropertyOf { name, name_at, site: id, group, required, doc });
    }
    all
}

/// Whether an object names any property.
pub(super) fn has_properties(schema: &Schema, group: &Group) -> bool {
    group.nodes(schema).any(|node| !node.properties.is_empty() || !node.required.is_empty())
}

pub(super) fn additional(schema: &Schema, group: &Group) -> Additional {
    let mut ids = Vec::new();
    let mut patterned = None;
    for part in &group.parts {
        let Some(node) = schema.node(part.node) else { continue };
        if node.pattern_properties.is_empty() {
            match node.additional.map(|id| (id, boolean(schema, id))) {
                Some((_, Some(false))) => return Additional::Refused,
                Some((id, None)) => ids.push(id),
                Some((_, Some(true))) | None => {}
            }
            continue;
        }
        let patterns = || node.pattern_properties.iter();
        if let Some(any) = patterns().find(|pattern| ANY_NAME.contains(&pattern.name.as_str())) {
            ids.push(any.node);
            continue;
        }
        let others = node.additional.filter(|id| boolean(schema, *id) != Some(false));
        let closed = node.additional.is_some() && others.is_none();
        let mut groups = patterns().map(|p| p.node).chain(others).map(|id| (id, Group::of(schema, &[id]).set()));
        match groups.next() {
            Some((id, first)) if (closed || others.is_some()) && groups.all(|(_, other)| other == first) => {
                ids.push(id)
            }
            _ => patterned = patterned.or(Some(part.node)),
        }
    }
    if is_closed_by_evaluation(schema, group) {
        return Additional::Refused;
    }
    match (patterned, ids.is_empty()) {
        (Some(node), _) => Additional::Patterned(node),
        (None, true) => Additional::Any,
        (None, false) => Additional::Typed(Group::of(schema, &ids)),
    }
}

/// Whether `unevaluatedProperties: false` refuses every property that is not named, since nothing else could evaluate one.
fn is_closed_by_evaluation(schema: &Schema, group: &Group) -> bool {
    let refuses = |node: &Node| node.asks.unevaluated_properties.is_some_and(|id| boolean(schema, id) == Some(false));
    let evaluates = |node: &Node| {
        node.asks.condition.is_some()
            || !node.asks.dependent_schemas.is_empty()
            || !node.pattern_properties.is_empty()
            || node.additional.is_some()
    };
    group.nodes(schema).any(refuses)
        && !group.nodes(schema).any(evaluates)
        && !group.parts.iter().any(|part| part.one_of || part.any_of)
}

pub(super) fn boolean(schema: &Schema, id: NodeId) -> Option<bool> {
    schema.target(id).and_then(|(_, node)| node.boolean)
}
