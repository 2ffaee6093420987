//! A difference, and where it was found.

use std::sync::Arc;

use super::change::Change;
use crate::compat::json::loaded::NodeId;

/// Which of the two schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::compat::json) enum Side {
    /// Its data must stay valid.
    Original,
    /// It must take the data.
    Update,
}

/// A node of one of the two. Below `not` the sides change places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::compat::json) struct At {
    pub(in crate::compat::json) side: Side,
    pub(in crate::compat::json) node: NodeId,
}

/// A difference.
#[derive(Clone, Debug)]
pub(in crate::compat::json) struct Found {
    pub(in crate::compat::json) change: Change,
    /// The path from the nodes that are compared, without `#/`.
    pub(in crate::compat::json) path: Arc<str>,
    /// The two nodes that differ.
    pub(in crate::compat::json) original: At,
    pub(in crate::compat::json) update: At,
    /// The property or the number of the item that differs, where it is not the node as a whole.
    pub(in crate::compat::json) part: Option<Arc<str>>,
}

impl Found {
    /// The path from the root, as Confluent writes it.
    pub(in crate::compat::json) fn location(&self) -> String {
        format!("#/{}", self.path)
    }
}

/// The differences of a pair while it is compared.
pub(super) struct Gathered {
    original: At,
    update: At,
    path: Vec<String>,
    found: Vec<Found>,
}

impl Gathered {
    pub(super) fn new(original: At, update: At) -> Self {
        Self { original, update, path: Vec::new(), found: Vec::new() }
    }

    /// Goes a step down, until [`leave`](Self::leave).
    pub(super) fn enter(&mut self, step: impl Into<String>) {
        self.path.push(step.into());
    }

    pub(super) fn leave(&mut self) {
        self.path.pop();
    }

    /// A difference at the present path.
    pub(super) fn tell(&mut self, change: Change) {
        self.tell_part(change, None);
    }

    /// A difference in a property or item, at the present path.
    pub(super) fn tell_part(&mut self, change: Change, part: Option<&str>) {
        let path = self.path.join("/").into();
        let part = part.map(Arc::from);
        self.found.push(Found { change, path, original: self.original, update: self.update, part });
    }

    /// A difference in a keyword.
    pub(super) fn tell_keyword(&mut self, keyword: &str, change: Change) {
        self.enter(keyword);
        self.tell(change);
        self.leave();
    }

    /// The differences of a pair below, which count their paths from there.
    pub(super) fn add(&mut self, below: &[Found]) {
        let prefix = self.path.join("/");
        self.found.extend(below.iter().map(|found| {
            let path = match (prefix.is_empty(), found.path.is_empty()) {
                (true, _) => Arc::clone(&found.path),
                (false, true) => prefix.as_str().into(),
                (false, false) => format!("{prefix}/{}", found.path).into(),
            };
            Found { path, ..found.clone() }
        }));
    }

    pub(super) fn finish(self) -> Vec<Found> {
        self.found
    }
}
