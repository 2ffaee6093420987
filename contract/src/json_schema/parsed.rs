use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::schema::{Draft, Node};
use super::uri;
use crate::text::json::Json;
use crate::text::{Location, Source};

/// One file read by itself: its keywords are checked, its `$ref`s are not followed yet. [`resolve`](super::resolve()) makes a
/// [`Schema`](super::Schema) of it.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub(super) source: Source,
    /// Where the file stands for `$ref`s.
    pub(super) path: String,
    pub(super) json: Arc<Json>,
    pub(super) draft: Draft,
    /// The subschemas; ids count from 0 within this file, the root first.
    pub(super) nodes: Vec<Node>,
    /// Node by pointer (`#/properties/id`).
    pub(super) pointers: HashMap<String, usize>,
    pub(super) references: Vec<Pending>,
    pub(super) resources: Vec<Resource>,
    pub(super) anchors: Vec<Anchor>,
    /// Whether something was left out; then no schema comes of it, unless what is left is [salvaged](super::salvage()).
    pub(super) broken: bool,
    /// The subschemas of which something was left out, where they are known.
    pub(super) refused: BTreeSet<usize>,
}

/// A `$ref` that is not followed yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) node: usize,
    pub(super) written: String,
    /// The base URI of its place.
    pub(super) base: String,
    pub(super) at: Location,
    /// Whether it is a `$dynamicRef`: an anchor of the same name further out takes the place of its own.
    pub(super) dynamic: bool,
    /// Whether the target joins `allOf`, since other assertions stand beside the `$ref`.
    pub(super) joins: bool,
}

/// A schema with a URI of its own: the file, or a subschema with `$id`.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) uri: String,
    pub(super) pointer: String,
    pub(super) at: Location,
}

/// A subschema with a name of its own.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    /// The URI of the resource, `#`, and the name.
    pub(super) uri: String,
    /// Whether it is a `$dynamicAnchor`.
    pub(super) dynamic: bool,
    pub(super) pointer: String,
    pub(super) at: Location,
}

impl Parsed {
    /// The file.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The file as JSON.
    pub(crate) fn json(&self) -> &Json {
        &self.json
    }

    /// The URIs under which other files can refer to this one: its path, and every `$id` in it.
    pub(crate) fn uris(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().map(|resource| resource.uri.as_str())
    }

    /// What the file refers to in other files, each once: the URIs that may be meant, of which the first that is known counts.
    pub(crate) fn foreign(&self) -> Vec<[String; 5]> {
        let mut seen = HashSet::new();
        let mut foreign = Vec::new();
        for pending in &self.references {
            let (before, _) = uri::cut(&pending.written);
            if !before.is_empty() && seen.insert((before, pending.base.as_str())) {
                foreign.extend(uri::meanings(before, &pending.base, &self.path));
            }
        }
        foreign
    }

    /// Notes that something at a pointer was left out: the subschema there, or the nearest around it.
    pub(super) fn refuse_at(&mut self, pointer: &str) {
        self.broken = true;
        let mut at = pointer;
        while !self.pointers.contains_key(at) {
            let Some((around, _)) = at.rsplit_once('/') else { break };
            at = around;
        }
        self.refused.insert(self.pointers.get(at).copied().unwrap_or_default());
    }

    /// Whether a part of the file could not be understood; the findings say which.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken
    }
}
