//! Subjects that another repository owns: frozen to be read, never pushed.

use super::LockedReference;
use super::folder::folder_of;
use super::parts;
use super::row::{Bad, Row};
use crate::schema::Format;
use crate::text::Source;

pub(super) const SUBJECT: &[&str] = &["name", "env", "format", "version"];
const VERSION: &[&str] = &["number", "date", "text", "references"];

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
    let (name, format) = (row.text("name")?, parts::format(row)?);
    let versions = parts::versions(row, &name, VERSION, version)?;
    Ok(ImportedSubject { env: row.text("env")?, name, format, versions })
}

fn version(row: &Row<'_>, number: u32) -> Result<ImportedVersion, Bad> {
    Ok(ImportedVersion {
        number,
        date: row.text("date")?,
        text: row.text("text")?,
        references: parts::references(row)?,
        source: None,
    })
}
