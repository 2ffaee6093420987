//! `allOf`, `anyOf`, `oneOf`, and what the loaders make of keywords that stand beside each other.

use std::collections::HashSet;
use std::rc::Rc;

use super::change::Change;
use super::found::At;
use super::hash::of_printed;
use super::matching::{Edge, matching};
use super::outcome::{Gathered, Name};
use super::run::{GaveUp, Run};
use crate::compat::json::loaded::{Combined, Criterion, NodeId};

pub(super) fn compare<'s>(
    run: &mut Run<'s>,
    (original, o): (At, &Combined),
    (update, u): (At, &Combined),
    out: &mut Gathered<'s>,
) -> Result<(), GaveUp> {
    if o.criterion != u.criterion {
        let fits = fits(o, u);
        out.tell(if fits { Change::CombinedTypeExtended } else { Change::CombinedTypeChanged });
        if !fits {
            return Ok(());
        }
    }
    let (ours, theirs) = (distinct(run, original, o), distinct(run, update, u));
    let all = (o.criterion == Criterion::All, u.criterion == Criterion::All);
    match (ours.len() < theirs.len(), ours.len() > theirs.len(), all) {
        (true, _, (_, true)) => out.tell(Change::ProductTypeExtended),
        (true, _, (_, false)) => out.tell(Change::SumTypeExtended),
        (_, true, (true, _)) => out.tell(Change::ProductTypeNarrowed),
        (_, true, (false, _)) => out.tell(Change::SumTypeNarrowed),
        _ => {}
    }
    // Which of the new ones takes each of the old, and with what differences.
    let (mut edges, mut taken) = (Vec::new(), Vec::new());
    for (old, part) in ours.iter().enumerate() {
        for (new, other) in theirs.iter().enumerate() {
            let found = run.compare(At { node: part.node, ..original }, At { node: other.node, ..update })?;
            if found.compatible {
                edges.push(Edge { old, new, differs: !found.is_nothing() });
                taken.push(found);
            }
        }
    }
    let hashes = |parts: &[Alternative]| parts.iter().map(|part| part.hash).collect::<Vec<_>>();
    let matched = matching(&hashes(&ours), &hashes(&theirs), &edges);
    for number in &matched {
        let (Some(edge), Some(found)) = (edges.get(*number), taken.get(*number)) else { continue };
        out.at(o.criterion.keyword(), Name::Number(edge.old));
        out.add(*found);
    }
    out.here();
    if matched.len() < ours.len().min(theirs.len()) {
        out.tell(Change::CombinedTypeSubschemasChanged);
    }
    Ok(())
}

/// A part of a combined schema, and the hash of its text.
pub(super) struct Alternative {
    node: NodeId,
    hash: i32,
}

/// Whether another criterion takes what the older one took.
fn fits(original: &Combined, update: &Combined) -> bool {
    let single = (original.subschemas.len() == 1, update.subschemas.len() == 1);
    update.criterion == Criterion::Any
        || single == (true, true)
        || (single.0 && update.criterion == Criterion::One)
        || (single.1 && original.criterion == Criterion::All)
}

/// The parts that are printed differently, in their order.
fn distinct(run: &mut Run<'_>, at: At, combined: &Combined) -> Rc<[Alternative]> {
    if let Some(known) = run.distinct.get(&at) {
        return Rc::clone(known);
    }
    let schema = run.schema(at.side);
    let mut told = HashSet::new();
    let part = |node: &NodeId| {
        let text = schema.printed(*node);
        let hash = of_printed(&text);
        told.insert(text).then_some(Alternative { node: *node, hash })
    };
    let parts: Rc<[Alternative]> = combined.subschemas.iter().filter_map(part).collect();
    run.distinct.insert(at, Rc::clone(&parts));
    parts
}
