//! The hashes by which the lock knows a text: a working text counts as a version because of its hash, so one that was written by hand
//! would pass off any text as judged.

use super::items::{Item, Items};
use crate::lock::{Lock, LockedSubject, LockedVersion, compare_hash, sha256_hex};
use crate::project::Project;
use crate::report::{Finding, Report};
use crate::rules::LOCK_EDITED;
use crate::text::{Location, Span};

pub(super) fn check(project: &Project, items: &Items<'_>, report: &mut Report) {
    let lock = &project.lock;
    for item in &items.all {
        let Some(subject) = lock.subject(&item.subject.name) else { continue };
        let forged = judged_by(item, lock, subject).iter().filter(|version| is_forged(lock, subject, version));
        report.extend(forged.map(|version| finding(lock, subject, version)).collect::<Vec<_>>());
    }
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

/// Whether the hash of a version is not that of its frozen texts. Texts that are missing or edited are told already.
fn is_forged(lock: &Lock, subject: &LockedSubject, version: &LockedVersion) -> bool {
    let Some(source) = &version.source else { return false };
    let mut references = Vec::new();
    for reference in &version.references {
        let text = lock.subject(&reference.subject).and_then(|of| of.version(reference.version)?.source.as_ref());
        let Some(text) = text else { return false };
        references.push((reference.name.as_str(), text.text()));
    }
    compare_hash(subject.format, source.text(), references) != version.compare
        && sha256_hex(source.text()) == version.text
}

fn finding(lock: &Lock, subject: &LockedSubject, version: &LockedVersion) -> Finding {
    let message = format!(
        "the hash of version {} of `{}` was edited in topika.lock: `compare` is not that of the frozen text",
        version.number, subject.name
    );
    let help = "restore topika.lock from version control; only `cargo topika lock` writes it";
    let mut finding = LOCK_EDITED.finding(message).subject(&subject.name).help(help);
    finding.at = place(lock, subject, version);
    finding
}

/// Where the hash stands in the lock.
fn place(lock: &Lock, subject: &LockedSubject, version: &LockedVersion) -> Option<Location> {
    let source = lock.source.as_ref()?;
    let from = source.text().find(&format!("name = \"{}\"", subject.name)).unwrap_or_default();
    let start = source.text().get(from..)?.find(&version.compare).map_or(0, |at| from + at);
    let end = if start == 0 { 0 } else { start + version.compare.len() };
    Some(source.at(Span::new(start, end)))
}
