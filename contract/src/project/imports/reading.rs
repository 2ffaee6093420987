//! A frozen text of an import as a schema, with exactly the texts that were frozen beside it.

use std::collections::BTreeMap;

use crate::lock::{ImportedSubject, ImportedVersion, Lock, import_file};
use crate::project::texts::Texts;
use crate::project::{Reference, SchemaFile};
use crate::report::Report;
use crate::schema::{EventSchema, Format};

/// A version of an import, read.
pub(crate) struct Imported {
    pub(crate) schema: EventSchema,
    /// What it refers to, in dependency order; each under the path of its import.
    pub(crate) references: Vec<Reference>,
    /// The hash of its texts as registries compare them.
    pub(crate) compare: String,
}

/// Reads a version; an error holds the findings that hindered it, none where a text is missing, which was told.
pub(crate) fn read(lock: &Lock, subject: &ImportedSubject, version: &ImportedVersion) -> Result<Imported, Report> {
    let own = import_file(&subject.name, subject.format);
    let mut report = Report::default();
    let Some((files, subjects)) = files_of(lock, subject, version, &own) else { return Err(report) };
    let texts = Texts::read(files, &mut report);
    let found = texts.resolved().find(|(_, file, _)| file.path == own).map(|(index, ..)| index);
    let Some(index) = found else { return Err(report) };
    let mut references = texts.references(index);
    let compare = texts.compare(index, &references);
    for reference in &mut references {
        if let Some(of) = subjects.get(&reference.path) {
            reference.subject.clone_from(&of.name);
            reference.path = import_file(&of.name, of.format);
        }
    }
    match texts.into_schema(index) {
        Some(schema) => Ok(Imported { schema, references, compare }),
        None => Err(report),
    }
}

/// The files that are read together.
type Files<'l> = (Vec<SchemaFile>, BTreeMap<String, &'l ImportedSubject>);

/// The text itself and all that it refers to, each under the path by which the others find it.
fn files_of<'l>(
    lock: &'l Lock,
    subject: &'l ImportedSubject,
    version: &ImportedVersion,
    own: &str,
) -> Option<Files<'l>> {
    let mut files = vec![SchemaFile::new(own, version.source.clone()?)?];
    let mut subjects: BTreeMap<String, &ImportedSubject> = BTreeMap::from([(own.to_owned(), subject)]);
    let mut open = vec![(own.to_owned(), &version.references)];
    while let Some((from, references)) = open.pop() {
        for reference in references {
            let of = lock.import(&reference.subject)?;
            let found = of.version(reference.version)?;
            let path = match of.format {
                // By names, wherever they stand.
                Format::Avro => import_file(&of.name, of.format),
                Format::Json => path_from(&from, &reference.name),
            };
            if subjects.insert(path.clone(), of).is_some() {
                continue;
            }
            files.extend(SchemaFile::new(&path, found.source.clone()?));
            open.push((path, &found.references));
        }
    }
    Some((files, subjects))
}

/// The path below the schema folder that a `$ref` means, seen from that of the text where it stands; one that is an address stays what it is, and
/// the text says it by its `$id`.
#[must_use]
pub fn path_from(from: &str, name: &str) -> String {
    if name.contains("://") || name.starts_with("urn:") {
        return format!("{name}.json");
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_followed_from_the_place_of_the_text() {
        assert_eq!(path_from(".imports/orders-value.schema.json", "money.json"), ".imports/money.json");
        assert_eq!(path_from(".imports/orders-value.schema.json", "../types/money.json"), "types/money.json");
        assert_eq!(path_from("types/money.json", "./cents.json"), "types/cents.json");
    }
}
