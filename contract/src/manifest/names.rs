/// What Kafka has against a topic name; `None` for a name that it takes.
///
/// ```
/// use topika_contract::manifest::topic_name_problem;
///
/// assert_eq!(topic_name_problem("orders.order-placed"), None);
/// assert_eq!(topic_name_problem("food orders").as_deref(), Some("holds ` `; letters, digits, `.`, `_` and `-` may stand"));
/// ```
#[must_use]
pub fn topic_name_problem(name: &str) -> Option<String> {
    // Kafka, org.apache.kafka.common.internals.Topic: [a-zA-Z0-9._-]+, not "." or "..", at most 249 characters.
    if name.is_empty() {
        return Some("is empty".to_owned());
    }
    if name == "." || name == ".." {
        return Some("is reserved".to_owned());
    }
    if let Some(bad) = name.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-')) {
        return Some(format!("holds `{}`; letters, digits, `.`, `_` and `-` may stand", bad.escape_debug()));
    }
    (name.len() > 249).then(|| format!("has {} characters; at most 249 may stand", name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_kafka_refuses_is_said_with_its_reason() {
        assert!(topic_name_problem("").is_some());
        assert!(topic_name_problem("..").is_some());
        assert!(topic_name_problem("a/b").is_some_and(|problem| problem.contains("`/`")));
        assert!(topic_name_problem(&"a".repeat(250)).is_some_and(|problem| problem.contains("249")));
        assert_eq!(topic_name_problem(&"a".repeat(249)), None);
    }
}
