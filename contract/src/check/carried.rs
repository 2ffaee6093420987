//! Files that claim what the lock carries without one.

use crate::project::{Contract, Project};
use crate::report::Report;
use crate::rules::LOCK_CARRIED;
use crate::text::{Source, Span};

/// Tells them: locked, such a subject would stand twice.
pub(super) fn check(contract: &Contract, project: &Project, report: &mut Report) {
    if project.lock.carried.is_empty() {
        return;
    }
    let events = contract.events.iter().filter(|event| event.frozen.is_none());
    let events = events.map(|event| (&event.subject.name, &event.path, &event.source));
    let shared = contract.shared.iter().map(|shared| (&shared.subject.name, &shared.path, &shared.source));
    for (subject, path, source) in events.chain(shared) {
        if project.lock.carried(subject).is_some() && project.lock.subject(subject).is_none() {
            tell(subject, path, source, report);
        }
    }
}

fn tell(subject: &str, path: &str, source: &Source, report: &mut Report) {
    let message = format!("the subject `{subject}` is carried in topika.lock, and {path} would be the same one");
    let help = "pull again: where nothing is in the way, the subject gets this file and keeps its history; else give the event another \
                topic or folder, so that its subject is another one";
    report.push(LOCK_CARRIED.at(source.at(Span::default()), message).subject(subject).help(help));
}
