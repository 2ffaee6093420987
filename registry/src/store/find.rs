//! Which version equals a schema.

use serde_json::{Value, json};

use super::change::Text;
use super::contract::{property, with_property};
use super::error::StoreError;
use super::judge;
use super::model::{Store, Version};
use super::names::Name;
use super::read::{Purpose, Reading, is_empty};

/// The property that numbers the versions of schemas which differ in nothing else.
pub(super) const NUMBER: &str = "confluent:version";

/// How a version is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    pub(super) normalize: bool,
    pub(super) deleted: bool,
    pub(super) latest_only: bool,
}

impl Store {
    /// The version of a subject that equals a draft.
    pub(super) fn find(
        &self,
        subject: &str,
        draft: &Text,
        search: Search,
    ) -> Result<Option<(u32, &Version)>, StoreError> {
        let Search { normalize, deleted, latest_only } = search;
        if is_empty(draft) {
            return Ok(None);
        }
        let wanted = self.read(subject, draft, normalize, Purpose::Find)?;
        if latest_only {
            let latest = self.visible(subject, false).next_back();
            return Ok(latest.filter(|(number, version)| self.equals(&wanted, normalize, subject, *number, version)));
        }
        if let Some(known) = self.known(subject, &wanted.text).filter(|(_, version)| deleted || !version.deleted) {
            return Ok(Some(known));
        }
        let mut visible = self.visible(subject, deleted).rev();
        Ok(visible.find(|(number, version)| self.equals(&wanted, normalize, subject, *number, version)))
    }

    /// The id of a text in the context of a subject.
    pub(super) fn id_of(&self, subject: &str, text: &Text) -> Option<u32> {
        self.context(&Name::of(subject))?.ids.get(&(text.schema_type.clone(), text.guid())).copied()
    }

    /// The version of a subject that has exactly this text: a visible one where there is one.
    pub(super) fn known(&self, subject: &str, text: &Text) -> Option<(u32, &Version)> {
        let id = self.id_of(subject, text)?;
        let with_id = |deleted| self.visible(subject, deleted).rfind(|(_, version)| version.kept.id == id);
        with_id(false).or_else(|| with_id(true))
    }

    /// Whether a schema is a version: the same text, or the same meaning, with the same metadata and rules.
    pub(super) fn equals(
        &self,
        wanted: &Reading,
        normalize: bool,
        subject: &str,
        number: u32,
        version: &Version,
    ) -> bool {
        let (new, old) = (&wanted.text, &version.kept.text);
        new.schema_type == old.schema_type
            && new.rule_set == old.rule_set
            && same_metadata(new, old, number)
            && self.same_text(wanted, normalize, subject, old)
    }

    fn same_text(&self, wanted: &Reading, normalize: bool, subject: &str, old: &Text) -> bool {
        let new = &wanted.text;
        if new.schema == old.schema && new.references == old.references {
            return true;
        }
        // A schema may be sent with everything that it refers to written out.
        let written_out = new.references.is_empty() && !old.references.is_empty();
        if !normalize && !written_out {
            return false;
        }
        let Ok(parsed) = self.read_again(subject, old) else { return false };
        let normal = normalize && {
            let mut references = old.references.clone();
            references.sort();
            references.dedup();
            references == new.references && judge::normalized(&old.schema_type, &old.schema, &parsed) == new.schema
        };
        let inlined = |parsed| judge::inlined(parsed);
        normal || (written_out && inlined(&parsed).is_some_and(|old| inlined(&wanted.parsed) == Some(old)))
    }
}

/// A version number in the metadata counts only where both name one.
fn same_metadata(new: &Text, old: &Text, number: u32) -> bool {
    let numbered = |text: &Text| property(text.metadata.as_ref(), NUMBER).map(str::to_owned);
    let bare = |text: &Text| with_property(text.metadata.as_ref(), NUMBER, None);
    let or_empty = |metadata: &Option<Value>| metadata.clone().unwrap_or_else(|| json!({}));
    match (numbered(new), numbered(old)) {
        (None, Some(_)) => or_empty(&new.metadata) == bare(old),
        (Some(said), None) => said == number.to_string() && bare(new) == or_empty(&old.metadata),
        _ => new.metadata == old.metadata,
    }
}
