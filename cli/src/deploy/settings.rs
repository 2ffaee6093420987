//! Settings among the steps of a plan, and among what no push mends.

use std::collections::HashSet;

use topika_contract::lock::LockedReference;

use super::plan::{Drift, Plan, Step};
use super::wanted::Wanted;
use crate::settings::{Differences, Names, There};

/// The subjects that the lock asks of a registry, by name.
pub(crate) fn names(wanted: &Wanted, prefix: &str) -> Names {
    let subjects = wanted.versions.iter();
    Names::new(prefix, subjects.map(|version| (version.subject.clone(), wanted.remote(version), version.prefixed)))
}

/// Adds what differs: what the registry itself says before everything, settings of subjects behind the levels, since they say how versions are taken, and those that turn whoever asks for a subject to another
/// one behind the versions.
pub(super) fn add_settings(plan: &mut Plan, wanted: &Wanted, differences: Differences, there: &There) {
    let Differences { changes, beyond } = differences;
    let is_turned_away = |subject: &str| {
        let is_taken_back =
            || changes.iter().any(|change| change.subject.as_deref() == Some(subject) && change.takes_alias_back());
        there.alias(subject).filter(|_| !is_taken_back())
    };
    // What stands on a version that cannot be registered cannot be, either; it comes behind it.
    let mut missing: HashSet<usize> = HashSet::new();
    for step in std::mem::take(&mut plan.steps) {
        let Step::Register { subject, number, at } = &step else {
            plan.steps.push(step);
            continue;
        };
        let (subject, number) = (subject.clone(), *number);
        let references = wanted.versions.get(*at).map(|version| version.references.as_slice()).unwrap_or_default();
        let is_missing =
            |of: &&LockedReference| wanted.at(&of.subject, of.version).is_some_and(|at| missing.contains(&at));
        let drift = match (is_turned_away(&subject), references.iter().find(is_missing)) {
            (Some(of), _) => Drift::Aliased { subject, number, of: of.to_owned() },
            (None, Some(of)) => {
                let of = format!("version {} of {}", of.version, of.subject);
                Drift::ReferenceMissing { subject, number, of }
            }
            (None, None) => {
                plan.steps.push(step);
                continue;
            }
        };
        missing.insert(*at);
        plan.drift.push(drift);
    }
    let (of_all, changes): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.subject.is_none());
    let (last, first): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.is_alias());
    // The levels that follow are those of subjects that have another one than it.
    plan.steps.splice(0..0, of_all.into_iter().map(Step::SetSettings));
    let at = plan.steps.iter().take_while(|step| !matches!(step, Step::Register { .. })).count();
    plan.steps.splice(at..at, first.into_iter().map(Step::SetSettings));
    plan.steps.extend(last.into_iter().map(Step::SetSettings));
    plan.drift.extend(beyond.into_iter().map(Drift::OtherSettings));
    let aliases = there.aliases.iter().cloned();
    plan.drift.extend(aliases.map(|(subject, of)| Drift::UnknownAlias { subject, of }));
}
