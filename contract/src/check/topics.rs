use crate::lock::LockedTopic;
use crate::project::{Contract, Project, Topic};
use crate::report::Report;
use crate::rules::{TOPIC_KEY_CHANGED, TOPIC_PARTITIONS_ADDED, TOPIC_PARTITIONS_REDUCED};
use crate::text::Location;

/// Compares every topic with its locked row.
pub(super) fn check(contract: &Contract, project: &Project, report: &mut Report) {
    for topic in &contract.topics {
        if let Some(locked) = project.lock.topic(&topic.name) {
            key(topic, locked, project, report);
            partitions(topic, locked, project, report);
        }
    }
}

fn key(topic: &Topic, locked: &LockedTopic, project: &Project, report: &mut Report) {
    let now: &[String] = topic.key.as_ref().map_or(&[], |key| key.fields.as_slice());
    if now == locked.key {
        return;
    }
    let row = project.manifest.topic_row(&topic.name);
    let at = row.and_then(|row| row.key.first()).map(|key| key.at.clone()).or_else(|| topic.at.clone());
    let message = format!("the key of `{}` was {} and is now {}", topic.name, said(&locked.key), said(now));
    let mut finding = TOPIC_KEY_CHANGED.finding(message).help("keep the key, and make a new topic for the new one");
    finding.at = at;
    report.push(finding.hurts(&topic.consumers));
}

fn partitions(topic: &Topic, locked: &LockedTopic, project: &Project, report: &mut Report) {
    let (Some(now), Some(before)) = (topic.partitions, locked.partitions) else { return };
    let rule = match now.cmp(&before) {
        std::cmp::Ordering::Less => &TOPIC_PARTITIONS_REDUCED,
        std::cmp::Ordering::Greater if !locked.key.is_empty() => &TOPIC_PARTITIONS_ADDED,
        _ => return,
    };
    let row = project.manifest.topic_row(&topic.name);
    let at: Option<Location> = row.and_then(|row| row.partitions.as_ref()).map(|marked| marked.at.clone());
    let mut finding = rule
        .finding(format!("`{}` was locked with {before} partitions and now has {now}", topic.name))
        .help("keep the number, or make a new topic");
    finding.at = at;
    report.push(finding.hurts(&topic.consumers));
}

fn said(fields: &[String]) -> String {
    if fields.is_empty() { "no key".to_owned() } else { format!("`{}`", fields.join(", ")) }
}
