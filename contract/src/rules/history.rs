//! What the lock and the frozen history must be.

use super::row::rules;

rules! { ALL:
    BASELINE_SHALLOW = "baseline/shallow", Warn, "in CI, the state of the main branch is there to compare with", "baseline-shallow.md";
    BASELINE_UNREADABLE = "baseline/unreadable", Warn, "what a check is to be compared with can be read", "baseline-unreadable.md";
    HISTORY_EDITED = "history/edited", Deny, "what a baseline has locked is locked unchanged", "history-edited.md";
    HISTORY_FORMAT_CHANGED = "history/format-changed", Deny, "an event keeps its format", "history-format-changed.md";
    HISTORY_REMOVED = "history/removed", Deny, "what a baseline has locked is still locked", "history-removed.md";
    HISTORY_STRAY = "history/stray", Warn, "every text in the history belongs to a locked version", "history-stray.md";
    HISTORY_SUBJECT_REMOVED = "history/subject-removed", Warn, "what was locked is still there", "history-subject-removed.md";
    HISTORY_UNREADABLE_VERSION = "history/unreadable-version", Deny, "every frozen version can be read as a schema", "history-unreadable-version.md";
    HISTORY_VERSION_GAP = "history/version-gap", Deny, "versions are numbered without a gap", "history-version-gap.md";
    LEVEL_LOWERED = "level/lowered", Deny, "a topic keeps the promises that it was locked with", "level-lowered.md";
    LOCK_CARRIED = "lock/carried", Deny, "no file claims a subject that the lock carries without one", "lock-carried.md";
    LOCK_CONFLICT = "lock/conflict", Deny, "no two branches claim the same version", "lock-conflict.md";
    LOCK_CORRUPT = "lock/corrupt", Deny, "`topika.lock` can be read", "lock-corrupt.md";
    LOCK_EDITED = "lock/edited", Deny, "frozen texts are as they were locked", "lock-edited.md";
    LOCK_REFERENCE_MISSING = "lock/reference-missing", Deny, "a version that another one refers to is locked", "lock-reference-missing.md";
    LOCK_TEXT_MISSING = "lock/text-missing", Deny, "every locked version has its frozen text", "lock-text-missing.md";
}
