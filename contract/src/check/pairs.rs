use crate::compat::{Direction, Level, Policy, judge_by};
use crate::report::Finding;
use crate::schema::EventSchema;

/// All findings of a new schema against one version, with the directions in which they break: the same finding once.
pub(super) fn compare(
    new: &EventSchema,
    old: (u32, EventSchema),
    level: Level,
    policy: Policy,
) -> Vec<(Vec<Direction>, Finding)> {
    let mut all: Vec<(Vec<Direction>, Finding)> = Vec::new();
    let olds = [old];
    for direction in level.directions() {
        let one_way = match direction {
            Direction::Backward => Level::Backward,
            Direction::Forward => Level::Forward,
        };
        for finding in judge_by(new, &olds, one_way, policy) {
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
