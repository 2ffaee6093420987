//! What a bundle knows, asked as one asks a registry.

use std::sync::Arc;

use serde_json::Value;

use super::contents::Bundle;
use crate::api::{Guid, NewSchema, Schema, SubjectAndVersion, SubjectVersion};

impl Bundle {
    /// The schema of an id.
    #[must_use]
    pub fn schema(&self, id: u32) -> Option<&Arc<Schema>> {
        self.ids.get(&id)
    }

    /// The schema of a GUID, where the bundle holds GUIDs.
    #[must_use]
    pub fn schema_by_guid(&self, guid: Guid) -> Option<&Arc<Schema>> {
        self.guids.get(&guid)
    }

    /// A version of a subject.
    #[must_use]
    pub fn version(&self, subject: &str, version: u32) -> Option<&Arc<SubjectVersion>> {
        self.versions.get(subject)?.get(&version)
    }

    /// The latest version of a subject that the bundle holds.
    #[must_use]
    pub fn latest(&self, subject: &str) -> Option<&Arc<SubjectVersion>> {
        self.versions.get(subject)?.values().next_back()
    }

    /// The versions of a subject that the bundle holds.
    #[must_use]
    pub fn versions(&self, subject: &str) -> Option<Vec<u32>> {
        Some(self.versions.get(subject)?.keys().copied().collect())
    }

    /// The version of a subject that equals a schema: type, references, metadata and rules, and the text, in which white space and the
    /// order of an object's members do not matter. Whoever names no metadata and no rules, as producers do, is given a version that has
    /// some where there is none without.
    #[must_use]
    pub fn lookup(&self, subject: &str, schema: &NewSchema) -> Option<&Arc<SubjectVersion>> {
        let of_subject = self.versions.get(subject)?;
        let says =
            |version: &SubjectVersion| version.metadata == schema.metadata && version.rule_set == schema.rule_set;
        let names_none = schema.metadata.is_none() && schema.rule_set.is_none();
        let find = |is_text: &dyn Fn(&str) -> bool| {
            let all = || of_subject.values().rev().filter(|version| fits(version, schema) && is_text(&version.schema));
            all().find(|version| says(version)).or_else(|| all().next().filter(|_| names_none))
        };
        // Nearly always one has the very text, and no JSON is read.
        find(&|kept| kept == schema.schema).or_else(|| {
            let text: Value = serde_json::from_str(&schema.schema).ok()?;
            find(&|kept| serde_json::from_str::<Value>(kept).is_ok_and(|kept| kept == text))
        })
    }

    /// The versions that have an id.
    #[must_use]
    pub fn versions_of_id(&self, id: u32) -> Vec<SubjectAndVersion> {
        self.versions_where(|version| version.id == id)
    }

    /// The versions that have a GUID, where the bundle holds GUIDs.
    #[must_use]
    pub fn versions_of_guid(&self, guid: Guid) -> Vec<SubjectAndVersion> {
        self.versions_where(|version| version.guid.as_deref().and_then(Guid::parse) == Some(guid))
    }

    fn versions_where(&self, is_meant: impl Fn(&SubjectVersion) -> bool) -> Vec<SubjectAndVersion> {
        let meant = self.iter().filter(|version| is_meant(version));
        meant.map(|v| SubjectAndVersion { subject: v.subject.clone(), version: v.version }).collect()
    }
}

/// All but the text and the data contract. A request may ask for an id and a version (in mode IMPORT); then it has to be these.
fn fits(kept: &SubjectVersion, asked: &NewSchema) -> bool {
    let is = |asked: Option<i32>, kept: u32| asked.is_none_or(|asked| i64::from(asked) == i64::from(kept));
    kept.schema_type == asked.schema_type
        && kept.references == asked.references
        && is(asked.id, kept.id)
        && is(asked.version, kept.version)
}
