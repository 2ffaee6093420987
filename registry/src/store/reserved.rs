//! Fields that a schema's metadata reserves for later (`validateFields`).

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Text;
use super::contract::property;
use crate::api::SchemaType;

const RESERVED: &str = "confluent:reserved";

/// What a new schema does to reserved fields: drops one, or has one.
pub(super) fn problems(new: &Text, before: Option<&Text>) -> Vec<String> {
    let reserved = names(new);
    let dropped = before.map(names).unwrap_or_default();
    let dropped = dropped.difference(&reserved).map(|field| {
        format!(
            "The new schema has reserved field {field} removed from its metadata which is present in the old schema's metadata."
        )
    });
    let fields = top_level_fields(new);
    let conflicts = reserved
        .intersection(&fields)
        .map(|field| format!("The new schema has field that conflicts with the reserved field {field}."));
    dropped.chain(conflicts).collect()
}

fn names(text: &Text) -> BTreeSet<String> {
    let list = property(text.metadata.as_ref(), RESERVED).unwrap_or_default();
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn top_level_fields(text: &Text) -> BTreeSet<String> {
    let schema: Value = serde_json::from_str(&text.schema).unwrap_or_default();
    match text.schema_type {
        SchemaType::Avro => {
            let fields = schema.get("fields").and_then(Value::as_array).into_iter().flatten();
            fields.filter_map(|field| field.get("name")?.as_str()).map(str::to_owned).collect()
        }
        SchemaType::Json => schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|all| all.keys().cloned())
            .collect(),
        SchemaType::Protobuf | SchemaType::Other(_) => BTreeSet::new(),
    }
}
