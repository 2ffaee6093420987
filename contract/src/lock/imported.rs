//! Subjects that another repository owns: frozen to be read, never pushed.

use std::borrow::Cow;

use super::folder::folder_of;
use super::parts;
use super::row::{Bad, Row};
use super::{Lock, LockedContract, LockedReference};
use crate::data_contract::DataContract;
use crate::schema::Format;
use crate::text::Source;

pub(super) const SUBJECT: &[&str] = &["name", "folder", "env", "format", "version"];
const VERSION: &[&str] = &["number", "date", "text", "contract", "references"];

/// A subject that a row `[import.NAME]` selects, or that one of these refers to.
#[derive(Clone, Debug)]
pub struct ImportedSubject {
    /// Its name, without the environment's prefix.
    pub name: String,
    /// The folder below `.imports` that has its texts, where it is not the usual one of its name.
    pub folder: Option<String>,
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
    /// The metadata and rules that the registry keeps beside it.
    pub contract: Option<LockedContract>,
    /// The text; `None` where it is missing or could not be read, which is a finding.
    pub source: Option<Source>,
}

impl ImportedVersion {
    /// What the registry keeps beside its text.
    #[must_use]
    pub fn data_contract(&self) -> Option<&DataContract> {
        self.contract.as_ref()?.contract.as_ref()
    }
}

impl ImportedSubject {
    /// The folder below `.imports` that has its texts.
    #[must_use]
    pub fn folder(&self) -> Cow<'_, str> {
        self.folder.as_deref().map_or_else(|| Cow::Owned(folder_of(&self.name)), Cow::Borrowed)
    }

    /// What [`Self::folder`] of a subject that is new in a lock has to be: `None` where the usual folder of its name will do.
    #[must_use]
    pub fn new_folder(lock: &Lock, name: &str) -> Option<String> {
        lock.import_folder_beside(&folder_of(name))
    }

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

/// The path of a frozen text of an import, relative to the project's root: `schemas/.imports/<folder>/<n>.avsc`. The folder is
/// [`ImportedSubject::folder`].
#[must_use]
pub fn import_path(schemas: &str, folder: &str, number: u32, format: Format) -> String {
    format!("{schemas}/.imports/{folder}/{number}.{}", format.ending())
}

/// The path of what a registry keeps beside a text of an import: `schemas/.imports/<folder>/<n>.contract.json`.
#[must_use]
pub fn import_contract_path(schemas: &str, folder: &str, number: u32) -> String {
    format!("{schemas}/.imports/{folder}/{number}{}", Format::CONTRACT)
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
    Ok(ImportedSubject { env: row.text("env")?, folder: parts::folder(row)?, name, format, versions })
}

fn version(row: &Row<'_>, number: u32) -> Result<ImportedVersion, Bad> {
    Ok(ImportedVersion {
        number,
        date: row.text("date")?,
        text: row.text("text")?,
        references: parts::references(row)?,
        contract: row.perhaps_text("contract")?.map(|text| LockedContract { text, contract: None }),
        source: None,
    })
}
