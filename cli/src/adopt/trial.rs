//! What the project would say: everything is tried in memory before it is written.

use std::collections::{BTreeMap, HashSet};

use topika_contract::check::{Baseline, check, check_against};
use topika_contract::data_contract::DataContract;
use topika_contract::project::{Contract, Project, resolve};
use topika_contract::report::{Finding, Report};
use topika_contract::rules::{LOCK_CARRIED, Severity};
use topika_contract::tree::Memory;

use super::apart::Wrong;
use super::place::{Kind, Place, event_of, lives};
use super::settled::Settled;

/// The project as it stands.
pub(super) struct Before {
    pub(super) contract: Contract,
    /// What is wrong with it already: a pull is no reason to tell it, and none to stop.
    denied: HashSet<Key>,
}

/// What makes a finding the same one: rule, subject, message.
type Key = (&'static str, Option<String>, String);

fn key(finding: &Finding) -> Key {
    (finding.rule.id, finding.subject.clone(), finding.message.clone())
}

impl Before {
    pub(super) fn of(project: &Project) -> Self {
        let mut report = Report::default();
        let contract = resolve(project, &mut report);
        check(&contract, project, &mut report);
        Self { contract, denied: denied(&report).map(key).collect() }
    }
}

/// The project as it would be.
pub(super) struct Trial {
    pub(super) after: Project,
    pub(super) contract: Contract,
    report: Report,
}

impl Trial {
    pub(super) fn of(settled: &Settled, project: &Project) -> Self {
        let mut tree = Memory::default();
        tree.insert("topika.toml", settled.manifest.clone());
        tree.insert("topika.lock", settled.built.lock.print());
        let schemas = &project.manifest.schemas;
        for file in &project.files {
            tree.insert(format!("{schemas}/{}", file.path), file.source.text());
            let contract = file.contract.as_ref();
            if let Some(contract) =
                contract.filter(|one| !settled.removed.iter().any(|path| path == one.source().path()))
            {
                tree.insert(contract.source().path(), contract.source().text());
            }
        }
        for (path, text) in settled.working.iter().chain(&settled.built.frozen) {
            tree.insert(path.clone(), text.clone());
        }
        let texts = project.lock.subjects.iter().flat_map(|subject| &subject.versions).map(|version| &version.source);
        let carried = project.lock.carried.iter().flat_map(|subject| &subject.versions).map(|version| &version.source);
        let versions = project.lock.subjects.iter().flat_map(|subject| &subject.versions);
        let contracts = versions.filter_map(|version| version.data_contract()).map(DataContract::source);
        let imports = project.lock.imports.iter().flat_map(|subject| &subject.versions).map(|version| &version.source);
        let versions = project.lock.imports.iter().flat_map(|subject| &subject.versions);
        let of_imports = versions.filter_map(|version| version.data_contract()).map(DataContract::source);
        for source in texts.chain(carried).chain(imports).flatten().chain(contracts).chain(of_imports) {
            tree.insert(source.path(), source.text());
        }
        let mut report = Report::default();
        let after = Project::of_tree(&tree, &mut report);
        let contract = resolve(&after, &mut report);
        // What is new in the lock is held to the project's levels too: a check against a commit before the pull will.
        let baselines = [Baseline::lock(), Baseline::former("topika.lock", project.clone(), None)];
        check_against(&contract, &after, &baselines, &mut report);
        Self { after, contract, report }
    }

    /// Files of subjects that stay carried.
    pub(super) fn claims(&self) -> Vec<Finding> {
        self.report.findings().iter().filter(|finding| finding.rule == &LOCK_CARRIED).cloned().collect()
    }

    /// What came with the pull and must not be.
    pub(super) fn denied(&self, before: &Before) -> Vec<Finding> {
        denied(&self.report).filter(|finding| !before.denied.contains(&key(finding))).cloned().collect()
    }

    /// The subjects, by their names there, that do not come out as they are in the registry, each with the reason. Of what is locked with a file
    /// no more is asked than that nothing breaks.
    pub(super) fn wrong(&self, settled: &Settled, before: &Before, project: &Project) -> BTreeMap<String, Wrong> {
        let schemas = &self.after.manifest.schemas;
        let denied = self.denied(before);
        let mut wrong = BTreeMap::new();
        for (there, place) in &settled.places.places {
            let Some((path, _)) = place.file() else { continue };
            let whole = format!("{schemas}/{path}");
            let is_fresh = project.lock.subject(&place.name).is_none();
            let of_topic = |finding: &Finding| match &place.kind {
                Kind::OfTopic { topic, .. } => is_fresh && finding.subject.as_ref() == Some(topic),
                _ => false,
            };
            let told = denied.iter().find(|finding| {
                finding.subject.as_ref() == Some(&place.name)
                    || finding.at.as_ref().is_some_and(|at| at.source.path() == whole)
                    || of_topic(finding)
            });
            if let Some(told) = told {
                wrong.insert(there.clone(), Wrong::Denied(format!("{}: {}", told.rule.id, told.message)));
            } else if is_fresh {
                // A file that somebody works on is judged by its own text, and is ahead of the lock.
                let newest = settled.built.newest.get(there).copied();
                let beside = DataContract::path_beside(&whole);
                let is_kept = settled.kept.iter().any(|path| *path == whole || *path == beside);
                if newest.is_some() && !is_kept && !self.is_same(place, newest) {
                    wrong.insert(there.clone(), Wrong::Other);
                }
            } else if lives(&before.contract, &place.name)
                && !lives(&self.contract, &place.name)
                && !is_meant(place, settled, project)
            {
                wrong.insert(there.clone(), Wrong::Lost(place.name.clone()));
            }
        }
        wrong
    }

    /// Whether the project has the subject, with that version as the newest.
    fn is_same(&self, place: &Place, newest: Option<u32>) -> bool {
        let events = self.contract.events.iter().filter(|event| event.frozen.is_none());
        let events = events.map(|event| (&event.subject.name, event.version));
        let shared = self.contract.shared.iter().map(|shared| (&shared.subject.name, shared.version));
        events.chain(shared).any(|(subject, version)| *subject == place.name && version == newest)
    }

    /// The subjects that one refers to, directly or not.
    pub(super) fn behind(&self, subject: &str) -> HashSet<String> {
        let events = self.contract.events.iter().map(|event| (&event.subject.name, &event.references));
        let shared = self.contract.shared.iter().map(|shared| (&shared.subject.name, &shared.references));
        let own = events.chain(shared).filter(|(name, _)| *name == subject);
        own.flat_map(|(_, references)| references).map(|reference| reference.subject.clone()).collect()
    }
}

/// Whether somebody wrote all that is new on a subject's topic into the row of it: who gives a topic a second event gives the first another subject.
fn is_meant(place: &Place, settled: &Settled, project: &Project) -> bool {
    let Kind::OfTopic { topic, .. } = &place.kind else { return false };
    let Some(row) = project.manifest.topic_row(topic) else { return false };
    let fresh = settled.places.places.values().filter(|place| project.lock.subject(&place.name).is_none());
    let mut events = fresh.filter_map(|place| match &place.kind {
        Kind::OfTopic { topic: of, path, .. } if of == topic => event_of(path),
        _ => None,
    });
    events.all(|event| row.events.iter().any(|listed| listed.value == event))
}

/// A file of a subject that stays carried is no reason to stop: it is told behind the pull.
fn denied(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings().iter().filter(|finding| finding.severity == Severity::Deny && finding.rule != &LOCK_CARRIED)
}
