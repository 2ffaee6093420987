//! What a JSON Schema says to people: `description`, or `title` where it is no name.

use topika_contract::json_schema::{Node, NodeId, Schema};

use super::json_names::is_name;
use crate::names::{Ident, is_changed, snake};

/// The doc of a type that bears a name.
pub(super) fn of_type(node: &Node, name: &str) -> Option<String> {
    let title = || node.title.as_deref().filter(|title| is_changed(title, &Ident::new(name)));
    described(node).or_else(title).map(str::to_owned)
}

/// The doc of what stands at a place, and the file that says so: the place itself, else what it refers to.
pub(super) fn of_place<'a>(schema: &'a Schema, id: NodeId, name: &str) -> Option<(&'a str, &'a str)> {
    let own = schema.node(id)?;
    let target = schema.target(id).map(|(_, node)| node).filter(|_| own.reference.is_some());
    let said = |node: &'a Node| {
        let text = described(node).or_else(|| title(node, name))?;
        Some((text, node.at.source.path()))
    };
    said(own).or_else(|| said(target?))
}

fn described(node: &Node) -> Option<&str> {
    node.description.as_deref().filter(|text| !text.trim().is_empty())
}

/// A title that says more than the name of the place, and does not name a type.
fn title<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    let title = node.title.as_deref().filter(|title| is_changed(title, &Ident::new(&snake(name))))?;
    let unions = [&node.one_of, &node.any_of, &node.all_of];
    let is_type = !node.properties.is_empty() || node.variants.is_some() || unions.iter().any(|list| !list.is_empty());
    (!is_type || !is_name(title)).then_some(title)
}
