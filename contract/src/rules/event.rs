//! What an event must be.

use super::row::rules;

rules! { ALL:
    EVENT_DATA_CONTRACT = "event/data-contract", Deny, "a data contract stands beside a schema and can be read", "event-data-contract.md";
    EVENT_DUPLICATE = "event/duplicate", Deny, "an event has one file", "event-duplicate.md";
    EVENT_RULE_SET = "event/rule-set", Deny, "a registry takes the metadata and rules of a data contract", "event-rule-set.md";
    EVENT_TITLE_MISSING = "event/title-missing", Warn, "a JSON event has a `title`", "event-title-missing.md";
    EVENT_UNKNOWN = "event/unknown", Deny, "a row `[event.\"...\"]` names an event that exists", "event-unknown.md";
    EVENT_RUST_WITHOUT_FILE = "event/rust-without-file", Warn, "the schema file of a hand-written event is committed", "event-rust-without-file.md";
    EVENT_UNKNOWN_VERSION = "event/unknown-version", Deny, "a version asked for by `versions` is locked", "event-unknown-version.md";
}
