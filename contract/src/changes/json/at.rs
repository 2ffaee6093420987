use crate::changes::change::Spot;
use crate::changes::spots::escape;
use crate::text::json::{Json, Member};
use crate::text::{Source, Span};

/// A value of a document, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct At<'d> {
    pub(super) source: &'d Source,
    pub(super) json: &'d Json,
    pub(super) pointer: String,
}

impl<'d> At<'d> {
    /// A member of the object.
    pub(super) fn child(&self, member: &'d Member) -> At<'d> {
        At { source: self.source, json: &member.value, pointer: format!("{}/{}", self.pointer, escape(&member.name)) }
    }

    /// The member of a name.
    pub(super) fn get(&self, name: &str) -> Option<At<'d>> {
        self.json.member(name).map(|member| self.child(member))
    }

    /// An item of the array.
    pub(super) fn item(&self, index: usize, json: &'d Json) -> At<'d> {
        At { source: self.source, json, pointer: format!("{}/{index}", self.pointer) }
    }

    /// The items of the array; none for anything else.
    pub(super) fn items(&self) -> Vec<At<'d>> {
        self.json
            .as_array()
            .unwrap_or_default()
            .iter()
            .enumerate()
            .map(|(index, item)| self.item(index, item))
            .collect()
    }

    /// The members of the object; none for anything else.
    pub(super) fn members(&self) -> &'d [Member] {
        self.json.as_object().unwrap_or_default()
    }

    pub(super) fn spot(&self) -> Spot {
        Spot { at: self.source.at(self.json.span), pointer: self.pointer.clone() }
    }

    /// What tells one place from all others of a side.
    pub(super) fn key(&self) -> (&'d str, Span) {
        (self.source.path(), self.json.span)
    }
}
