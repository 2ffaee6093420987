//! History is only added to: what a former state of the project has locked must still stand in the lock.

use super::baseline::{Baseline, Kind};
use super::told::push_new;
use crate::lock::{LockedSubject, LockedVersion};
use crate::project::Project;
use crate::report::{Finding, Report};
use crate::rules::{HISTORY_EDITED, HISTORY_REMOVED};

pub(super) fn check(project: &Project, baseline: &Baseline, report: &mut Report) {
    let Kind::Former { locked, .. } = &baseline.kind else { return };
    if project.lock.corrupt {
        return; // Nobody knows what is locked, which is a finding of its own.
    }
    let schemas = project.manifest.schemas.as_str();
    let mut findings = Vec::new();
    for before in &locked.subjects {
        match project.lock.subject(&before.name) {
            None => findings.push(subject_removed(before, baseline, schemas)),
            Some(now) => {
                findings.extend(before.versions.iter().filter_map(|old| version(before, old, now, baseline, schemas)))
            }
        }
    }
    push_new(findings, report);
}

fn subject_removed(before: &LockedSubject, baseline: &Baseline, schemas: &str) -> Finding {
    let versions = match before.versions.as_slice() {
        [only] => format!("version {}", only.number),
        versions => format!("{} versions", versions.len()),
    };
    let message =
        format!("`{}` is locked in {} with {versions}, and is no longer in topika.lock", before.name, baseline.name());
    HISTORY_REMOVED.finding(message).subject(&before.name).help(help(baseline, schemas))
}

fn version(
    before: &LockedSubject,
    old: &LockedVersion,
    now: &LockedSubject,
    baseline: &Baseline,
    schemas: &str,
) -> Option<Finding> {
    let name = &before.name;
    let finding = match now.version(old.number) {
        None => HISTORY_REMOVED.finding(format!(
            "version {} of `{name}` is locked in {} and no longer in topika.lock",
            old.number,
            baseline.name()
        )),
        Some(new) if same(old, new) => return None,
        Some(new) => {
            let message = format!("version {} of `{name}` is not what {} has locked", old.number, baseline.name());
            let mut finding = HISTORY_EDITED.finding(message).note(format!("changed: {}", changed(old, new)));
            finding.at = new.source.as_ref().map(|source| source.at(crate::text::Span::default()));
            match &old.source {
                Some(source) => finding.related(source.at(crate::text::Span::default()), "as it was locked"),
                None => finding,
            }
        }
    };
    Some(finding.subject(name).help(help(baseline, schemas)))
}

fn same(old: &LockedVersion, new: &LockedVersion) -> bool {
    changed(old, new).is_empty()
}

fn contract(version: &LockedVersion) -> Option<&str> {
    version.contract.as_ref().map(|contract| contract.text.as_str())
}

/// The facts of a version that differ, for people; empty where none does.
fn changed(old: &LockedVersion, new: &LockedVersion) -> String {
    let facts = [
        ("the text", old.text != new.text),
        ("the hash of the text", old.compare != new.compare && old.text == new.text && contract(old) == contract(new)),
        ("the data contract", contract(old) != contract(new)),
        ("the references", old.references != new.references),
        ("the fingerprint", old.fingerprint != new.fingerprint && old.text == new.text),
        ("the date", old.date != new.date),
    ];
    let changed: Vec<&str> = facts.into_iter().filter(|(_, differs)| *differs).map(|(fact, _)| fact).collect();
    changed.join(", ")
}

/// How what was locked is fetched back from where it stood then.
fn help(baseline: &Baseline, schemas: &str) -> String {
    let history = format!("{schemas}/.history");
    let from = match (baseline.id.strip_prefix("git:"), &baseline.kind) {
        (Some(commit), Kind::Former { place: Some(place), schemas: before, .. }) => format!(
            "`git checkout {commit} -- :/{place}topika.lock :/{place}{before}/.history`, move these to topika.lock and {history} of this \
             project"
        ),
        (Some(commit), Kind::Former { schemas: before, .. }) if before != schemas => {
            format!("`git checkout {commit} -- topika.lock {before}/.history`, move the latter to {history}")
        }
        (Some(commit), _) => format!("`git checkout {commit} -- topika.lock {history}`"),
        (None, _) => format!("restore topika.lock and the history from {}", baseline.id),
    };
    format!("history is only added to: {from}, then run `cargo topika lock` again")
}
