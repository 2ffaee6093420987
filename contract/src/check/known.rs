//! The names that a waiver may bear.

use std::collections::{BTreeSet, HashMap};

use crate::project::{Contract, Project};
use crate::rules::Rule;
use crate::text::closest;

/// The command that shows which subject a finding is of.
const SHOWN_BY: &str = "`cargo topika check --format json` prints the subject of every finding";

/// The subjects and topics of a project, today's and those of the lock.
#[derive(Debug)]
pub struct Known<'p> {
    subjects: BTreeSet<&'p str>,
    topics: BTreeSet<&'p str>,
    /// What people write in place of a subject: the name of the event, its file, its topic.
    as_subject: HashMap<&'p str, &'p str>,
    /// What people write in place of a topic: the subject.
    as_topic: HashMap<&'p str, &'p str>,
}

impl<'p> Known<'p> {
    /// The names of a project.
    #[must_use]
    pub fn of(contract: &'p Contract, project: &'p Project) -> Self {
        let lock = &project.lock;
        let mut known = Self {
            subjects: lock.subjects.iter().map(|subject| subject.name.as_str()).collect(),
            topics: lock.topics.iter().map(|topic| topic.name.as_str()).collect(),
            as_subject: HashMap::new(),
            as_topic: HashMap::new(),
        };
        known.topics.extend(contract.topics.iter().map(|topic| topic.name.as_str()));
        known.subjects.extend(lock.imports.iter().map(|subject| subject.name.as_str()));
        for shared in &contract.shared {
            known.subjects.insert(&shared.subject.name);
            known.as_subject.insert(&shared.path, &shared.subject.name);
        }
        for event in contract.events.iter().filter(|event| event.frozen.is_none()) {
            let subject = event.subject.name.as_str();
            known.subjects.insert(subject);
            for other in [&event.topic, &event.name, &event.path] {
                // The topic stands for its events before it stands for its key.
                if event.key && other == &event.topic {
                    known.as_subject.entry(other).or_insert(subject);
                } else {
                    known.as_subject.insert(other, subject);
                }
            }
            known.as_topic.insert(subject, &event.topic);
        }
        known
    }

    /// Whether there is a subject of that name, or a topic for a rule of topics.
    #[must_use]
    pub fn contains(&self, name: &str, rule: &Rule) -> bool {
        self.of_rule(rule).0.contains(name)
    }

    /// The next step for a name that there is none of: the one that was meant, and where to find it.
    #[must_use]
    pub fn help(&self, name: &str, rule: &Rule) -> String {
        let (names, others) = self.of_rule(rule);
        match others.get(name).copied().or_else(|| closest(name, names.iter().copied())) {
            Some(meant) => format!("did you mean `{meant}`? {SHOWN_BY}"),
            None => SHOWN_BY.to_owned(),
        }
    }

    fn of_rule(&self, rule: &Rule) -> (&BTreeSet<&'p str>, &HashMap<&'p str, &'p str>) {
        if rule.is_of_topics() { (&self.topics, &self.as_topic) } else { (&self.subjects, &self.as_subject) }
    }
}
