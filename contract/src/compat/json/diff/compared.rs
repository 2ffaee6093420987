//! A comparison that was brought to its end, and what it still knows of the pairs within.

use super::found::{At, Found, Side};
use super::memo::Memo;
use super::outcome::Outcome;
use super::run::{GaveUp, MOST_WORK, Run};
use crate::compat::Policy;
use crate::compat::json::loaded::{Loaded, NodeId};

/// How much work goes into pairs that the comparison did not meet.
const MOST_FURTHER_WORK: usize = 200_000;
/// How many parts of outcomes are looked at for causes.
const MOST_LOOKED_AT: usize = 500_000;

/// What came of two schemas.
pub(in crate::compat::json) struct Compared<'s> {
    run: Run<'s>,
    outcome: Outcome,
    /// The incompatible pairs.
    refused: Memo,
    /// What is left of the two bounds.
    work: usize,
    looks: usize,
}

impl<'s> Compared<'s> {
    /// Compares two schemas as Confluent does.
    ///
    /// # Errors
    /// Where the comparison is not brought to its end.
    pub(in crate::compat::json) fn of(
        original: &'s Loaded,
        update: &'s Loaded,
        policy: Policy,
    ) -> Result<Self, GaveUp> {
        let mut run = Run::new(original, update, policy, MOST_WORK);
        let outcome = run.passes(original.root(), update.root())?;
        let refused = run.take_incompatible();
        Ok(Self { run, outcome, refused, work: MOST_FURTHER_WORK, looks: MOST_LOOKED_AT })
    }

    /// What Confluent's comparison says of them, in its order.
    pub(in crate::compat::json) fn differences(&self) -> Vec<Found> {
        self.run.list(self.outcome)
    }

    /// Whether two nodes were compared, and the one was not taken for the other.
    pub(in crate::compat::json) fn refused(&self, original: NodeId, update: NodeId) -> bool {
        self.refusal(original, update).is_some()
    }

    /// At most `most` differences that hinder the one node to be read as the other, with their paths from it, each pair at its first
    /// place. A pair that the comparison did not meet is compared now, while there is work left for it; else nothing is known.
    pub(in crate::compat::json) fn causes(&mut self, original: NodeId, update: NodeId, most: usize) -> Vec<Found> {
        let outcome = match self.refusal(original, update) {
            Some(outcome) => outcome,
            None => match self.further(original, update) {
                Some(outcome) => outcome,
                None => return Vec::new(),
            },
        };
        self.run.causes(outcome, most, &mut self.looks)
    }

    fn refusal(&self, original: NodeId, update: NodeId) -> Option<Outcome> {
        let original = self.run.target(At { side: Side::Original, node: original }).ok()?;
        let update = self.run.target(At { side: Side::Update, node: update }).ok()?;
        self.refused.get(&(original, update))
    }

    fn further(&mut self, original: NodeId, update: NodeId) -> Option<Outcome> {
        let (outcome, spent) = self.run.further(original, update, self.work);
        self.work = self.work.saturating_sub(spent);
        self.refused.learn(self.run.take_incompatible());
        outcome.ok()
    }
}
