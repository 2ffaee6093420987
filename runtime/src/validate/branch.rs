use serde::de::DeserializeOwned;
use serde_json::Value;

use super::traits::Validate;

/// Whether the JSON decodes as a `T` and is a valid one: whether that branch of a union takes it.
#[must_use]
pub fn accepts<T: DeserializeOwned + Validate>(json: &Value) -> bool {
    T::deserialize(json).is_ok_and(|value| value.validate().is_ok())
}
