//! What one file may say of another.

use super::row::rules;

rules! { ALL:
    REF_MISSING = "ref/missing", Deny, "what is referred to exists", "ref-missing.md";
    REF_CYCLE = "ref/cycle", Deny, "files do not refer to each other in a circle", "ref-cycle.md";
    REF_NOT_SHARED = "ref/not-shared", Deny, "a type used by another file stands below a folder called `types`", "ref-not-shared.md";
}
