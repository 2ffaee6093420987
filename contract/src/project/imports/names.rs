//! What the name of a subject says of its topic.

use crate::manifest::{ImportRow, matches};

/// What a subject is to a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// An event of the topic.
    Event(String),
    /// The key of the topic.
    Key(String),
    /// Nothing that its name says: by the record name strategy, or a shared type.
    Nothing,
}

/// `<topic>-value`, `<topic>-key` and `<topic>-<record>`; what the row says goes before.
pub(super) fn part_of(row: &ImportRow, subject: &str, record: &str) -> Part {
    let is_named = |topic: &&crate::manifest::ImportTopicRow| {
        topic.subjects.iter().any(|pattern| matches(&pattern.value, subject))
    };
    if let Some(topic) = row.topics.iter().find(is_named) {
        return Part::Event(topic.name.value.clone());
    }
    let topic = |ending: &str| {
        let topic = subject.strip_suffix(ending)?.strip_suffix('-')?;
        crate::manifest::topic_name_problem(topic).is_none().then(|| topic.to_owned())
    };
    match topic("key") {
        Some(topic) => Part::Key(topic),
        None => topic("value").or_else(|| topic(record)).map_or(Part::Nothing, Part::Event),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;
    use crate::report::Report;
    use crate::text::Source;

    #[test]
    fn the_name_of_a_subject_says_its_topic_and_a_row_says_it_where_it_does_not() {
        let text = "[env.prod]\n[import.orders]\nenv = \"prod\"\nsubjects = [\"*\"]\n[import.orders.topic.shop]\nsubjects = [\"shop.*\"]\n";
        let mut report = Report::default();
        let manifest = Manifest::parse(&Source::new("topika.toml", text), &mut report);
        assert!(report.findings().is_empty(), "{report:?}");
        let part = |subject, record| part_of(manifest.imports.first().unwrap(), subject, record);
        assert_eq!(part("food-orders-value", "orders.Placed"), Part::Event("food-orders".into()));
        assert_eq!(part("food-orders-orders.Placed", "orders.Placed"), Part::Event("food-orders".into()));
        assert_eq!(part("food-orders-key", "orders.Key"), Part::Key("food-orders".into()));
        assert_eq!(part("orders.Placed", "orders.Placed"), Part::Nothing);
        assert_eq!(part("shop.Opened", "shop.Opened"), Part::Event("shop".into()));
        assert_eq!(part("a topic-value", "a.B"), Part::Nothing, "no topic of Kafka has such a name");
    }
}
