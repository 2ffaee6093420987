//! What the name of a field promises: money, a moment, something about a person.

use super::row::rules;

rules! { ALL:
    MONEY_FLOAT = "money/float", Warn, "money is no floating-point number", "money-float.md";
    TIME_UNTYPED = "time/untyped", Warn, "a moment in time has a type that says so", "time-untyped.md";
    PRIVACY_UNMARKED = "privacy/unmarked", Warn, "what looks personal is marked", "privacy-unmarked.md";
    PRIVACY_IN_KEY = "privacy/in-key", Warn, "nothing personal is in the key of a topic", "privacy-in-key.md";
    PRIVACY_TAGS = "privacy/tags", Warn, "tags are a list of words", "privacy-tags.md";
}
