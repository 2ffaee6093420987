//! Who has to be rolled out first, said where a check finds something new to roll out.

use topika_contract::compat::advice;
use topika_contract::project::{Contract, Project, Topic};

/// A line for each topic with a schema that is newer than its last locked version. The first version of a subject hurts nobody.
pub(crate) fn rollout(project: &Project, contract: &Contract) -> Vec<String> {
    let new = contract.events.iter().filter(|event| {
        event.frozen.is_none() && event.version.is_none() && project.lock.subject(&event.subject.name).is_some()
    });
    let new: Vec<&str> = new.map(|event| event.topic.as_str()).collect();
    contract.topics.iter().filter(|topic| new.contains(&topic.name.as_str())).map(line).collect()
}

fn line(topic: &Topic) -> String {
    let producers: Vec<&str> = topic.producers.iter().map(String::as_str).collect();
    let consumers: Vec<&str> = topic.consumers.iter().map(String::as_str).collect();
    format!("{} ({}): {}", topic.name, topic.level, advice(topic.level, &producers, &consumers).text)
}
