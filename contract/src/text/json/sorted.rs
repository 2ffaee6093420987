use super::value::{Json, Value};

/// The same with the members of every object in the order of their names. As deep as the reader lets a text be.
///
/// ```
/// use topika_contract::text::json::{Comments, compact, read, sorted};
///
/// let (json, _) = read(r#"{"b": [{"d": 1, "c": 2}], "a": 3}"#, Comments::Refused);
/// assert_eq!(json.map(|json| compact(&sorted(&json))).as_deref(), Some(r#"{"a":3,"b":[{"c":2,"d":1}]}"#));
/// ```
#[must_use]
pub fn sorted(json: &Json) -> Json {
    let value = match &json.value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Object(members) => {
            let mut members = members.clone();
            members.sort_by(|a, b| a.name.cmp(&b.name));
            members.iter_mut().for_each(|member| member.value = sorted(&member.value));
            Value::Object(members)
        }
        other => other.clone(),
    };
    Json { value, span: json.span }
}
