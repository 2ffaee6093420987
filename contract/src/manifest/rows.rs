use toml::de::DeTable;

use super::read::rust_path;
use super::table::Reader;
use super::{DomainRow, EventRow, Manifest, Marked, TopicRow, TopicSettings, topic_name_problem};
use crate::rules::{TOPIC_NAME, TOPIC_NO_EVENTS};
use crate::schema::KeyType;

const TOPIC: &[&str] = &[
    "events",
    "key",
    "key_type",
    "compact",
    "framing",
    "mixed",
    "partitions",
    "replication",
    "min_insync_replicas",
    "retention",
    "retention_bytes",
    "configs",
    "dead_letters",
    "level",
    "producers",
    "consumers",
];
const EVENT: &[&str] = &["rust", "versions"];
const DOMAIN: &[&str] = &["owner"];

impl Manifest {
    /// Keeps the row of a topic, an event, a type, a domain, an environment or an import.
    pub(super) fn row<'a>(
        &mut self,
        kind: &str,
        name: Marked<String>,
        table: &'a DeTable<'a>,
        reader: &mut Reader<'_>,
    ) {
        match kind {
            "topic" => {
                let row = topic(name, table, reader);
                self.topics.push(row);
            }
            "event" => {
                let row = event(name, table, reader);
                self.events.push(row);
            }
            "type" => {
                let title = format!("type.{}", quoted(&name.value));
                let row = super::types::row(name, &title, table, reader);
                self.type_rows.push(row);
            }
            "shared" => {
                let title = format!("shared.{}", quoted(&name.value));
                let row = super::shared::row(name, &title, table, reader);
                self.shared.push(row);
            }
            "env" => {
                let row = super::env::row(name, table, reader);
                self.envs.push(row);
            }
            "import" => {
                let row = super::import::row(name, table, reader);
                self.imports.push(row);
            }
            _ => {
                let row = domain(name, table, reader);
                self.domains.push(row);
            }
        }
    }
}

fn topic<'a>(name: Marked<String>, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> TopicRow {
    if let Some(problem) = topic_name_problem(&name.value) {
        let finding = TOPIC_NAME.at(name.at.clone(), format!("the topic name {:?} {problem}", name.value));
        reader
            .report
            .push(finding.help("give the row the name of a topic that Kafka takes: [topic.\"orders.events\"]"));
    }
    let title = format!("topic.{}", quoted(&name.value));
    let mut row = TopicRow {
        name,
        events: Vec::new(),
        key: Vec::new(),
        key_type: None,
        key_schema: None,
        compact: None,
        plain: None,
        mixed: None,
        settings: TopicSettings::default(),
        dead_letters: None,
        dead_letters_name: None,
        level: None,
        producers: Vec::new(),
        consumers: Vec::new(),
    };
    for entry in reader.entries(table) {
        match entry.name {
            "events" => {
                row.events = reader.strings(&entry, false);
                if entry.value.as_array().is_some_and(|events| events.is_empty()) {
                    let message = format!("the topic `{}` carries no event", row.name.value);
                    reader.report.push(TOPIC_NO_EVENTS.at(entry.at.clone(), message));
                }
            }
            "key" => row.key = reader.strings(&entry, true),
            "key_type" => {
                // A schema is named by its folder and its file, so its name has a dot.
                if entry.value.as_str().is_some_and(|name| name.contains('.')) {
                    row.key_schema = reader.string(&entry);
                    continue;
                }
                let wanted = "\"string\", \"int\", \"long\", \"boolean\", \"bytes\", \"uuid\" or a schema's name, such as \"orders.basket-key\"";
                row.key_type = reader.parsed(&entry, wanted, KeyType::parse);
            }
            "compact" => row.compact = reader.flag(&entry),
            "framing" => row.plain = reader.parsed(&entry, "\"registry\" or \"none\"", is_plain),
            "mixed" => row.mixed = reader.flag(&entry),
            "dead_letters" => super::dead_letters::read(&mut row, &entry, &title, reader),
            "level" => row.level = reader.level(&entry),
            "producers" => row.producers = reader.strings(&entry, false),
            "consumers" => row.consumers = reader.strings(&entry, false),
            _ if row.settings.take(&entry, reader) => {}
            _ => reader.unknown(&entry, &title, TOPIC),
        }
    }
    row
}

/// Whether messages of a framing name no schema.
fn is_plain(framing: &str) -> Option<bool> {
    match framing {
        "registry" => Some(false),
        "none" => Some(true),
        _ => None,
    }
}

fn event<'a>(name: Marked<String>, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> EventRow {
    let title = format!("event.{}", quoted(&name.value));
    let mut row = EventRow { name, rust: None, versions: Vec::new() };
    for entry in reader.entries(table) {
        match entry.name {
            "rust" => row.rust = reader.parsed(&entry, "a Rust path, such as \"crate::UserCreated\"", rust_path),
            "versions" => row.versions = reader.positives(&entry),
            _ => reader.unknown(&entry, &title, EVENT),
        }
    }
    row
}

fn domain<'a>(name: Marked<String>, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> DomainRow {
    let title = format!("domain.{}", quoted(&name.value));
    let mut row = DomainRow { name, owner: None };
    for entry in reader.entries(table) {
        match entry.name {
            "owner" => row.owner = reader.string(&entry),
            _ => reader.unknown(&entry, &title, DOMAIN),
        }
    }
    row
}

/// A key as TOML writes it: quoted where it is not bare.
pub(super) fn quoted(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if bare { name.to_owned() } else { format!("{name:?}") }
}
