//! The topic for what nobody could handle of a topic: whether there is one, what it is called and how it is on Kafka.

use super::key::Entry;
use super::table::{Reader, said};
use super::topic_settings::{KEYS, TopicSettings};
use super::{EnvRow, Manifest, Marked, TopicRow, topic_name_problem};
use crate::rules::{MANIFEST_VALUE, TOPIC_NAME};

/// What the name of such a topic is where nothing is said: `dlq.` and the name of the topic.
#[must_use]
pub fn dead_letters_of(topic: &str) -> String {
    format!("dlq.{topic}")
}

impl Manifest {
    /// The topic of a topic's dead letters, without the prefix of an environment: what its row says, and else `dlq.` and its name. Several topics may
    /// have one together.
    ///
    /// ```
    /// use topika_contract::{manifest::Manifest, report::Report, text::Source};
    ///
    /// let text = "[topic.orders]\ndead_letters = \"orders.failed\"\n";
    /// let manifest = Manifest::parse(&Source::new("topika.toml", text), &mut Report::default());
    /// assert_eq!(manifest.dead_letters_of("orders"), "orders.failed");
    /// assert_eq!(manifest.dead_letters_of("baskets"), "dlq.baskets");
    /// ```
    #[must_use]
    pub fn dead_letters_of(&self, topic: &str) -> String {
        let said = self.topic_row(topic).and_then(|row| row.dead_letters_name.as_ref());
        said.map_or_else(|| dead_letters_of(topic), |name| name.value.clone())
    }

    /// How the topic of its dead letters is. It has the partitions and the copies of its source, where nothing else is said.
    #[must_use]
    pub fn dead_letter_settings(&self, topic: &str, env: Option<&EnvRow>) -> TopicSettings {
        let TopicSettings { partitions, replication, min_insync_replicas, .. } = self.topic_settings(topic, env);
        let source = TopicSettings { partitions, replication, min_insync_replicas, ..TopicSettings::default() };
        let own = self.topic_row(topic).and_then(|row| row.dead_letters.as_ref()).map(|own| own.value.clone());
        let settings = own.flatten().unwrap_or_default().over(&source);
        let settings = env.map_or_else(|| settings.clone(), |env| env.as_developed(&settings));
        let name = self.dead_letters_of(topic);
        let of_env = env.and_then(|env| env.topics.iter().find(|row| row.0.value == name));
        of_env.map_or_else(|| settings.clone(), |(_, own)| own.over(&settings))
    }
}

impl TopicRow {
    /// Whether a topic for what nobody could handle belongs to it: where somebody reads it, or the row says so.
    #[must_use]
    pub fn has_dead_letters(&self) -> bool {
        match &self.dead_letters {
            Some(said) => said.value.is_some(),
            None => !self.consumers.is_empty(),
        }
    }
}

/// `dead_letters = true`, `false`, `"orders.failed"`, or a table of settings and `name`.
pub(super) fn read(row: &mut TopicRow, entry: &Entry<'_>, title: &str, reader: &mut Reader<'_>) {
    let value = match (entry.value.as_bool(), entry.value.as_str(), entry.value.as_table()) {
        (Some(yes), ..) => yes.then(TopicSettings::default),
        (_, Some(_), _) => {
            row.dead_letters_name = name(entry, &row.name.value, reader);
            Some(TopicSettings::default())
        }
        (.., Some(table)) => {
            let mut settings = TopicSettings::default();
            for inner in reader.entries(table) {
                if inner.name == "name" {
                    row.dead_letters_name = name(&inner, &row.name.value, reader);
                } else if !settings.take(&inner, reader) {
                    reader.unknown(&inner, &format!("{title}.dead_letters"), &[&["name"], &KEYS[..]].concat());
                }
            }
            Some(settings)
        }
        _ => {
            let wanted = "true, false, the name of a topic or a table of settings";
            reader.bad(entry.at.clone(), entry.name, wanted, &said(entry.value));
            return;
        }
    };
    row.dead_letters = Some(Marked { value, at: entry.at.clone() });
}

fn name(entry: &Entry<'_>, topic: &str, reader: &mut Reader<'_>) -> Option<Marked<String>> {
    let said = reader.string(entry)?;
    if let Some(problem) = topic_name_problem(&said.value) {
        let finding =
            TOPIC_NAME.at(said.at.clone(), format!("the name {:?} of a topic of dead letters {problem}", said.value));
        reader.report.push(finding.help("give it a name that Kafka takes: dead_letters = \"orders.failed\""));
        return None;
    }
    if said.value == topic {
        let message = format!(
            "the dead letters of `{topic}` are to go to `{topic}` itself, where they would be read again and again"
        );
        let finding = MANIFEST_VALUE.at(said.at.clone(), message);
        reader
            .report
            .push(finding.help(format!("name another topic, or say nothing: then it is {}", dead_letters_of(topic))));
        return None;
    }
    Some(said)
}
