use super::SchemaFile;
use super::texts::Texts;
use crate::lock::{Lock, LockedReference, LockedSubject, LockedVersion, compare_hash};
use crate::report::Report;
use crate::schema::EventSchema;
use crate::text::Source;

/// What came of a frozen version.
pub(crate) struct Past {
    /// The schema, or the findings that hindered it.
    pub(crate) schema: Result<EventSchema, Report>,
    /// The hash of its texts, whatever the lock says; `None` where one is missing.
    pub(crate) compare: Option<String>,
}

/// The schema of a frozen version with what it refers to, each reference in the version that was frozen with it; an error holds the
/// findings that hindered it.
///
/// # Errors
/// Where a text is missing, or no schema comes of the texts.
pub fn history(lock: &Lock, subject: &LockedSubject, version: &LockedVersion) -> Result<EventSchema, Report> {
    past(lock, subject, version).schema
}

/// The same with the hash, from one reading of the texts.
pub(crate) fn past(lock: &Lock, subject: &LockedSubject, version: &LockedVersion) -> Past {
    let mut report = Report::default();
    let Some(files) = files_of(lock, subject, version) else {
        return Past { schema: Err(report), compare: hash_of(lock, subject, version) };
    };
    let own = files.len().saturating_sub(1);
    let same_format = files.iter().all(|file| file.format == subject.format);
    let texts = Texts::read(files, &mut report);
    let read = || {
        let references = references(lock, version)?;
        let places = references.iter().map(|(name, path, source)| Some((*name, texts.place(path, source)?)));
        Some(texts.hash(own, &places.collect::<Option<Vec<_>>>()?))
    };
    // A lock that somebody wrote may mix formats, or refer to two versions of one text.
    let compare = same_format.then(read).flatten().or_else(|| hash_of(lock, subject, version));
    let found = texts.resolved().find(|(_, file, _)| file.path == subject.path).map(|(index, _, _)| index);
    Past { schema: found.and_then(|index| texts.into_schema(index)).ok_or(report), compare }
}

/// The hash of a version's texts, each read for that alone; `None` where one is missing.
pub(crate) fn hash_of(lock: &Lock, subject: &LockedSubject, version: &LockedVersion) -> Option<String> {
    let references = references(lock, version)?;
    let references = references.iter().map(|(name, _, source)| (*name, source.text()));
    // One that cannot be read was told, and leaves the hash unknown.
    let contract = match &version.contract {
        Some(contract) => Some(contract.contract.as_ref()?),
        None => None,
    };
    Some(compare_hash(subject.format, version.source.as_ref()?.text(), contract, references))
}

/// What a version refers to: name, path of the working file, and text. `None` where a text is missing.
fn references<'l>(lock: &'l Lock, version: &'l LockedVersion) -> Option<Vec<(&'l str, &'l str, &'l Source)>> {
    let reference = |reference: &'l LockedReference| {
        let subject = lock.subject(&reference.subject)?;
        let source = subject.version(reference.version)?.source.as_ref()?;
        Some((reference.name.as_str(), subject.path.as_str(), source))
    };
    version.references.iter().map(reference).collect()
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
    let own = SchemaFile::new(&subject.path, version.source.clone()?)?;
    files.push(SchemaFile { contract: version.data_contract().cloned(), ..own });
    Some(files)
}
