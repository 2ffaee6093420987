use serde::Serialize;
use serde_json::Value;

/// The text of an enum's value, as serde writes it; of a value that is no string, its JSON.
#[must_use]
pub fn symbol<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        Ok(other) => other.to_string(),
        // A value that serde cannot write cannot be sent either: encoding it is the error.
        Err(_) => String::new(),
    }
}
