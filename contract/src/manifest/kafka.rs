//! Where an environment's Kafka is, and what its clients are told: `bootstrap` and `[env.NAME.kafka]`.

use super::env::{Setting, is_variable, variable};
use super::flat::{Flat, flat};
use super::key::Entry;
use super::rows::quoted;
use super::table::{Reader, said};
use super::topic_settings::plain;
use super::{Marked, TopicSettings};
use crate::rules::MANIFEST_VALUE;

/// Parts of the names of librdkafka's properties whose values are secrets.
const SECRET: [&str; 7] = ["password", "secret", "key.pem", "token", "jaas", "oauthbearer.config", "keystore.pem"];

/// A property of librdkafka, by its own name.
#[derive(Clone, Debug)]
pub struct KafkaProperty {
    /// `sasl.password`
    pub name: Marked<String>,
    /// Its value, or the variable that holds it.
    pub value: Setting,
}

/// Reads `[env.NAME.kafka]`.
pub(super) fn properties(entry: &Entry<'_>, title: &str, reader: &mut Reader<'_>) -> Vec<KafkaProperty> {
    let Some(table) = reader.table(entry) else { return Vec::new() };
    let mut properties = Vec::new();
    for Flat { name, name_at, value, at } in flat(table, reader, is_variable) {
        if name == "bootstrap.servers" {
            let message = format!("`bootstrap.servers` stands in [{title}.kafka], and has a key of its own");
            let help = format!("say `bootstrap = \"host:9092\"` in [{title}]");
            reader.report.push(MANIFEST_VALUE.at(name_at, message).help(help));
            continue;
        }
        let is_secret = SECRET.iter().any(|part| name.contains(part));
        let value = if value.as_table().is_some() || is_secret {
            // What else stands there is not shown: it may be a password.
            let entry = Entry { name: &name, name_at: name_at.clone(), value, at };
            variable(&entry, &format!("{title}.kafka"), reader).map(|value| value.value)
        } else {
            let text = plain(value);
            if text.is_none() {
                reader.bad(at, &name, "a text, a number, true, false or `{ env = \"NAME\" }`", &said(value));
            }
            text.map(Setting::Text)
        };
        if let Some(value) = value {
            properties.push(KafkaProperty { name: Marked { value: name, at: name_at }, value });
        }
    }
    properties
}

/// The rows `[env.NAME.topic."name"]`.
pub(super) fn topics(entry: &Entry<'_>, title: &str, reader: &mut Reader<'_>) -> Vec<(Marked<String>, TopicSettings)> {
    let Some(table) = reader.table(entry) else { return Vec::new() };
    let mut topics = Vec::new();
    for entry in reader.entries(table) {
        let Some(table) = reader.table(&entry) else { continue };
        let name = Marked { value: entry.name.to_owned(), at: entry.name_at.clone() };
        let title = format!("{title}.topic.{}", quoted(entry.name));
        topics.push((name, TopicSettings::read(&title, table, reader)));
    }
    topics
}
