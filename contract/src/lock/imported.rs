//! Subjects that another repository owns: frozen to be read, never pushed.

use super::LockedReference;
use super::carried::folder_of;
use super::row::{Bad, Row};
use crate::schema::Format;
use crate::text::Source;

pub(super) const SUBJECT: &[&str] = &["name", "env", "format", "version"];
const VERSION: &[&str] = &["number", "date", "text", "references"];
const REFERENCE: &[&str] = &["name", "subject", "version"];

/// A subject that a row `[import.NAME]` selects, or that one of these refers to.
#[derive(Clone, Debug)]
pub struct ImportedSubject {
    /// Its name, without the environment's prefix.
    pub name: String,
    /// The environment whose registry it was taken from.
    pub env: String,
    /// The format.
    pub format: Format,
    /// The versions, oldest first. Their numbers are those of the registry, which may leave some out.
    pub versions: Vec<ImportedVersion>,
}

/// A version of such a subject.
#[derive(Clone, Debug)]
pub struct ImportedVersion {
    /// Its number in the registry.
    pub number: u32,
    /// The day it was pulled, `2026-11-20`.
    pub date: String,
    /// SHA-256 of the text, in hex.
    pub text: String,
    /// What the text refers to itself.
    pub references: Vec<LockedReference>,
    /// The text; `None` where it is missing or could not be read, which is a finding.
    pub source: Option<Source>,
}

impl ImportedSubject {
    /// The newest version.
    #[must_use]
    pub fn last(&self) -> Option<&ImportedVersion> {
        self.versions.last()
    }

    /// The version of a number.
    #[must_use]
    pub fn version(&self, number: u32) -> Option<&ImportedVersion> {
        self.versions.iter().find(|version| version.number == number)
    }
}

/// The path of a frozen text of an import, relative to the project's root: `schemas/.imports/<subject>/<n>.avsc`.
#[must_use]
pub fn import_path(schemas: &str, subject: &str, number: u32, format: Format) -> String {
    format!("{schemas}/.imports/{}/{number}.{}", folder_of(subject), format.ending())
}

/// What stands for the working file of an import, below the schema folder: `.imports/<subject>.avsc`. It is the name by which code speaks of
/// the newest version (`#[event(schema = "...")]`), and no file.
#[must_use]
pub fn import_file(subject: &str, format: Format) -> String {
    format!(".imports/{}.{}", folder_of(subject), format.ending())
}

/// Reads a row.
pub(super) fn subject(row: &Row<'_>) -> Result<ImportedSubject, Bad> {
    let (name, format) = (row.text("name")?, row.text("format")?);
    let format = match format.as_str() {
        "avro" => Format::Avro,
        "json" => Format::Json,
        other => return Err(Bad { span: row.span_of("format"), message: format!("unknown format {other:?}") }),
    };
    let mut versions: Vec<ImportedVersion> = Vec::new();
    for row in row.rows("version", VERSION)? {
        let version = version(&row)?;
        let last = versions.last().map_or(0, |last| last.number);
        if version.number <= last {
            let message = format!("version {} of `{name}` does not follow version {last}", version.number);
            return Err(Bad { span: row.span_of("number"), message });
        }
        versions.push(version);
    }
    if name.is_empty() || versions.is_empty() {
        return Err(Bad { span: row.span(), message: format!("the subject `{name}` has no version") });
    }
    Ok(ImportedSubject { env: row.text("env")?, name, format, versions })
}

fn version(row: &Row<'_>) -> Result<ImportedVersion, Bad> {
    let reference = |row: &Row<'_>| {
        let (name, subject) = (row.text("name")?, row.text("subject")?);
        Ok(LockedReference { name, subject, version: row.number("version")? })
    };
    Ok(ImportedVersion {
        number: row.number("number")?,
        date: row.text("date")?,
        text: row.text("text")?,
        references: row.rows("references", REFERENCE)?.iter().map(reference).collect::<Result<_, _>>()?,
        source: None,
    })
}
