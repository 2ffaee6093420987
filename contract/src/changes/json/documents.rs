use std::collections::{HashMap, HashSet};

use super::at::At;
use crate::changes::spots::pointer;
use crate::json_schema::{Node, NodeId, Schema};
use crate::text::json::{Comments, Json, read};
use crate::text::{Location, Source, Span};

/// The documents of one side: the schema's own, and those that its `$ref`s lead to.
pub(super) struct Documents {
    root: Location,
    files: HashMap<String, (Source, Json)>,
    /// The target of the `$ref` that stands in the subschema of a file and span.
    targets: HashMap<(String, Span), Location>,
}

impl Documents {
    /// Reads the documents of a schema; `None` for one without a root, which resolving does not make.
    pub(super) fn of(schema: &Schema) -> Option<Self> {
        let root = schema.node(schema.root())?.at.clone();
        let mut documents = Self { root, files: HashMap::new(), targets: HashMap::new() };
        let mut seen: HashSet<NodeId> = HashSet::from([schema.root()]);
        let mut open = vec![schema.root()];
        while let Some(node) = open.pop().and_then(|id| schema.node(id)) {
            documents.keep(node, schema);
            open.extend(children(node).filter(|id| seen.insert(*id)));
        }
        Some(documents)
    }

    fn keep(&mut self, node: &Node, schema: &Schema) {
        let source = &node.at.source;
        if !self.files.contains_key(source.path())
            && let Some(json) = read(source.text(), Comments::Refused).0
        {
            self.files.insert(source.path().to_owned(), (source.clone(), json));
        }
        // Where other assertions stand beside it, the target has joined `allOf`; it is the one that stands elsewhere.
        let inside = |at: &Location| {
            at.source.path() == source.path() && node.at.span.start <= at.span.start && at.span.end <= node.at.span.end
        };
        let joined = || node.all_of.iter().rev().filter_map(|id| schema.node(*id)).find(|other| !inside(&other.at));
        // A `$ref` to something around itself stands inside `allOf` too and is not found: then it is told and not followed.
        if let Some(target) = node.reference.and_then(|id| schema.node(id)).or_else(joined) {
            self.targets.insert((source.path().to_owned(), node.at.span), target.at.clone());
        }
    }

    /// The schema's own document.
    pub(super) fn root(&self) -> Option<At<'_>> {
        self.at(&self.root)
    }

    /// The subschema behind the `$ref` of another one.
    pub(super) fn target(&self, at: &At<'_>) -> Option<At<'_>> {
        self.at(self.targets.get(&(at.source.path().to_owned(), at.json.span))?)
    }

    fn at(&self, place: &Location) -> Option<At<'_>> {
        let (source, json) = self.files.get(place.source.path())?;
        let (pointer, json) = pointer(json, place.span);
        Some(At { source, json, pointer })
    }
}

fn children(node: &Node) -> impl Iterator<Item = NodeId> {
    let lists = [&node.one_of, &node.any_of, &node.all_of];
    let singles = [node.reference, node.additional, node.items];
    node.properties
        .iter()
        .map(|property| property.node)
        .chain(singles.into_iter().flatten())
        .chain(lists.into_iter().flatten().copied())
}
