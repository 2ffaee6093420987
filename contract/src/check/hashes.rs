//! What a row of the lock says of its frozen text: hashes, fingerprint. A working text counts as a version because of a hash, so one that was
//! written by hand would pass off any text as judged; tools find a schema by its fingerprint.
//!
//! A check verifies what it rests upon, and what costs no further reading of a text: each row where something changed, and the row of the
//! text that did not change. [`verify`] verifies every row, before a lock is written.

use super::items::{Item, Items};
use super::parallel::in_parallel;
use super::told::push_new;
use crate::lock::{Lock, LockedSubject, LockedVersion, compare_hash, sha256_hex};
use crate::project::{EventSchema, Project, history};
use crate::report::{Finding, Report};
use crate::rules::LOCK_EDITED;
use crate::text::{Location, Span};

pub(super) fn check(project: &Project, items: &Items<'_>, report: &mut Report) {
    let lock = &project.lock;
    for item in &items.all {
        let Some(subject) = lock.subject(&item.subject.name) else { continue };
        let mut forged: Vec<Finding> =
            judged_by(item, lock, subject).iter().filter_map(|version| hash(lock, subject, version)).collect();
        // The schema is that of the last version where the hash, which is right then, says so.
        let last = subject.last().filter(|last| forged.is_empty() && last.compare == item.compare());
        forged.extend(last.and_then(|last| fingerprint(lock, subject, last, item.schema)));
        report.extend(forged);
    }
}

/// Verifies the row of every version of the lock; what is told already is not told again.
pub fn verify(project: &Project, report: &mut Report) {
    let lock = &project.lock;
    let rows = lock.subjects.iter().flat_map(|subject| subject.versions.iter().map(move |version| (subject, version)));
    let rows: Vec<(&LockedSubject, &LockedVersion)> = rows.collect();
    let forged = in_parallel(&rows, |(subject, version)| {
        // A text of which no schema comes is told where it is judged.
        let schema = history(lock, subject, version).ok();
        let fingerprint = schema.and_then(|schema| fingerprint(lock, subject, version, &schema));
        [hash(lock, subject, version), fingerprint]
    });
    push_new(forged.into_iter().flatten().flatten(), report);
}

/// The versions whose hashes decide what is judged. Where the text is the last version none other is asked; to the byte, its hash is right:
/// it is that of the working text.
fn judged_by<'l>(item: &Item<'_>, lock: &Lock, subject: &'l LockedSubject) -> &'l [LockedVersion] {
    let same_level =
        item.topic.is_none_or(|topic| lock.topic(&topic.name).is_some_and(|row| row.level == item.subject.level));
    match subject.versions.split_last() {
        Some((last, _)) if same_level && item.is_text_of(last) => &[],
        Some((last, _)) if same_level && last.compare == item.compare() => std::slice::from_ref(last),
        _ => &subject.versions,
    }
}

/// The finding about a hash that is not that of the frozen texts. Texts that are missing or edited are told already.
fn hash(lock: &Lock, subject: &LockedSubject, version: &LockedVersion) -> Option<Finding> {
    let source = version.source.as_ref()?;
    let mut references = Vec::new();
    for reference in &version.references {
        let text = lock.subject(&reference.subject)?.version(reference.version)?.source.as_ref()?;
        references.push((reference.name.as_str(), text.text()));
    }
    let is_right = compare_hash(subject.format, source.text(), references) == version.compare;
    if is_right || sha256_hex(source.text()) != version.text {
        return None;
    }
    let message = format!(
        "the hash of version {} of `{}` was edited in topika.lock: `compare` is not that of the frozen text",
        version.number, subject.name
    );
    Some(finding(message, lock, subject, &version.compare))
}

/// The finding about a fingerprint that is not that of the version's schema.
pub(super) fn fingerprint(
    lock: &Lock,
    subject: &LockedSubject,
    version: &LockedVersion,
    schema: &EventSchema,
) -> Option<Finding> {
    let right = schema.fingerprint();
    if right == version.fingerprint {
        return None;
    }
    // An edited text is told already, and has another fingerprint.
    let source = version.source.as_ref()?;
    if sha256_hex(source.text()) != version.text {
        return None;
    }
    let is =
        right.map_or_else(|| "JSON Schema has none".to_owned(), |right| format!("that of the frozen text is {right}"));
    let message =
        format!("the fingerprint of version {} of `{}` was edited in topika.lock: {is}", version.number, subject.name);
    Some(finding(message, lock, subject, version.fingerprint.as_ref().unwrap_or(&version.compare)))
}

fn finding(message: String, lock: &Lock, subject: &LockedSubject, written: &str) -> Finding {
    let help = "restore topika.lock from version control; only `cargo topika lock` writes it";
    let mut finding = LOCK_EDITED.finding(message).subject(&subject.name).help(help);
    finding.at = place(lock, subject, written);
    finding
}

/// Where a value of a subject stands in the lock.
fn place(lock: &Lock, subject: &LockedSubject, written: &str) -> Option<Location> {
    let source = lock.source.as_ref()?;
    let from = source.text().find(&format!("name = \"{}\"", subject.name)).unwrap_or_default();
    let start = source.text().get(from..)?.find(written).map_or(0, |at| from + at);
    let end = if start == 0 { 0 } else { start + written.len() };
    Some(source.at(Span::new(start, end)))
}
