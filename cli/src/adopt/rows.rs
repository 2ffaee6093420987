//! What `topika.toml` has to say of adopted topics and shared types, where convention does not do.

use topika_contract::compat::Level;
use topika_contract::lock::Lock;
use topika_contract::manifest::Manifest;

use super::edit::Edit;
use super::topics::FoundTopic;
use crate::line_ends::as_before;

/// The manifest's text with what adopted topics need. The level of the registry becomes that of a project that has locked nothing and says
/// none of its own.
pub(crate) fn manifest(
    text: &str,
    manifest: &Manifest,
    lock: &Lock,
    level: Level,
    (topics, shared): (&[FoundTopic], &[(String, Level)]),
) -> String {
    let Some(mut edit) = Edit::of(text) else { return text.to_owned() };
    let fresh = manifest.level.is_none() && lock.subjects.is_empty() && lock.carried.is_empty();
    let mut project = manifest.level_of(None).0;
    if fresh && level != project {
        edit.set_in_project("level", level.as_str());
        project = level;
    }
    for topic in topics {
        row(&mut edit, topic, manifest, project);
    }
    for (subject, level) in shared {
        let is_said = manifest.shared.iter().any(|row| row.name.value == *subject);
        if *level != project && !is_said {
            edit.set_in_shared(subject, "level", level.as_str());
        }
    }
    as_before(text, &edit.to_string())
}

/// The row of a topic, or what is added to it; nothing where convention says all of it.
fn row(edit: &mut Edit, topic: &FoundTopic, manifest: &Manifest, project: Level) {
    let row = manifest.topic_row(&topic.name);
    let lists = row.filter(|row| !row.events.is_empty());
    if let Some(row) = lists {
        let is_new = |event: &&String| row.events.iter().all(|known| known.value != **event);
        let new: Vec<String> = topic.fresh.iter().filter(is_new).cloned().collect();
        if !new.is_empty() {
            edit.add_events(&topic.name, &new);
        }
    } else {
        let mut events = topic.current.clone();
        events.extend(topic.fresh.iter().filter(|event| !topic.current.contains(event)).cloned());
        let by_convention = match events.as_slice() {
            // A pattern that folders share gives one event another subject than the one that is there.
            [one] if !manifest.shares_topics() => {
                let (domain, name) = one.rsplit_once('.').unwrap_or(("", one));
                manifest.topic.replace("{domain}", domain).replace("{event}", name) == topic.name
            }
            _ => false,
        };
        let says_more = row.is_none() && (topic.key.is_some() || topic.level != project);
        if !by_convention || says_more {
            edit.add_events(&topic.name, &events);
        }
    }
    let has_key = row.is_some_and(|row| !row.key.is_empty() || row.key_type.is_some() || row.key_schema.is_some());
    if let Some(key) = topic.key.as_ref().filter(|_| !has_key) {
        edit.set_in_topic(&topic.name, "key_type", key);
    }
    if row.is_none() && topic.level != project {
        edit.set_in_topic(&topic.name, "level", topic.level.as_str());
    }
}
