//! The pairs of nodes that were met, and what is told of them.

use std::collections::{HashSet, VecDeque};

use crate::compat::json::diff;
use crate::compat::json::findings::{Context, Spot, field, words};
use crate::compat::json::loaded::{Kind, NodeId};
use crate::report::Finding;
use crate::rules::Rule;
use crate::text::shortened;

/// How much may be spent on comparing schemas below keywords.
const MOST_WORK: usize = 20_000;
/// How many such comparisons there are.
const MOST_COMPARED: usize = 100;

/// A node whose data is read, and the one that reads it.
pub(super) struct Pair<'s> {
    pub(super) writer: Spot<'s>,
    pub(super) reader: Spot<'s>,
    /// As the comparison of the registry writes paths, without `#/`.
    pub(super) path: String,
}

pub(super) struct Walk<'c, 's> {
    pub(super) context: &'c Context<'s>,
    pub(super) seen: HashSet<(NodeId, NodeId)>,
    pub(super) waiting: VecDeque<Pair<'s>>,
    pub(super) told: Vec<Finding>,
    pub(super) compared: usize,
}

impl<'s> Walk<'_, 's> {
    /// Puts a pair on the list, behind its references.
    pub(super) fn meet(&mut self, writer: Spot<'s>, reader: Spot<'s>, path: String) {
        let (Some(writer), Some(reader)) = (target(writer), target(reader)) else { return };
        if self.seen.insert((writer.id, reader.id)) {
            self.waiting.push_back(Pair { writer, reader, path });
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
