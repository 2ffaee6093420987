use crate::compat::{Direction, Level, Policy, Prepared, judge_one_way};
use crate::report::Finding;

/// All findings of a new schema against version `number`, with the directions in which they break: the same finding once.
pub(super) fn compare(
    new: &Prepared<'_>,
    (number, old): (u32, &Prepared<'_>),
    level: Level,
    policy: Policy,
) -> Vec<(Vec<Direction>, Finding)> {
    let mut all: Vec<(Vec<Direction>, Finding)> = Vec::new();
    for direction in level.directions() {
        for finding in judge_one_way(new, old, number, direction, policy) {
            let same = |(_, other): &&mut (Vec<Direction>, Finding)| {
                std::ptr::eq(other.rule, finding.rule)
                    && other.message == finding.message
                    && other.at == finding.at
                    && other.pointer == finding.pointer
            };
            match all.iter_mut().find(same) {
                Some((directions, _)) if directions.contains(&direction) => {}
                Some((directions, _)) => directions.push(direction),
                None => all.push((vec![direction], finding)),
            }
        }
    }
    all
}
