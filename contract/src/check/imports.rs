//! Contracts that other repositories own: they are read, and so this alone is judged of them: whether what we read with reads all that was
//! written. Their names, their style and their promises are their owners' affair.

use std::collections::BTreeSet;

use super::copies;
use crate::compat::{Direction, Prepared, judge_one_way};
use crate::lock::ImportedSubject;
use crate::manifest::{ImportRow, matches};
use crate::project::{Contract, Owned, Project, check_imported_keys, imports, read_import, selected};
use crate::report::{Finding, Report};
use crate::rules::{
    HISTORY_UNREADABLE_VERSION, IMPORT_LEFT_OVER, IMPORT_NOT_PULLED, IMPORT_OWNED, IMPORT_UNREADABLE_VERSION, Severity,
    TOPIC_NO_EVENTS,
};
use crate::text::{Location, Span};
use crate::threads::in_parallel_and_deep;

/// How many reasons are told of a subject; the versions are all named.
const MOST: usize = 5;

/// Judges the imports of a project. Answers how many subjects and versions were compared.
pub(super) fn check(contract: &Contract, project: &Project, report: &mut Report) -> (usize, usize) {
    let (manifest, lock) = (&project.manifest, &project.lock);
    // What is frozen is not known of a lock that cannot be read, which was told.
    if (manifest.imports.is_empty() && lock.imports.is_empty()) || lock.corrupt {
        return (0, 0);
    }
    let selected = selected(manifest, lock);
    let owned = Owned::of(project, contract);
    tell_not_pulled(project, report);
    let misspelt =
        manifest.imports.iter().any(|row| row.env.as_ref().is_none_or(|env| manifest.env_row(&env.value).is_none()));
    for subject in selected.left_over.iter().filter(|_| !misspelt) {
        let message = format!(
            "topika.lock holds the import `{}` of [env.{}], which no [import] row of topika.toml asks for",
            subject.name, subject.env
        );
        let help = "run `cargo topika pull --import`, which takes it out, or put the row back";
        report.push(IMPORT_LEFT_OVER.finding(message).subject(&subject.name).help(help));
    }
    let mut subjects = Vec::new();
    for (row, subject) in &selected.own {
        if owned.subject(&subject.name) {
            let message = format!("the import `{}` is a subject of this project", subject.name);
            report.push(owned_at(row, subject, message));
        } else {
            subjects.push(*subject);
        }
    }
    copies::tell(project, contract, &selected.referenced, report);
    let imports = imports(project, contract);
    for (row, subject, topic) in &imports.on_our_topics {
        let message = format!("the import `{}` is on the topic `{topic}`, which is one of this project", subject.name);
        report.push(owned_at(row, subject, message));
    }
    tell_topics(project, &selected.own, &imports.contract, &owned, report);
    check_imported_keys(project, &imports.contract, report);
    let found = in_parallel_and_deep(&subjects, |subject| readers(project, subject));
    report.extend(found.into_iter().flatten());
    (subjects.len(), subjects.iter().map(|subject| subject.versions.len()).sum())
}

/// Patterns of which nothing is frozen.
fn tell_not_pulled(project: &Project, report: &mut Report) {
    for row in &project.manifest.imports {
        // An environment that there is none of was told.
        let Some(env) = row.env.as_ref().filter(|env| project.manifest.env_row(&env.value).is_some()) else { continue };
        let of_env = || project.lock.imports.iter().filter(|subject| subject.env == env.value);
        for pattern in row.patterns().filter(|one| !of_env().any(|subject| matches(&one.value, &subject.name))) {
            let message =
                format!("nothing is frozen of `{}`, which [import.{}] asks for", pattern.value, row.name.value);
            let help = format!("run `cargo topika pull --import {}`, and commit what it writes", row.name.value);
            report.push(IMPORT_NOT_PULLED.at(pattern.at.clone(), message).help(help));
        }
    }
}

fn owned_at(row: &ImportRow, subject: &ImportedSubject, message: String) -> Finding {
    let pattern = row.patterns().find(|pattern| matches(&pattern.value, &subject.name));
    let at: Location = pattern.map_or_else(|| row.name.at.clone(), |pattern| pattern.at.clone());
    let help = "an event belongs to one repository: write the pattern so that it is not selected, or take the schema file out here";
    IMPORT_OWNED.at(at, message).subject(&subject.name).help(help)
}

/// Rows of topics that no subject is on.
fn tell_topics(
    project: &Project,
    selected: &[(&ImportRow, &ImportedSubject)],
    imports: &Contract,
    owned: &Owned<'_>,
    report: &mut Report,
) {
    let made: BTreeSet<&str> = imports.topics.iter().map(|topic| topic.name.as_str()).collect();
    for (import, topic) in
        project.manifest.imports.iter().flat_map(|row| row.topics.iter().map(move |topic| (row, topic)))
    {
        let is_pulled = selected.iter().any(|(row, _)| row.name == import.name);
        if is_pulled && !made.contains(topic.name.value.as_str()) && !owned.topic(&topic.name.value) {
            let message =
                format!("no subject of [import.{}] is on the topic `{}`", import.name.value, topic.name.value);
            let help = "say which are: `subjects = [\"orders.OrderPlaced\"]`, or take the row out";
            report.push(TOPIC_NO_EVENTS.at(topic.name.at.clone(), message).help(help));
        }
    }
}

/// Whether the newest version of a subject, of which types are made, reads all others.
fn readers(project: &Project, subject: &ImportedSubject) -> Option<Finding> {
    let newest = subject.last()?;
    let source = newest.source.as_ref()?;
    let read = |version| read_import(&project.lock, subject, version);
    let new = match read(newest) {
        Ok(new) => new.schema,
        Err(problems) => {
            let problem = problems.findings().first()?;
            let message = format!(
                "version {} of the import `{}` cannot be read: {}",
                newest.number, subject.name, problem.message
            );
            let at = problem.at.clone().unwrap_or_else(|| source.at(Span::default()));
            let help = "ask its owner, or write the pattern of the import so that it is not selected";
            return Some(HISTORY_UNREADABLE_VERSION.at(at, message).subject(&subject.name).help(help));
        }
    };
    let prepared = Prepared::new(&new);
    let (mut broken, mut reasons, mut first) = (Vec::new(), Vec::new(), None);
    for version in subject.versions.iter().rev().skip(1).filter(|version| version.source.is_some()) {
        let mut add = |message: String, at: Option<Location>| {
            first = first.take().or(at);
            broken.push(version.number.to_string());
            reasons.push(format!("version {}: {message}", version.number));
        };
        match read(version) {
            Ok(old) => {
                let old = Prepared::new(&old.schema);
                let found =
                    judge_one_way(&prepared, &old, version.number, Direction::Backward, project.manifest.policy());
                let worst = found.into_iter().find(|finding| finding.rule.default == Severity::Deny);
                if let Some(finding) = worst {
                    add(finding.message, finding.at);
                }
            }
            Err(problems) => {
                if let Some(problem) = problems.findings().first() {
                    add(problem.message.clone(), None);
                }
            }
        }
    }
    let versions = match broken.as_slice() {
        [] => return None,
        [one] => format!("version {one}"),
        more => format!("versions {}", more.join(", ")),
    };
    let message = format!(
        "the types of the import `{}`, made of version {}, cannot read messages of {versions}",
        subject.name, newest.number
    );
    let at = first.unwrap_or_else(|| source.at(Span::default()));
    let mut finding = IMPORT_UNREADABLE_VERSION
        .at(at, message)
        .subject(&subject.name)
        .help("ask its owner to mend it; or waive it where no message of these versions is left");
    finding.notes.extend(reasons.into_iter().take(MOST));
    Some(finding)
}
