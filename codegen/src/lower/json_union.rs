use topika_contract::json_schema::{NodeId, Schema};

use super::json_group::{Group, Types, only_asks};

/// How many unions may stand at one place: each is looked at again when another one is decided.
const MOST_UNIONS: usize = 64;

/// A group whose unions are decided as far as the schema decides them.
pub(super) struct Settled {
    pub(super) group: Group,
    /// What is left to tell apart: the branches of one union, each with all that stands beside it.
    pub(super) branches: Vec<Group>,
    /// The union whose branches they are.
    pub(super) union: Option<UnionAt>,
    /// Unions that ask something of a value and give it no shape, such as `anyOf` over `required`.
    pub(super) loose: Vec<UnionAt>,
}

/// A union of a schema: the subschema that has it, and `oneOf` or `anyOf`.
pub(super) type UnionAt = (NodeId, &'static str);

/// Decides the unions of a group: branches that contradict what stands beside them are dropped, and the only one left holds.
pub(super) fn settle(schema: &Schema, group: &Group) -> Settled {
    let mut settled = Settled { group: group.clone(), branches: Vec::new(), union: None, loose: Vec::new() };
    for _ in 0..MOST_UNIONS {
        let Some(next) = step(schema, &mut settled) else { return settled };
        settled.group = next;
    }
    settled.group.too_many = true;
    settled
}

/// The group after the next decision; none where there is nothing to decide.
fn step(schema: &Schema, settled: &mut Settled) -> Option<Group> {
    let group = &settled.group;
    let mut left: Option<(Vec<Group>, UnionAt)> = None;
    for (at, part) in group.parts.iter().enumerate() {
        let Some(node) = schema.node(part.node) else { continue };
        for (open, one_of, list, word) in
            [(part.one_of, true, &node.one_of, "oneOf"), (part.any_of, false, &node.any_of, "anyOf")]
        {
            if !open {
                continue;
            }
            let alone = group.with_branch(schema, at, one_of, None);
            let types = alone.types(schema);
            if list.iter().all(|branch| only_asks(schema, *branch, types)) {
                settled.loose.push((part.node, word));
                return Some(alone);
            }
            let mut branches: Vec<Group> = Vec::with_capacity(list.len());
            for branch in list {
                let branch = group.with_branch(schema, at, one_of, Some(*branch));
                let known = || branches.iter().any(|known| known.set() == branch.set());
                // Two that say the same are two to `oneOf`, which wants one.
                if is_possible(schema, &branch) && (one_of || list.len() > 64 || !known()) {
                    branches.push(branch);
                }
            }
            match branches.as_slice() {
                [] => return Some(alone.restricted(Types::NONE)),
                [one] => return Some(one.clone()),
                _ => left = left.or(Some((branches, (part.node, word)))),
            }
        }
    }
    (settled.branches, settled.union) = left.map_or_else(Default::default, |(branches, union)| (branches, Some(union)));
    None
}

/// Whether a value may meet all of a group, as far as types and listed values tell.
fn is_possible(schema: &Schema, group: &Group) -> bool {
    let types = group.types(schema);
    if types == Types::NONE || types != Types::OBJECT {
        return types != Types::NONE;
    }
    // The tag of a branch contradicts what is said of it elsewhere.
    let required = group.nodes(schema).flat_map(|node| &node.required).take(64);
    for required in required {
        let of_name = group.nodes(schema).flat_map(|node| &node.properties);
        let ids: Vec<NodeId> = of_name.filter(|p| p.name == required.name).map(|p| p.node).collect();
        if !ids.is_empty() && Group::of(schema, &ids).types(schema) == Types::NONE {
            return false;
        }
    }
    true
}
