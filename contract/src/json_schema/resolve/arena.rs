use std::sync::Arc;

use crate::json_schema::parsed::Parsed;
use crate::json_schema::schema::{Node, NodeId};

/// A `$ref` and its target.
pub(super) struct Link {
    pub(super) file: usize,
    pub(super) node: usize,
    pub(super) to_file: usize,
    pub(super) to_node: usize,
    pub(super) joins: bool,
}

/// Puts the nodes of all files into one list and the targets into the nodes; gives also where each file begins.
pub(super) fn arena(files: &mut [Parsed], links: &[Link]) -> (Arc<[Node]>, Vec<usize>) {
    let mut starts = Vec::with_capacity(files.len());
    let mut nodes: Vec<Node> = Vec::new();
    for file in files.iter_mut() {
        let start = nodes.len();
        starts.push(start);
        nodes.extend(std::mem::take(&mut file.nodes).into_iter().map(|node| shifted(node, start)));
        set_around(nodes.get_mut(start..).unwrap_or_default(), start);
    }
    let id = |file: usize, node: usize| starts.get(file).map(|start| start + node);
    for link in links {
        let (Some(from), Some(to)) = (id(link.file, link.node), id(link.to_file, link.to_node)) else { continue };
        let Some(node) = nodes.get_mut(from) else { continue };
        if link.joins {
            node.all_of.push(NodeId(to));
        } else {
            node.reference = Some(NodeId(to));
        }
    }
    (nodes.into(), starts)
}

/// Says of each node of a file what it stands in. A subschema is read before what is in it.
fn set_around(nodes: &mut [Node], start: usize) {
    let mut open: Vec<usize> = Vec::new();
    for number in 0..nodes.len() {
        let (before, rest) = nodes.split_at_mut(number);
        let Some(node) = rest.first_mut() else { return };
        let holds =
            |around: &Node| node.pointer.strip_prefix(&*around.pointer).is_some_and(|rest| rest.starts_with('/'));
        while open.last().is_some_and(|around| !before.get(*around).is_some_and(holds)) {
            open.pop();
        }
        node.around = open.last().map(|around| NodeId(start + around));
        open.push(number);
    }
}

fn shifted(mut node: Node, by: usize) -> Node {
    let Node {
        one_of,
        any_of,
        all_of,
        prefix_items,
        additional,
        items,
        rest_items,
        asks,
        properties,
        pattern_properties,
        ..
    } = &mut node;
    for list in [one_of, any_of, all_of, prefix_items] {
        list.iter_mut().for_each(|id| id.0 += by);
    }
    // Most are not there, and to chain them as one iterator took longer than all else that is done with a node.
    shift(additional, by);
    shift(items, by);
    shift(rest_items, by);
    shift(&mut asks.contains, by);
    shift(&mut asks.property_names, by);
    shift(&mut asks.not, by);
    shift(&mut asks.condition, by);
    shift(&mut asks.then, by);
    shift(&mut asks.otherwise, by);
    shift(&mut asks.unevaluated_properties, by);
    shift(&mut asks.unevaluated_items, by);
    for named in [properties, pattern_properties, &mut asks.dependent_schemas] {
        named.iter_mut().for_each(|property| property.node.0 += by);
    }
    node
}

fn shift(id: &mut Option<NodeId>, by: usize) {
    if let Some(id) = id {
        id.0 += by;
    }
}
