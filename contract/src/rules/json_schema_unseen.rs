//! What a change of a JSON Schema does to readers although the registry does not look at it.

use super::row::rules;

rules! { ALL:
    JSON_SCHEMA_FORMAT_CHANGED = "json-schema/format-changed", Warn, "`format` and content keywords stay (not judged by the registry)", "json-schema-format-changed.md";
    JSON_SCHEMA_CONDITION_CHANGED = "json-schema/condition-changed", Warn, "`if`, `then` and `else` stay (not judged by the registry)", "json-schema-condition-changed.md";
    JSON_SCHEMA_PROPERTY_NAMES_CHANGED = "json-schema/property-names-changed", Warn, "`propertyNames` takes the names that it took (not judged by the registry)", "json-schema-property-names-changed.md";
    JSON_SCHEMA_PATTERN_PROPERTIES_CHANGED = "json-schema/pattern-properties-changed", Warn, "`patternProperties` take what they took (not judged by the registry)", "json-schema-pattern-properties-changed.md";
    JSON_SCHEMA_CONTAINS_CHANGED = "json-schema/contains-changed", Warn, "`contains` asks for no other item (not judged by the registry)", "json-schema-contains-changed.md";
    JSON_SCHEMA_REQUIRED_UNSEEN = "json-schema/required-unseen", Warn, "no undeclared property becomes required (not judged by the registry)", "json-schema-required-unseen.md";
    JSON_SCHEMA_ONE_OF_OVERLAP = "json-schema/one-of-overlap", Warn, "a new alternative of `oneOf` takes nothing that another takes (not judged by the registry)", "json-schema-one-of-overlap.md";
    JSON_SCHEMA_BOUND_UNSEEN = "json-schema/bound-unseen", Warn, "a bound that the registry cannot tell apart does not grow tighter", "json-schema-bound-unseen.md";
}
