//! What the writers of dead letters say in headers, each in its own way.

use crate::client::header;
use crate::handler::{Headers, History};

/// Who wrote a letter, as its headers tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Writer {
    /// topika.
    Topika,
    /// Kafka's share groups, or whoever else writes the headers of KIP-1191.
    ShareGroup,
    /// Spring for Apache Kafka.
    Spring,
    /// Kafka Connect.
    Connect,
    /// Its headers say nothing of a death.
    #[default]
    Unknown,
}

impl Writer {
    /// The writer in a word: `topika`, `share-group`, `spring`, `connect`, `unknown`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Topika => "topika",
            Self::ShareGroup => "share-group",
            Self::Spring => "spring",
            Self::Connect => "connect",
            Self::Unknown => "unknown",
        }
    }
}

/// What is said of a death. What is not said is unknown, and stays so.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) writer: Writer,
    pub(super) topic: Option<String>,
    pub(super) partition: Option<i32>,
    pub(super) offset: Option<i64>,
    pub(super) timestamp_ms: Option<i64>,
    pub(super) group: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) message: Option<String>,
    pub(super) exception: Option<String>,
    pub(super) attempts: Option<u32>,
    pub(super) history: History,
}

const SPRING: &str = "kafka_dlt-";
/// Spring counts deliveries and the tries of its retry topics in headers that it writes on the way.
const SPRING_ON_THE_WAY: [&str; 4] = [
    "kafka_deliveryAttempt",
    "retry_topic-attempts",
    "retry_topic-backoff-timestamp",
    "retry_topic-original-timestamp",
];
const CONNECT: &str = "__connect.errors.";
const SHARE_GROUP: &str = "__dlq.errors.";
const OURS: &str = "topika.dlq.";

/// Whether a header tells of a death, and is no part of the message that died.
pub(super) fn is_of_a_death(name: &str) -> bool {
    [SPRING, CONNECT, SHARE_GROUP, OURS].iter().any(|prefix| name.starts_with(prefix))
        || SPRING_ON_THE_WAY.contains(&name)
}

pub(super) fn said(headers: &Headers) -> Said {
    let has = |prefix: &str| headers.iter().any(|(name, _)| name.starts_with(prefix));
    let said = if has(SHARE_GROUP) {
        share_group(headers)
    } else if has(SPRING) {
        spring(headers)
    } else if has(CONNECT) {
        connect(headers)
    } else {
        Said::default()
    };
    let history = headers.text(header::HISTORY).map(History::from_text).unwrap_or_default();
    Said { history, ..said }
}

fn share_group(headers: &Headers) -> Said {
    let text = |name: &str| headers.text(name).map(str::to_owned);
    let reason = text(header::REASON);
    Said {
        writer: if reason.is_some() { Writer::Topika } else { Writer::ShareGroup },
        topic: text(header::TOPIC),
        partition: number(headers, header::PARTITION),
        offset: number(headers, header::OFFSET),
        timestamp_ms: number(headers, header::TIMESTAMP),
        group: text(header::GROUP),
        reason,
        message: text(header::MESSAGE),
        exception: None,
        attempts: number(headers, header::DELIVERY_COUNT),
        history: History::default(),
    }
}

fn number<N: std::str::FromStr>(headers: &Headers, name: &str) -> Option<N> {
    headers.text(name).and_then(|text| text.parse().ok())
}

/// `DeadLetterPublishingRecoverer`: texts in UTF-8, numbers as Java's `ByteBuffer` puts them, big-endian. Where a message passed retry topics, their names
/// and places stand behind the first one, unless Spring was told otherwise.
fn spring(headers: &Headers) -> Said {
    let first = |name: &'static str| headers.all(name).next().flatten();
    let first_text =
        |name: &'static str| first(name).and_then(|value| std::str::from_utf8(value).ok()).map(str::to_owned);
    let last_text = |name: &str| headers.text(name).map(str::to_owned);
    let long = |name: &'static str| first(name).and_then(|value| value.try_into().ok()).map(i64::from_be_bytes);
    // The listener's exception wraps the one that matters, and is the same for all.
    let exception = last_text("kafka_dlt-exception-cause-fqcn")
        .or_else(|| last_text("kafka_dlt-exception-fqcn"))
        .or_else(|| last_text("kafka_dlt-key-exception-fqcn"));
    let attempts = SPRING_ON_THE_WAY.iter().take(2).filter_map(|name| headers.last(name)).find_map(attempts);
    Said {
        writer: Writer::Spring,
        topic: first_text("kafka_dlt-original-topic"),
        partition: first("kafka_dlt-original-partition")
            .and_then(|value| value.try_into().ok())
            .map(i32::from_be_bytes),
        offset: long("kafka_dlt-original-offset"),
        timestamp_ms: long("kafka_dlt-original-timestamp"),
        group: first_text("kafka_dlt-original-consumer-group"),
        reason: None,
        message: last_text("kafka_dlt-exception-message").or_else(|| last_text("kafka_dlt-key-exception-message")),
        exception,
        attempts,
        history: History::default(),
    }
}

/// An `int`, or in older versions one byte.
fn attempts(value: &[u8]) -> Option<u32> {
    match value {
        [one] => Some(u32::from(*one)),
        four => four.try_into().ok().map(u32::from_be_bytes),
    }
}

/// `DeadLetterQueueReporter`: everything as text in UTF-8. A sink reads with the group `connect-<connector>`, unless it is told another.
fn connect(headers: &Headers) -> Said {
    let text = |name: &str| headers.text(&format!("{CONNECT}{name}")).map(str::to_owned);
    let known = |text: Option<String>| text.filter(|text| !text.is_empty());
    let at = |name: &str| text(name).and_then(|text| text.parse::<i64>().ok()).filter(|number| *number >= 0);
    Said {
        writer: Writer::Connect,
        topic: known(text("topic")),
        partition: at("partition").and_then(|partition| i32::try_from(partition).ok()),
        offset: at("offset"),
        timestamp_ms: None,
        group: known(text("connector.name")).map(|connector| format!("connect-{connector}")),
        reason: None,
        message: text("exception.message"),
        exception: text("exception.class.name"),
        attempts: None,
        history: History::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kafka_s_share_groups_write_is_read() {
        let headers = Headers::new()
            .with("__dlq.errors.topic", "orders")
            .with("__dlq.errors.partition", "2")
            .with("__dlq.errors.offset", "41")
            .with("__dlq.errors.group", "kitchen")
            .with("__dlq.errors.delivery.count", "3")
            .with("__dlq.errors.message", "Offset delivery count exceeded the threshold.");
        let expected = Said {
            writer: Writer::ShareGroup,
            topic: Some("orders".to_owned()),
            partition: Some(2),
            offset: Some(41),
            group: Some("kitchen".to_owned()),
            message: Some("Offset delivery count exceeded the threshold.".to_owned()),
            attempts: Some(3),
            ..Said::default()
        };
        assert_eq!(said(&headers), expected);
    }

    #[test]
    fn what_spring_writes_is_read_with_its_binary_numbers_and_the_first_of_the_originals() {
        let listener = "org.springframework.kafka.listener.ListenerExecutionFailedException";
        let headers = Headers::new()
            .with("trace", "1")
            .with("kafka_dlt-original-topic", "orders")
            .with("kafka_dlt-original-partition", [0, 0, 0, 2])
            .with("kafka_dlt-original-offset", [0, 0, 0, 0, 0, 0, 1, 7])
            .with("kafka_dlt-original-timestamp", 1_700_000_000_000_i64.to_be_bytes())
            .with("kafka_dlt-original-timestamp-type", "CreateTime")
            .with("kafka_dlt-original-consumer-group", "kitchen")
            .with("kafka_dlt-original-topic", "orders-retry-0")
            .with("kafka_dlt-original-partition", [0, 0, 0, 0])
            .with("kafka_dlt-original-offset", [0, 0, 0, 0, 0, 0, 0, 0])
            .with("retry_topic-attempts", [0, 0, 0, 4])
            .with("kafka_dlt-exception-fqcn", listener)
            .with("kafka_dlt-exception-cause-fqcn", "kitchen.OvenBrokenException")
            .with("kafka_dlt-exception-message", "too hot")
            .with("kafka_dlt-exception-stacktrace", "at kitchen.Oven.bake(Oven.java:7)");
        let expected = Said {
            writer: Writer::Spring,
            topic: Some("orders".to_owned()),
            partition: Some(2),
            offset: Some(263),
            timestamp_ms: Some(1_700_000_000_000),
            group: Some("kitchen".to_owned()),
            message: Some("too hot".to_owned()),
            exception: Some("kitchen.OvenBrokenException".to_owned()),
            attempts: Some(4),
            ..Said::default()
        };
        assert_eq!(said(&headers), expected);
    }

    #[test]
    fn what_connect_writes_is_read_and_its_minus_one_is_nothing() {
        let headers = Headers::new()
            .with("__connect.errors.topic", "orders")
            .with("__connect.errors.partition", "2")
            .with("__connect.errors.offset", "41")
            .with("__connect.errors.connector.name", "orders-sink")
            .with("__connect.errors.task.id", "0")
            .with("__connect.errors.stage", "VALUE_CONVERTER")
            .with("__connect.errors.class.name", "io.confluent.connect.avro.AvroConverter")
            .with("__connect.errors.exception.class.name", "org.apache.kafka.connect.errors.DataException")
            .with("__connect.errors.exception.message", "no magic byte")
            .with("__connect.errors.exception.stacktrace", "at ...");
        let expected = Said {
            writer: Writer::Connect,
            topic: Some("orders".to_owned()),
            partition: Some(2),
            offset: Some(41),
            group: Some("connect-orders-sink".to_owned()),
            message: Some("no magic byte".to_owned()),
            exception: Some("org.apache.kafka.connect.errors.DataException".to_owned()),
            ..Said::default()
        };
        assert_eq!(said(&headers), expected);
        let nowhere = Headers::new()
            .with("__connect.errors.topic", "")
            .with("__connect.errors.partition", "-1")
            .with("__connect.errors.offset", "-1");
        assert_eq!(said(&nowhere), Said { writer: Writer::Connect, ..Said::default() });
    }

    #[test]
    fn what_is_not_what_its_name_says_is_unknown() {
        let headers = Headers::new()
            .with("kafka_dlt-original-topic", [255])
            .with("kafka_dlt-original-partition", "2")
            .with_null("kafka_dlt-original-offset")
            .with("retry_topic-attempts", [1, 2, 3]);
        assert_eq!(said(&headers), Said { writer: Writer::Spring, ..Said::default() });
        assert_eq!(said(&Headers::new().with("trace", "1")), Said::default());
    }
}
