use topika_contract::json_schema::{Node, NodeId, Schema};

use super::json_group::Group;
use super::json_object::boolean;

/// The items of an array whose places have types of their own.
pub(super) struct TupleOf {
    pub(super) items: Vec<Group>,
    /// How many there are at least.
    pub(super) least: usize,
    pub(super) rest: Rest,
}

/// The items of a tuple beyond those with a place.
pub(super) enum Rest {
    None,
    Of(Option<Group>),
}

/// What the items of an array are, where all are alike; none where nothing is said.
pub(super) fn items(schema: &Schema, group: &Group) -> Option<Group> {
    let ids: Vec<NodeId> = group.nodes(schema).filter_map(|node| node.items).collect();
    (!ids.is_empty()).then(|| Group::of(schema, &ids))
}

pub(super) fn is_tuple(schema: &Schema, group: &Group) -> bool {
    group.nodes(schema).any(|node| !node.prefix_items.is_empty())
}

pub(super) fn tuple(schema: &Schema, group: &Group) -> TupleOf {
    let nodes: Vec<&Node> = group.nodes(schema).collect();
    let places = nodes.iter().map(|node| node.prefix_items.len()).max().unwrap_or(0);
    let beyond = |node: &Node| node.rest_items.or(node.items);
    let bound = |node: &Node, word: &str| {
        let value = node.assertions.iter().find(|(name, _)| name == word).and_then(|(_, value)| value.as_f64());
        // A tuple has a handful of items: how far a greater number reaches does not matter.
        value.map(|value| {
            (0..=places + 1)
                .take_while(|count| f64::from(u32::try_from(*count).unwrap_or(u32::MAX)) <= value)
                .count()
                .saturating_sub(1)
        })
    };
    let most = nodes.iter().filter_map(|node| bound(node, "maxItems")).min();
    let least = nodes.iter().filter_map(|node| bound(node, "minItems")).max().unwrap_or(0);
    let places = most.map_or(places, |most| places.min(most));
    let at = |place: usize| {
        let ids: Vec<NodeId> =
            nodes.iter().filter_map(|node| node.prefix_items.get(place).copied().or_else(|| beyond(node))).collect();
        Group::of(schema, &ids)
    };
    let rest: Vec<NodeId> = nodes.iter().filter_map(|node| beyond(node)).collect();
    let closed = most.is_some_and(|most| most <= places)
        || rest.iter().any(|id| boolean(schema, *id) == Some(false))
        || is_closed_by_evaluation(schema, group);
    let rest = match (closed, rest.is_empty()) {
        (true, _) => Rest::None,
        (false, true) => Rest::Of(None),
        (false, false) => Rest::Of(Some(Group::of(schema, &rest))),
    };
    TupleOf { items: (0..places).map(at).collect(), least: least.min(places), rest }
}

/// Whether `unevaluatedItems: false` refuses every item beyond the places, since nothing else could evaluate one. Where something could,
/// `validate()` refuses what was not.
fn is_closed_by_evaluation(schema: &Schema, group: &Group) -> bool {
    let refuses = |node: &Node| node.asks.unevaluated_items.is_some_and(|id| boolean(schema, id) == Some(false));
    let evaluates = |node: &Node| {
        node.items.is_some()
            || node.rest_items.is_some()
            || node.asks.contains.is_some()
            || node.asks.condition.is_some()
            || !node.asks.dependent_schemas.is_empty()
    };
    group.nodes(schema).any(refuses)
        && !group.nodes(schema).any(evaluates)
        && !group.parts.iter().any(|part| part.one_of || part.any_of)
}
