//! What the lock and the frozen history must be.

use super::row::rules;

rules! { ALL:
    HISTORY_FORMAT_CHANGED = "history/format-changed", Deny, "an event keeps its format", "history-format-changed.md";
    HISTORY_SUBJECT_REMOVED = "history/subject-removed", Warn, "what was locked is still there", "history-subject-removed.md";
    HISTORY_UNREADABLE_VERSION = "history/unreadable-version", Deny, "every frozen version can be read as a schema", "history-unreadable-version.md";
    LOCK_CORRUPT = "lock/corrupt", Deny, "`topika.lock` can be read", "lock-corrupt.md";
    LOCK_EDITED = "lock/edited", Deny, "frozen texts are as they were locked", "lock-edited.md";
    LOCK_TEXT_MISSING = "lock/text-missing", Deny, "every locked version has its frozen text", "lock-text-missing.md";
}
