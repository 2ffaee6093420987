use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind};
use crate::schema::TopicDescriptor;

/// Where the dead letters of topics go: whoever reads has the first word, then the topic, then the convention.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LetterTopics {
    prefix: String,
    /// Those of all topics go there, with the prefix.
    all: Option<String>,
    /// Those of some topics, by the names of these; all with the prefix.
    named: BTreeMap<String, String>,
}

impl LetterTopics {
    /// Where convention has them.
    pub(crate) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), ..Self::default() }
    }

    /// Where that topic has its own.
    pub(crate) fn and(mut self, topic: &TopicDescriptor) -> Self {
        if let Some(letters) = topic.dead_letters {
            let prefix = &self.prefix;
            self.named.insert(format!("{prefix}{}", topic.name), format!("{prefix}{letters}"));
        }
        self
    }

    /// All to that topic, by its name without the prefix, where one is said.
    pub(crate) fn all_to(mut self, letters: Option<&str>) -> Self {
        self.all = letters.map(|letters| format!("{}{letters}", self.prefix));
        self
    }

    /// `prod.food-orders` -> `prod.dlq.food-orders`: the environment's prefix stays in front.
    pub(crate) fn of(&self, source: &str) -> String {
        match self.all.as_ref().or_else(|| self.named.get(source)) {
            Some(letters) => letters.clone(),
            None => by_convention(&self.prefix, source),
        }
    }

    /// The topics with names of their own.
    pub(crate) fn named(&self) -> impl Iterator<Item = &str> {
        self.all.iter().chain(self.named.values()).map(String::as_str)
    }

    /// That what these topics give up is not read again as an event of them.
    pub(crate) fn apart_from<'a>(&self, mut sources: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        match sources.find(|source| self.of(source) == **source) {
            None => Ok(()),
            Some(source) => Err(Error::new(
                ErrorKind::Config,
                format!("the dead letters of \"{source}\" are to go to \"{source}\", where they would be read again and again"),
            )
            .help("name another topic, in `App::dead_letters_to` or in `#[topic(dead_letters = \"...\")]`")),
        }
    }
}

pub(super) fn by_convention(prefix: &str, source: &str) -> String {
    let name = source.strip_prefix(prefix).unwrap_or(source);
    format!("{prefix}dlq.{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TopicSettings;

    const NAMED: TopicDescriptor = TopicDescriptor {
        name: "orders",
        events: &[],
        key: &[],
        key_type: "none",
        compact: false,
        settings: TopicSettings::NONE,
        environments: &[],
        dead_letters: Some("failed"),
        plain: false,
        mixed: false,
        rust: "Orders",
    };

    #[test]
    fn the_prefix_stays_in_front_of_a_dead_letter_topic() {
        assert_eq!(LetterTopics::new("prod.").of("prod.food-orders"), "prod.dlq.food-orders");
        assert_eq!(LetterTopics::new("").of("food-orders"), "dlq.food-orders");
    }

    #[test]
    fn a_reader_has_the_first_word_then_the_topic_then_the_convention() {
        let topics = LetterTopics::new("prod.").and(&NAMED);
        assert_eq!(topics.of("prod.orders"), "prod.failed");
        assert_eq!(topics.of("prod.baskets"), "prod.dlq.baskets");
        let all = topics.clone().all_to(Some("kitchen.failed"));
        assert_eq!([all.of("prod.orders"), all.of("prod.baskets")], ["prod.kitchen.failed", "prod.kitchen.failed"]);
        assert_eq!(topics.named().collect::<Vec<_>>(), ["prod.failed"]);
        assert!(all.apart_from(["prod.orders"].into_iter()).is_ok());
        let error = all.apart_from(["prod.orders", "prod.kitchen.failed"].into_iter()).unwrap_err();
        assert!(error.message().contains("\"prod.kitchen.failed\""), "{error}");
    }
}
