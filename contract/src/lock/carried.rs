//! Subjects that are kept word for word, without a file that anybody works on.

use super::LockedReference;
use super::history::stays_below;
use super::parts;
use super::row::{Bad, Row};
use crate::compat::Level;
use crate::schema::Format;
use crate::text::Source;

pub(super) const SUBJECT: &[&str] = &["name", "prefixed", "level", "version"];
const VERSION: &[&str] = &["number", "type", "date", "text", "references", "metadata", "rule_set"];

/// A subject that a registry holds and of which no type is made here: Protocol Buffers, or a subject whose name no file of the project
/// would give. Its texts are kept as they came; nothing about them is judged.
#[derive(Clone, Debug)]
pub struct CarriedSubject {
    /// Its name.
    pub name: String,
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

    fn ending(self) -> &'static str {
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

/// The path of a carried text, relative to the project's root. Subjects may have any name, and not every name can be a folder's: what is no
/// letter, digit, `.`, `_`, `-` or `/` stands as `%` and two hexadecimal digits for each byte.
#[must_use]
pub fn carried_path(schemas: &str, subject: &str, number: u32, language: Language) -> String {
    format!("{schemas}/.history/{}/{number}.{}", folder_of(subject), language.ending())
}

/// The folder of any subject.
pub(super) fn folder_of(subject: &str) -> String {
    let is_path = stays_below(subject);
    let mut folder = String::with_capacity(subject.len());
    for byte in subject.bytes() {
        let is_plain =
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || (is_path && matches!(byte, b'.' | b'/'));
        match char::from_u32(u32::from(byte)).filter(|_| is_plain) {
            Some(letter) => folder.push(letter),
            None => folder.push_str(&format!("%{byte:02X}")),
        }
    }
    folder
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

    #[test]
    fn any_subject_has_a_folder_of_its_own_below_the_history() {
        let path = |subject| carried_path("schemas", subject, 3, Language::Protobuf);
        assert_eq!(path("payments-value"), "schemas/.history/payments-value/3.proto");
        assert_eq!(path("google/type/money.proto"), "schemas/.history/google/type/money.proto/3.proto");
        assert_eq!(path("../etc"), "schemas/.history/%2E%2E%2Fetc/3.proto");
        assert_eq!(path(":.eu:a b"), "schemas/.history/%3A%2Eeu%3Aa%20b/3.proto");
        assert_eq!(path("é%"), "schemas/.history/%C3%A9%25/3.proto");
    }
}
