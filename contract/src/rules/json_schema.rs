//! What a JSON Schema must be, by itself.

use super::row::rules;

rules! { ALL:
    JSON_SCHEMA_SHAPE = "json-schema/shape", Deny, "a keyword has a value of the kind it wants", "json-schema-shape.md";
    JSON_SCHEMA_DRAFT = "json-schema/draft", Warn, "`$schema` names a draft that is known", "json-schema-draft.md";
    JSON_SCHEMA_UNSUPPORTED_KEYWORD = "json-schema/unsupported-keyword", Warn, "every keyword is understood", "json-schema-unsupported-keyword.md";
    JSON_SCHEMA_ANCHOR_DUPLICATE = "json-schema/anchor-duplicate", Deny, "an `$id` or `$anchor` is given once", "json-schema-anchor-duplicate.md";
}
