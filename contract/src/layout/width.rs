use super::tree::{Container, Item, Node};

/// Members whose items have a line each, however short they are: what people look for in a schema, and what a diff should show
/// line by line.
const LISTED: [&str; 4] = ["\"fields\"", "\"properties\"", "\"$defs\"", "\"definitions\""];

/// How many columns a container takes on one line; `None` where it has to stand on several. The containers in it are known already.
pub(super) fn width(container: &Container<'_>) -> Option<usize> {
    if !container.rest.is_empty() {
        return None;
    }
    // `[a, b]` and `{ a, b }`: the brackets, what stands around the items, and what stands between them.
    let around = match (container.items.len(), container.open) {
        (0, _) | (_, "[") => 2,
        _ => 4,
    };
    let between = 2 * container.items.len().saturating_sub(1);
    container.items.iter().try_fold(around + between, |sum, item| Some(sum + item_width(item)?))
}

fn item_width(item: &Item<'_>) -> Option<usize> {
    if !item.lead.is_empty() || !item.trail.is_empty() || is_listed(item) {
        return None;
    }
    Some(key_width(item) + node_width(&item.node)?)
}

/// The columns of a name with its colon and the space behind it.
pub(super) fn key_width(item: &Item<'_>) -> usize {
    item.key.map_or(0, |key| key.chars().count() + 2)
}

/// The columns of a value on one line.
pub(super) fn node_width(node: &Node<'_>) -> Option<usize> {
    match node {
        Node::Scalar(text) => Some(text.chars().count()),
        Node::Container(container) => container.width,
    }
}

/// Whether the items of this member have a line each.
pub(super) fn is_listed(item: &Item<'_>) -> bool {
    let filled = matches!(&item.node, Node::Container(container) if !container.items.is_empty());
    filled && item.key.is_some_and(|key| LISTED.contains(&key))
}
