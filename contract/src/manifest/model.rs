use std::collections::BTreeMap;

use super::{EnvRow, ImportRow, SharedRow, TopicSettings, TypeChoices, TypeRow};
use crate::compat::{Level, Policy};
use crate::rules::{Rule, Severity};
use crate::schema::KeyType;
use crate::text::{Location, Source};

/// What `topika.toml` says. A key that it does not say has its default.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The text; `None` where a project has no `topika.toml`.
    pub source: Option<Source>,
    /// The schema folder, relative to the project's root, with `/`.
    pub schemas: String,
    /// How a topic without a row is named: `{domain}` is the folder, `{event}` the file's name without its ending. Without `{event}` all events
    /// of a folder share one.
    pub topic: String,
    /// Where that is said.
    pub topic_at: Option<Location>,
    /// The level of every subject whose topic says none.
    pub level: Option<Marked<Level>>,
    /// How JSON Schemas are judged that leave properties open: the registry's `compatibilityPolicy`.
    pub policy: Option<Marked<Policy>>,
    /// Where generated code finds the module of the build, where it is not `crate::events`.
    pub module: Option<Marked<String>>,
    /// `[topics]`: what is said of all topics.
    pub topic_defaults: TopicSettings,
    /// The rows of topics, in the order of the text.
    pub topics: Vec<TopicRow>,
    /// The rows of events, in the order of the text.
    pub events: Vec<EventRow>,
    /// The rows of domains, in the order of the text.
    pub domains: Vec<DomainRow>,
    /// How the generated types look.
    pub types: TypeChoices,
    /// The rows of types, in the order of the text.
    pub type_rows: Vec<TypeRow>,
    /// `[shared."..."]` rows.
    pub shared: Vec<SharedRow>,
    /// The rows of environments, in the order of the text.
    pub envs: Vec<EnvRow>,
    /// The rows of imports, in the order of the text.
    pub imports: Vec<ImportRow>,
    /// The severities that were set, by rule id.
    pub rules: BTreeMap<&'static str, Marked<Severity>>,
    /// The findings that are accepted on purpose, in the order of the text.
    pub waivers: Vec<WaiveRow>,
}

/// A value and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked<T> {
    /// The value.
    pub value: T,
    /// Where it stands in `topika.toml`.
    pub at: Location,
}

/// `[topic."name"]`
#[derive(Clone, Debug)]
pub struct TopicRow {
    /// The topic's name, without an environment's prefix.
    pub name: Marked<String>,
    /// The events it carries; empty where the row says nothing, then it stands for the conventional topic of that name.
    pub events: Vec<Marked<String>>,
    /// The fields of the key.
    pub key: Vec<Marked<String>>,
    /// The type of a key that is no field of the events.
    pub key_type: Option<Marked<KeyType>>,
    /// The schema of the key, where `key_type` names one: it is named as events are, `orders.basket-key`.
    pub key_schema: Option<Marked<String>>,
    /// Whether Kafka keeps only the last message of each key.
    pub compact: Option<Marked<bool>>,
    /// Whether messages are plain, so that they name no schema: `framing = "none"`.
    pub plain: Option<Marked<bool>>,
    /// Whether plain and framed messages stand on it side by side.
    pub mixed: Option<Marked<bool>>,
    /// How it is on Kafka.
    pub settings: TopicSettings,
    /// How the topic of its dead letters is there: `None` within, where it is to have none.
    pub dead_letters: Option<Marked<Option<TopicSettings>>>,
    /// What that topic is called, where it is not `dlq.` and the name of this one.
    pub dead_letters_name: Option<Marked<String>>,
    /// The level of the topic's subjects.
    pub level: Option<Marked<Level>>,
    /// Who writes it.
    pub producers: Vec<Marked<String>>,
    /// Who reads it.
    pub consumers: Vec<Marked<String>>,
}

/// `[event."folder.name"]`
#[derive(Clone, Debug)]
pub struct EventRow {
    /// The event's name.
    pub name: Marked<String>,
    /// The path of a hand-written type.
    pub rust: Option<Marked<String>>,
    /// The frozen versions to make types of.
    pub versions: Vec<Marked<u32>>,
}

/// `[domain.name]`
#[derive(Clone, Debug)]
pub struct DomainRow {
    /// The first folder below the schema folder.
    pub name: Marked<String>,
    /// The team that answers for it.
    pub owner: Option<Marked<String>>,
}

/// `[[waive]]`: a finding that is accepted on purpose, until the next lock.
#[derive(Clone, Debug)]
pub struct WaiveRow {
    /// The rule of the finding; one that can be waived.
    pub rule: Marked<&'static Rule>,
    /// The subject of the finding; for a rule of topics, the topic.
    pub subject: Marked<String>,
    /// The part of the schema, as a JSON pointer without `#`; what lies below it is covered too. None: the whole subject.
    pub pointer: Option<Marked<String>>,
    /// The last locked version of the subject, 0 before the first one: the waiver holds while that is so. A topic has none.
    pub from: Option<Marked<u32>>,
    /// For a rule that compares a topic with the lock: the locked value that is given up. The waiver holds while it is locked.
    pub was: Option<Marked<String>>,
    /// Why the finding does not count.
    pub reason: Marked<String>,
    /// The row.
    pub at: Location,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            source: None,
            schemas: "schemas".to_owned(),
            topic: "{domain}.{event}".to_owned(),
            topic_at: None,
            level: None,
            policy: None,
            module: None,
            topic_defaults: TopicSettings::default(),
            topics: Vec::new(),
            events: Vec::new(),
            domains: Vec::new(),
            types: TypeChoices::default(),
            type_rows: Vec::new(),
            shared: Vec::new(),
            envs: Vec::new(),
            imports: Vec::new(),
            rules: BTreeMap::new(),
            waivers: Vec::new(),
        }
    }
}

impl Manifest {
    /// The policy that JSON Schemas are judged by: `strict` where the manifest says none, as registries do.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy.as_ref().map(|policy| policy.value).unwrap_or_default()
    }

    /// The level of a topic's subjects, and where it was set: `topika.toml:12`, or `default`.
    #[must_use]
    pub fn level_of(&self, row: Option<&TopicRow>) -> (Level, String) {
        self.or_of_project(row.and_then(|row| row.level.as_ref()))
    }

    /// The level of a shared type's subject, and where it was set.
    #[must_use]
    pub fn level_of_shared(&self, subject: &str) -> (Level, String) {
        let row = self.shared.iter().find(|row| row.name.value == subject);
        self.or_of_project(row.and_then(|row| row.level.as_ref()))
    }

    fn or_of_project(&self, own: Option<&Marked<Level>>) -> (Level, String) {
        match own.or(self.level.as_ref()) {
            Some(level) => (level.value, format!("{}:{}", level.at.source.path(), level.at.position().line)),
            None => (Level::default(), "default".to_owned()),
        }
    }

    /// How much a finding of `rule` weighs in this project.
    #[must_use]
    pub fn severity_of(&self, rule: &Rule) -> Severity {
        self.rules.get(rule.id).map_or(rule.default, |set| set.value)
    }

    /// Whether the events of a folder share a topic where no row says otherwise.
    #[must_use]
    pub fn shares_topics(&self) -> bool {
        !self.topic.contains("{event}")
    }

    /// The row of a topic.
    #[must_use]
    pub fn topic_row(&self, name: &str) -> Option<&TopicRow> {
        self.topics.iter().find(|row| row.name.value == name)
    }

    /// The row of an environment.
    #[must_use]
    pub fn env_row(&self, name: &str) -> Option<&EnvRow> {
        self.envs.iter().find(|row| row.name.value == name)
    }

    /// The import that a subject of an environment belongs to, by its name without prefix; of several the first.
    #[must_use]
    pub fn import_of(&self, env: &str, subject: &str) -> Option<&ImportRow> {
        self.imports.iter().find(|row| row.selects(env, subject))
    }

    /// The row of an event.
    #[must_use]
    pub fn event_row(&self, name: &str) -> Option<&EventRow> {
        self.events.iter().find(|row| row.name.value == name)
    }
}
