use super::SchemaFile;
use super::texts::Texts;
use crate::lock::{Lock, LockedSubject, LockedVersion};
use crate::report::Report;
use crate::schema::EventSchema;

/// The schema of a frozen version with what it refers to, each reference in the version that was frozen with it; an error holds the
/// findings that hindered it.
///
/// # Errors
/// Where a text is missing, or no schema comes of the texts.
pub fn history(lock: &Lock, subject: &LockedSubject, version: &LockedVersion) -> Result<EventSchema, Report> {
    let mut report = Report::default();
    let Some(files) = files_of(lock, subject, version) else { return Err(report) };
    let texts = Texts::read(files, &mut report);
    let schema = texts.resolved().find(|(_, file, _)| file.path == subject.path).map(|(_, _, schema)| schema.clone());
    schema.ok_or(report)
}

/// The frozen texts of a version: what it refers to, then itself, each under the path of its working file. `None` where one is
/// missing, which was said when the lock was loaded.
pub(super) fn files_of(lock: &Lock, subject: &LockedSubject, version: &LockedVersion) -> Option<Vec<SchemaFile>> {
    let mut files: Vec<SchemaFile> = Vec::new();
    for reference in &version.references {
        let subject = lock.subject(&reference.subject)?;
        let source = subject.version(reference.version)?.source.clone()?;
        if !files.iter().any(|file| file.path == subject.path) {
            files.push(SchemaFile::new(&subject.path, source)?);
        }
    }
    files.push(SchemaFile::new(&subject.path, version.source.clone()?)?);
    Some(files)
}
