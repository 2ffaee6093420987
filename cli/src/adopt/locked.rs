//! The topics as a pull locks them.

use std::collections::HashSet;

use topika_contract::freeze;
use topika_contract::lock::Lock;
use topika_contract::project::{Contract, Project};

use super::place::{Kind, Places};

/// A lock with the topics that get something. Of a topic that was locked only its events change: what else its row says by now is locked by whoever
/// changed it.
pub(super) fn with_topics(lock: &Lock, places: &Places, project: &Project, contract: &Contract) -> Lock {
    let mut names: HashSet<&str> = HashSet::new();
    let mut paths: HashSet<&str> = HashSet::new();
    for place in places.places.values().filter(|place| project.lock.subject(&place.name).is_none()) {
        if let Kind::OfTopic { topic, path, .. } = &place.kind {
            names.insert(topic);
            paths.insert(path);
        }
    }
    let mut lock = lock.clone();
    for topic in lock.topics.iter_mut().filter(|topic| names.contains(topic.name.as_str())) {
        let events = contract.events.iter().filter(|event| event.topic == topic.name && !event.key);
        let new = events.filter(|event| paths.contains(event.path.as_str()) && !topic.events.contains(&event.name));
        let new: Vec<String> = new.map(|event| event.name.clone()).collect();
        topic.events.extend(new);
        // In the order of the contract, as a lock of it would have them.
        let order = contract.topics.iter().find(|one| one.name == topic.name).map(|one| one.events.as_slice());
        let place = |event: &String| order.unwrap_or_default().iter().position(|one| one == event);
        topic.events.sort_by_key(|event| place(event));
    }
    let mut of_new = Contract::default();
    let is_new = |name: &str| names.contains(name) && project.lock.topic(name).is_none();
    of_new.topics = contract.topics.iter().filter(|topic| is_new(&topic.name)).cloned().collect();
    freeze::with_topics(&lock, &of_new)
}
