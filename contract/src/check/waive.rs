//! The rows `[[waive]]`: which findings they cover, and which rows cover none.

use super::known::Known;
use super::place::covers;
use crate::lock::{ImportedSubject, Lock, LockedSubject};
use crate::manifest::WaiveRow;
use crate::project::{Contract, Project};
use crate::report::{Finding, Report};
use crate::rules::{Severity, WAIVE_LAPSED, WAIVE_UNUSED};

/// Lays the waivers of the manifest over the findings. A covered finding no longer weighs anything and keeps the reason; a row that
/// covers nothing, or whose time is over, is a finding itself.
pub(super) fn apply(contract: &Contract, project: &Project, report: &mut Report) {
    // What a former state had accepted was marked as it was found.
    for finding in report.findings_mut().iter_mut().filter(|finding| finding.waived.is_some()) {
        finding.severity = Severity::Allow;
    }
    if project.manifest.waivers.is_empty() {
        return;
    }
    let known = Known::of(contract, project);
    let hides = hides(contract, project);
    let mut told = Vec::new();
    for row in &project.manifest.waivers {
        let is_known = known.contains(&row.subject.value, row.rule.value);
        if !is_known && !hides {
            told.push(unknown(row, &known));
        } else if let Some(finding) = lapsed(row, project) {
            told.push(finding);
        } else if !cover(row, report) && (!hides || lives(row, contract)) {
            told.push(unused(row, report));
        }
    }
    report.extend(told);
}

/// The reason of a row that covers a finding about a former state: a row of today or of then. The step that it was written for is the one
/// from the last version that was locked then; locking has ended it here, and the change that locks is compared with that state still.
pub(super) fn accepted<'w>(
    finding: &Finding,
    rows: impl IntoIterator<Item = &'w WaiveRow>,
    last: Option<u32>,
    lock: &Lock,
) -> Option<&'w str> {
    let last = last.unwrap_or_default();
    let mut rows = rows.into_iter();
    let row = rows.find(|row| {
        row.from.as_ref().is_none_or(|from| from.value == last)
            && given_up(row, lock).is_none()
            && matches(row, finding)
    })?;
    Some(&row.reason.value)
}

/// What is locked of a topic in place of the value that a row gives up; `None` where it is that value, or the row gives up none.
fn given_up(row: &WaiveRow, lock: &Lock) -> Option<String> {
    let was = row.was.as_ref()?;
    let locked = lock.topic(&row.subject.value).and_then(|topic| topic.value_of(row.rule.value)).unwrap_or_default();
    (locked != was.value).then_some(locked)
}

/// Says that the step which a row was written for is done.
fn lapsed(row: &WaiveRow, project: &Project) -> Option<Finding> {
    if let (Some(was), Some(locked)) = (&row.was, given_up(row, &project.lock)) {
        let or_nothing = |value: &str| if value.is_empty() { "nothing".to_owned() } else { value.to_owned() };
        let (was_value, locked) = (or_nothing(&was.value), or_nothing(&locked));
        let (rule, topic) = (row.rule.value.id, &row.subject.value);
        let message = format!("this waiver of `{rule}` gives up {was_value} of `{topic}`, and {locked} is locked");
        return Some(WAIVE_LAPSED.at(was.at.clone(), message).subject(topic).help("take the row out of topika.toml"));
    }
    let from = row.from.as_ref()?;
    let subject = &row.subject.value;
    let imported = || project.lock.import(subject).and_then(ImportedSubject::last).map(|last| last.number);
    let last = project.lock.subject(subject).and_then(LockedSubject::last).map(|last| last.number);
    let last = last.or_else(imported).unwrap_or_default();
    if from.value == last {
        return None;
    }
    let rule = row.rule.value.id;
    let message = if from.value < last {
        format!("this waiver of `{rule}` ended when version {last} of `{subject}` was locked")
    } else {
        format!(
            "this waiver of `{rule}` begins with version {} of `{subject}`, and {} is locked",
            from.value,
            said(last)
        )
    };
    Some(WAIVE_LAPSED.at(from.at.clone(), message).subject(subject).help("take the row out of topika.toml"))
}

fn said(last: u32) -> String {
    if last == 0 { "none".to_owned() } else { format!("only version {last}") }
}

/// Marks what a row covers; answers whether there is anything.
fn cover(row: &WaiveRow, report: &mut Report) -> bool {
    let mut any = false;
    for finding in report.findings_mut().iter_mut().filter(|finding| matches(row, finding)) {
        finding.severity = Severity::Allow;
        finding.waived = Some(row.reason.value.clone());
        any = true;
    }
    any
}

fn matches(row: &WaiveRow, finding: &Finding) -> bool {
    std::ptr::eq(row.rule.value, finding.rule)
        && finding.subject.as_deref() == Some(row.subject.value.as_str())
        && row.pointer.as_ref().is_none_or(|pointer| covers(&pointer.value, finding))
}

/// Whether something keeps a text from being read: then nobody knows what a row for a subject that is not there covers.
fn hides(contract: &Contract, project: &Project) -> bool {
    let read = |path: &str| {
        contract.events.iter().any(|event| event.path == path)
            || contract.shared.iter().any(|shared| shared.path == path)
    };
    project.files.iter().any(|file| !read(&file.path))
}

/// Whether a row's subject or topic is one of today's.
fn lives(row: &WaiveRow, contract: &Contract) -> bool {
    let events = contract.events.iter().map(|event| &event.subject.name);
    let shared = contract.shared.iter().map(|shared| &shared.subject.name);
    let mut names = events.chain(shared).chain(contract.topics.iter().map(|topic| &topic.name));
    names.any(|name| *name == row.subject.value)
}

fn unknown(row: &WaiveRow, known: &Known<'_>) -> Finding {
    let subject = &row.subject.value;
    let kind = if row.rule.value.is_of_topics() { "topic" } else { "subject" };
    let message = format!("there is no {kind} `{}`, so this waiver covers nothing", subject.escape_debug());
    WAIVE_UNUSED.at(row.subject.at.clone(), message).subject(subject).help(known.help(subject, row.rule.value))
}

fn unused(row: &WaiveRow, report: &Report) -> Finding {
    let (rule, subject) = (row.rule.value.id, &row.subject.value);
    let of_rule = |finding: &&Finding| std::ptr::eq(finding.rule, row.rule.value);
    let own = |finding: &&Finding| finding.subject.as_ref() == Some(subject);
    let same = || report.findings().iter().filter(of_rule);
    let message = format!("`{subject}` has no finding `{rule}` that this waiver covers");
    let pointer = same().find(own).and_then(|finding| finding.pointer.as_ref());
    let elsewhere = same().filter(|finding| finding.waived.is_none()).find_map(|finding| finding.subject.as_ref());
    let help = match (pointer, elsewhere) {
        (Some(pointer), _) => format!("there is one at {pointer:?}; correct `at`, or take the row out"),
        (None, Some(other)) => format!("`{other}` has one; correct `subject`, or take the row out"),
        (None, None) => "take the row out of topika.toml".to_owned(),
    };
    WAIVE_UNUSED.at(row.rule.at.clone(), message).subject(subject).help(help)
}
