//! The rules of judging: the manifest, events and topics, the lock, and what a change does to readers.

use super::{Rule, Severity};

/// `manifest/syntax`: `topika.toml` is valid TOML.
pub static MANIFEST_SYNTAX: Rule = Rule {
    id: "manifest/syntax",
    default: Severity::Deny,
    summary: "`topika.toml` is valid TOML",
    page: include_str!("pages/manifest-syntax.md"),
};

/// `manifest/unknown-key`: every key of `topika.toml` is known.
pub static MANIFEST_UNKNOWN_KEY: Rule = Rule {
    id: "manifest/unknown-key",
    default: Severity::Deny,
    summary: "every key of `topika.toml` is known",
    page: include_str!("pages/manifest-unknown-key.md"),
};

/// `manifest/value`: every value of `topika.toml` has the form that its key wants.
pub static MANIFEST_VALUE: Rule = Rule {
    id: "manifest/value",
    default: Severity::Deny,
    summary: "every value of `topika.toml` has the form that its key wants",
    page: include_str!("pages/manifest-value.md"),
};

/// `project/unreadable`: every file of the project can be read.
pub static PROJECT_UNREADABLE: Rule = Rule {
    id: "project/unreadable",
    default: Severity::Deny,
    summary: "every file of the project can be read",
    page: include_str!("pages/project-unreadable.md"),
};

/// `project/empty`: there are schema files.
pub static PROJECT_EMPTY: Rule = Rule {
    id: "project/empty",
    default: Severity::Warn,
    summary: "there are schema files",
    page: include_str!("pages/project-empty.md"),
};

/// `event/shape`: an event is a record or an object.
pub static EVENT_SHAPE: Rule = Rule {
    id: "event/shape",
    default: Severity::Deny,
    summary: "an event is a record or an object",
    page: include_str!("pages/event-shape.md"),
};

/// `event/duplicate`: an event has one file.
pub static EVENT_DUPLICATE: Rule = Rule {
    id: "event/duplicate",
    default: Severity::Deny,
    summary: "an event has one file",
    page: include_str!("pages/event-duplicate.md"),
};

/// `event/title-missing`: a JSON event has a `title`.
pub static EVENT_TITLE_MISSING: Rule = Rule {
    id: "event/title-missing",
    default: Severity::Deny,
    summary: "a JSON event has a `title`",
    page: include_str!("pages/event-title-missing.md"),
};

/// `event/unknown`: a row `[event."..."]` names an event that exists.
pub static EVENT_UNKNOWN: Rule = Rule {
    id: "event/unknown",
    default: Severity::Deny,
    summary: "a row `[event.\"...\"]` names an event that exists",
    page: include_str!("pages/event-unknown.md"),
};

/// `event/rust-without-file`: the schema file of a hand-written event is committed.
pub static EVENT_RUST_WITHOUT_FILE: Rule = Rule {
    id: "event/rust-without-file",
    default: Severity::Warn,
    summary: "the schema file of a hand-written event is committed",
    page: include_str!("pages/event-rust-without-file.md"),
};

/// `event/unknown-version`: a version asked for by `versions` is locked.
pub static EVENT_UNKNOWN_VERSION: Rule = Rule {
    id: "event/unknown-version",
    default: Severity::Deny,
    summary: "a version asked for by `versions` is locked",
    page: include_str!("pages/event-unknown-version.md"),
};

/// `topic/name`: a topic name is one that Kafka takes.
pub static TOPIC_NAME: Rule = Rule {
    id: "topic/name",
    default: Severity::Deny,
    summary: "a topic name is one that Kafka takes",
    page: include_str!("pages/topic-name.md"),
};

/// `topic/unknown-event`: the events of a topic exist.
pub static TOPIC_UNKNOWN_EVENT: Rule = Rule {
    id: "topic/unknown-event",
    default: Severity::Deny,
    summary: "the events of a topic exist",
    page: include_str!("pages/topic-unknown-event.md"),
};

/// `topic/no-events`: a row of a topic says which events it carries.
pub static TOPIC_NO_EVENTS: Rule = Rule {
    id: "topic/no-events",
    default: Severity::Deny,
    summary: "a row of a topic says which events it carries",
    page: include_str!("pages/topic-no-events.md"),
};

/// `topic/event-twice`: an event is on exactly one topic.
pub static TOPIC_EVENT_TWICE: Rule = Rule {
    id: "topic/event-twice",
    default: Severity::Deny,
    summary: "an event is on exactly one topic",
    page: include_str!("pages/topic-event-twice.md"),
};

/// `topic/record-twice`: the records of a topic have different names.
pub static TOPIC_RECORD_TWICE: Rule = Rule {
    id: "topic/record-twice",
    default: Severity::Deny,
    summary: "the records of a topic have different names",
    page: include_str!("pages/topic-record-twice.md"),
};

/// `topic/key-missing`: every event of a topic has the fields of its key.
pub static TOPIC_KEY_MISSING: Rule = Rule {
    id: "topic/key-missing",
    default: Severity::Deny,
    summary: "every event of a topic has the fields of its key",
    page: include_str!("pages/topic-key-missing.md"),
};

/// `topic/key-type`: the fields of a key have one type on all events, and one that can be a key.
pub static TOPIC_KEY_TYPE: Rule = Rule {
    id: "topic/key-type",
    default: Severity::Deny,
    summary: "the fields of a key have one type on all events, and one that can be a key",
    page: include_str!("pages/topic-key-type.md"),
};

/// `topic/key-changed`: the key of a topic stays what it was locked as.
pub static TOPIC_KEY_CHANGED: Rule = Rule {
    id: "topic/key-changed",
    default: Severity::Deny,
    summary: "the key of a topic stays what it was locked as",
    page: include_str!("pages/topic-key-changed.md"),
};

/// `topic/partitions-reduced`: a topic does not lose partitions.
pub static TOPIC_PARTITIONS_REDUCED: Rule = Rule {
    id: "topic/partitions-reduced",
    default: Severity::Deny,
    summary: "a topic does not lose partitions",
    page: include_str!("pages/topic-partitions-reduced.md"),
};

/// `topic/partitions-added`: a keyed topic keeps its number of partitions.
pub static TOPIC_PARTITIONS_ADDED: Rule = Rule {
    id: "topic/partitions-added",
    default: Severity::Warn,
    summary: "a keyed topic keeps its number of partitions",
    page: include_str!("pages/topic-partitions-added.md"),
};

/// `ref/not-shared`: a type used by another file stands below a folder called `types`.
pub static REF_NOT_SHARED: Rule = Rule {
    id: "ref/not-shared",
    default: Severity::Deny,
    summary: "a type used by another file stands below a folder called `types`",
    page: include_str!("pages/ref-not-shared.md"),
};

/// `history/format-changed`: an event keeps its format.
pub static HISTORY_FORMAT_CHANGED: Rule = Rule {
    id: "history/format-changed",
    default: Severity::Deny,
    summary: "an event keeps its format",
    page: include_str!("pages/history-format-changed.md"),
};

/// `history/subject-removed`: what was locked is still there.
pub static HISTORY_SUBJECT_REMOVED: Rule = Rule {
    id: "history/subject-removed",
    default: Severity::Warn,
    summary: "what was locked is still there",
    page: include_str!("pages/history-subject-removed.md"),
};

/// `history/unreadable-version`: every frozen version can be read as a schema.
pub static HISTORY_UNREADABLE_VERSION: Rule = Rule {
    id: "history/unreadable-version",
    default: Severity::Deny,
    summary: "every frozen version can be read as a schema",
    page: include_str!("pages/history-unreadable-version.md"),
};

/// `lock/corrupt`: `topika.lock` can be read.
pub static LOCK_CORRUPT: Rule = Rule {
    id: "lock/corrupt",
    default: Severity::Deny,
    summary: "`topika.lock` can be read",
    page: include_str!("pages/lock-corrupt.md"),
};

/// `lock/edited`: frozen texts are as they were locked.
pub static LOCK_EDITED: Rule = Rule {
    id: "lock/edited",
    default: Severity::Deny,
    summary: "frozen texts are as they were locked",
    page: include_str!("pages/lock-edited.md"),
};

/// `lock/text-missing`: every locked version has its frozen text.
pub static LOCK_TEXT_MISSING: Rule = Rule {
    id: "lock/text-missing",
    default: Severity::Deny,
    summary: "every locked version has its frozen text",
    page: include_str!("pages/lock-text-missing.md"),
};

/// `avro/type-changed`: the type of a field can be read from every promised version.
pub static AVRO_TYPE_CHANGED: Rule = Rule {
    id: "avro/type-changed",
    default: Severity::Deny,
    summary: "the type of a field can be read from every promised version",
    page: include_str!("pages/avro-type-changed.md"),
};

/// `avro/field-added-without-default`: a field that old data lacks has a default.
pub static AVRO_FIELD_ADDED_WITHOUT_DEFAULT: Rule = Rule {
    id: "avro/field-added-without-default",
    default: Severity::Deny,
    summary: "a field that old data lacks has a default",
    page: include_str!("pages/avro-field-added-without-default.md"),
};

/// `avro/field-removed`: a field that old readers need is still written.
pub static AVRO_FIELD_REMOVED: Rule = Rule {
    id: "avro/field-removed",
    default: Severity::Deny,
    summary: "a field that old readers need is still written",
    page: include_str!("pages/avro-field-removed.md"),
};

/// `avro/enum-symbol-removed`: an enum keeps its symbols, or has a default.
pub static AVRO_ENUM_SYMBOL_REMOVED: Rule = Rule {
    id: "avro/enum-symbol-removed",
    default: Severity::Deny,
    summary: "an enum keeps its symbols, or has a default",
    page: include_str!("pages/avro-enum-symbol-removed.md"),
};

/// `avro/enum-symbol-added`: old readers know the symbols of an enum, or have a default.
pub static AVRO_ENUM_SYMBOL_ADDED: Rule = Rule {
    id: "avro/enum-symbol-added",
    default: Severity::Deny,
    summary: "old readers know the symbols of an enum, or have a default",
    page: include_str!("pages/avro-enum-symbol-added.md"),
};

/// `avro/union-branch-removed`: a union keeps the types that old data may hold.
pub static AVRO_UNION_BRANCH_REMOVED: Rule = Rule {
    id: "avro/union-branch-removed",
    default: Severity::Deny,
    summary: "a union keeps the types that old data may hold",
    page: include_str!("pages/avro-union-branch-removed.md"),
};

/// `avro/union-branch-added`: old readers know the types of a union.
pub static AVRO_UNION_BRANCH_ADDED: Rule = Rule {
    id: "avro/union-branch-added",
    default: Severity::Deny,
    summary: "old readers know the types of a union",
    page: include_str!("pages/avro-union-branch-added.md"),
};

/// `avro/fixed-size-changed`: a fixed keeps its size.
pub static AVRO_FIXED_SIZE_CHANGED: Rule = Rule {
    id: "avro/fixed-size-changed",
    default: Severity::Deny,
    summary: "a fixed keeps its size",
    page: include_str!("pages/avro-fixed-size-changed.md"),
};

/// `avro/name-changed`: a record, enum or fixed keeps its name, or has the old one as an alias.
pub static AVRO_NAME_CHANGED: Rule = Rule {
    id: "avro/name-changed",
    default: Severity::Deny,
    summary: "a record, enum or fixed keeps its name, or has the old one as an alias",
    page: include_str!("pages/avro-name-changed.md"),
};

/// `avro/field-ambiguous`: two old fields do not become one.
pub static AVRO_FIELD_AMBIGUOUS: Rule = Rule {
    id: "avro/field-ambiguous",
    default: Severity::Deny,
    summary: "two old fields do not become one",
    page: include_str!("pages/avro-field-ambiguous.md"),
};

/// `avro/logical-type-changed`: a logical type keeps its meaning.
pub static AVRO_LOGICAL_TYPE_CHANGED: Rule = Rule {
    id: "avro/logical-type-changed",
    default: Severity::Deny,
    summary: "a logical type keeps its meaning",
    page: include_str!("pages/avro-logical-type-changed.md"),
};

/// `json-schema/type-changed`: a value of an old type is still valid.
pub static JSON_SCHEMA_TYPE_CHANGED: Rule = Rule {
    id: "json-schema/type-changed",
    default: Severity::Deny,
    summary: "a value of an old type is still valid",
    page: include_str!("pages/json-schema-type-changed.md"),
};

/// `json-schema/property-removed`: a closed object keeps its properties.
pub static JSON_SCHEMA_PROPERTY_REMOVED: Rule = Rule {
    id: "json-schema/property-removed",
    default: Severity::Deny,
    summary: "a closed object keeps its properties",
    page: include_str!("pages/json-schema-property-removed.md"),
};

/// `json-schema/property-added`: old readers take a new property.
pub static JSON_SCHEMA_PROPERTY_ADDED: Rule = Rule {
    id: "json-schema/property-added",
    default: Severity::Deny,
    summary: "old readers take a new property",
    page: include_str!("pages/json-schema-property-added.md"),
};

/// `json-schema/required-added`: no property becomes required.
pub static JSON_SCHEMA_REQUIRED_ADDED: Rule = Rule {
    id: "json-schema/required-added",
    default: Severity::Deny,
    summary: "no property becomes required",
    page: include_str!("pages/json-schema-required-added.md"),
};

/// `json-schema/required-removed`: a property that old readers need is still written.
pub static JSON_SCHEMA_REQUIRED_REMOVED: Rule = Rule {
    id: "json-schema/required-removed",
    default: Severity::Deny,
    summary: "a property that old readers need is still written",
    page: include_str!("pages/json-schema-required-removed.md"),
};

/// `json-schema/enum-value-removed`: an enum keeps its values.
pub static JSON_SCHEMA_ENUM_VALUE_REMOVED: Rule = Rule {
    id: "json-schema/enum-value-removed",
    default: Severity::Deny,
    summary: "an enum keeps its values",
    page: include_str!("pages/json-schema-enum-value-removed.md"),
};

/// `json-schema/enum-value-added`: old readers know the values of an enum.
pub static JSON_SCHEMA_ENUM_VALUE_ADDED: Rule = Rule {
    id: "json-schema/enum-value-added",
    default: Severity::Deny,
    summary: "old readers know the values of an enum",
    page: include_str!("pages/json-schema-enum-value-added.md"),
};

/// `json-schema/bound-changed`: bounds, lengths and patterns do not grow tighter.
pub static JSON_SCHEMA_BOUND_CHANGED: Rule = Rule {
    id: "json-schema/bound-changed",
    default: Severity::Deny,
    summary: "bounds, lengths and patterns do not grow tighter",
    page: include_str!("pages/json-schema-bound-changed.md"),
};

/// `json-schema/content-closed`: an open object or array stays open.
pub static JSON_SCHEMA_CONTENT_CLOSED: Rule = Rule {
    id: "json-schema/content-closed",
    default: Severity::Deny,
    summary: "an open object or array stays open",
    page: include_str!("pages/json-schema-content-closed.md"),
};

/// `json-schema/composition-changed`: the parts of `oneOf`, `anyOf` and `allOf` still take what they took.
pub static JSON_SCHEMA_COMPOSITION_CHANGED: Rule = Rule {
    id: "json-schema/composition-changed",
    default: Severity::Deny,
    summary: "the parts of `oneOf`, `anyOf` and `allOf` still take what they took",
    page: include_str!("pages/json-schema-composition-changed.md"),
};

/// `json-schema/not-judged`: a part that changed can be judged.
pub static JSON_SCHEMA_NOT_JUDGED: Rule = Rule {
    id: "json-schema/not-judged",
    default: Severity::Deny,
    summary: "a part that changed can be judged",
    page: include_str!("pages/json-schema-not-judged.md"),
};

/// All rules of this file.
pub static JUDGING: &[&Rule] = &[
    &MANIFEST_SYNTAX,
    &MANIFEST_UNKNOWN_KEY,
    &MANIFEST_VALUE,
    &PROJECT_UNREADABLE,
    &PROJECT_EMPTY,
    &EVENT_SHAPE,
    &EVENT_DUPLICATE,
    &EVENT_TITLE_MISSING,
    &EVENT_UNKNOWN,
    &EVENT_RUST_WITHOUT_FILE,
    &EVENT_UNKNOWN_VERSION,
    &TOPIC_NAME,
    &TOPIC_UNKNOWN_EVENT,
    &TOPIC_NO_EVENTS,
    &TOPIC_EVENT_TWICE,
    &TOPIC_RECORD_TWICE,
    &TOPIC_KEY_MISSING,
    &TOPIC_KEY_TYPE,
    &TOPIC_KEY_CHANGED,
    &TOPIC_PARTITIONS_REDUCED,
    &TOPIC_PARTITIONS_ADDED,
    &REF_NOT_SHARED,
    &HISTORY_FORMAT_CHANGED,
    &HISTORY_SUBJECT_REMOVED,
    &HISTORY_UNREADABLE_VERSION,
    &LOCK_CORRUPT,
    &LOCK_EDITED,
    &LOCK_TEXT_MISSING,
    &AVRO_TYPE_CHANGED,
    &AVRO_FIELD_ADDED_WITHOUT_DEFAULT,
    &AVRO_FIELD_REMOVED,
    &AVRO_ENUM_SYMBOL_REMOVED,
    &AVRO_ENUM_SYMBOL_ADDED,
    &AVRO_UNION_BRANCH_REMOVED,
    &AVRO_UNION_BRANCH_ADDED,
    &AVRO_FIXED_SIZE_CHANGED,
    &AVRO_NAME_CHANGED,
    &AVRO_FIELD_AMBIGUOUS,
    &AVRO_LOGICAL_TYPE_CHANGED,
    &JSON_SCHEMA_TYPE_CHANGED,
    &JSON_SCHEMA_PROPERTY_REMOVED,
    &JSON_SCHEMA_PROPERTY_ADDED,
    &JSON_SCHEMA_REQUIRED_ADDED,
    &JSON_SCHEMA_REQUIRED_REMOVED,
    &JSON_SCHEMA_ENUM_VALUE_REMOVED,
    &JSON_SCHEMA_ENUM_VALUE_ADDED,
    &JSON_SCHEMA_BOUND_CHANGED,
    &JSON_SCHEMA_CONTENT_CLOSED,
    &JSON_SCHEMA_COMPOSITION_CHANGED,
    &JSON_SCHEMA_NOT_JUDGED,
];
