//! What waits in a push for a step that was refused: the rest of its subject, and whatever refers to it. All else goes on.

use std::collections::HashSet;

use super::closed::{references, stands_behind};
use super::plan::Step;
use super::wanted::Wanted;

/// The steps that were refused, and those that wait for them.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// Versions that are not there, by their place among the wanted ones.
    versions: HashSet<usize>,
    /// Subjects there that take nothing more in this push.
    subjects: HashSet<String>,
    /// Whether nothing is registered any more: a setting of the registry itself was refused.
    all: bool,
}

impl Waiting {
    /// Whether a step has to wait.
    pub(crate) fn holds(&self, wanted: &Wanted, step: &Step) -> bool {
        let behind = stands_behind(step) && (self.all || self.subjects.contains(step.subject()));
        behind || references(wanted, step).any(|at| self.versions.contains(&at))
    }

    /// Lets whatever stands behind a step wait.
    pub(crate) fn add(&mut self, step: &Step) {
        self.add_alone(step);
        match step.subject() {
            "" => self.all = true,
            subject => drop(self.subjects.insert(subject.to_owned())),
        }
    }

    /// Lets what refers to a step's version wait, and nothing else: newer versions of its subject may be ones that the registry takes.
    pub(crate) fn add_alone(&mut self, step: &Step) {
        if let Step::Register { at, .. } = step {
            self.versions.insert(*at);
        }
    }
}
