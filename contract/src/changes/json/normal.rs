use std::collections::BTreeSet;

use super::keyword::{Keyword, keyword};
use crate::changes::number::plain;
use crate::text::json::{Json, Value, compact};

/// A subschema in one spelling: two that mean the same by their own words have the same. Members are sorted, numbers are what they are,
/// and what stands in any order (`required`, `type`, `enum`, `oneOf`, `anyOf`, `allOf`) is a sorted set.
pub(super) fn schema(json: &Json) -> String {
    match json.as_object() {
        None => data(json),
        Some(members) => {
            let mut parts: Vec<String> = members
                .iter()
                .map(|member| format!("{:?}:{}", member.name, value(&member.name, &member.value)))
                .collect();
            parts.sort_unstable();
            format!("{{{}}}", parts.join(","))
        }
    }
}

/// The value of a keyword in one spelling.
pub(super) fn value(name: &str, json: &Json) -> String {
    match (keyword(name), &json.value) {
        (Keyword::Map, Value::Object(members)) => {
            let mut parts: Vec<String> =
                members.iter().map(|member| format!("{:?}:{}", member.name, schema(&member.value))).collect();
            parts.sort_unstable();
            format!("{{{}}}", parts.join(","))
        }
        (Keyword::Single | Keyword::List, Value::Array(items)) => {
            format!("[{}]", items.iter().map(schema).collect::<Vec<_>>().join(","))
        }
        (Keyword::Single, _) => schema(json),
        (Keyword::Composition, Value::Array(items)) => {
            let mut parts: Vec<String> = items.iter().map(schema).collect();
            parts.sort_unstable();
            format!("[{}]", parts.join(","))
        }
        (Keyword::Set, Value::Array(items)) => {
            format!("[{}]", items.iter().map(data).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(","))
        }
        // `"type": "string"` is a set of one.
        (Keyword::Set, Value::String(_)) => format!("[{}]", data(json)),
        _ => data(json),
    }
}

/// A value in one spelling.
pub(super) fn data(json: &Json) -> String {
    match &json.value {
        Value::Number(text) => plain(text),
        Value::Array(items) => format!("[{}]", items.iter().map(data).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let mut parts: Vec<String> =
                members.iter().map(|member| format!("{:?}:{}", member.name, data(&member.value))).collect();
            parts.sort_unstable();
            format!("{{{}}}", parts.join(","))
        }
        _ => compact(json),
    }
}
