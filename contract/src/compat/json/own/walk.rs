//! Two schemas side by side.

use std::collections::{HashSet, VecDeque};

use super::{keywords, numbers, overlap, required, schemas};
use crate::compat::json::diff;
use crate::compat::json::findings::{Context, Spot, field, words};
use crate::compat::json::loaded::{Combined, Kind, NodeId};
use crate::report::Finding;
use crate::rules::Rule;
use crate::text::shortened;

/// How many pairs of nodes are looked at.
const MOST_PAIRS: usize = 50_000;
/// How much may be spent on comparing schemas below keywords.
const MOST_WORK: usize = 20_000;
/// How many such comparisons there are.
const MOST_COMPARED: usize = 100;
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

/// A node whose data is read, and the one that reads it.
pub(super) struct Pair<'s> {
    pub(super) writer: Spot<'s>,
    pub(super) reader: Spot<'s>,
    /// As the comparison of the registry writes paths, without `#/`.
    pub(super) path: String,
}

pub(super) struct Walk<'c, 's> {
    pub(super) context: &'c Context<'s>,
    seen: HashSet<(NodeId, NodeId)>,
    waiting: VecDeque<Pair<'s>>,
    told: Vec<Finding>,
    compared: usize,
}

impl<'s> Walk<'_, 's> {
    /// Puts a pair on the list, behind its references.
    fn meet(&mut self, writer: Spot<'s>, reader: Spot<'s>, path: String) {
        let (Some(writer), Some(reader)) = (target(writer), target(reader)) else { return };
        if self.seen.insert((writer.id, reader.id)) {
            self.waiting.push_back(Pair { writer, reader, path });
        }
    }

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

    /// Whether the registry's own comparison takes one node for another; where that is not known, it does not.
    pub(super) fn takes(&mut self, writer: Spot<'s>, reader: Spot<'s>) -> bool {
        self.compared += 1;
        if self.compared > MOST_COMPARED {
            return writer.schema.printed(writer.id) == reader.schema.printed(reader.id);
        }
        let policy = self.context.policy;
        diff::takes((writer.schema, writer.id), (reader.schema, reader.id), policy, MOST_WORK).unwrap_or(false)
    }

    /// Tells that a keyword of a pair changed.
    pub(super) fn tell(&mut self, rule: &'static Rule, pair: &Pair<'s>, keyword: &str, message: &str, help: &str) {
        let (new, old) = self.context.by_age(pair.writer, pair.reader);
        let n = self.context.number;
        let hurt = if self.context.backward() {
            format!("data of version {n} may be refused")
        } else {
            format!("version {n} may refuse new data")
        };
        let mut finding = rule.finding(message).label(format!("not judged by the registry: {hurt}"));
        if let (Some(at), Some(pointer)) = (new.keyword_at(keyword), new.pointer()) {
            finding.at = Some(at);
            finding = finding.pointer(pointer);
        }
        if let Some(at) = old.keyword_at(keyword) {
            finding = finding.related(at, format!("version {n}: {}", words(old.schema, old.id)));
        }
        self.told.push(finding.help(help));
    }

    /// The same of a part of a pair that has the message's numbers.
    pub(super) fn amend(&mut self, witness: String) {
        if let Some(last) = self.told.last_mut() {
            last.witness = Some(witness);
        }
    }

    /// The new and the old value of a keyword as written, or `absent`.
    pub(super) fn written(&self, pair: &Pair<'s>, keyword: &str) -> (String, String) {
        let written = |spot: Spot<'s>| {
            let value = spot.json().and_then(|json| json.get(keyword));
            value.map_or_else(|| "absent".to_owned(), |value| shortened(&crate::text::json::compact(value)))
        };
        self.context.by_age(written(pair.writer), written(pair.reader))
    }

    /// The keyword of a pair as a message names it.
    pub(super) fn named(&self, pair: &Pair<'s>, keyword: &str) -> String {
        let path = if pair.path.is_empty() { keyword.to_owned() } else { format!("{}/{keyword}", pair.path) };
        let field = field(&path);
        if field.is_empty() { "the schema".to_owned() } else { format!("`{field}`") }
    }
}

/// A node behind its references.
pub(super) fn target(spot: Spot<'_>) -> Option<Spot<'_>> {
    let mut spot = spot;
    for _ in 0..64 {
        match &spot.node()?.kind {
            Kind::Reference(reference) => spot.id = reference.target?,
            _ => return Some(spot),
        }
    }
    None
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
