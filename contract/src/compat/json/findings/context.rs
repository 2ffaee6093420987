//! A new schema, an old one, and who reads whom.

use crate::compat::json::diff::{At, Side};
use crate::compat::json::loaded::{Kind, Loaded, Node, NodeId};
use crate::compat::{Direction, Policy};
use crate::text::Location;
use crate::text::json::Json;

/// One direction between a new schema and an old version.
pub(in crate::compat::json) struct Context<'s> {
    pub(in crate::compat::json) new: &'s Loaded,
    pub(in crate::compat::json) old: &'s Loaded,
    pub(in crate::compat::json) number: u32,
    pub(in crate::compat::json) direction: Direction,
    pub(in crate::compat::json) policy: Policy,
}

/// A node with its schema.
#[derive(Clone, Copy)]
pub(in crate::compat::json) struct Spot<'s> {
    pub(in crate::compat::json) schema: &'s Loaded,
    pub(in crate::compat::json) id: NodeId,
}

impl<'s> Spot<'s> {
    pub(in crate::compat::json) fn node(self) -> Option<&'s Node> {
        self.schema.node(self.id)
    }

    pub(in crate::compat::json) fn json(self) -> Option<&'s Json> {
        self.schema.json(self.node()?.place)
    }

    /// The place of a keyword, or of the node where it does not say it.
    pub(in crate::compat::json) fn keyword_at(self, keyword: &str) -> Option<Location> {
        self.schema.keyword_at(self.node()?.place, keyword)
    }

    pub(in crate::compat::json) fn pointer(self) -> Option<String> {
        Some(self.schema.pointer(self.node()?.place))
    }

    /// The place of a name in `required`.
    pub(super) fn required(self, name: &str) -> Option<Location> {
        let names = self.json()?.get("required")?.as_array()?;
        let item = names.iter().find(|item| item.as_str() == Some(name))?;
        Some(self.schema.at(self.node()?.place)?.source.at(item.span))
    }

    /// A property of an object.
    pub(in crate::compat::json) fn property(self, name: &str) -> Option<Self> {
        match &self.node()?.kind {
            Kind::Object(object) => object.properties.get(name).map(|id| Self { id: *id, ..self }),
            _ => None,
        }
    }
}

impl<'s> Context<'s> {
    pub(in crate::compat::json) fn backward(&self) -> bool {
        self.direction == Direction::Backward
    }

    /// The schema whose data must stay valid, and the one that must take it.
    pub(in crate::compat::json) fn sides(&self) -> (&'s Loaded, &'s Loaded) {
        self.by_age_to_roles(self.new, self.old)
    }

    /// Of the things of the new and the old schema: the original's and the update's.
    fn by_age_to_roles<T>(&self, new: T, old: T) -> (T, T) {
        if self.backward() { (old, new) } else { (new, old) }
    }

    /// Of the things of the original and the update: the new schema's and the old one's.
    pub(in crate::compat::json) fn by_age<T>(&self, original: T, update: T) -> (T, T) {
        if self.backward() { (update, original) } else { (original, update) }
    }

    pub(super) fn spot(&self, at: At) -> Spot<'s> {
        let (original, update) = self.sides();
        let schema = if at.side == Side::Original { original } else { update };
        Spot { schema, id: at.node }
    }

    /// What is marked in the new schema.
    pub(in crate::compat::json) fn label(&self) -> String {
        if self.backward() {
            format!("version {} cannot be read by this schema", self.number)
        } else {
            format!("version {} cannot read what this schema writes", self.number)
        }
    }
}
