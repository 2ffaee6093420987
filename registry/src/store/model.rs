use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value;
use topika_contract::compat::Level;

use super::guid::guid;
use crate::api::{Guid, Mode, Reference, Schema, SchemaType, SubjectVersion};

/// A registry's whole state.
///
/// ```
/// use topika_registry::api::NewSchema;
/// use topika_registry::store::{Store, VersionSpec};
///
/// let mut store = Store::new();
/// let first = store.register("orders-value", &NewSchema::avro(r#""string""#), false)?;
/// let other = store.register("other-value", &NewSchema::avro(r#""string""#), false)?;
/// assert_eq!(first.id, other.id); // the same text shares its id over subjects
/// assert_eq!(store.version("orders-value", VersionSpec::Latest, false)?.version, 1);
/// # Ok::<(), topika_registry::store::StoreError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) schemas: BTreeMap<u32, Arc<Kept>>,
    pub(super) ids: HashMap<Identity, u32>,
    pub(super) subjects: BTreeMap<String, Subject>,
    pub(super) level: Level,
    pub(super) normalize: bool,
    pub(super) mode: Mode,
    pub(super) last_id: u32,
}

/// What makes two schemas the same one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    pub(super) schema_type: SchemaType,
    pub(super) text: String,
    pub(super) references: Vec<Reference>,
    pub(super) metadata: Option<Value>,
    pub(super) rule_set: Option<Value>,
}

/// A schema that has an id.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: u32,
    pub(super) guid: Guid,
    pub(super) identity: Identity,
}

/// A line of versions, and what is set for it. It may have settings before it has a version.
#[derive(Clone, Debug, Default)]
pub(super) struct Subject {
    pub(super) versions: BTreeMap<u32, Version>,
    pub(super) level: Option<Level>,
    pub(super) normalize: Option<bool>,
    pub(super) mode: Option<Mode>,
}

/// A version of a subject.
#[derive(Clone, Copy, Debug)]
pub(super) struct Version {
    pub(super) id: u32,
    pub(super) deleted: bool,
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

impl Store {
    /// An empty registry: level `BACKWARD`, mode `READWRITE`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            schemas: BTreeMap::new(),
            ids: HashMap::new(),
            subjects: BTreeMap::new(),
            level: Level::Backward,
            normalize: false,
            mode: Mode::Readwrite,
            last_id: 0,
        }
    }

    pub(super) fn kept(&self, id: u32) -> Option<&Arc<Kept>> {
        self.schemas.get(&id)
    }

    /// All versions of all subjects.
    pub(super) fn every_version(&self) -> impl Iterator<Item = (&str, u32, Version)> {
        self.subjects.iter().flat_map(|(name, subject)| {
            subject.versions.iter().map(|(number, version)| (name.as_str(), *number, *version))
        })
    }
}

impl Subject {
    /// The versions that count: those that are not deleted, and with `deleted` all.
    pub(super) fn visible(&self, deleted: bool) -> impl DoubleEndedIterator<Item = (u32, Version)> {
        self.versions.iter().filter(move |(_, v)| deleted || !v.deleted).map(|(number, v)| (*number, *v))
    }
}

impl Kept {
    pub(super) fn new(id: u32, identity: Identity) -> Self {
        let Identity { text, references, metadata, rule_set, .. } = &identity;
        let guid = guid(text, references, metadata.as_ref(), rule_set.as_ref());
        Self { id, guid, identity }
    }

    pub(super) fn answer(&self) -> Schema {
        Schema {
            schema: self.identity.text.clone(),
            schema_type: self.identity.schema_type,
            references: self.identity.references.clone(),
            guid: Some(self.guid.to_string()),
            max_id: None,
            metadata: self.identity.metadata.clone(),
            rule_set: self.identity.rule_set.clone(),
        }
    }

    pub(super) fn as_version(&self, subject: &str, version: u32, deleted: bool) -> SubjectVersion {
        SubjectVersion {
            subject: subject.to_owned(),
            id: self.id,
            version,
            guid: Some(self.guid.to_string()),
            schema_type: self.identity.schema_type,
            references: self.identity.references.clone(),
            schema: self.identity.text.clone(),
            deleted,
            metadata: self.identity.metadata.clone(),
            rule_set: self.identity.rule_set.clone(),
        }
    }
}
