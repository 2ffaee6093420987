//! `allOf`, `anyOf`, `oneOf`, and what the loaders make of keywords that stand beside each other.

use std::collections::HashSet;
use std::rc::Rc;

use super::change::Change;
use super::found::{At, Found, Gathered};
use super::matching::matching;
use super::run::{GaveUp, Run, compatible};
use crate::compat::json::loaded::{Combined, Criterion, NodeId};

pub(super) fn compare(
    run: &mut Run<'_>,
    (original, o): (At, &Combined),
    (update, u): (At, &Combined),
    out: &mut Gathered,
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
    let mut edges: Vec<Taken> = Vec::with_capacity(ours.len());
    for old in &*ours {
        let mut taken = Vec::new();
        for (index, new) in theirs.iter().enumerate() {
            let found = run.compare(At { node: *old, ..original }, At { node: *new, ..update })?;
            if compatible(&found, run.policy) {
                taken.push((index, found));
            }
        }
        edges.push(taken);
    }
    let partners = partners(&edges, theirs.len());
    let mut matched = 0;
    for (index, (partner, taken)) in partners.iter().zip(&edges).enumerate() {
        let Some((_, found)) = taken.iter().find(|(index, _)| Some(*index) == *partner) else { continue };
        matched += 1;
        out.enter(format!("{}/{index}", o.criterion.keyword()));
        out.add(found);
        out.leave();
    }
    if matched < ours.len().min(theirs.len()) {
        out.tell(Change::CombinedTypeSubschemasChanged);
    }
    Ok(())
}

/// The new parts that take an old one, by their numbers, and with what differences.
type Taken = Vec<(usize, Rc<[Found]>)>;

/// The partner of each old part. The matching begins at the smaller side.
fn partners(edges: &[Taken], size: usize) -> Vec<Option<usize>> {
    let there: Vec<Vec<usize>> = edges.iter().map(|taken| taken.iter().map(|(new, _)| *new).collect()).collect();
    if there.len() <= size {
        return matching(&there, size);
    }
    let mut back: Vec<Vec<usize>> = vec![Vec::new(); size];
    for (old, news) in there.iter().enumerate() {
        for new in news {
            if let Some(olds) = back.get_mut(*new) {
                olds.push(old);
            }
        }
    }
    let mut partners = vec![None; there.len()];
    for (new, old) in matching(&back, there.len()).into_iter().enumerate() {
        if let Some(place) = old.and_then(|old| partners.get_mut(old)) {
            *place = Some(new);
        }
    }
    partners
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
fn distinct(run: &mut Run<'_>, at: At, combined: &Combined) -> Rc<[NodeId]> {
    if let Some(known) = run.distinct.get(&at) {
        return Rc::clone(known);
    }
    let schema = run.schema(at.side);
    let mut told = HashSet::new();
    let mut is_new = |node: &NodeId| {
        let text = schema.printed(*node);
        text.is_empty() || told.insert(text)
    };
    let parts: Rc<[NodeId]> = combined.subschemas.iter().copied().filter(|node| is_new(node)).collect();
    run.distinct.insert(at, Rc::clone(&parts));
    parts
}
