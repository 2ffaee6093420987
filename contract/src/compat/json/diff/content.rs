//! What an object or an array allows beside what it names.

use super::found::At;
use super::run::{GaveUp, Run};
use crate::compat::json::loaded::{Array, Kind, NodeId, Object};

/// How something that a schema does not name is taken.
pub(super) enum Content {
    /// Whatever it is.
    Open,
    /// By this schema.
    Covered(At),
    /// Not at all; in an object with `patternProperties`, what no pattern matches.
    Closed,
}

/// How an object takes a property that it does not name.
pub(super) fn of_property(run: &mut Run<'_>, at: At, name: &str) -> Result<Content, GaveUp> {
    let node = run.node(at);
    let Kind::Object(object) = &node.kind else { return Ok(Content::Open) };
    let hidden = node.hidden("unevaluatedProperties");
    let unnamed = !object.closed && object.additional.is_none();
    if unnamed && object.pattern_properties.is_empty() && hidden.is_none_or(|id| is_empty(run, at, id)) {
        return Ok(Content::Open);
    }
    if let Some(id) = by_pattern(run, object, name)? {
        return Ok(Content::Covered(At { node: id, ..at }));
    }
    Ok(beside(run, at, object.additional, hidden.filter(|_| unnamed)))
}

/// How an array takes an item that it does not name.
pub(super) fn of_item(run: &Run<'_>, at: At) -> Content {
    let node = run.node(at);
    let Kind::Array(array) = &node.kind else { return Content::Open };
    let Array { closed, additional, .. } = &**array;
    let hidden = node.hidden("unevaluatedItems");
    let unnamed = !closed && additional.is_none();
    if unnamed && hidden.is_none_or(|id| is_empty(run, at, id)) {
        return Content::Open;
    }
    beside(run, at, *additional, hidden.filter(|_| unnamed))
}

/// `additionalProperties` or, without it, `unevaluatedProperties`; the same of items.
fn beside(run: &Run<'_>, at: At, additional: Option<NodeId>, hidden: Option<NodeId>) -> Content {
    let says_something = |id: &NodeId| !is_empty(run, at, *id) && !is_false(run, at, *id);
    match additional.or(hidden.filter(says_something)) {
        Some(node) => Content::Covered(At { node, ..at }),
        None => Content::Closed,
    }
}

fn by_pattern(run: &mut Run<'_>, object: &Object, name: &str) -> Result<Option<NodeId>, GaveUp> {
    for (pattern, id) in &object.pattern_properties {
        if run.is_found(pattern, name)? {
            return Ok(Some(*id));
        }
    }
    Ok(None)
}

pub(super) fn is_empty(run: &Run<'_>, at: At, id: NodeId) -> bool {
    run.node(At { node: id, ..at }).kind.is_empty()
}

pub(super) fn is_false(run: &Run<'_>, at: At, id: NodeId) -> bool {
    matches!(run.node(At { node: id, ..at }).kind, Kind::False)
}
