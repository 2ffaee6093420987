//! What a registry gave to a version, as the ids file keeps it.

use std::sync::Arc;

use topika_contract::data_contract::DataContract;
use topika_contract::lock::RegisteredId;
use topika_registry::api::{Guid, SubjectVersion};

/// Id, number and GUID of a version.
pub(crate) fn registered(version: &SubjectVersion) -> RegisteredId {
    RegisteredId { id: version.id, version: version.version, guid: guid(version.guid.as_deref()) }
}

/// The data contract of a version, as the file of this path.
pub(crate) fn data_contract(path: &str, version: &SubjectVersion) -> Option<DataContract> {
    let text = |part: &Option<serde_json::Value>| part.as_ref().map(ToString::to_string);
    let (metadata, rule_set) = (text(&version.metadata), text(&version.rule_set));
    DataContract::of(path, metadata.as_deref(), rule_set.as_deref())
}

/// A version without metadata and rules that are empty: a push names those that a version has no more as empty ones, since a registry gives a
/// version that names none those of the one before it.
pub(crate) fn without_empty(version: &SubjectVersion) -> SubjectVersion {
    let said = |part: &Option<serde_json::Value>| {
        let is_empty = |part: &serde_json::Value| part.as_object().is_some_and(serde_json::Map::is_empty);
        part.clone().filter(|part| !is_empty(part))
    };
    SubjectVersion { metadata: said(&version.metadata), rule_set: said(&version.rule_set), ..version.clone() }
}

/// A GUID as a number.
pub(crate) fn guid(text: Option<&str>) -> Option<u128> {
    Guid::parse(text?).map(|guid| u128::from_be_bytes(guid.0))
}

/// What a registry gave to a version, with the schema that it says of it.
#[derive(Clone, Debug)]
pub(crate) struct SeenId {
    /// The subject in the lock.
    pub(crate) subject: String,
    /// The number in the lock.
    pub(crate) number: u32,
    pub(crate) to: RegisteredId,
    pub(crate) schema: Arc<SubjectVersion>,
}

impl SeenId {
    pub(crate) fn of(subject: &str, number: u32, schema: &Arc<SubjectVersion>) -> Self {
        Self { subject: subject.to_owned(), number, to: registered(schema), schema: Arc::clone(schema) }
    }
}
