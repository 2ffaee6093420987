//! What a topic must be, and what a change of it does.

use super::row::rules;

rules! { ALL:
    TOPIC_NAME = "topic/name", Deny, "a topic name is one that Kafka takes", "topic-name.md";
    TOPIC_UNKNOWN_EVENT = "topic/unknown-event", Deny, "the events of a topic exist", "topic-unknown-event.md";
    TOPIC_NO_EVENTS = "topic/no-events", Deny, "a row of a topic says which events it carries", "topic-no-events.md";
    TOPIC_EVENT_TWICE = "topic/event-twice", Deny, "an event is on exactly one topic", "topic-event-twice.md";
    TOPIC_RECORD_TWICE = "topic/record-twice", Deny, "the records of a topic have different names", "topic-record-twice.md";
    TOPIC_KEY_MISSING = "topic/key-missing", Deny, "every event of a topic has the fields of its key", "topic-key-missing.md";
    TOPIC_KEY_TYPE = "topic/key-type", Deny, "the fields of a key have one type on all events, and one that can be a key", "topic-key-type.md";
    TOPIC_KEY_CHANGED = "topic/key-changed", Deny, "the key of a topic stays what it was locked as", "topic-key-changed.md";
    TOPIC_COMPACT = "topic/compact", Deny, "a compacted topic has a key", "topic-compact.md";
    TOPIC_COMPACT_CHANGED = "topic/compact-changed", Deny, "a topic stays compacted, or stays not", "topic-compact-changed.md";
    TOPIC_FRAMING = "topic/framing", Deny, "a topic of messages that name no schema has one event, and Avro stands on it without framed ones", "topic-framing.md";
    TOPIC_FRAMING_CHANGED = "topic/framing-changed", Deny, "each framing of a topic is read by whoever read the one before", "topic-framing-changed.md";
    TOPIC_PARTITIONS_REDUCED = "topic/partitions-reduced", Deny, "a topic does not lose partitions", "topic-partitions-reduced.md";
    TOPIC_PARTITIONS_ADDED = "topic/partitions-added", Warn, "a keyed topic keeps its number of partitions", "topic-partitions-added.md";
    TOPIC_PATTERN_CHANGED = "topic/pattern-changed", Deny, "an event stays on the topic that it was locked on when the pattern of names changes", "topic-pattern-changed.md";
    TOPIC_RETENTION_SHORTENED = "topic/retention-shortened", Warn, "messages are kept as long as was locked", "topic-retention-shortened.md";
}
