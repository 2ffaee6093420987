//! What there is to say of the generated types, and of which: nobody needs to hear it of a type that the user writes.

use std::collections::{BTreeSet, HashMap};

use topika_contract::report::Finding;

use crate::ir::TypeId;

/// What something is said of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    /// A topic, or a file that gives no type.
    Other,
    Type(TypeId),
    /// The modules of this name.
    Module(String),
}

/// The findings so far.
pub(super) struct Told {
    findings: Vec<(Finding, BTreeSet<Of>)>,
    /// Where each of them stands in the list.
    known: HashMap<String, usize>,
    /// What is being worked on.
    now: Of,
}

impl Told {
    pub(super) fn new() -> Self {
        Self { findings: Vec::new(), known: HashMap::new(), now: Of::Other }
    }

    /// What is told from here on is of this; gives what it was of before.
    pub(super) fn turn_to(&mut self, of: Of) -> Of {
        std::mem::replace(&mut self.now, of)
    }

    /// Keeps what there is to say; what is so for several types is said once.
    pub(super) fn tell(&mut self, finding: Finding) {
        let place = finding.at.as_ref().map(|at| (at.source.path().to_owned(), at.span));
        let said = format!("{:?}", (finding.rule.id, place, &finding.message));
        let next = self.findings.len();
        let index = *self.known.entry(said).or_insert(next);
        if index == next {
            self.findings.push((finding, BTreeSet::new()));
        }
        if let Some((_, of)) = self.findings.get_mut(index) {
            of.insert(self.now.clone());
        }
    }

    /// Takes back what is of nothing but what nobody needs to hear of.
    pub(super) fn keep(&mut self, is_needed: impl Fn(&Of) -> bool) {
        self.findings.retain(|(_, of)| of.iter().any(&is_needed));
        // The places have moved; what comes from here on is of no type.
        self.known.clear();
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings.into_iter().map(|(finding, _)| finding).collect()
    }
}
