//! The rows `[import.NAME]`: contracts that another repository owns.

use toml::de::DeTable;

use super::key::Entry;
use super::rows::quoted;
use super::table::Reader;
use super::{EnvRow, Manifest, Marked, matches, topic_name_problem};
use crate::rules::{MANIFEST_VALUE, TOPIC_NAME};
use crate::schema::KeyType;
use crate::text::closest;

const IMPORT: &[&str] = &["env", "subjects", "topic"];
const TOPIC: &[&str] = &["subjects", "key", "key_type", "compact"];

/// `[import.NAME]`: subjects that another repository owns, frozen by `cargo topika pull --import` and never pushed.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// The import's name: the module of its JSON types.
    pub name: Marked<String>,
    /// The environment whose registry has them.
    pub env: Option<Marked<String>>,
    /// Patterns of their names, in which `*` is any run of characters; without the environment's prefix.
    pub subjects: Vec<Marked<String>>,
    /// What the names of subjects do not say of topics, in the order of the text.
    pub topics: Vec<ImportTopicRow>,
}

/// `[import.NAME.topic."name"]`: what a consumer knows of a topic and the names of its subjects do not say.
#[derive(Clone, Debug)]
pub struct ImportTopicRow {
    /// The topic's name, without an environment's prefix.
    pub name: Marked<String>,
    /// Patterns of subjects whose names do not begin with that of the topic: those of the record name strategy. They select, too, and
    /// stand for whole names, since no prefix stands before such a subject.
    pub subjects: Vec<Marked<String>>,
    /// The fields of the key.
    pub key: Vec<Marked<String>>,
    /// The type of a key that is no field of the events.
    pub key_type: Option<Marked<KeyType>>,
    /// Whether Kafka keeps only the last message of each key.
    pub compact: Option<Marked<bool>>,
}

impl ImportRow {
    /// Whether a subject of an environment is one of the import's, by its name without prefix.
    #[must_use]
    pub fn selects(&self, env: &str, subject: &str) -> bool {
        self.env.as_ref().is_some_and(|own| own.value == env) && self.patterns().any(|one| matches(&one.value, subject))
    }

    /// All patterns: those of the row, and those of its topics.
    pub fn patterns(&self) -> impl Iterator<Item = &Marked<String>> {
        self.subjects.iter().chain(self.topics.iter().flat_map(|topic| &topic.subjects))
    }

    /// Whether a subject is selected by record name: no prefix of an environment stands before it.
    #[must_use]
    pub fn has_record(&self, subject: &str) -> bool {
        self.topics.iter().flat_map(|topic| &topic.subjects).any(|pattern| matches(&pattern.value, subject))
    }
}

/// Reads a row.
pub(super) fn row<'a>(name: Marked<String>, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> ImportRow {
    let title = format!("import.{}", quoted(&name.value));
    let mut row = ImportRow { name, env: None, subjects: Vec::new(), topics: Vec::new() };
    for entry in reader.entries(table) {
        match entry.name {
            "env" => row.env = reader.string(&entry),
            "subjects" => row.subjects = reader.strings(&entry, false),
            "topic" => row.topics = topics(&entry, &title, reader),
            _ => reader.unknown(&entry, &title, IMPORT),
        }
    }
    let subjects = table.get("subjects").map(|value| value.get_ref());
    let no_subjects = subjects.is_none_or(|value| value.as_array().is_some_and(|all| all.is_empty()));
    for (key, is_missing, help) in [
        ("env", !table.contains_key("env"), "say whose registry has them: `env = \"prod\"`, a row [env.prod]"),
        ("subjects", no_subjects, "say which: `subjects = [\"food-orders-*\"]`"),
    ] {
        if is_missing {
            let message = format!("[{title}] says no `{key}`");
            reader.report.push(MANIFEST_VALUE.at(row.name.at.clone(), message).help(help));
        }
    }
    row
}

fn topics<'a>(entry: &Entry<'a>, title: &str, reader: &mut Reader<'_>) -> Vec<ImportTopicRow> {
    let Some(table) = reader.table(entry) else { return Vec::new() };
    let mut topics = Vec::new();
    for entry in reader.entries(table) {
        let Some(table) = reader.table(&entry) else { continue };
        let name = Marked { value: entry.name.to_owned(), at: entry.name_at.clone() };
        topics.push(topic(name, &format!("{title}.topic.{}", quoted(entry.name)), table, reader));
    }
    topics
}

fn topic<'a>(name: Marked<String>, title: &str, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> ImportTopicRow {
    if let Some(problem) = topic_name_problem(&name.value) {
        let finding = TOPIC_NAME.at(name.at.clone(), format!("the topic name {:?} {problem}", name.value));
        reader.report.push(finding.help("give the row the name of a topic that Kafka has"));
    }
    let mut row = ImportTopicRow { name, subjects: Vec::new(), key: Vec::new(), key_type: None, compact: None };
    for entry in reader.entries(table) {
        match entry.name {
            "subjects" => row.subjects = reader.strings(&entry, false),
            "key" => row.key = reader.strings(&entry, true),
            "key_type" => {
                let wanted = "\"string\", \"int\", \"long\", \"boolean\", \"bytes\" or \"uuid\"";
                row.key_type = reader.parsed(&entry, wanted, KeyType::parse);
            }
            "compact" => row.compact = reader.flag(&entry),
            _ => reader.unknown(&entry, title, TOPIC),
        }
    }
    row
}

/// Says which rows take from an environment that there is none of.
pub(super) fn tell_unknown_envs(manifest: &Manifest, reader: &mut Reader<'_>) {
    let known: Vec<&str> = manifest.envs.iter().map(|row: &EnvRow| row.name.value.as_str()).collect();
    for (row, env) in manifest.imports.iter().filter_map(|row| Some((row, row.env.as_ref()?))) {
        if known.contains(&env.value.as_str()) {
            continue;
        }
        let help = match closest(&env.value, known.iter().copied()) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => format!("add a row [env.{}] with `registry = \"https://...\"`", quoted(&env.value)),
        };
        let message = format!("[import.{}] takes from [env.{}], which is not there", row.name.value, env.value);
        reader.report.push(MANIFEST_VALUE.at(env.at.clone(), message).help(help));
    }
}
