//! What a subschema is called that nobody named: as its place in its own file says, whoever meets it first.

use std::collections::{BTreeMap, BTreeSet};

use topika_contract::json_schema::{Node, NodeId, Schema};

use super::job::User;
use super::json_group::Group;
use super::json_names::{branches, is_root, key, last_step, own_name, stem, within};
use super::json_shape::{ShapeKind, shape};
use super::json_tuple::fixed;
use super::types::{Key, Lowering};
use crate::names::upper_camel;

/// The names of a union's branches in Rust, each with the subschema that it stands for.
pub(super) type BranchNames = BTreeMap<NodeId, String>;

/// The name of the place at which a subschema stands: the name of what it stands in, and the way from there. None for a root.
pub(super) fn place_name<'a>(lowering: &mut Lowering<'a>, user: User<'a>, owner: usize, id: NodeId) -> Option<String> {
    let schema = user.schema;
    let mut way = Vec::new();
    let mut at = id;
    let mut name = loop {
        let around = schema.node(at)?.around?;
        way.push((around, at));
        at = around;
        if let Some(name) = base_name(lowering, schema, owner, at) {
            break name;
        }
    };
    for (step, (around, child)) in way.into_iter().rev().enumerate() {
        if let Some(part) = part(lowering, user, around, child, step == 0) {
            name = within(&name, &part);
        }
    }
    Some(name)
}

/// The same for what several subschemas say of one property, where all of them stand within one thing that has a name: the place of the
/// innermost.
pub(super) fn place_name_of_all<'a>(lowering: &mut Lowering<'a>, user: User<'a>, group: &Group) -> Option<String> {
    let schema = user.schema;
    let base = base(schema, group.parts.first()?.node)?;
    let each = || group.parts.iter().map(|part| part.node);
    let named = |id: NodeId| schema.node(id).is_none_or(|node| own_name(schema, node).is_some());
    if each().any(|id| named(id) || self::base(schema, id) != Some(base)) {
        return None;
    }
    let depth = |id: &NodeId| schema.node(*id).map(|node| node.pointer.matches('/').count());
    let innermost = each().rev().max_by_key(depth)?;
    let owner = lowering.home(user.file, schema.node(innermost)?.at.source.path());
    place_name(lowering, user, owner, innermost)
}

/// The nearest thing around a subschema that has a name.
fn base(schema: &Schema, id: NodeId) -> Option<NodeId> {
    let mut at = schema.node(id)?.around?;
    loop {
        let node = schema.node(at)?;
        match node.around {
            Some(around) if !is_base(schema, node) => at = around,
            _ => return Some(at),
        }
    }
}

/// Whether what stands in a subschema is called after it: it has a key of its own, or it is a type with a title.
fn is_base(schema: &Schema, node: &Node) -> bool {
    let is_type =
        [&node.one_of, &node.any_of, &node.all_of].iter().any(|list| !list.is_empty()) || !node.properties.is_empty();
    is_root(node) || key(schema, node).is_some() || (is_type && own_name(schema, node).is_some())
}

fn base_name(lowering: &Lowering<'_>, schema: &Schema, owner: usize, id: NodeId) -> Option<String> {
    let node = schema.node(id)?;
    let path = node.at.source.path();
    // A type that is there already has its number, should its name have needed one.
    if let Some(id) = lowering.known(&Key::Json(owner, path.to_owned(), node.pointer.clone())) {
        return Some(lowering.type_name(id).to_owned());
    }
    if !is_base(schema, node) {
        return None;
    }
    Some(upper_camel(&own_name(schema, node).unwrap_or_else(|| stem(path).into())))
}

/// What a step into a subschema adds to the name.
fn part<'a>(
    lowering: &mut Lowering<'a>,
    user: User<'a>,
    around: NodeId,
    child: NodeId,
    is_first: bool,
) -> Option<String> {
    let schema = user.schema;
    let node = schema.node(around)?;
    if let Some(property) = node.properties.iter().find(|property| property.node == child) {
        return Some(property.name.clone());
    }
    if node.one_of.contains(&child) || node.any_of.contains(&child) {
        return branch(lowering, user, around, child);
    }
    if node.items == Some(child) || node.rest_items == Some(child) {
        return match node.prefix_items.is_empty() {
            false => Some("Rest".to_owned()),
            true => is_first.then(|| "Item".to_owned()),
        };
    }
    if let Some(place) = node.prefix_items.iter().position(|item| *item == child) {
        let is_plain = fixed(schema, &Group::of(schema, &[around])).is_some();
        return Some(if is_plain { place.to_string() } else { format!("item_{place}") });
    }
    let mut patterned = node.pattern_properties.iter().map(|property| property.node);
    if node.additional == Some(child) || patterned.any(|id| id == child) {
        return (is_first || !node.properties.is_empty()).then(|| "Value".to_owned());
    }
    let is_meant = node.all_of.contains(&child);
    (!is_meant).then(|| schema.node(child).map(|node| last_step(node).into_owned())).flatten()
}

/// What the branch of a union is called in it; none where no one branch of the Rust type stands for it.
fn branch<'a>(lowering: &mut Lowering<'a>, user: User<'a>, around: NodeId, child: NodeId) -> Option<String> {
    let names = lowering.branch_names.entry((user.file, around));
    let names = names.or_insert_with(|| branch_names(user.schema, around));
    names.get(&child).cloned()
}

fn branch_names(schema: &Schema, around: NodeId) -> BranchNames {
    let ShapeKind::Union(shapes) = shape(schema, &Group::of(schema, &[around])).kind else { return BranchNames::new() };
    let (names, _) = branches(schema, &shapes);
    let mut found: BTreeMap<NodeId, Vec<&str>> = BTreeMap::new();
    for (name, shape) in names.iter().zip(&shapes) {
        let of: BTreeSet<NodeId> =
            shape.group.parts.iter().filter_map(|part| below(schema, around, part.node)).collect();
        of.into_iter().for_each(|child| found.entry(child).or_default().push(name.text()));
    }
    let alone = |(child, names): (NodeId, Vec<&str>)| match names.as_slice() {
        [one] => Some((child, (*one).to_owned())),
        _ => None,
    };
    found.into_iter().filter_map(alone).collect()
}

/// The subschema directly in `around` through which the way leads to another one.
fn below(schema: &Schema, around: NodeId, id: NodeId) -> Option<NodeId> {
    let mut at = id;
    loop {
        match schema.node(at)?.around? {
            found if found == around => return Some(at),
            next => at = next,
        }
    }
}
