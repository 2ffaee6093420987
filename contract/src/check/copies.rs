//! Types of ours under subjects to which imports refer: each has to be the one that the imports mean, number for number.

use super::items::{Item, Items};
use crate::lock::{ImportedSubject, ImportedVersion, LockedSubject, compare_text};
use crate::manifest::ImportRow;
use crate::project::{Contract, Project, read_import};
use crate::report::Report;
use crate::rules::IMPORT_OWNED;
use crate::text::Source;

/// Tells subjects of ours that are others' too. What is ours in truth has in the registry the versions that were locked here; a copy of what
/// another repository owns begins at 1 again, and numbers and ids of both would be taken for one another.
pub(super) fn tell(
    project: &Project,
    contract: &Contract,
    referenced: &[(&ImportRow, &ImportedSubject)],
    report: &mut Report,
) {
    let items = Items::of(contract);
    for (row, subject) in referenced {
        let locked = project.lock.subject(&subject.name);
        let working = items.all.iter().find(|item| item.subject.name == subject.name);
        let other = subject.versions.iter().find(|version| is_another(project, subject, version, locked, working));
        let Some(other) = other else { continue };
        let message = format!(
            "version {} of `{}`, to which [import.{}] leads, is another type than this project's own of that name and number",
            other.number, subject.name, row.name.value
        );
        let help = "a subject belongs to one repository. A copy of a type takes a name of its own; where this project owns the subject, `cargo topika pull` \
                    adopts the versions that the registry has";
        report.push(IMPORT_OWNED.at(row.name.at.clone(), message).subject(&subject.name).help(help));
    }
}

/// Whether there is one of ours with that number, and it is another type.
fn is_another(
    project: &Project,
    subject: &ImportedSubject,
    version: &ImportedVersion,
    locked: Option<&LockedSubject>,
    working: Option<&Item<'_>>,
) -> bool {
    let Some(theirs) = version.source.as_ref() else { return false };
    let (fingerprint, source) = match locked.and_then(|locked| locked.version(version.number)) {
        Some(ours) => (ours.fingerprint.clone(), ours.source.as_ref()),
        // The number that the first lock would give it.
        None if locked.is_none() && version.number == 1 => match working {
            Some(item) => (item.schema.fingerprint(), Some(item.source)),
            None => return false,
        },
        None => return false,
    };
    let imported = || read_import(&project.lock, subject, version).ok().and_then(|read| read.schema.fingerprint());
    match (fingerprint, source) {
        // Registries print Avro anew: names, types and their order are what stays.
        (Some(ours), _) => imported().is_some_and(|theirs| theirs != ours),
        (None, Some(ours)) => text(subject, ours) != text(subject, theirs),
        (None, None) => false,
    }
}

fn text(subject: &ImportedSubject, source: &Source) -> String {
    compare_text(subject.format, source.text())
}
