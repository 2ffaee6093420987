//! What a change of an Avro schema does to readers.

use super::row::rules;

rules! { ALL:
    AVRO_TYPE_CHANGED = "avro/type-changed", Deny, "the type of a field can be read from every promised version", "avro-type-changed.md";
    AVRO_FIELD_ADDED_WITHOUT_DEFAULT = "avro/field-added-without-default", Deny, "a field that old data lacks has a default", "avro-field-added-without-default.md";
    AVRO_FIELD_REMOVED = "avro/field-removed", Deny, "a field that old readers need is still written", "avro-field-removed.md";
    AVRO_ENUM_SYMBOL_REMOVED = "avro/enum-symbol-removed", Deny, "an enum keeps its symbols, or has a default", "avro-enum-symbol-removed.md";
    AVRO_ENUM_SYMBOL_ADDED = "avro/enum-symbol-added", Deny, "old readers know the symbols of an enum, or have a default", "avro-enum-symbol-added.md";
    AVRO_UNION_BRANCH_REMOVED = "avro/union-branch-removed", Deny, "a union keeps the types that old data may hold", "avro-union-branch-removed.md";
    AVRO_UNION_BRANCH_ADDED = "avro/union-branch-added", Deny, "old readers know the types of a union", "avro-union-branch-added.md";
    AVRO_FIXED_SIZE_CHANGED = "avro/fixed-size-changed", Deny, "a fixed keeps its size", "avro-fixed-size-changed.md";
    AVRO_NAME_CHANGED = "avro/name-changed", Deny, "a record, enum or fixed keeps its name, or has the old one as an alias", "avro-name-changed.md";
    AVRO_FIELD_AMBIGUOUS = "avro/field-ambiguous", Deny, "two old fields do not become one", "avro-field-ambiguous.md";
    AVRO_LOGICAL_TYPE_CHANGED = "avro/logical-type-changed", Deny, "a logical type keeps its meaning", "avro-logical-type-changed.md";
}
