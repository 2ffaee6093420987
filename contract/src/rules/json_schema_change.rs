//! What a change of a JSON Schema does to readers.

use super::row::rules;

rules! { ALL:
    JSON_SCHEMA_TYPE_CHANGED = "json-schema/type-changed", Deny, "a value of an old type is still valid", "json-schema-type-changed.md";
    JSON_SCHEMA_PROPERTY_REMOVED = "json-schema/property-removed", Deny, "a closed object keeps its properties", "json-schema-property-removed.md";
    JSON_SCHEMA_PROPERTY_ADDED = "json-schema/property-added", Deny, "old readers take a new property", "json-schema-property-added.md";
    JSON_SCHEMA_PROPERTY_ADDED_TO_OPEN = "json-schema/property-added-to-open", Deny, "a new property takes what an open object could hold under its name", "json-schema-property-added-to-open.md";
    JSON_SCHEMA_PROPERTY_REMOVED_FROM_OPEN = "json-schema/property-removed-from-open", Deny, "the name of a property is not given free while old readers know it", "json-schema-property-removed-from-open.md";
    JSON_SCHEMA_REQUIRED_ADDED = "json-schema/required-added", Deny, "no property becomes required", "json-schema-required-added.md";
    JSON_SCHEMA_REQUIRED_REMOVED = "json-schema/required-removed", Deny, "a property that old readers need is still written", "json-schema-required-removed.md";
    JSON_SCHEMA_ENUM_VALUE_REMOVED = "json-schema/enum-value-removed", Deny, "an enum keeps its values", "json-schema-enum-value-removed.md";
    JSON_SCHEMA_ENUM_VALUE_ADDED = "json-schema/enum-value-added", Deny, "old readers know the values of an enum", "json-schema-enum-value-added.md";
    JSON_SCHEMA_BOUND_CHANGED = "json-schema/bound-changed", Deny, "bounds, lengths and patterns do not grow tighter", "json-schema-bound-changed.md";
    JSON_SCHEMA_CONTENT_CLOSED = "json-schema/content-closed", Deny, "an open object or array stays open", "json-schema-content-closed.md";
    JSON_SCHEMA_ITEM_CHANGED = "json-schema/item-changed", Deny, "a tuple takes the items that it took", "json-schema-item-changed.md";
    JSON_SCHEMA_DEPENDENCY_CHANGED = "json-schema/dependency-changed", Deny, "a property asks for no more beside it", "json-schema-dependency-changed.md";
    JSON_SCHEMA_COMPOSITION_CHANGED = "json-schema/composition-changed", Deny, "the parts of `oneOf`, `anyOf` and `allOf` still take what they took", "json-schema-composition-changed.md";
    JSON_SCHEMA_NOT_JUDGED = "json-schema/not-judged", Deny, "two versions can be compared", "json-schema-not-judged.md";
}
