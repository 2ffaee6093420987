//! Events, shared types and topics from resolved texts.

use std::collections::{HashMap, HashSet};

use super::plan::{Carried, Carriers, Plan};
use super::texts::{Texts, record_name, shared_subject};
use super::{Contract, Event, Project, Reference, SchemaFile, Shared, Subject, Topic};
use crate::report::Report;
use crate::rules::{EVENT_DUPLICATE, EVENT_TITLE_MISSING, TOPIC_RECORD_TWICE};
use crate::schema::{EventSchema, Format};
use crate::text::Span;
use crate::threads::in_parallel;

/// What follows from a file and what it refers to.
pub(super) struct Known {
    references: Vec<Reference>,
    /// The hash by which a locked version is known.
    compare: String,
}

impl Known {
    pub(super) fn of(texts: &Texts, file: usize) -> Self {
        let references = texts.references(file);
        let compare = texts.compare(file, &references);
        Self { references, compare }
    }
}

/// How texts become a contract.
pub(super) struct Assembly<'p> {
    project: &'p Project,
    plan: &'p Plan,
    carriers: Carriers<'p>,
    /// Whether subjects are those of the lock, not those that the plan would give.
    locked: bool,
}

impl<'p> Assembly<'p> {
    /// The working tree: subjects follow from the plan.
    pub(super) fn working(project: &'p Project, plan: &'p Plan) -> Self {
        Self { project, plan, carriers: Carriers::of(plan), locked: false }
    }

    /// The frozen state: subjects are the locked ones.
    pub(super) fn locked(project: &'p Project, plan: &'p Plan) -> Self {
        Self { project, plan, carriers: Carriers::of(plan), locked: true }
    }

    pub(super) fn contract(&self, texts: &Texts, report: &mut Report) -> Contract {
        let mut contract = Contract::default();
        let mut places: HashMap<String, usize> = HashMap::new();
        let resolved: Vec<_> = texts.resolved().collect();
        // To hash is dear without optimisation, as cargo builds a build script.
        let known = in_parallel(&resolved, |(index, ..)| Known::of(texts, *index));
        for ((_, file, schema), known) in resolved.into_iter().zip(known) {
            if file.shared {
                contract.shared.push(self.shared(known, file, schema));
            } else if let Some(event) = self.event(known, file, schema, report) {
                match places.get(&event.name).and_then(|place| contract.events.get(*place)) {
                    Some(other) => {
                        let message = format!("the event `{}` has two files", event.name);
                        let first = other.source.at(Span::default());
                        report.push(
                            EVENT_DUPLICATE
                                .at(event.source.at(Span::default()), message)
                                .related(first, "the first one")
                                .help("keep one of the two; where both are needed, give one another name"),
                        );
                    }
                    None => {
                        places.insert(event.name.clone(), contract.events.len());
                        contract.events.push(event);
                    }
                }
            }
        }
        contract.events.sort_by(|a, b| a.name.cmp(&b.name));
        contract.shared.sort_by(|a, b| a.path.cmp(&b.path));
        contract.topics = self.topics(&contract.events, report);
        contract
    }

    /// An event of a file; `None` where it cannot be one, which is a finding.
    pub(super) fn event(
        &self,
        known: Known,
        file: &SchemaFile,
        schema: &EventSchema,
        report: &mut Report,
    ) -> Option<Event> {
        // What has no name is called like its file. Some roots can have none: an array, a map, a union or a primitive of Avro, `true` as a
        // JSON Schema.
        let record = record_name(schema).unwrap_or_else(|| {
            if !has_no_name(schema) {
                let message = format!("{} has no `title`, so the event's record is called like the file", file.path);
                let at = file.source.at(Span::new(0, 1));
                let help = "add `\"title\": \"...\"` at the root of the schema; other clients know the events of a topic by it";
                report.push(EVENT_TITLE_MISSING.at(at, message).help(help));
            }
            Format::stem(&file.path).to_owned()
        });
        let name = file.event_name();
        let Carried { topic, key } = self.carriers.topic_of(&name)?;
        let subject = if key { self.key_subject(topic, file) } else { self.subject(topic, file, &record) };
        let Known { references, compare } = known;
        let version = self.version(&subject, &compare);
        let row = self.project.manifest.event_row(&name);
        Some(Event {
            path: file.path.clone(),
            format: file.format,
            schema: schema.clone(),
            record,
            source: file.source.clone(),
            contract: file.contract.clone(),
            references,
            topic: topic.name.clone(),
            key,
            subject,
            compare,
            version,
            frozen: None,
            rust: row.and_then(|row| row.rust.as_ref()).map(|rust| rust.value.clone()),
            folder: file.folder(),
            name,
        })
    }

    fn shared(&self, known: Known, file: &SchemaFile, schema: &EventSchema) -> Shared {
        let name = shared_subject(file, Some(schema));
        let (level, level_set_at) = self.project.manifest.level_of_shared(&name);
        let subject = Subject { name, level, level_set_at };
        let Known { references, compare } = known;
        let version = self.version(&subject, &compare);
        Shared {
            path: file.path.clone(),
            format: file.format,
            schema: schema.clone(),
            source: file.source.clone(),
            contract: file.contract.clone(),
            subject,
            references,
            compare,
            version,
            folder: file.folder(),
        }
    }

    fn subject(&self, topic: &Topic, file: &SchemaFile, record: &str) -> Subject {
        let locked = self.project.lock.subject_of_path(&file.path).filter(|_| self.locked);
        let name = match locked {
            Some(subject) => subject.name.clone(),
            None if topic.by_record || topic.events.len() > 1 => format!("{}-{record}", topic.name),
            None => format!("{}-value", topic.name),
        };
        Subject { name, level: topic.level, level_set_at: topic.level_set_at.clone() }
    }

    fn key_subject(&self, topic: &Topic, file: &SchemaFile) -> Subject {
        let locked = self.project.lock.subject_of_path(&file.path).filter(|_| self.locked);
        let name = locked.map_or_else(|| format!("{}-key", topic.name), |subject| subject.name.clone());
        Subject { name, level: topic.level, level_set_at: topic.level_set_at.clone() }
    }

    fn version(&self, subject: &Subject, compare: &str) -> Option<u32> {
        Some(self.project.lock.subject(&subject.name)?.version_of(compare)?.number)
    }

    /// The topics with the events that are sound; a topic of which none is left is no topic of the contract.
    fn topics(&self, events: &[Event], report: &mut Report) -> Vec<Topic> {
        let mut topics = Vec::new();
        let names: HashSet<&str> = events.iter().map(|event| event.name.as_str()).collect();
        let mut by_topic: HashMap<&str, Vec<&Event>> = HashMap::new();
        for event in events.iter().filter(|event| !event.key) {
            by_topic.entry(&event.topic).or_default().push(event);
        }
        for topic in &self.plan.topics {
            let mut topic = topic.clone();
            topic.events.retain(|name| names.contains(name.as_str()));
            let mut records: HashMap<&str, &Event> = HashMap::new();
            for event in by_topic.get(topic.name.as_str()).into_iter().flatten().copied() {
                if let Some(other) = records.insert(&event.record, event) {
                    let message = format!(
                        "`{}` and `{}` on the topic `{}` are both called `{}`",
                        other.name, event.name, topic.name, event.record
                    );
                    let at = event.source.at(Span::default());
                    report.push(
                        TOPIC_RECORD_TWICE
                            .at(at, message)
                            .help("subjects are made of topic and record name; rename one"),
                    );
                }
            }
            if !topic.events.is_empty() {
                topics.push(topic);
            }
        }
        topics
    }
}

/// Whether a schema has no place for the name of its root.
fn has_no_name(schema: &EventSchema) -> bool {
    match schema {
        EventSchema::Avro(_) => true,
        EventSchema::Json(schema) => schema.node(schema.root()).is_some_and(|node| node.boolean.is_some()),
    }
}
