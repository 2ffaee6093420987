//! What `topika.toml` and the project must be.

use super::row::rules;

rules! { ALL:
    MANIFEST_SYNTAX = "manifest/syntax", Deny, "`topika.toml` is valid TOML", "manifest-syntax.md";
    MANIFEST_UNKNOWN_KEY = "manifest/unknown-key", Deny, "every key of `topika.toml` is known", "manifest-unknown-key.md";
    MANIFEST_VALUE = "manifest/value", Deny, "every value of `topika.toml` has the form that its key wants", "manifest-value.md";
    PROJECT_UNREADABLE = "project/unreadable", Deny, "every file of the project can be read", "project-unreadable.md";
    PROJECT_EMPTY = "project/empty", Warn, "there are schema files", "project-empty.md";
}
