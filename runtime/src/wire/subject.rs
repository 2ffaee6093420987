use crate::schema::{Descriptor, TopicDescriptor};

/// Under which subject the schema of an event stands.
#[derive(Clone, Copy, Debug, Default)]
pub enum SubjectStrategy {
    /// As the contract says: `<topic>-value` for a topic of one event, `<topic>-<record>` for a topic of several.
    #[default]
    Contract,
    /// `<topic>-value`
    TopicName,
    /// `<record>`
    RecordName,
    /// `<topic>-<record>`
    TopicRecordName,
    /// As a function says, of an event, a key, and whatever they belong to.
    Custom(fn(&SubjectOf<'_>) -> String),
}

/// What a subject is made of.
#[derive(Clone, Copy, Debug)]
pub struct SubjectOf<'a> {
    /// The event, or the record that is the key.
    pub schema: &'a Descriptor,
    /// The topic.
    pub topic: &'a TopicDescriptor,
    /// What stands before the topic's name in this environment.
    pub prefix: &'a str,
    /// Whether it is the key's schema.
    pub key: bool,
}

impl SubjectStrategy {
    /// The subject of a key's schema; the prefix stands before the topic.
    #[must_use]
    pub fn key_subject(self, key: &Descriptor, topic: &TopicDescriptor, prefix: &str) -> String {
        match self {
            Self::Contract | Self::TopicName => format!("{prefix}{}-key", topic.name),
            Self::RecordName => key.record.to_owned(),
            Self::TopicRecordName => format!("{prefix}{}-{}", topic.name, key.record),
            Self::Custom(subject) => subject(&SubjectOf { schema: key, topic, prefix, key: true }),
        }
    }

    /// The subject of an event's schema; the prefix stands before the topic.
    #[must_use]
    pub fn subject(self, event: &Descriptor, topic: &TopicDescriptor, prefix: &str) -> String {
        let by_topic = format!("{prefix}{}-value", topic.name);
        let by_both = format!("{prefix}{}-{}", topic.name, event.record);
        match self {
            Self::TopicName => by_topic,
            Self::RecordName => event.record.to_owned(),
            Self::TopicRecordName => by_both,
            Self::Custom(subject) => subject(&SubjectOf { schema: event, topic, prefix, key: false }),
            Self::Contract => match event.file {
                Some(file) => format!("{prefix}{}", file.subject),
                None if topic.events.len() > 1 => by_both,
                None => by_topic,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Format, SchemaFile, TopicSettings};

    static FILE: SchemaFile = SchemaFile {
        path: "schemas/orders/order-placed.avsc",
        format: Format::Avro,
        event: "orders.order-placed",
        record: "orders.OrderPlaced",
        text: "",
        references: &[],
        version: None,
        topic: "food-orders",
        subject: "food-orders-orders.OrderPlaced",
        types: &[],
    };
    static BOUND: Descriptor = Descriptor {
        event: "orders.order-placed",
        record: "orders.OrderPlaced",
        format: Format::Avro,
        file: Some(&FILE),
        rust: "OrderPlaced",
        fields: None,
        text: || "",
    };
    static FREE: Descriptor = Descriptor {
        event: "orders.order-placed",
        record: "orders.OrderPlaced",
        format: Format::Avro,
        file: None,
        rust: "OrderPlaced",
        fields: None,
        text: || "",
    };

    static ONE: [&Descriptor; 1] = [&BOUND];
    static ONE_FREE: [&Descriptor; 1] = [&FREE];
    static TWO: [&Descriptor; 2] = [&FREE, &BOUND];

    fn topic(events: &'static [&'static Descriptor]) -> TopicDescriptor {
        TopicDescriptor {
            name: "food-orders",
            events,
            key: &[],
            key_type: "none",
            compact: false,
            settings: TopicSettings::NONE,
            environments: &[],
            dead_letters: None,
            plain: false,
            mixed: false,
            rust: "FoodOrders",
        }
    }

    #[test]
    fn the_contract_says_the_subject_and_the_prefix_stands_before_it() {
        let subject = SubjectStrategy::Contract.subject(&BOUND, &topic(&ONE), "prod.");
        assert_eq!(subject, "prod.food-orders-orders.OrderPlaced");
    }

    #[test]
    fn a_type_without_a_file_gets_the_subject_that_its_file_would_have() {
        let strategy = SubjectStrategy::Contract;
        assert_eq!(strategy.subject(&FREE, &topic(&ONE_FREE), ""), "food-orders-value");
        assert_eq!(strategy.subject(&FREE, &topic(&TWO), ""), "food-orders-orders.OrderPlaced");
    }

    #[test]
    fn a_strategy_of_ones_own_is_asked_for_events_and_keys() {
        let own =
            SubjectStrategy::Custom(|of| format!("{}{}:{}:{}", of.prefix, of.topic.name, of.schema.event, of.key));
        assert_eq!(own.subject(&BOUND, &topic(&ONE), "t."), "t.food-orders:orders.order-placed:false");
        assert_eq!(own.key_subject(&FREE, &topic(&ONE), "t."), "t.food-orders:orders.order-placed:true");
    }

    #[test]
    fn the_strategies_of_other_clients_are_there() {
        let topic = topic(&ONE);
        assert_eq!(SubjectStrategy::TopicName.subject(&BOUND, &topic, "t."), "t.food-orders-value");
        assert_eq!(SubjectStrategy::Contract.key_subject(&FREE, &topic, "t."), "t.food-orders-key");
        assert_eq!(SubjectStrategy::RecordName.key_subject(&FREE, &topic, "t."), "orders.OrderPlaced");
        assert_eq!(SubjectStrategy::RecordName.subject(&BOUND, &topic, "t."), "orders.OrderPlaced");
        assert_eq!(SubjectStrategy::TopicRecordName.subject(&BOUND, &topic, "t."), "t.food-orders-orders.OrderPlaced");
    }
}
