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
    AVRO_LOGICAL_TYPE_ASSUMED = "avro/logical-type-assumed", Deny, "a logical type is not read into data that was written without it", "avro-logical-type-assumed.md";
    AVRO_LOGICAL_TYPE_IGNORED = "avro/logical-type-ignored", Warn, "readers see the logical type that data was written with", "avro-logical-type-ignored.md";
    AVRO_PRECISION_LOST = "avro/precision-lost", Warn, "numbers are not rounded on the way", "avro-precision-lost.md";
    AVRO_BYTES_AS_TEXT = "avro/bytes-as-text", Deny, "bytes are not read as text", "avro-bytes-as-text.md";
    AVRO_UNION_BRANCH_MISREAD = "avro/union-branch-misread", Deny, "a branch of a union is read as itself", "avro-union-branch-misread.md";
    AVRO_ENUM_SYMBOL_ABSORBED = "avro/enum-symbol-absorbed", Warn, "an enum keeps the symbols that its default would swallow", "avro-enum-symbol-absorbed.md";
    AVRO_ENUM_DEFAULT_CHANGED = "avro/enum-default-changed", Warn, "an enum keeps its default", "avro-enum-default-changed.md";
    AVRO_DEFAULT_CHANGED = "avro/default-changed", Warn, "a field keeps its default", "avro-default-changed.md";
    AVRO_FIELD_ORDER_CHANGED = "avro/field-order-changed", Warn, "records that say how they sort keep sorting so", "avro-field-order-changed.md";
    AVRO_PLAIN_CHANGED = "avro/plain-changed", Deny, "Avro that names no schema keeps its encoding", "avro-plain-changed.md";
    AVRO_NOT_JUDGED = "avro/not-judged", Deny, "a schema is compared with its versions to the end", "avro-not-judged.md";
}
