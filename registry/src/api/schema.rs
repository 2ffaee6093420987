use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::schema_type::SchemaType;

/// A name in a schema's text, and the version of a subject that it stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// The name by which the text refers to it: a full name (Avro), a `$ref` without fragment (JSON), an import (Protobuf).
    pub name: String,
    /// The subject.
    pub subject: String,
    /// The version; -1 in a request means the latest one.
    pub version: i32,
}

/// A schema to register, look up, or check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewSchema {
    /// The text.
    #[serde(default, deserialize_with = "or_default")]
    pub schema: String,
    /// The language.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "SchemaType::is_avro")]
    pub schema_type: SchemaType,
    /// What the text refers to.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// The id to register it under; only in mode IMPORT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i32>,
    /// The version to register it under; only in mode IMPORT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// Metadata, carried as it is and part of the schema's identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// A rule set, carried as it is and part of the schema's identity; no rule is ever run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_set: Option<Value>,
}

impl NewSchema {
    /// A schema without references.
    pub fn new(schema_type: SchemaType, schema: impl Into<String>) -> Self {
        Self { schema: schema.into(), schema_type, ..Self::default() }
    }

    /// An Avro schema without references.
    pub fn avro(schema: impl Into<String>) -> Self {
        Self::new(SchemaType::Avro, schema)
    }

    /// A JSON Schema without references.
    pub fn json(schema: impl Into<String>) -> Self {
        Self::new(SchemaType::Json, schema)
    }

    /// Adds a reference.
    #[must_use]
    pub fn reference(mut self, name: impl Into<String>, subject: impl Into<String>, version: u32) -> Self {
        let version = i32::try_from(version).unwrap_or(i32::MAX);
        self.references.push(Reference { name: name.into(), subject: subject.into(), version });
        self
    }
}

/// A schema by its id or GUID.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    /// The subject, where the schema was asked for under one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The version under that subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The GUID, where the registry knows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "or_default")]
    pub schema_type: SchemaType,
    /// The text.
    pub schema: String,
    /// What the text refers to.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// The rule set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_set: Option<Value>,
    /// The largest id of the registry, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_id: Option<u32>,
    /// When it was written, in milliseconds since 1970, where the registry says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ts: Option<i64>,
    /// Whether the version that was found is softly deleted, where the registry says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
}

/// A version of a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubjectVersion {
    /// The subject.
    pub subject: String,
    /// The version.
    pub version: u32,
    /// The id of the schema.
    pub id: u32,
    /// The GUID, where the registry knows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "or_default")]
    pub schema_type: SchemaType,
    /// What the text refers to.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// The rule set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_set: Option<Value>,
    /// The text.
    pub schema: String,
    /// When it was written last, in milliseconds since 1970, where the registry says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ts: Option<i64>,
    /// Whether the version is softly deleted.
    #[serde(default)]
    pub deleted: bool,
    /// The subjects whose alias its subject is, where a list was asked for them.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// The answer to a registration. Registries before 8.0 say the id alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    /// The id of the schema.
    pub id: u32,
    /// The version under the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The GUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "or_default")]
    pub schema_type: SchemaType,
    /// What the text refers to.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Metadata, as the settings of the subject made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// The rule set, as the settings of the subject made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_set: Option<Value>,
    /// The text as it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}

/// A subject and one of its versions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SubjectAndVersion {
    /// The subject.
    pub subject: String,
    /// The version.
    pub version: u32,
}

/// The answer to a compatibility check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compatibility {
    /// The verdict.
    pub is_compatible: bool,
    /// Why not; empty unless the reasons were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<String>,
}

/// A GUID: the MD5 of what makes a schema's identity, the same in every registry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub [u8; 16]);

impl Guid {
    /// Reads the usual form of 32 hexadecimal digits, with or without hyphens.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = text.chars().filter(|c| *c != '-').map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()));
        let mut bytes = [0; 16];
        for byte in &mut bytes {
            *byte = digits.next()?? << 4 | digits.next()??;
        }
        digits.next().is_none().then_some(Self(bytes))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Clients and registries write `null` where they mean the default.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_and_absent_fields_mean_the_default() {
        let sparse: NewSchema = serde_json::from_str(r#"{"schema":"\"int\""}"#).unwrap();
        let nulls: NewSchema =
            serde_json::from_str(r#"{"schema":"\"int\"","schemaType":null,"references":null,"metadata":null,"x":1}"#)
                .unwrap();
        assert_eq!(sparse, nulls);
        assert_eq!(sparse.schema_type, SchemaType::Avro);
        assert_eq!(serde_json::to_string(&sparse).unwrap(), r#"{"schema":"\"int\""}"#);
    }

    #[test]
    fn a_guid_is_read_back_from_its_text() {
        let guid = Guid::parse("0cc175b9-c0f1-b6a8-31c3-99e269772661").unwrap();
        assert_eq!(guid.to_string(), "0cc175b9-c0f1-b6a8-31c3-99e269772661");
        assert_eq!(Guid::parse("0cc175b9c0f1b6a831c399e269772661"), Some(guid));
        assert_eq!(Guid::parse("0cc175b9"), None);
        assert_eq!(Guid::parse("0cc175b9-c0f1-b6a8-31c3-99e2697726610"), None);
        assert_eq!(Guid::parse("zzc175b9-c0f1-b6a8-31c3-99e269772661"), None);
    }

    #[test]
    fn an_answer_of_an_old_registry_with_the_id_alone_is_read() {
        let old: Registered = serde_json::from_str(r#"{"id":7}"#).unwrap();
        assert_eq!((old.id, old.version), (7, None));
    }
}
