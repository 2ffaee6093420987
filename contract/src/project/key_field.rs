//! What an event has for a field of its topic's key.

use crate::avro::{Definition, Field, Kind, Logical, Schema as Avro, Type};
use crate::json_schema::{JsonType, Node, NodeId, Schema as Json};
use crate::schema::{EventSchema, KeyType, describe, logical_of};
use crate::text::Location;

/// What an event has for a field of the key.
pub(super) enum KeyField {
    /// Its type: what the key's bytes are, how the schema says it, and where it stands.
    Type { ty: KeyType, said: String, at: Location },
    /// It cannot be a key, for this reason.
    Unfit(String, Location),
    /// There is no such field; these are the ones there are, by their whole paths.
    Missing(Vec<String>),
}

/// The field of a path: `customer_id`, or `customer.id` within the record `customer`.
pub(super) fn key_field(schema: &EventSchema, path: &str) -> KeyField {
    match schema {
        EventSchema::Avro(schema) => avro(schema, record(schema, schema.root()), "", path),
        EventSchema::Json(schema) => json(schema, schema.root(), "", path),
    }
}

/// The fields of a schema that may be a key by itself: a record, or an object; `None` of any other type.
pub(super) fn record_fields(schema: &EventSchema) -> Option<Vec<String>> {
    match schema {
        EventSchema::Avro(schema) => {
            Some(record(schema, schema.root())?.iter().map(|field| field.name.clone()).collect())
        }
        EventSchema::Json(schema) => {
            let (_, root) = schema.target(schema.root())?;
            let is_object = root.types == [JsonType::Object] && !root.properties.is_empty();
            is_object.then(|| root.properties.iter().map(|property| property.name.clone()).collect())
        }
    }
}

/// The fields of a record; none of any other type.
fn record<'s>(schema: &'s Avro, ty: &Type) -> Option<&'s [Field]> {
    let Kind::Named(name) = &ty.kind else { return None };
    match schema.named(name).map(|named| &named.definition) {
        Some(Definition::Record(fields)) => Some(fields),
        _ => None,
    }
}

fn avro(schema: &Avro, fields: Option<&[Field]>, above: &str, path: &str) -> KeyField {
    let fields = fields.unwrap_or_default();
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(field) = fields.iter().find(|field| field.name == name) else {
        return KeyField::Missing(fields.iter().map(|field| format!("{above}{}", field.name)).collect());
    };
    let (said, at) = (describe(schema, &field.ty), field.ty.at.clone());
    match rest {
        None => match avro_type(schema, &field.ty) {
            Some(ty) => KeyField::Type { ty, said, at },
            None => KeyField::Unfit(format!("it is {said}"), at),
        },
        Some(rest) => match record(schema, &field.ty) {
            Some(within) => avro(schema, Some(within), &format!("{above}{name}."), rest),
            None => KeyField::Unfit(format!("`{above}{name}` is {said} and no record"), at),
        },
    }
}

fn avro_type(schema: &Avro, ty: &Type) -> Option<KeyType> {
    let plain = match &ty.kind {
        Kind::Boolean => KeyType::Boolean,
        Kind::Int => KeyType::Int,
        Kind::Long => KeyType::Long,
        Kind::Bytes => KeyType::Bytes,
        Kind::String => KeyType::String,
        Kind::Named(name) => match schema.named(name).map(|named| &named.definition) {
            Some(Definition::Enum { .. }) => KeyType::String,
            Some(Definition::Fixed(..)) => KeyType::Bytes,
            Some(Definition::Record(_)) | None => return None,
        },
        _ => return None,
    };
    match logical_of(schema, ty) {
        Some(Logical::Uuid) => Some(KeyType::Uuid),
        Some(Logical::Decimal { precision, scale }) => Some(KeyType::Decimal { precision: *precision, scale: *scale }),
        Some(Logical::Duration) => None,
        // Dates and times are the numbers that they are written as.
        _ => Some(plain),
    }
}

fn json(schema: &Json, id: NodeId, above: &str, path: &str) -> KeyField {
    let Some((_, root)) = schema.target(id) else { return KeyField::Missing(Vec::new()) };
    // A name may hold a point itself.
    let exact = root.properties.iter().find(|property| property.name == path);
    let (name, rest) = match (exact, path.split_once('.')) {
        (None, Some((name, rest))) => (name, Some(rest)),
        _ => (path, None),
    };
    let Some(property) = root.properties.iter().find(|property| property.name == name) else {
        return KeyField::Missing(root.properties.iter().map(|property| format!("{above}{}", property.name)).collect());
    };
    let at = property.name_at.clone();
    if name.contains(',') || name.trim() != name {
        let why = "its name has a comma or an outer space, and a comma stands between the fields of a key";
        return KeyField::Unfit(why.to_owned(), at);
    }
    if !root.required.iter().any(|required| required.name == name) {
        let what = if rest.is_some() { format!("`{above}{name}`") } else { "it".to_owned() };
        return KeyField::Unfit(format!("{what} is not required"), at);
    }
    let Some((within, node)) = schema.target(property.node) else {
        return KeyField::Unfit("its schema points at itself".to_owned(), at);
    };
    match rest {
        Some(rest) if node.types == [JsonType::Object] => json(schema, within, &format!("{above}{name}."), rest),
        Some(_) => KeyField::Unfit(format!("`{above}{name}` is no object"), at),
        None => match json_type(node) {
            Some(ty) => KeyField::Type { ty, said: ty.to_string(), at },
            None => KeyField::Unfit(
                "it is no string, integer or boolean, or is an enum of other values than strings".to_owned(),
                at,
            ),
        },
    }
}

fn json_type(node: &Node) -> Option<KeyType> {
    // A list of values is a type of its own in code: one of strings is its text as a key, any other has no bytes.
    if let Some(values) = &node.variants {
        let texts = !values.is_empty() && values.iter().all(|value| value.as_str().is_some());
        let may = node.types.is_empty() || node.types == [JsonType::String];
        return (texts && may).then_some(KeyType::String);
    }
    match node.types.as_slice() {
        [JsonType::String] => Some(KeyType::String),
        // The same bytes as an Avro long: eight, big-endian.
        [JsonType::Integer] => Some(KeyType::Long),
        [JsonType::Boolean] => Some(KeyType::Boolean),
        _ => None,
    }
}
