//! The file of a bundle: written, read, and found to be whole.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use topika_contract::lock::sha256_hex;

use super::contents::Bundle;
use super::error::BundleError;
use crate::api::{Reference, SchemaType, SubjectVersion};

/// The version of the form that this crate writes and reads.
const FORM: u32 = 1;

/// What to do about a file that cannot be used.
const NEXT: &str = "write it anew with `cargo topika bundle`";

#[derive(Serialize)]
struct Written<'b> {
    #[serde(rename = "topika-bundle")]
    form: u32,
    env: &'b str,
    sha256: String,
    versions: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "topika-bundle")]
    _form: u32,
    env: String,
    sha256: String,
    versions: Value,
}

/// A version as the form has it: what the protocol's answers say beside that, such as when it was registered, is left out, and what they
/// will say one day changes no file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Entry {
    subject: String,
    version: u32,
    id: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    guid: Option<String>,
    #[serde(default, skip_serializing_if = "SchemaType::is_avro")]
    schema_type: SchemaType,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    references: Vec<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rule_set: Option<Value>,
    schema: String,
}

/// What every form has.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "topika-bundle")]
    form: Option<u32>,
}

impl Bundle {
    /// The text of the file. Equal contents give equal bytes.
    #[must_use]
    pub fn print(&self) -> String {
        let entries: Vec<Entry> = self.iter().map(|version| Entry::of(version)).collect();
        let versions = serde_json::to_value(entries).expect("strings, numbers and JSON values can be written");
        let written = Written { form: FORM, env: &self.env, sha256: hash(&self.env, &versions), versions };
        let mut text = serde_json::to_string_pretty(&written).expect("strings, numbers and JSON values can be written");
        text.push('\n');
        text
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    /// When it is no bundle, of a newer form, not whole, changed since it was written, or its contents cannot be
    /// ([`Bundle::new`]).
    pub fn parse(text: &str) -> Result<Self, BundleError> {
        let head: Head = serde_json::from_str(text).map_err(|error| {
            if error.is_eof() {
                let bytes = text.len();
                BundleError::new(format!("it ends in the middle, after {bytes} bytes; copy it whole, or {NEXT}"))
            } else {
                BundleError::new(format!("it is no bundle of topika: {error}; {NEXT}"))
            }
        })?;
        match head.form {
            Some(FORM) => {}
            Some(form) => {
                let message = format!(
                    "its form is version {form}, and this topika reads version {FORM}; use the topika that wrote it, or {NEXT}"
                );
                return Err(BundleError::new(message));
            }
            None => {
                let message = format!("it is no bundle of topika: it has no \"topika-bundle\"; {NEXT}");
                return Err(BundleError::new(message));
            }
        }
        let strange = |error| BundleError::new(format!("its contents are not a bundle's: {error}; {NEXT}"));
        let read: Read = serde_json::from_str(text).map_err(strange)?;
        if hash(&read.env, &read.versions) != read.sha256 {
            let message = format!("it is not as it was written: its contents do not have its \"sha256\"; {NEXT}");
            return Err(BundleError::new(message));
        }
        let entries: Vec<Entry> = serde_json::from_value(read.versions).map_err(strange)?;
        Self::new(read.env, entries.into_iter().map(Entry::into_version).collect())
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or as [`Self::parse`]; the error names it.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, BundleError> {
        let path = path.as_ref();
        let text = std::fs::read(path)
            .map_err(|error| BundleError::new(format!("it cannot be read: {error}")))
            .and_then(|bytes| {
                String::from_utf8(bytes).map_err(|_| BundleError::new(format!("it is no text in UTF-8; {NEXT}")))
            });
        text.and_then(|text| Self::parse(&text)).map_err(|error| error.within(path))
    }
}

impl Entry {
    fn of(version: &SubjectVersion) -> Self {
        let version = version.clone();
        Self {
            subject: version.subject,
            version: version.version,
            id: version.id,
            guid: version.guid,
            schema_type: version.schema_type,
            references: version.references,
            metadata: version.metadata,
            rule_set: version.rule_set,
            schema: version.schema,
        }
    }

    fn into_version(self) -> SubjectVersion {
        SubjectVersion {
            subject: self.subject,
            version: self.version,
            id: self.id,
            guid: self.guid,
            schema_type: self.schema_type,
            references: self.references,
            metadata: self.metadata,
            rule_set: self.rule_set,
            schema: self.schema,
            ts: None,
            deleted: false,
            aliases: Vec::new(),
        }
    }
}

fn hash(env: &str, versions: &Value) -> String {
    sha256_hex(&serde_json::to_string(&(env, versions)).expect("strings and JSON values can be written"))
}
