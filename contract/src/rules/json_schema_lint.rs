//! What JSON Schema takes and people come to regret.

use super::row::rules;

rules! { ALL:
    JSON_SCHEMA_BRANCH_UNREACHABLE = "json-schema/branch-unreachable", Warn, "every branch of `anyOf` and `oneOf` takes something of its own", "json-schema-branch-unreachable.md";
    JSON_SCHEMA_VALUE_UNREACHABLE = "json-schema/value-unreachable", Warn, "every value of `enum` and `const` can occur", "json-schema-value-unreachable.md";
    JSON_SCHEMA_BOUNDS_EMPTY = "json-schema/bounds-empty", Warn, "a lower bound is not above its upper one", "json-schema-bounds-empty.md";
    JSON_SCHEMA_DEFAULT = "json-schema/default", Warn, "a default is a value that its schema takes", "json-schema-default.md";
    JSON_SCHEMA_NULL_ONLY = "json-schema/null-only", Allow, "a property can be something else than null", "json-schema-null-only.md";
    JSON_SCHEMA_REQUIRED_UNDECLARED = "json-schema/required-undeclared", Warn, "a required property is declared", "json-schema-required-undeclared.md";
    JSON_SCHEMA_OPEN_CONTENT = "json-schema/open-content", Allow, "an object says whether other properties may stand", "json-schema-open-content.md";
}
