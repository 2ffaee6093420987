//! Settings among the steps of a plan, and among what no push mends.

use super::plan::{Drift, Plan, Step};
use super::wanted::Wanted;
use crate::settings::{Differences, Names, There};

/// The subjects that the lock asks of a registry, by name.
pub(crate) fn names(wanted: &Wanted, prefix: &str) -> Names {
    let subjects = wanted.versions.iter();
    Names::new(prefix, subjects.map(|version| (version.subject.clone(), wanted.remote(version), version.prefixed)))
}

/// Adds what differs: settings behind the levels, since they say how versions are taken, and those that turn whoever asks for a subject to another
/// one behind the versions.
pub(super) fn add_settings(plan: &mut Plan, differences: Differences, there: &There) {
    let Differences { changes, beyond } = differences;
    let is_turned_away = |subject: &str| {
        let is_taken_back =
            || changes.iter().any(|change| change.subject.as_deref() == Some(subject) && change.takes_alias_back());
        there.alias(subject).filter(|_| !is_taken_back())
    };
    for step in std::mem::take(&mut plan.steps) {
        match &step {
            Step::Register { subject, number, .. } => match is_turned_away(subject) {
                Some(of) => {
                    plan.drift.push(Drift::Aliased { subject: subject.clone(), number: *number, of: of.to_owned() });
                }
                None => plan.steps.push(step),
            },
            _ => plan.steps.push(step),
        }
    }
    let (last, first): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.is_alias());
    let at = plan.steps.iter().take_while(|step| matches!(step, Step::SetLevel { .. })).count();
    plan.steps.splice(at..at, first.into_iter().map(Step::SetSettings));
    plan.steps.extend(last.into_iter().map(Step::SetSettings));
    plan.drift.extend(beyond.into_iter().map(Drift::OtherSettings));
}
