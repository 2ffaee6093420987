use super::baseline::{Baseline, Kind};
use super::told::push_new;
use crate::compat::Level;
use crate::fix;
use crate::lock::{Lock, LockedTopic};
use crate::manifest::Retention;
use crate::project::{Contract, KeySpec, Project, Topic};
use crate::report::{Finding, Fix, Report};
use crate::rules::{
    LEVEL_LOWERED, Rule, TOPIC_COMPACT_CHANGED, TOPIC_FRAMING_CHANGED, TOPIC_KEY_CHANGED, TOPIC_PARTITIONS_ADDED,
    TOPIC_PARTITIONS_REDUCED, TOPIC_PATTERN_CHANGED, TOPIC_RETENTION_SHORTENED,
};
use crate::text::Location;

/// Compares every topic with its locked row.
pub(super) fn check(contract: &Contract, project: &Project, baseline: &Baseline, report: &mut Report) {
    let lock = match &baseline.kind {
        Kind::Lock => &project.lock,
        Kind::Former { locked, .. } => locked,
        Kind::Other(lock) => lock,
    };
    let mut findings = Vec::new();
    for topic in &contract.topics {
        if let Some(mut finding) = pattern(topic, lock, project) {
            baseline.lay_waivers(&mut finding, None, project);
            findings.push(finding);
        }
        if let Some(locked) = lock.topic(&topic.name) {
            let found = [
                key(topic, locked, project),
                compact(topic, locked, project),
                framing(topic, locked, project),
                partitions(topic, locked, project),
                retention(topic, locked, project),
                level(topic, locked, project),
            ];
            for mut finding in found.into_iter().flatten() {
                baseline.lay_waivers(&mut finding, None, project);
                findings.push(finding);
            }
        }
    }
    push_new(findings, report);
}

/// That no row says where events are which were locked on other topics: the pattern of names was another one, or there was a row.
fn pattern(topic: &Topic, lock: &Lock, project: &Project) -> Option<Finding> {
    if project.manifest.topic_row(&topic.name).is_some_and(|row| !row.events.is_empty()) {
        return None;
    }
    let locked_on = |event: &String| lock.topics.iter().find(|locked| locked.events.contains(event));
    let is_here = |event: &String| lock.topic(&topic.name).is_some_and(|locked| locked.events.contains(event));
    let moved = topic.events.iter().filter(|event| !is_here(event));
    let moved: Vec<(&String, &LockedTopic)> = moved.filter_map(|event| Some((event, locked_on(event)?))).collect();
    let (event, locked) = moved.first()?;
    let others = match moved.len() {
        1 => String::new(),
        more => format!(" (and {} more)", more - 1),
    };
    let message = format!(
        "`{event}`{others} was locked on the topic `{}`, and the pattern `{}` puts it on `{}`",
        locked.name, project.manifest.topic, topic.name
    );
    let help = format!(
        "say where it is: [topic.{:?}] with events = [{event:?}], or put `topic` in [project] back; `cargo topika explain topic/pattern-changed` says more",
        locked.name
    );
    Some(finding(&TOPIC_PATTERN_CHANGED, message, project.manifest.topic_at.clone(), topic, &help))
}

fn key(topic: &Topic, locked: &LockedTopic, project: &Project) -> Option<Finding> {
    let now: &[String] = topic.key.as_ref().map_or(&[], |key| key.fields.as_slice());
    let types = topic.key.as_ref().map(KeySpec::locked_types).unwrap_or_default();
    if now == locked.key && types == locked.key_type {
        return None;
    }
    let row = project.manifest.topic_row(&topic.name);
    let at = row
        .and_then(|row| {
            row.key
                .first()
                .map(|key| &key.at)
                .or(row.key_type.as_ref().map(|ty| &ty.at))
                .or(row.key_schema.as_ref().map(|of| &of.at))
        })
        .cloned();
    let (was, is) = (said(&locked.key, &locked.key_type), said(now, &types));
    let message = match (was, is) {
        (None, Some(is)) => format!("`{}` had no key and is now keyed by {is}", topic.name),
        (Some(was), None) => format!("`{}` was keyed by {was} and has no key now", topic.name),
        (Some(_), Some(_)) if now == locked.key && !now.is_empty() => {
            let (was, is) = (types_said(&locked.key_type), types_said(&types));
            format!(
                "the key `{}` of `{}` was {was} and is now {is}: the same value has other bytes",
                now.join(", "),
                topic.name
            )
        }
        (was, is) => {
            format!("the key of `{}` was {} and is now {}", topic.name, was.unwrap_or_default(), is.unwrap_or_default())
        }
    };
    Some(finding(&TOPIC_KEY_CHANGED, message, at, topic, "keep the key, and make a new topic for the new one"))
}

fn compact(topic: &Topic, locked: &LockedTopic, project: &Project) -> Option<Finding> {
    if topic.compact == locked.compact {
        return None;
    }
    let row = project.manifest.topic_row(&topic.name);
    let at = row.and_then(|row| row.compact.as_ref()).map(|marked| marked.at.clone());
    let message = if topic.compact {
        format!("`{}` was locked as it keeps all messages, and is now compacted", topic.name)
    } else {
        format!("`{}` was locked as compacted, and is not now", topic.name)
    };
    let fix = put_back(at.as_ref(), "compact", &locked.compact.to_string());
    let help = "leave it as it was locked, and make a new topic for the other kind";
    Some(Finding { fix, ..finding(&TOPIC_COMPACT_CHANGED, message, at, topic, help) })
}

/// Each step of a move is one that readers of the step before can read, and that can read what was written in it.
fn framing(topic: &Topic, locked: &LockedTopic, project: &Project) -> Option<Finding> {
    let (was, is) = (locked.framing, topic.framing);
    let message = match (was.reads(is), is.reads(was)) {
        (true, true) => return None,
        (false, _) => format!(
            "`{}` was locked with the framing {was} and has {is} now: whoever was built on the lock cannot read what is written",
            topic.name
        ),
        (true, false) => format!(
            "`{}` was locked with the framing {was} and has {is} now: what was written by the lock can no longer be read",
            topic.name
        ),
    };
    let row = project.manifest.topic_row(&topic.name);
    let at = row.and_then(|row| row.plain.as_ref().or(row.mixed.as_ref())).map(|marked| marked.at.clone());
    let help = "go step by step, with a lock and a roll-out between: `mixed = true` first, then the other `framing`, then without `mixed`";
    Some(finding(&TOPIC_FRAMING_CHANGED, message, at, topic, help))
}

fn partitions(topic: &Topic, locked: &LockedTopic, project: &Project) -> Option<Finding> {
    let before = locked.partitions?;
    let (rule, now) = match topic.partitions {
        None => (&TOPIC_PARTITIONS_REDUCED, "leaves the number to the broker".to_owned()),
        Some(now) if now < before => (&TOPIC_PARTITIONS_REDUCED, format!("has {now}")),
        Some(now) if now > before && !locked.key.is_empty() => (&TOPIC_PARTITIONS_ADDED, format!("has {now}")),
        Some(_) => return None,
    };
    let row = project.manifest.topic_row(&topic.name);
    let at = row.and_then(|row| row.settings.partitions.as_ref()).map(|marked| marked.at.clone());
    let message = format!("`{}` was locked with {before} partitions and now {now}", topic.name);
    let fix = put_back(at.as_ref(), "partitions", &before.to_string());
    Some(Finding { fix, ..finding(rule, message, at, topic, "keep the number, or make a new topic") })
}

fn retention(topic: &Topic, locked: &LockedTopic, project: &Project) -> Option<Finding> {
    let before = locked.retention.as_deref()?;
    let millis = |text: &str| Retention::parse(text).map(|kept| kept.millis());
    let now = match topic.retention.as_deref() {
        Some(now) if millis(now)? >= millis(before)? => return None,
        Some(now) => now.to_owned(),
        None => "as long as the broker likes".to_owned(),
    };
    let row = project.manifest.topic_row(&topic.name);
    let at = row.and_then(|row| row.settings.retention.as_ref()).map(|marked| marked.at.clone());
    let message = format!("`{}` was locked with a retention of {before} and now keeps messages {now}", topic.name);
    let help = "keep the retention, or see that every consumer is done with what goes";
    let fix = put_back(at.as_ref(), "retention", &format!("{before:?}"));
    Some(Finding { fix, ..finding(&TOPIC_RETENTION_SHORTENED, message, at, topic, help) })
}

/// The locked value in the place of the one that the manifest has.
fn put_back(at: Option<&Location>, key: &str, value: &str) -> Option<Fix> {
    Some(Fix { title: format!("write `{key} = {value}` again"), edits: fix::replace(at?, value) })
}

fn level(topic: &Topic, locked: &LockedTopic, project: &Project) -> Option<Finding> {
    let lost = lost(locked.level, topic.level)?;
    let row = project.manifest.topic_row(&topic.name);
    let set = row.and_then(|row| row.level.as_ref()).or(project.manifest.level.as_ref());
    let message = format!("`{}` was locked as {} and is now {}", topic.name, locked.level, topic.level);
    let help = format!(
        "restore the level, or add a [[waive]] with rule = \"level/lowered\", subject = \"{}\", was = \"{}\" and a reason; it lapses at the next lock",
        topic.name, locked.level
    );
    let finding = finding(&LEVEL_LOWERED, message, set.map(|set| set.at.clone()), topic, &help);
    Some(finding.label(format!("set here: {}", topic.level_set_at)).note(format!("no longer promised: {lost}")))
}

/// What a level promises that another one does not; `None`: nothing.
fn lost(before: Level, now: Level) -> Option<String> {
    let promises = [
        (before.backward() && !now.backward(), "new schemas read old data"),
        (before.forward() && !now.forward(), "old schemas read new data"),
        (before.transitive() && !now.transitive(), "all versions count, not the last one alone"),
    ];
    let lost: Vec<&str> = promises.into_iter().filter(|(lost, _)| *lost).map(|(_, promise)| promise).collect();
    (!lost.is_empty()).then(|| lost.join("; "))
}

fn finding(rule: &'static Rule, message: String, at: Option<Location>, topic: &Topic, help: &str) -> Finding {
    let mut finding = rule.finding(message).subject(&topic.name).help(help);
    finding.at = at.or_else(|| topic.at.clone());
    finding.hurts.clone_from(&topic.consumers);
    finding
}

/// A key as people say it; `None`: there is none.
fn said(fields: &[String], types: &[String]) -> Option<String> {
    match (fields, types) {
        ([], []) => None,
        ([], types) => Some(format!("{} beside the event", types_said(types))),
        (fields, _) => Some(format!("`{}`", fields.join(", "))),
    }
}

/// The types of a key as the lock holds them.
fn types_said(types: &[String]) -> String {
    if types.is_empty() { "string".to_owned() } else { types.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_lowered_where_a_promise_is_lost() {
        let lowered = |before: &str, now: &str| {
            let level = |name| Level::parse(name).unwrap_or_default();
            lost(level(before), level(now)).is_some()
        };
        for (before, now) in [
            ("FULL", "BACKWARD"),
            ("BACKWARD", "FORWARD"),
            ("BACKWARD_TRANSITIVE", "BACKWARD"),
            ("BACKWARD_TRANSITIVE", "FULL"),
            ("BACKWARD", "NONE"),
        ] {
            assert!(lowered(before, now), "{before} -> {now}");
        }
        for (before, now) in [("NONE", "FULL"), ("BACKWARD", "FULL_TRANSITIVE"), ("FULL", "FULL"), ("NONE", "BACKWARD")]
        {
            assert!(!lowered(before, now), "{before} -> {now}");
        }
    }
}
