use std::collections::HashMap;

use super::alike::Alike;
use crate::json_schema::{JsonType, Node, NodeId, Schema};
use crate::lint::text::Lint;
use crate::report::Finding;
use crate::rules::JSON_SCHEMA_BRANCH_UNREACHABLE;
use crate::text::json::{Json, compact};

/// Branches that never make a difference: a value that they take is taken by another one too, which in `oneOf` refuses it.
pub(super) fn check(schema: &Schema, node: &Node, alike: &mut Alike<'_>, lint: &mut Lint<'_>) {
    if !lint.wants(&JSON_SCHEMA_BRANCH_UNREACHABLE) {
        return;
    }
    for (word, branches) in [("anyOf", &node.any_of), ("oneOf", &node.one_of)] {
        if branches.len() > 1 {
            combined(schema, word, branches, alike, lint);
        }
    }
}

fn combined(schema: &Schema, word: &str, branches: &[NodeId], alike: &mut Alike<'_>, lint: &mut Lint<'_>) {
    let wide = Wide::of(schema, branches);
    let mut seen: HashMap<u64, NodeId> = HashMap::new();
    for (index, id) in branches.iter().enumerate() {
        let Some(own) = schema.node(*id) else { continue };
        let target = schema.target(*id).map_or(own, |(_, target)| target);
        let digest = alike.digest(schema.target(*id).map_or(*id, |(target, _)| target));
        let twin = seen.get(&digest).copied();
        seen.entry(digest).or_insert(*id);
        let (other, why) = if target.boolean == Some(false) {
            (None, "takes nothing")
        } else if let Some(first) = twin {
            (schema.node(first), "says the same as another one")
        } else if let Some(wider) = wide.over(index, target) {
            (schema.node(wider), "takes nothing that another one does not take")
        } else {
            continue;
        };
        let effect = match (word, other.is_some()) {
            ("oneOf", true) => ", so that `oneOf` refuses what both take",
            _ => "",
        };
        let finding: Finding = JSON_SCHEMA_BRANCH_UNREACHABLE
            .at(own.at.clone(), format!("this branch of `{word}` {why}{effect}"))
            .pointer(&*own.pointer)
            .help(if word == "oneOf" { "take it out, or let the branches exclude each other" } else { "take it out" });
        lint.push(match other {
            Some(other) => finding.related(other.at.clone(), "the other one"),
            None => finding,
        });
    }
}

/// Branches that say so little that they take all that others take.
struct Wide {
    /// The first branch that takes everything.
    all: Option<(usize, NodeId)>,
    /// Branches that say types alone, by type.
    types: HashMap<JsonType, (usize, NodeId)>,
    /// Branches that list values, by value.
    values: HashMap<String, (usize, NodeId)>,
}

impl Wide {
    fn of(schema: &Schema, branches: &[NodeId]) -> Self {
        let mut wide = Self { all: None, types: HashMap::new(), values: HashMap::new() };
        for (index, id) in branches.iter().enumerate() {
            let Some((_, node)) = schema.target(*id) else { continue };
            if says_only_values(node) {
                for value in values(node) {
                    wide.values.entry(compact(value)).or_insert((index, *id));
                }
            } else if says_only_types(node) {
                if node.types.is_empty() && node.boolean != Some(false) {
                    wide.all.get_or_insert((index, *id));
                }
                for ty in &node.types {
                    wide.types.entry(*ty).or_insert((index, *id));
                }
            }
        }
        wide
    }

    /// A branch other than `index` that takes all that `node` takes.
    fn over(&self, index: usize, node: &Node) -> Option<NodeId> {
        let other = |found: Option<&(usize, NodeId)>| found.filter(|(at, _)| *at != index).map(|(_, id)| *id);
        if let Some(id) = other(self.all.as_ref()) {
            return Some(id);
        }
        let types = node.types.iter().map(|ty| {
            let number = || (*ty == JsonType::Integer).then(|| other(self.types.get(&JsonType::Number))).flatten();
            other(self.types.get(ty)).or_else(number)
        });
        if let Some(id) = all_same(types) {
            return Some(id);
        }
        if !says_only_values(node) {
            return None;
        }
        all_same(values(node).map(|value| other(self.values.get(&compact(value)))))
    }
}

/// The one branch that all answers name; none where one of them is missing, or they differ.
fn all_same(mut answers: impl Iterator<Item = Option<NodeId>>) -> Option<NodeId> {
    let first = answers.next()??;
    answers.all(|answer| answer == Some(first)).then_some(first)
}

fn values(node: &Node) -> impl Iterator<Item = &Json> {
    node.variants.iter().flatten().chain(&node.constant)
}

fn says_only_values(node: &Node) -> bool {
    (node.variants.is_some() != node.constant.is_some()) && says_nothing_else(node)
}

fn says_only_types(node: &Node) -> bool {
    node.variants.is_none() && node.constant.is_none() && says_nothing_else(node)
}

/// Whether a node says nothing beside `type`, `enum` and `const`.
fn says_nothing_else(node: &Node) -> bool {
    node.reference.is_none()
        && node.properties.is_empty()
        && node.required.is_empty()
        && node.additional.is_none()
        && node.items.is_none()
        && node.format.is_none()
        && node.one_of.is_empty()
        && node.any_of.is_empty()
        && node.all_of.is_empty()
        && node.assertions.is_empty()
        && node.unsupported.is_empty()
}
