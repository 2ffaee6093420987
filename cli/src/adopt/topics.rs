//! The topics that follow from the places of the subjects.

use std::collections::BTreeMap;

use topika_contract::compat::Level;
use topika_contract::project::{Contract, Project};

use super::held::Held;
use super::place::{Kind, Place, event_of, level_here};

/// A topic that gets events, or its key.
pub(crate) struct FoundTopic {
    pub(crate) name: String,
    /// The events that it has.
    pub(crate) current: Vec<String>,
    /// Those that it gets.
    pub(crate) fresh: Vec<String>,
    /// The schema of the key that it gets, as an event is named.
    pub(crate) key: Option<String>,
    /// Its level here.
    pub(crate) level: Level,
}

/// The topics that get something which the lock does not hold, sorted by name. One without an event is none: what was its key is carried.
/// `before`: the contract as it stands.
pub(crate) fn topics(
    held: &Held,
    places: &BTreeMap<&String, &Place>,
    project: &Project,
    before: &Contract,
) -> Vec<FoundTopic> {
    let mut topics: BTreeMap<&str, FoundTopic> = BTreeMap::new();
    for (there, place) in places {
        let (Kind::OfTopic { topic, path, key, .. }, Some(subject)) = (&place.kind, held.subjects.get(*there)) else {
            continue;
        };
        let Some(event) = event_of(path).filter(|_| project.lock.subject(&place.name).is_none()) else { continue };
        let found = topics.entry(topic).or_insert_with(|| FoundTopic {
            name: topic.clone(),
            current: current(topic, before),
            fresh: Vec::new(),
            key: None,
            level: level_here(topic, project).unwrap_or(subject.level),
        });
        match key {
            // A key that a locked topic gets would be another key.
            true if project.lock.topic(topic).is_some() => {}
            true => found.key = Some(event),
            false => found.fresh.push(event),
        }
    }
    let gets = |topic: &FoundTopic| !topic.fresh.is_empty() || (topic.key.is_some() && !topic.current.is_empty());
    topics.into_values().filter(gets).collect()
}

/// The events that a topic has.
pub(super) fn current(topic: &str, before: &Contract) -> Vec<String> {
    let topic = before.topics.iter().find(|one| one.name == topic);
    topic.map(|topic| topic.events.clone()).unwrap_or_default()
}
