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
