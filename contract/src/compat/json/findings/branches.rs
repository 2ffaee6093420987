//! Which branch of one combined schema is meant for which of another.
//!
//! The registry only says whether each branch finds one that takes it. To say why a branch finds none, one must know which of the others
//! it should have found: the one with its title, its `$ref`, its constants, or else the only one of its class. Where that is in doubt,
//! none is: a wrong reason is worse than none.

use std::collections::{HashMap, HashSet};

use super::context::Spot;
use super::words::{said, words};
use crate::compat::json::loaded::{Kind, NodeId, Reference};

/// How many references stand behind each other.
const MOST_REFERENCES: usize = 64;

/// Two branches that belong together.
pub(super) struct Meant {
    pub(super) original: NodeId,
    pub(super) update: NodeId,
    /// What people call the branch: `Card`, `the object`; empty where nothing tells it.
    pub(super) name: String,
}

/// The branches of a combined schema; another schema is its only one.
pub(super) fn branches(spot: Spot<'_>) -> Vec<NodeId> {
    match spot.node().map(|node| &node.kind) {
        Some(Kind::Combined(combined)) => combined.subschemas.clone(),
        _ => vec![spot.id],
    }
}

/// The branches of two schemas that belong together. `left` bounds the work.
pub(super) fn meant(original: Spot<'_>, update: Spot<'_>, left: &mut usize) -> Vec<Meant> {
    if let Some(whole) = whole(original, update) {
        return vec![whole];
    }
    let (ours, theirs) = (described(original, left), described(update, left));
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return Vec::new() };
    let mut joined: Vec<(usize, usize, String)> = Vec::new();
    let (mut settled, mut taken) = (HashSet::new(), HashSet::new());
    let by: [Keys; 4] = [|one| &one.titles, |one| &one.references, |one| &one.constants, |one| &one.classes];
    for keys in by {
        for (a, b, name) in pairs(&ours, &theirs, keys) {
            if !settled.contains(&a) && !taken.contains(&b) {
                settled.insert(a);
                taken.insert(b);
                joined.push((a, b, name));
            }
        }
    }
    joined.sort_unstable();
    let of = |(a, b, name): (usize, usize, String)| {
        Some(Meant { original: ours.get(a)?.spot.id, update: theirs.get(b)?.spot.id, name })
    };
    joined.into_iter().filter_map(of).collect()
}

/// Alternatives that became a part of `allOf`, as where an `if` came beside them, or were one.
fn whole(original: Spot<'_>, update: Spot<'_>) -> Option<Meant> {
    let (o, u) = (super::values::parts(original)?, super::values::parts(update)?);
    let only = |spot: Spot<'_>, of: &[NodeId], like| {
        let mut alike = of.iter().copied().filter(|id| {
            let node = target(Spot { id: *id, ..spot }).and_then(Spot::node);
            matches!(node.map(|node| &node.kind), Some(Kind::Combined(part)) if part.criterion == like)
        });
        alike.next().filter(|_| alike.next().is_none())
    };
    let all = |one: &crate::compat::json::loaded::Combined| one.criterion.keyword() == "allOf";
    let (original, update) = match (all(o), all(u)) {
        (false, true) => (original.id, only(update, &u.subschemas, o.criterion)?),
        (true, false) => (only(original, &o.subschemas, u.criterion)?, update.id),
        _ => return None,
    };
    Some(Meant { original, update, name: String::new() })
}

/// A property by which a branch may be known, and what it is called then.
struct Key {
    key: String,
    name: String,
}

/// The keys of one kind.
type Keys = for<'b, 's> fn(&'b Branch<'s>) -> &'b [Key];

struct Branch<'s> {
    spot: Spot<'s>,
    titles: Vec<Key>,
    references: Vec<Key>,
    constants: Vec<Key>,
    classes: Vec<Key>,
}

fn described<'s>(spot: Spot<'s>, left: &mut usize) -> Option<Vec<Branch<'s>>> {
    let mut described = Vec::new();
    for id in branches(spot) {
        let spot = Spot { id, ..spot };
        let target = target(spot)?;
        let (node, behind) = (spot.node()?, target.node()?);
        let properties = if let Kind::Object(object) = &behind.kind { object.properties.len() } else { 0 };
        *left = left.checked_sub(properties + 1)?;
        let title = node.title.as_ref().or(behind.title.as_ref());
        let titles = title.map(|title| Key { key: title.clone(), name: title.clone() });
        let reference = if let Kind::Reference(reference) = &node.kind { Some(named(reference)) } else { None };
        let class = class(&behind.kind).map(|class| {
            let simple = matches!(behind.kind, Kind::Number(_) | Kind::String(_) | Kind::Object(_) | Kind::Array(_));
            let name = if simple { format!("the {}", words(target.schema, target.id)) } else { String::new() };
            Key { key: class.to_owned(), name }
        });
        described.push(Branch {
            spot,
            titles: titles.into_iter().collect(),
            references: reference.into_iter().collect(),
            constants: constants(target),
            classes: class.into_iter().collect(),
        });
    }
    Some(described)
}

fn named(reference: &Reference) -> Key {
    let name = reference.value.rsplit(['/', '#']).next().unwrap_or_default();
    Key { key: reference.value.clone(), name: name.to_owned() }
}

/// The properties of an object that have one value only.
fn constants(spot: Spot<'_>) -> Vec<Key> {
    let Some(Kind::Object(object)) = spot.node().map(|node| &node.kind) else { return Vec::new() };
    let value = |id: NodeId| match &target(Spot { id, ..spot })?.node()?.kind {
        Kind::Const(value) => Some(said(value)),
        Kind::Enum(values) => values.first().filter(|_| values.len() == 1).map(said),
        _ => None,
    };
    let key = |name: &str, id: NodeId| {
        let value = value(id)?;
        Some(Key { key: format!("{name}\n{value}"), name: format!("the one with `{name}` {value}") })
    };
    object.properties.iter().filter_map(|(name, id)| key(name, *id)).collect()
}

/// What a branch is taken for; none where nothing can change within it.
fn class(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Number(_) => "number",
        Kind::String(_) => "string",
        Kind::Object(_) => "object",
        Kind::Array(_) => "array",
        Kind::Enum(_) => "enum",
        Kind::Const(_) => "const",
        Kind::Not(_) => "not",
        Kind::Combined(combined) => combined.criterion.keyword(),
        Kind::Empty | Kind::True | Kind::False | Kind::Boolean | Kind::Null => return None,
        Kind::Conditional(_) | Kind::Reference(_) => return None,
    })
}

/// The branches that share a key which no other branch on their sides has, each with no more than one of the other side.
fn pairs(ours: &[Branch<'_>], theirs: &[Branch<'_>], keys: Keys) -> Vec<(usize, usize, String)> {
    let (ours, theirs) = (owners(ours, keys), owners(theirs, keys));
    let mut shared: Vec<(usize, usize, &str)> = Vec::new();
    for (key, (owner, name)) in &ours {
        if let (Some(a), Some((Some(b), _))) = (owner, theirs.get(key)) {
            shared.push((*a, *b, name));
        }
    }
    shared.sort_unstable();
    shared.dedup_by_key(|(a, b, _)| (*a, *b));
    let (mut of_a, mut of_b) = (HashMap::new(), HashMap::new());
    for (a, b, _) in &shared {
        *of_a.entry(*a).or_insert(0) += 1;
        *of_b.entry(*b).or_insert(0) += 1;
    }
    let alone = |(a, b, _): &(usize, usize, &str)| of_a.get(a) == Some(&1) && of_b.get(b) == Some(&1);
    shared.into_iter().filter(alone).map(|(a, b, name)| (a, b, name.to_owned())).collect()
}

/// Whose each key is, and its name; nobody's where several have it.
fn owners<'b>(branches: &'b [Branch<'_>], keys: Keys) -> HashMap<&'b str, (Option<usize>, &'b str)> {
    let mut owners = HashMap::new();
    for (number, branch) in branches.iter().enumerate() {
        for Key { key, name } in keys(branch) {
            let owner = owners.entry(key.as_str()).or_insert((Some(number), name.as_str()));
            if owner.0 != Some(number) {
                owner.0 = None;
            }
        }
    }
    owners
}

fn target(spot: Spot<'_>) -> Option<Spot<'_>> {
    let mut spot = spot;
    for _ in 0..MOST_REFERENCES {
        match &spot.node()?.kind {
            Kind::Reference(reference) => spot.id = reference.target?,
            _ => return Some(spot),
        }
    }
    None
}
