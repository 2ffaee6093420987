/// Words before `time` that make it a moment; without one of them it may as well be a duration, as in `cook_time`.
const MOMENTS: &[&str] = &[
    "arrival",
    "begin",
    "close",
    "closing",
    "create",
    "created",
    "departure",
    "due",
    "effective",
    "end",
    "event",
    "expiration",
    "expiry",
    "ingest",
    "ingestion",
    "login",
    "logout",
    "modified",
    "modification",
    "occurred",
    "open",
    "opening",
    "order",
    "published",
    "received",
    "recorded",
    "register",
    "registration",
    "sent",
    "start",
    "transaction",
    "update",
    "updated",
];

/// Words that are a moment when they stand alone.
const ALONE: &[&str] = &["created", "deleted", "expires", "modified", "occurred", "time", "updated"];

/// Whether a field of these words says when something happened. A name that says its unit, as `created_at_ms`, is plain enough.
pub(in crate::lint) fn is_moment(words: &[String]) -> bool {
    let word = |at: usize| words.len().checked_sub(at).and_then(|at| words.get(at)).map(String::as_str);
    let before = word(2);
    match word(1) {
        Some("timestamp" | "datetime" | "date") => true,
        Some("stamp") => before == Some("time"),
        Some("ts") => true,
        Some("at") => before.is_some(),
        Some("on") => before.is_some_and(|before| before.ends_with("ed")),
        Some("time") if before.is_some_and(|before| MOMENTS.contains(&before)) => true,
        Some(only) => before.is_none() && ALONE.contains(&only),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::words::words;

    #[test]
    fn a_moment_is_known_by_its_name() {
        for name in [
            "created_at",
            "createdAt",
            "timestamp",
            "event_time",
            "orderDate",
            "ts",
            "time",
            "updated_on",
            "time_stamp",
        ] {
            assert!(is_moment(&words(name)), "{name}");
        }
        for name in
            ["cook_time", "response_time", "at", "created_at_ms", "times", "format", "status", "based_on_id", ""]
        {
            assert!(!is_moment(&words(name)), "{name}");
        }
    }
}
