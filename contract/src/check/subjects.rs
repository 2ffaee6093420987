use crate::compat::{Level, judge};
use crate::lock::LockedSubject;
use crate::project::{Contract, EventSchema, Project, Subject, history};
use crate::report::{Finding, Report};
use crate::rules::{HISTORY_SUBJECT_REMOVED, HISTORY_UNREADABLE_VERSION};

/// What a check compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Events and shared types of the working tree.
    pub subjects: usize,
    /// Frozen versions that they were compared with.
    pub versions: usize,
}

/// A text of the working tree that has a history.
struct Item<'c> {
    schema: &'c EventSchema,
    subject: &'c Subject,
    version: Option<u32>,
    consumers: &'c [String],
    path: &'c str,
    /// The topic of an event; a shared type has none.
    topic: Option<&'c str>,
}

/// Judges every event and shared type by its level.
pub(super) fn check(contract: &Contract, project: &Project, report: &mut Report) -> Checked {
    let mut checked = Checked::default();
    for item in items(contract) {
        checked.subjects += 1;
        let own = project.lock.subject(&item.subject.name);
        // The text is a locked version: it was judged when it was locked, and nothing newer has been said since.
        if let Some(locked) = own.filter(|own| item.version.is_some() && item.version == own.last().map(|v| v.number)) {
            checked.versions += locked.versions.len();
            continue;
        }
        let former = own.is_none() || item.subject.level.transitive();
        let former = former.then(|| formerly(&item, contract, project)).into_iter().flatten();
        for locked in own.into_iter().chain(former) {
            checked.versions += judge_item(&item, locked, project, report);
        }
    }
    tell_removed(contract, project, report);
    checked
}

fn items(contract: &Contract) -> impl Iterator<Item = Item<'_>> {
    let events = contract.events.iter().filter(|event| event.frozen.is_none()).map(|event| Item {
        schema: &event.schema,
        subject: &event.subject,
        version: event.version,
        consumers: contract
            .topics
            .iter()
            .find(|topic| topic.name == event.topic)
            .map_or(&[], |topic| topic.consumers.as_slice()),
        path: &event.path,
        topic: Some(&event.topic),
    });
    let shared = contract.shared.iter().map(|shared| Item {
        schema: &shared.schema,
        subject: &shared.subject,
        version: shared.version,
        consumers: &[],
        path: &shared.path,
        topic: None,
    });
    events.chain(shared)
}

/// The subjects under which the same file was locked for the same topic: a second event on a topic, or a new record name, changes the
/// name of the subject, but what was written to the topic is still there to be read.
fn formerly<'p>(item: &Item<'_>, contract: &Contract, project: &'p Project) -> impl Iterator<Item = &'p LockedSubject> {
    project.lock.subjects.iter().filter(|locked| {
        locked.path == item.path
            && locked.name != item.subject.name
            && of_topic(locked, item.topic)
            && !items(contract).any(|other| other.subject.name == locked.name)
    })
}

/// Whether a subject is one of that topic: `<topic>-value` or `<topic>-<record>`.
fn of_topic(locked: &LockedSubject, topic: Option<&str>) -> bool {
    topic.is_some_and(|topic| locked.name.strip_prefix(topic).is_some_and(|rest| rest.starts_with('-')))
}

/// Compares an item with its frozen versions; answers with how many.
fn judge_item(item: &Item<'_>, locked: &LockedSubject, project: &Project, report: &mut Report) -> usize {
    let level = item.subject.level;
    if level == Level::None {
        return 0;
    }
    let mut olds = Vec::new();
    for version in locked.versions.iter().rev().take(if level.transitive() { usize::MAX } else { 1 }) {
        match history(project, locked, version) {
            Ok(schema) => olds.push((version.number, schema)),
            Err(problems) => tell_unreadable(locked, version.number, &problems, report),
        }
    }
    for finding in judge(item.schema, &olds, level) {
        keep(dress(finding, item, locked), item, report);
    }
    olds.len()
}

/// Adds what only the project knows: the date of the version, the level, and who is hurt.
fn dress(mut finding: Finding, item: &Item<'_>, locked: &LockedSubject) -> Finding {
    for version in &locked.versions {
        let number = format!("version {} ", version.number);
        if let Some(rest) = finding.label.as_ref().and_then(|label| label.strip_prefix(&number)) {
            finding.label = Some(format!("{}, locked {}, {rest}", number.trim_end(), version.date));
            break;
        }
    }
    finding.subject = Some(item.subject.name.clone());
    finding.promise(item.subject.level, &item.subject.level_set_at).hurts(item.consumers)
}

/// Keeps a finding. A change of a shared type breaks every text that uses it, and is told once, with everybody whom it hurts.
fn keep(finding: Finding, item: &Item<'_>, report: &mut Report) {
    let same = |other: &&mut Finding| {
        std::ptr::eq(other.rule, finding.rule)
            && other.at.is_some()
            && other.at == finding.at
            && other.subject != finding.subject
    };
    match report.findings_mut().iter_mut().find(same) {
        Some(told) => *told = told.clone().hurts(item.consumers),
        None => report.push(finding),
    }
}

fn tell_unreadable(locked: &LockedSubject, number: u32, problems: &Report, report: &mut Report) {
    // Without a problem a text is missing, which was said when the lock was loaded.
    let Some(problem) = problems.findings().first() else { return };
    let message = format!("version {number} of `{}` cannot be read: {}", locked.name, problem.message);
    let mut finding = HISTORY_UNREADABLE_VERSION.finding(message).subject(&locked.name);
    finding.at.clone_from(&problem.at);
    report.push(finding.help("restore `topika.lock` and `schemas/.history` from version control"));
}

fn tell_removed(contract: &Contract, project: &Project, report: &mut Report) {
    for locked in &project.lock.subjects {
        let lives = items(contract).any(|item| item.subject.name == locked.name);
        // A file that is there and broken has its own finding.
        let moved = items(contract).find(|item| item.path == locked.path);
        let there = project.files.iter().any(|file| file.path == locked.path);
        if lives || (there && moved.is_none()) {
            continue;
        }
        let message = match moved {
            Some(item) if of_topic(locked, item.topic) => format!(
                "the subject `{}` of {} is now called `{}`; a registry begins a new history there, this check goes on with the old one",
                locked.name, locked.path, item.subject.name
            ),
            Some(_) => format!("the subject `{}` of {} has a new name, and its history ends", locked.name, locked.path),
            None => format!("{} was locked as `{}` and is gone", locked.path, locked.name),
        };
        let help = "undo it, or see that nobody reads the old subject any more; `cargo topika explain history/subject-removed` says more";
        report.push(HISTORY_SUBJECT_REMOVED.finding(message).subject(&locked.name).help(help));
    }
}
