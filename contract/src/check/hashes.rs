//! What a row of the lock says of its frozen text: hashes, fingerprint. A working text counts as a version because of a hash, so one that was
//! written by hand would pass off any text as judged; tools find a schema by its fingerprint.
//!
//! A check verifies what it rests upon, and what costs no further reading of a text: each row where something changed, and the row of the
//! text that did not change. [`verify`] verifies every row, before a lock is written.

use super::items::Item;
use super::told::push_new;
use crate::lock::{Lock, LockedSubject, LockedVersion, sha256_hex};
use crate::project::{EventSchema, Past, Project, past};
use crate::report::{Finding, Report};
use crate::rules::LOCK_EDITED;
use crate::text::{Location, Span};
use crate::threads::in_parallel_and_deep;

/// What is wrong with the rows on which the judgement of an item rests; `compare` gives the hash of a version's texts.
pub(super) fn check(
    item: &Item<'_>,
    lock: &Lock,
    subject: &LockedSubject,
    mut compare: impl FnMut(&LockedVersion) -> Option<String>,
) -> Vec<Finding> {
    let versions = judged_by(item, lock, subject).iter();
    let mut forged: Vec<Finding> =
        versions.filter_map(|version| hash(lock, subject, version, &compare(version)?)).collect();
    // The schema is that of the last version where the hash, which is right then, says so.
    let last = subject.last().filter(|last| forged.is_empty() && last.compare == item.compare);
    forged.extend(last.and_then(|last| fingerprint(lock, subject, last, item.schema)));
    forged
}

/// Verifies the row of every version of the lock; what is told already is not told again.
pub fn verify(project: &Project, report: &mut Report) {
    let lock = &project.lock;
    let rows = lock.subjects.iter().flat_map(|subject| subject.versions.iter().map(move |version| (subject, version)));
    let rows: Vec<(&LockedSubject, &LockedVersion)> = rows.collect();
    let forged = in_parallel_and_deep(&rows, |(subject, version)| {
        let Past { schema, compare } = past(lock, subject, version);
        // A text of which no schema comes is told where it is judged.
        let fingerprint = schema.ok().and_then(|schema| fingerprint(lock, subject, version, &schema));
        [compare.and_then(|compare| hash(lock, subject, version, &compare)), fingerprint]
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
        Some((last, _)) if same_level && last.compare == item.compare => std::slice::from_ref(last),
        _ => &subject.versions,
    }
}

/// The finding about a hash that is not that of the frozen texts, `compare`. Texts that are missing or edited are told already.
fn hash(lock: &Lock, subject: &LockedSubject, version: &LockedVersion, compare: &str) -> Option<Finding> {
    let is_whole = version.contract.as_ref().is_none_or(|frozen| {
        frozen.contract.as_ref().is_some_and(|contract| sha256_hex(contract.source().text()) == frozen.text)
    });
    if version.compare == compare || !is_whole || sha256_hex(version.source.as_ref()?.text()) != version.text {
        return None;
    }
    let message = format!(
        "the hash of version {} of `{}` was edited in topika.lock: `compare` is not that of the frozen text",
        version.number, subject.name
    );
    Some(finding(message, lock, subject, &version.compare))
}

/// The finding about a fingerprint that is not that of the version's schema. A row may have none.
pub(super) fn fingerprint(
    lock: &Lock,
    subject: &LockedSubject,
    version: &LockedVersion,
    schema: &EventSchema,
) -> Option<Finding> {
    let written = version.fingerprint.as_ref()?;
    let right = schema.fingerprint();
    if right.as_ref() == Some(written) {
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
    Some(finding(message, lock, subject, written))
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
