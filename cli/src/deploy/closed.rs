//! What waits for a subject, or a whole registry, that takes no registration.

use std::collections::{BTreeMap, HashMap};

use topika_registry::api::Mode;

use super::observe::Observed;
use super::plan::{Drift, Plan, Step};
use super::wanted::Wanted;

/// Takes the steps out of a plan that its registry would refuse by a mode, with all that stands on them, and tells for whom they wait.
pub(super) fn hold_back(wanted: &Wanted, observed: &Observed, plan: &mut Plan) {
    let mut closed: BTreeMap<&str, Closed> = BTreeMap::new();
    for (subject, seen) in &observed.subjects {
        if seen.mode != Mode::Readwrite {
            closed.insert(whose(observed, subject), Closed { mode: seen.mode, waiting: 0 });
        }
    }
    // For whom versions wait, and all that is registered behind one in its subject.
    let mut versions: HashMap<usize, &str> = HashMap::new();
    let mut subjects: HashMap<String, &str> = HashMap::new();
    let mut steps = Vec::with_capacity(plan.steps.len());
    for step in std::mem::take(&mut plan.steps) {
        let seen = observed.subjects.get_key_value(step.subject());
        let refused = match seen {
            Some((subject, seen)) => (!takes(seen.mode, &step)).then(|| whose(observed, subject)),
            // The registry itself, or another name of a subject.
            None => (!takes(observed.mode, &step)).then_some(""),
        };
        let behind = || references(wanted, &step).find_map(|at| versions.get(&at)).copied();
        let before = || subjects.get(step.subject()).copied().filter(|_| stands_behind(&step));
        let Some(whose) = refused.or_else(behind).or_else(before) else {
            steps.push(step);
            continue;
        };
        closed.entry(whose).or_insert(Closed { mode: observed.mode, waiting: 0 }).waiting += 1;
        if let Step::Register { subject, at, .. } = &step {
            versions.insert(*at, whose);
            subjects.insert(subject.clone(), whose);
        }
        plan.held.push(step);
    }
    plan.steps = steps;
    let told = closed.into_iter().map(|(subject, Closed { mode, waiting })| {
        let subject = subject.to_owned();
        Drift::Closed { subject, mode, waiting }
    });
    plan.drift.splice(0..0, told);
}

struct Closed {
    mode: Mode,
    waiting: usize,
}

/// Whether a step has to be done behind all versions of its subject: one more of them, or the name of another subject for it.
pub(super) fn stands_behind(step: &Step) -> bool {
    match step {
        Step::Register { .. } => true,
        Step::SetSettings(change) => change.is_alias(),
        Step::SetLevel { .. } => false,
    }
}

/// Whose mode a subject has: its own, or that of the registry, which is told once and has no name.
fn whose<'o>(observed: &Observed, subject: &'o str) -> &'o str {
    let of_all = observed.subjects.get(subject).is_some_and(|seen| seen.mode == observed.mode);
    if of_all { "" } else { subject }
}

/// Whether a mode lets a step be done.
fn takes(mode: Mode, step: &Step) -> bool {
    match step {
        // The modes IMPORT and FORWARD take versions with given ids alone.
        Step::Register { .. } => mode == Mode::Readwrite,
        Step::SetLevel { .. } | Step::SetSettings(_) => !matches!(mode, Mode::Readonly | Mode::ReadonlyOverride),
    }
}

/// The places of what a step's version refers to.
pub(super) fn references(wanted: &Wanted, step: &Step) -> impl Iterator<Item = usize> {
    let version = if let Step::Register { at, .. } = step { wanted.versions.get(*at) } else { None };
    let references = version.map(|version| version.references.as_slice()).unwrap_or_default();
    references.iter().filter_map(|of| wanted.at(&of.subject, of.version))
}
