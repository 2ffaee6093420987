use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{Names, PropertyRefs};

/// The body of `Serialize` for an object.
///
/// # Errors
/// Those of the properties.
pub fn write<S: Serializer>(
    properties: impl PropertyRefs,
    names: &'static Names,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(properties.there()))?;
    properties.write(0, names, &mut map)?;
    map.end()
}

/// The same for an object that keeps the properties which its type does not name.
///
/// # Errors
/// Those of the properties.
pub fn write_keeping<S: Serializer, V: Serialize>(
    properties: impl PropertyRefs,
    kept: &BTreeMap<String, V>,
    names: &'static Names,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(properties.there().saturating_add(kept.len())))?;
    properties.write(0, names, &mut map)?;
    for (name, value) in kept {
        map.serialize_entry(name, value)?;
    }
    map.end()
}
