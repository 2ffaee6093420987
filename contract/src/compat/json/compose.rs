//! `oneOf`, `anyOf`, `allOf`.

use super::difference::{Difference, Kind};
use super::pair::Pair;
use super::values::said;
use crate::json_schema::{Node, NodeId};

pub(super) fn compare<'s>(
    pair: &mut Pair<'s>,
    (r_id, r): (NodeId, &'s Node),
    (w_id, w): (NodeId, &'s Node),
) -> Vec<Difference> {
    let mut found = own(pair, (r_id, r), w);
    for part in &r.all_of {
        found.extend(required_part(pair, *part, (w_id, w)));
    }
    for (mine, theirs) in [(&r.one_of, &w.one_of), (&r.any_of, &w.any_of)] {
        if mine.is_empty() {
            continue;
        }
        let theirs = if !theirs.is_empty() {
            theirs.clone()
        } else if !alternatives(w).is_empty() {
            alternatives(w).to_vec()
        } else {
            vec![w_id]
        };
        for alternative in theirs {
            found.extend(one_of(pair, (mine, r), alternative));
        }
    }
    found
}

/// The reader's own keywords against the writer's, and, where these do not fit, against what the writer's parts say.
fn own<'s>(pair: &mut Pair<'s>, (r_id, r): (NodeId, &'s Node), w: &'s Node) -> Vec<Difference> {
    let found = pair.plain(r, w);
    if found.is_empty() {
        return found;
    }
    // One part of an `allOf` that fits is enough: each value meets all of them.
    if w.all_of.iter().any(|part| pair.target_plain(r, *part).is_some_and(|found| found.is_empty())) {
        return Vec::new();
    }
    let alternatives = alternatives(w);
    if alternatives.is_empty() || !alternatives_say_more(w) {
        return found;
    }
    // The reader has no alternatives of its own here, so each of the writer's must fit it.
    if r.one_of.is_empty() && r.any_of.is_empty() {
        return alternatives.iter().flat_map(|alternative| pair.nodes(r_id, *alternative)).collect();
    }
    alternatives.iter().filter_map(|alternative| pair.target_plain(r, *alternative)).flatten().collect()
}

/// Whether a node leaves what it allows to its alternatives.
fn alternatives_say_more(node: &Node) -> bool {
    node.types.is_empty() || node.properties.is_empty()
}

fn alternatives(node: &Node) -> &[NodeId] {
    if node.one_of.is_empty() { &node.any_of } else { &node.one_of }
}

/// A part of the reader's `allOf` must take the writer as a whole, or one of its parts.
fn required_part<'s>(pair: &mut Pair<'s>, part: NodeId, (w_id, w): (NodeId, &'s Node)) -> Vec<Difference> {
    let mut closest = pair.nodes(part, w_id);
    for other in &w.all_of {
        if closest.is_empty() {
            break;
        }
        let found = pair.nodes(part, *other);
        if found.len() <= closest.len() {
            closest = found;
        }
    }
    closest
}

/// One of the reader's alternatives must take an alternative of the writer.
fn one_of<'s>(pair: &mut Pair<'s>, (mine, r): (&[NodeId], &'s Node), theirs: NodeId) -> Vec<Difference> {
    let mut only = Vec::new();
    for alternative in mine {
        let found = pair.nodes(*alternative, theirs);
        if found.is_empty() {
            return Vec::new();
        }
        only = found;
    }
    if mine.len() == 1 {
        return only;
    }
    let Some((_, w)) = pair.writer.target(theirs) else { return Vec::new() };
    let name = w.title.clone().unwrap_or_else(|| said(pair.writer, w));
    vec![pair.told(Kind::Alternative, "", ("no alternative for it", &name), (r, w))]
}

impl<'s> Pair<'s> {
    fn target_plain(&mut self, r: &'s Node, w: NodeId) -> Option<Vec<Difference>> {
        let (_, w) = self.writer.target(w)?;
        Some(self.plain(r, w))
    }
}
