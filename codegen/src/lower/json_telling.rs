//! What tells the branches of a union apart that nobody named and that are objects all: the name of what only one of them has.

use std::collections::HashMap;

use topika_contract::json_schema::Schema;

use super::json_group::Group;
use super::json_names::is_name;
use super::json_shape::{Shape, ShapeKind};

/// What a branch says of its properties, in the order of the text.
#[derive(Default)]
struct Said<'a> {
    required: Vec<&'a str>,
    properties: Vec<&'a str>,
    /// Properties with one value, and the value.
    constants: Vec<(&'a str, &'a str)>,
}

/// A name for each branch that is an object and has something that no other such branch has.
pub(super) fn telling<'a>(schema: &'a Schema, branches: &[Shape<'_>]) -> Vec<Option<&'a str>> {
    let of = |branch: &Shape<'_>| match branch.kind {
        ShapeKind::Object => said(schema, &branch.group),
        _ => Said::default(),
    };
    let said: Vec<Said<'a>> = branches.iter().map(of).collect();
    let (mut required, mut properties, mut values) = (HashMap::new(), HashMap::new(), HashMap::new());
    for said in &said {
        said.required.iter().for_each(|name| *required.entry(*name).or_insert(0_usize) += 1);
        said.properties.iter().for_each(|name| *properties.entry(*name).or_insert(0_usize) += 1);
        said.constants.iter().for_each(|(_, value)| *values.entry(*value).or_insert(0_usize) += 1);
    }
    let name = |said: &Said<'a>| {
        let mut constants = said.constants.iter().filter(|(_, value)| values.get(value) == Some(&1));
        let demanded = constants.clone().find(|(name, _)| said.required.contains(name));
        let own: Vec<&'a str> =
            said.required.iter().copied().filter(|name| required.get(name) == Some(&1) && is_name(name)).collect();
        let mut others =
            said.properties.iter().copied().filter(|name| properties.get(name) == Some(&1) && is_name(name));
        match (demanded, own.as_slice()) {
            (Some((_, value)), _) => Some(*value),
            (None, [one]) => Some(*one),
            _ => constants.next().map(|(_, value)| *value).or(own.first().copied()).or_else(|| others.next()),
        }
    };
    said.iter().map(name).collect()
}

fn said<'a>(schema: &'a Schema, group: &Group) -> Said<'a> {
    let mut said = Said::default();
    for node in group.parts.iter().filter_map(|part| schema.node(part.node)) {
        let new = |known: &[&'a str], name: &str| !known.contains(&name);
        for required in &node.required {
            if said.required.len() < MOST && new(&said.required, &required.name) {
                said.required.push(&required.name);
            }
        }
        for property in &node.properties {
            if said.properties.len() >= MOST || !new(&said.properties, &property.name) {
                continue;
            }
            said.properties.push(&property.name);
            let Some((_, target)) = schema.target(property.node) else { continue };
            let value = match (&target.constant, target.variants.as_deref()) {
                (Some(value), _) | (None, Some([value])) => value.as_str(),
                _ => None,
            };
            said.constants.extend(value.filter(|value| is_name(value)).map(|value| (property.name.as_str(), value)));
        }
    }
    said
}

/// How many properties of a branch are looked at.
const MOST: usize = 64;
