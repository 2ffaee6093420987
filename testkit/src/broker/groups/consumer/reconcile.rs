//! A member on its way to what it is to read: it gives up first, and takes what nobody else has any more.

use std::collections::BTreeSet;
use std::time::Instant;

use super::member::{Member, Partitions, Stage};
use super::members::Members;

impl Members {
    /// Takes a member one step further. `owned` is what it says that it has; `None` where it does not say.
    pub(super) fn reconcile(&mut self, id: &str, owned: Option<&Partitions>, now: Instant) {
        let Some(member) = self.all.get(id) else { return };
        let has_still = |partitions: &Partitions| owned.is_none_or(|owned| meet(owned, partitions));
        let goes_on = match member.stage {
            Stage::Stable => member.epoch != self.target_epoch,
            Stage::Unrevoked => !has_still(&member.revoking),
            Stage::Unreleased => true,
        };
        if !goes_on {
            return;
        }
        let target = self.target_of(id);
        let kept = both(&member.assigned, &target);
        let revoking = without(&member.assigned, &target);
        let next = if !revoking.is_empty() && has_still(&revoking) {
            Member { stage: Stage::Unrevoked, assigned: kept, revoking, revoking_since: now, ..member.clone() }
        } else {
            let mut assigned = kept.clone();
            let mut is_released = true;
            for (topic, partition) in each(&without(&target, &kept)) {
                if self.is_taken(id, topic, partition) {
                    is_released = false;
                } else {
                    assigned.entry(topic).or_default().insert(partition);
                }
            }
            let stage = if is_released { Stage::Stable } else { Stage::Unreleased };
            let previous_epoch = if member.epoch == self.target_epoch { member.previous_epoch } else { member.epoch };
            let epoch = self.target_epoch;
            Member { stage, assigned, revoking: Partitions::new(), epoch, previous_epoch, ..member.clone() }
        };
        self.all.insert(id.to_owned(), next);
    }
}

fn each(partitions: &Partitions) -> Vec<(uuid::Uuid, i32)> {
    partitions.iter().flat_map(|(topic, of)| of.iter().map(|partition| (*topic, *partition))).collect()
}

fn meet(one: &Partitions, other: &Partitions) -> bool {
    !both(one, other).is_empty()
}

fn both(one: &Partitions, other: &Partitions) -> Partitions {
    chosen(one, other, |of, others| of.intersection(others).copied().collect())
}

fn without(one: &Partitions, other: &Partitions) -> Partitions {
    chosen(one, other, |of, others| of.difference(others).copied().collect())
}

fn chosen(
    one: &Partitions,
    other: &Partitions,
    choose: impl Fn(&BTreeSet<i32>, &BTreeSet<i32>) -> BTreeSet<i32>,
) -> Partitions {
    let none = BTreeSet::new();
    let of = one.iter().map(|(topic, of)| (*topic, choose(of, other.get(topic).unwrap_or(&none))));
    of.filter(|(_, of)| !of.is_empty()).collect()
}
