//! What the rows of all kinds of subjects have: a format, versions that follow each other, references.

use super::LockedReference;
use super::history::stays_below;
use super::row::{Bad, Row};
use crate::schema::Format;

const REFERENCE: &[&str] = &["name", "subject", "version"];

/// The format of a subject.
pub(super) fn format(row: &Row<'_>) -> Result<Format, Bad> {
    match row.text("format")?.as_str() {
        "avro" => Ok(Format::Avro),
        "json" => Ok(Format::Json),
        other => Err(Bad { span: row.span_of("format"), message: format!("unknown format {other:?}") }),
    }
}

/// The folder that has the texts of a subject, where the lock names one.
pub(super) fn folder(row: &Row<'_>) -> Result<Option<String>, Bad> {
    let folder = row.perhaps_text("folder")?;
    match &folder {
        Some(out) if !stays_below(out) => Err(Bad {
            span: row.span_of("folder"),
            message: format!("{out:?} is no folder below .history or .imports"),
        }),
        _ => Ok(folder),
    }
}

/// The references of a version.
pub(super) fn references(row: &Row<'_>) -> Result<Vec<LockedReference>, Bad> {
    let reference = |row: &Row<'_>| {
        let (name, subject) = (row.text("name")?, row.text("subject")?);
        Ok(LockedReference { name, subject, version: row.number("version")? })
    };
    row.rows("references", REFERENCE)?.iter().map(reference).collect()
}

/// The versions of a subject that has no file: numbers rise, and may leave some out.
pub(super) fn versions<T>(
    row: &Row<'_>,
    name: &str,
    known: &[&str],
    version: impl Fn(&Row<'_>, u32) -> Result<T, Bad>,
) -> Result<Vec<T>, Bad> {
    let mut last = 0;
    let mut versions = Vec::new();
    for row in row.rows("version", known)? {
        let number = row.number("number")?;
        if number <= last {
            let message = format!("version {number} of `{name}` does not follow version {last}");
            return Err(Bad { span: row.span_of("number"), message });
        }
        last = number;
        versions.push(version(&row, number)?);
    }
    if name.is_empty() || versions.is_empty() {
        return Err(Bad { span: row.span(), message: format!("the subject `{name}` has no version") });
    }
    Ok(versions)
}
