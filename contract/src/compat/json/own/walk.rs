//! Two schemas side by side.

use std::collections::{HashSet, VecDeque};

use super::pairs::{Pair, Walk, target};
use super::{keywords, numbers, overlap, required, schemas};
use crate::compat::json::findings::{Context, Spot};
use crate::compat::json::loaded::{Combined, Kind, NodeId};
use crate::report::Finding;

/// How many pairs of nodes are looked at.
const MOST_PAIRS: usize = 50_000;
/// How many findings are told.
const MOST_TOLD: usize = 200;

/// What the registry does not see in one direction.
pub(in crate::compat::json) fn findings(context: &Context<'_>) -> Vec<Finding> {
    let (original, update) = context.sides();
    let mut walk = Walk { context, seen: HashSet::new(), waiting: VecDeque::new(), told: Vec::new(), compared: 0 };
    let writer = Spot { schema: original, id: original.root() };
    let reader = Spot { schema: update, id: update.root() };
    walk.meet(writer, reader, String::new());
    while let Some(pair) = walk.waiting.pop_front() {
        if walk.seen.len() > MOST_PAIRS || walk.told.len() >= MOST_TOLD {
            break;
        }
        walk.look(&pair);
    }
    walk.told
}

impl<'s> Walk<'_, 's> {
    fn look(&mut self, pair: &Pair<'s>) {
        let (Some(writer), Some(reader)) = (pair.writer.node(), pair.reader.node()) else { return };
        match (&writer.kind, &reader.kind) {
            (Kind::Combined(w), Kind::Combined(r)) => {
                keywords::look(self, pair);
                overlap::look(self, pair, &w.subschemas, r);
                self.parts(pair, w, r);
            }
            (Kind::Combined(w), kind) => {
                if let Some(part) = alike(pair.writer, w, kind) {
                    self.meet(part, pair.reader, pair.path.clone());
                }
            }
            (kind, Kind::Combined(r)) => {
                overlap::look(self, pair, &[pair.writer.id], r);
                if let Some(part) = alike(pair.reader, r, kind) {
                    self.meet(pair.writer, part, pair.path.clone());
                }
            }
            (Kind::Object(w), Kind::Object(r)) => {
                keywords::look(self, pair);
                schemas::look_at_object(self, pair, w, r);
                required::look(self, pair, w, r);
                for (name, theirs) in r.properties.iter() {
                    if let Some(ours) = w.properties.get(name) {
                        self.below(pair, *ours, *theirs, &format!("properties/{name}"));
                    }
                }
                self.both(pair, (w.additional, r.additional), "additionalProperties");
            }
            (Kind::Array(w), Kind::Array(r)) => {
                keywords::look(self, pair);
                schemas::look_at_array(self, pair, w, r);
                self.both(pair, (w.all_items, r.all_items), "items");
                let items = |items: &Option<Vec<NodeId>>| items.clone().unwrap_or_default();
                for (index, (ours, theirs)) in items(&w.items).into_iter().zip(items(&r.items)).enumerate() {
                    self.below(pair, ours, theirs, &format!("items/{index}"));
                }
                self.both(pair, (w.additional, r.additional), "additionalItems");
            }
            (Kind::Number(w), Kind::Number(r)) => {
                keywords::look(self, pair);
                numbers::look(self, pair, w, r);
            }
            (w, r) if w.same_class(r) => keywords::look(self, pair),
            _ => {}
        }
    }

    fn below(&mut self, pair: &Pair<'s>, writer: NodeId, reader: NodeId, step: &str) {
        let path = if pair.path.is_empty() { step.to_owned() } else { format!("{}/{step}", pair.path) };
        self.meet(Spot { id: writer, ..pair.writer }, Spot { id: reader, ..pair.reader }, path);
    }

    fn both(&mut self, pair: &Pair<'s>, (writer, reader): (Option<NodeId>, Option<NodeId>), step: &str) {
        if let (Some(writer), Some(reader)) = (writer, reader) {
            self.below(pair, writer, reader, step);
        }
    }

    /// Parts that belong together: by their place where there are as many, else by their class.
    fn parts(&mut self, pair: &Pair<'s>, w: &Combined, r: &Combined) {
        let step = |index: usize| format!("{}/{index}", r.criterion.keyword());
        if w.subschemas.len() == r.subschemas.len() && w.criterion == r.criterion {
            for (index, (ours, theirs)) in w.subschemas.iter().zip(&r.subschemas).enumerate() {
                self.below(pair, *ours, *theirs, &step(index));
            }
            return;
        }
        for (index, theirs) in r.subschemas.iter().enumerate() {
            let Some(node) = pair.reader.schema.node(*theirs) else { continue };
            if let Some(ours) = alike(pair.writer, w, &node.kind) {
                self.below(pair, ours.id, *theirs, &step(index));
            }
        }
    }
}

/// The only part that is of a class.
fn alike<'s>(spot: Spot<'s>, combined: &Combined, kind: &Kind) -> Option<Spot<'s>> {
    let mut alike = combined
        .subschemas
        .iter()
        .map(|id| Spot { id: *id, ..spot })
        .filter(|part| target(*part).and_then(Spot::node).is_some_and(|node| node.kind.same_class(kind)));
    alike.next().filter(|_| alike.next().is_none())
}
