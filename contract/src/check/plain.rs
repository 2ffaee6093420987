//! Avro that names no schema: whoever reads it has one schema, and takes all messages for it.

use super::baseline::{Baseline, Kind};
use super::items::{Item, Items};
use super::told::push_new;
use crate::lock::{Lock, LockedSubject, LockedVersion};
use crate::project::Project;
use crate::report::{Finding, Report};
use crate::rules::AVRO_PLAIN_CHANGED;
use crate::text::Span;

/// Says where the encoding of a plain topic is no longer the locked one.
pub(super) fn check(project: &Project, items: &Items<'_>, baseline: &Baseline, report: &mut Report) {
    let lock = match &baseline.kind {
        Kind::Lock => &project.lock,
        Kind::Former { locked, .. } => locked,
        Kind::Other(lock) => lock,
    };
    let mut findings = Vec::new();
    for item in &items.all {
        if let Some((last, mut finding)) = changed(item, lock) {
            baseline.lay_waivers(&mut finding, Some(last.number), project);
            findings.push(finding);
        }
    }
    push_new(findings, report);
}

/// The fingerprint is that of the canonical form: names, types and their order, all that the bytes hang on.
fn changed<'l>(item: &Item<'_>, lock: &'l Lock) -> Option<(&'l LockedVersion, Finding)> {
    let topic = item.topic.filter(|topic| topic.framing.plain)?;
    lock.topic(&topic.name).filter(|locked| locked.framing.plain)?;
    let last = lock.subject(&item.subject.name).and_then(LockedSubject::last)?;
    let (locked, now) = (last.fingerprint.as_ref()?, item.schema.fingerprint()?);
    if *locked == now {
        return None;
    }
    let message = format!(
        "the schema of `{}` is another than version {}, locked {}, and its messages name none: who has the one misreads what was written with the other",
        topic.name, last.number, last.date
    );
    let help = format!(
        "make a new topic for the new schema; or stop all that write and read, empty the topic, and run `cargo topika waive {} {} --reason \"...\"`",
        AVRO_PLAIN_CHANGED.id, item.subject.name
    );
    let mut finding =
        AVRO_PLAIN_CHANGED.at(item.source.at(Span::new(0, 1)), message).subject(&item.subject.name).help(help);
    if let Some(at) = &topic.at {
        finding = finding.related(at.clone(), "`framing = \"none\"`: no writer's schema resolves the difference");
    }
    finding.hurts.clone_from(&topic.consumers);
    Some((last, finding))
}
