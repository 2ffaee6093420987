//! What a registry gave to a version, as the ids file keeps it.

use topika_contract::lock::RegisteredId;
use topika_registry::api::{Guid, SubjectVersion};

/// Id, number and GUID of a version.
pub(crate) fn registered(version: &SubjectVersion) -> RegisteredId {
    RegisteredId { id: version.id, version: version.version, guid: guid(version.guid.as_deref()) }
}

/// A GUID as a number.
pub(crate) fn guid(text: Option<&str>) -> Option<u128> {
    Guid::parse(text?).map(|guid| u128::from_be_bytes(guid.0))
}
