//! What the generator of types has to say.

use super::row::rules;

rules! { ALL:
    TYPES_FALLBACK = "types/fallback", Warn, "every schema has a Rust type of its own", "types-fallback.md";
    TYPES_UNCHECKED = "types/unchecked", Warn, "`validate()` checks every keyword", "types-unchecked.md";
    TYPES_ENVELOPE = "types/envelope", Deny, "a field that carries a part of an envelope can hold it", "types-envelope.md";
    TYPES_RENAMED = "types/renamed", Warn, "names of the schema are names in Rust", "types-renamed.md";
}
