use std::collections::HashMap;

use crate::lock::{LockedSubject, LockedVersion};
use crate::project::{Contract, EventSchema, Reference, Subject, Topic};
use crate::text::Source;

/// A text of the working tree that has a history.
pub(super) struct Item<'c> {
    /// Which of the texts it is.
    pub(super) number: usize,
    pub(super) schema: &'c EventSchema,
    pub(super) subject: &'c Subject,
    pub(super) path: &'c str,
    /// The topic of an event; a shared type has none.
    pub(super) topic: Option<&'c Topic>,
    /// The hash by which a locked version is known.
    pub(super) compare: &'c str,
    pub(super) source: &'c Source,
    references: &'c [Reference],
}

/// The texts of the working tree, events first.
pub(super) struct Items<'c> {
    pub(super) all: Vec<Item<'c>>,
    by_subject: HashMap<&'c str, usize>,
    by_path: HashMap<&'c str, usize>,
}

impl<'c> Items<'c> {
    pub(super) fn of(contract: &'c Contract) -> Self {
        let topics: HashMap<&str, &Topic> = contract.topics.iter().map(|topic| (topic.name.as_str(), topic)).collect();
        let events = contract.events.iter().filter(|event| event.frozen.is_none()).map(|event| Item {
            number: 0,
            schema: &event.schema,
            subject: &event.subject,
            path: &event.path,
            topic: topics.get(event.topic.as_str()).copied(),
            compare: &event.compare,
            source: &event.source,
            references: &event.references,
        });
        let shared = contract.shared.iter().map(|shared| Item {
            number: 0,
            schema: &shared.schema,
            subject: &shared.subject,
            path: &shared.path,
            topic: None,
            compare: &shared.compare,
            source: &shared.source,
            references: &shared.references,
        });
        let numbered = |(number, item)| Item { number, ..item };
        let all: Vec<Item<'c>> = events.chain(shared).enumerate().map(numbered).collect();
        let by_subject = all.iter().enumerate().map(|(at, item)| (item.subject.name.as_str(), at)).collect();
        let by_path = all.iter().enumerate().map(|(at, item)| (item.path, at)).collect();
        Self { all, by_subject, by_path }
    }

    /// Whether a text has that subject today.
    pub(super) fn lives(&self, subject: &str) -> bool {
        self.by_subject.contains_key(subject)
    }

    /// Whether the same file was locked under that name for the same topic: a second event on a topic, or a new record name, changes
    /// the name of the subject, but what was written to the topic is still there to be read.
    pub(super) fn is_former(&self, item: &Item<'_>, locked: &LockedSubject) -> bool {
        locked.name != item.subject.name && item.on_topic_of(locked) && !self.lives(&locked.name)
    }

    /// The text of a path below the schema folder.
    pub(super) fn of_path(&self, path: &str) -> Option<&Item<'c>> {
        self.by_path.get(path).and_then(|at| self.all.get(*at))
    }
}

impl Item<'_> {
    /// Whether this text is a version's to the byte; with references it is not said, since they count too.
    pub(super) fn is_text_of(&self, version: &LockedVersion) -> bool {
        let same = version.source.as_ref().is_some_and(|source| source.text() == self.source.text());
        same && self.references.is_empty() && version.references.is_empty() && version.compare == self.compare
    }

    /// Whether a subject is one of this text's topic: `<topic>-value` or `<topic>-<record>`.
    pub(super) fn on_topic_of(&self, locked: &LockedSubject) -> bool {
        let topic = self.topic.map(|topic| topic.name.as_str());
        topic.is_some_and(|topic| locked.name.strip_prefix(topic).is_some_and(|rest| rest.starts_with('-')))
    }
}
