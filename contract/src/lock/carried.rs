//! Subjects that are kept word for word, without a file that anybody works on.

use std::borrow::Cow;

use super::folder::folder_of;
use super::parts;
use super::row::{Bad, Row};
use super::{Lock, LockedReference};
use crate::compat::Level;
use crate::schema::Format;
use crate::text::Source;

pub(super) const SUBJECT: &[&str] = &["name", "folder", "prefixed", "level", "version"];
const VERSION: &[&str] = &["number", "type", "date", "text", "references", "metadata", "rule_set"];

/// A subject that a registry holds and of which no type is made here: Protocol Buffers, or a subject whose name no file of the project
/// would give. Its texts are kept as they came; nothing about them is judged.
#[derive(Clone, Debug)]
pub struct CarriedSubject {
    /// Its name.
    pub name: String,
    /// The folder below `.history` that has its texts, where it is not the usual one of its name.
    pub folder: Option<String>,
    /// Whether an environment's prefix stands before the name there.
    pub prefixed: bool,
    /// The level that it has there, where it has one of its own.
    pub level: Option<Level>,
    /// The versions, oldest first.
    pub versions: Vec<CarriedVersion>,
}

/// A version of such a subject.
#[derive(Clone, Debug)]
pub struct CarriedVersion {
    /// Its number, from 1.
    pub number: u32,
    /// The language of its text.
    pub language: Language,
    /// The day it was pulled, `2026-11-20`.
    pub date: String,
    /// SHA-256 of the text, in hex.
    pub text: String,
    /// What the text refers to itself.
    pub references: Vec<LockedReference>,
    /// The metadata of its data contract, as JSON.
    pub metadata: Option<String>,
    /// The rule set of its data contract, as JSON.
    pub rule_set: Option<String>,
    /// The text; `None` where it is missing or could not be read, which is a finding.
    pub source: Option<Source>,
}

/// The languages of schemas that registries know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Apache Avro.
    Avro,
    /// JSON Schema.
    Json,
    /// Protocol Buffers.
    Protobuf,
}

impl Language {
    const ALL: [Self; 3] = [Self::Avro, Self::Json, Self::Protobuf];

    /// The word for it in the lock.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avro => "avro",
            Self::Json => "json",
            Self::Protobuf => "protobuf",
        }
    }

    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Avro => Format::Avro.ending(),
            Self::Json => Format::Json.ending(),
            Self::Protobuf => "proto",
        }
    }
}

impl From<Format> for Language {
    fn from(format: Format) -> Self {
        match format {
            Format::Avro => Self::Avro,
            Format::Json => Self::Json,
        }
    }
}

impl CarriedSubject {
    /// The folder below `.history` that has its texts.
    #[must_use]
    pub fn folder(&self) -> Cow<'_, str> {
        self.folder.as_deref().map_or_else(|| Cow::Owned(folder_of(&self.name)), Cow::Borrowed)
    }

    /// What [`Self::folder`] of a subject that is new in a lock has to be: `None` where the usual folder of its name will do.
    #[must_use]
    pub fn new_folder(lock: &Lock, name: &str) -> Option<String> {
        lock.folder_beside(&folder_of(name))
    }
}

/// Reads a row.
pub(super) fn subject(row: &Row<'_>) -> Result<CarriedSubject, Bad> {
    let name = row.text("name")?;
    let level = row.perhaps_text("level")?;
    let level = level.map(|level| {
        Level::parse(&level)
            .ok_or_else(|| Bad { span: row.span_of("level"), message: format!("unknown level {level:?}") })
    });
    Ok(CarriedSubject {
        folder: parts::folder(row)?,
        prefixed: row.perhaps_flag("prefixed")?.unwrap_or_default(),
        level: level.transpose()?,
        versions: parts::versions(row, &name, VERSION, version)?,
        name,
    })
}

fn version(row: &Row<'_>, number: u32) -> Result<CarriedVersion, Bad> {
    let word = row.text("type")?;
    let language = Language::ALL.into_iter().find(|language| language.as_str() == word);
    let language =
        language.ok_or_else(|| Bad { span: row.span_of("type"), message: format!("unknown type {word:?}") })?;
    Ok(CarriedVersion {
        number,
        language,
        date: row.text("date")?,
        text: row.text("text")?,
        references: parts::references(row)?,
        metadata: row.perhaps_text("metadata")?,
        rule_set: row.perhaps_text("rule_set")?,
        source: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::carried_path;

    #[test]
    fn any_subject_has_a_folder_of_its_own_below_the_history() {
        let path = |subject| carried_path("schemas", &folder_of(subject), 3, Language::Protobuf);
        assert_eq!(path("payments-value"), "schemas/.history/payments-value/3.proto");
        assert_eq!(path("google/type/money.proto"), "schemas/.history/google/type/money.proto/3.proto");
        assert_eq!(path("../etc"), "schemas/.history/%2E%2E%2Fetc/3.proto");
        assert_eq!(path(":.eu:a b"), "schemas/.history/%3A%2Eeu%3Aa%20b/3.proto");
        assert_eq!(path("é%"), "schemas/.history/%C3%A9%25/3.proto");
    }
}
