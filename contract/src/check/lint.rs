//! Lint of the working texts.

use std::collections::{HashMap, HashSet};

use crate::lint::{Text, lint};
use crate::project::{Contract, Project, Topic};
use crate::report::Report;
use crate::rules::{Rule, Severity};
use crate::threads::in_parallel_and_deep;

/// Looks at every text of the working tree by the rules that the manifest has at warn or deny.
pub(super) fn check(contract: &Contract, project: &Project, report: &mut Report) {
    let wants = |rule: &'static Rule| project.manifest.severity_of(rule) != Severity::Allow;
    let locked: HashSet<&str> = project.lock.subjects.iter().map(|subject| subject.name.as_str()).collect();
    let is_new = |subject: &str| !locked.contains(subject);
    let topics: HashMap<&str, &Topic> = contract.topics.iter().map(|topic| (topic.name.as_str(), topic)).collect();
    let key = |topic: &str| topics.get(topic).and_then(|topic| topic.key.as_ref()).map_or(&[][..], |key| &key.fields);
    let events = contract.events.iter().filter(|event| event.frozen.is_none()).map(|event| {
        let subject = event.subject.name.as_str();
        let is_new = is_new(subject);
        // The fields of a key that has a schema of its own are named otherwise.
        let key = if event.key { &[][..] } else { key(&event.topic) };
        (subject, Text { schema: &event.schema, path: &event.path, key, is_new })
    });
    let shared = contract.shared.iter().map(|shared| {
        let subject = shared.subject.name.as_str();
        (subject, Text { schema: &shared.schema, path: &shared.path, key: &[], is_new: is_new(subject) })
    });
    let texts: Vec<(&str, Text<'_>)> = shared.chain(events).collect();
    for ((subject, _), findings) in texts.iter().zip(in_parallel_and_deep(&texts, |(_, text)| lint(text, &wants))) {
        report.extend(findings.into_iter().map(|finding| finding.subject(*subject)));
    }
}
