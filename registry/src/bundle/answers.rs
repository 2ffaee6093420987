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
    /// order of an object's members do not matter.
    #[must_use]
    pub fn lookup(&self, subject: &str, schema: &NewSchema) -> Option<&Arc<SubjectVersion>> {
        let of_subject = self.versions.get(subject)?;
        // Nearly always one has the very text, and no JSON is read.
        let exact = of_subject.values().rev().find(|version| fits(version, schema) && version.schema == schema.schema);
        exact.or_else(|| {
            let text: Value = serde_json::from_str(&schema.schema).ok()?;
            let is_equal = |kept: &str| serde_json::from_str::<Value>(kept).is_ok_and(|kept| kept == text);
            of_subject.values().rev().find(|version| fits(version, schema) && is_equal(&version.schema))
        })
    }

    /// The versions that have an id.
    #[must_use]
    pub fn versions_of_id(&self, id: u32) -> Vec<SubjectAndVersion> {
        let with_id = self.iter().filter(|version| version.id == id);
        with_id.map(|v| SubjectAndVersion { subject: v.subject.clone(), version: v.version }).collect()
    }
}

/// All but the text. A request may ask for an id and a version (in mode IMPORT); then it has to be these.
fn fits(kept: &SubjectVersion, asked: &NewSchema) -> bool {
    let is = |asked: Option<i32>, kept: u32| asked.is_none_or(|asked| i64::from(asked) == i64::from(kept));
    kept.schema_type == asked.schema_type
        && kept.references == asked.references
        && kept.metadata == asked.metadata
        && kept.rule_set == asked.rule_set
        && is(asked.id, kept.id)
        && is(asked.version, kept.version)
}
