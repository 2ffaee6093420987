use std::collections::{HashMap, HashSet};

use super::difference::{Difference, Kind};
use super::{bounds, compose, object, values};
use crate::json_schema::{Node, NodeId, Schema};
use crate::text::Location;
use crate::text::json::{Comments, compact, read};

/// How deep two schemas are followed into each other; beyond it a place counts as not judged.
const DEEPEST: usize = 100;
/// How many pairs of places one comparison looks at; beyond it the rest counts as not judged.
const MOST: usize = 200_000;

/// How many differences of a pair are told again where the pair stands again.
const TOLD_AGAIN: usize = 10;

/// Keywords that validators know and this comparison does not. Another name is none of theirs, and refuses nothing.
const NOT_COMPARED: [&str; 22] = [
    "additionalItems",
    "contains",
    "contentSchema",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "items",
    "maxContains",
    "minContains",
    "not",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "$dynamicRef",
    "$recursiveAnchor",
    "$recursiveRef",
    "$dynamicAnchor",
];

/// What `reader` refuses of what `writer` allows.
pub(super) fn differences(reader: &Schema, writer: &Schema) -> Vec<Difference> {
    let mut pair =
        Pair { reader, writer, open: HashSet::new(), known: HashMap::new(), unsure: 0, field: Vec::new(), looked: 0 };
    pair.nodes(reader.root(), writer.root())
}

/// Two schemas that are walked together.
pub(super) struct Pair<'s> {
    pub(super) reader: &'s Schema,
    pub(super) writer: &'s Schema,
    /// The pairs that are being compared: recursion is taken for compatible.
    open: HashSet<(NodeId, NodeId)>,
    /// What came of the pairs that were compared to the end: nothing, or the first differences. Subschemas that hold the next one
    /// twice would otherwise be compared twice as often at each level.
    known: HashMap<(NodeId, NodeId), Vec<Difference>>,
    /// How often the comparison took something for granted, or gave up: what came of it is not known for other places.
    unsure: usize,
    pub(super) field: Vec<String>,
    looked: usize,
}

impl<'s> Pair<'s> {
    /// Compares two subschemas behind their `$ref`s.
    pub(super) fn nodes(&mut self, reader: NodeId, writer: NodeId) -> Vec<Difference> {
        let (Some((r_id, r)), Some((w_id, w))) = (self.reader.target(reader), self.writer.target(writer)) else {
            return Vec::new();
        };
        if let Some(known) = self.known.get(&(r_id, w_id)) {
            // Told once more as it was, it is the same finding.
            return known.clone();
        }
        if !self.open.insert((r_id, w_id)) {
            self.unsure += 1;
            return Vec::new();
        }
        let unsure = self.unsure;
        self.looked += 1;
        let found = if self.open.len() > DEEPEST || self.looked > MOST {
            self.unsure += 1;
            vec![self.told(Kind::NotJudged, "", ("what lies deeper", "what lies deeper"), (r, w))]
        } else {
            self.compare((r_id, r), (w_id, w))
        };
        self.open.remove(&(r_id, w_id));
        if self.unsure == unsure {
            self.known.insert((r_id, w_id), found.iter().take(TOLD_AGAIN).cloned().collect());
        }
        found
    }

    /// Compares below a property.
    pub(super) fn property(&mut self, name: &str, reader: NodeId, writer: NodeId) -> Vec<Difference> {
        self.field.push(name.to_owned());
        let found = self.nodes(reader, writer);
        self.field.pop();
        found
    }

    fn compare(&mut self, (r_id, r): (NodeId, &'s Node), (w_id, w): (NodeId, &'s Node)) -> Vec<Difference> {
        if r.boolean == Some(true) || w.boolean == Some(false) {
            return Vec::new();
        }
        if r.boolean == Some(false) {
            return vec![self.told(Kind::Type, "", ("refused", &values::said(self.writer, w)), (r, w))];
        }
        compose::compare(self, (r_id, r), (w_id, w))
    }

    /// Compares the keywords of the nodes themselves, without alternatives and parts.
    pub(super) fn plain(&mut self, r: &'s Node, w: &'s Node) -> Vec<Difference> {
        let mut found = values::compare(self, r, w);
        if !found.is_empty() {
            // With another type, every bound would differ too; one cause is told once.
            return found;
        }
        found.extend(bounds::compare(self, r, w));
        found.extend(object::compare(self, r, w));
        found.extend(self.not_judged(r, w));
        found
    }

    fn not_judged(&self, r: &Node, w: &Node) -> Vec<Difference> {
        let text = |at: &Location| at.source.text().get(at.span.start..at.span.end).map(compare_text);
        let same = |name: &str, at| w.unsupported.iter().any(|(other, place)| other == name && text(place) == text(at));
        let judged = |name: &str| !NOT_COMPARED.contains(&name);
        let changed = r.unsupported.iter().filter(|(name, at)| !judged(name) && !same(name, at));
        changed.map(|(name, _)| self.told(Kind::NotJudged, name, ("changed", "different"), (r, w))).collect()
    }

    pub(super) fn told(
        &self,
        kind: Kind,
        thing: &str,
        (reader, writer): (&str, &str),
        (r, w): (&Node, &Node),
    ) -> Difference {
        Difference {
            kind,
            pointer: r.pointer.clone(),
            field: self.field.join("."),
            thing: thing.to_owned(),
            reader: reader.to_owned(),
            writer: writer.to_owned(),
            reader_at: r.at.clone(),
            writer_at: w.at.clone(),
        }
    }
}

/// A member of an object without white space; its names keep their order.
fn compare_text(member: &str) -> String {
    let object = format!("{{{member}}}");
    read(&object, Comments::Refused).0.map_or(object, |json| compact(&json))
}
