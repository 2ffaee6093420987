/// Whether a pattern with `*` (any run of characters) is the whole of a name.
///
/// ```
/// use topika_contract::manifest::matches;
///
/// assert!(matches("food-orders-*", "food-orders-value"));
/// assert!(!matches("food-orders-*", "food-trucks-value"));
/// ```
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|head| name.strip_prefix(head)) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            let Some(at) = rest.find(part) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
    }
    match last {
        Some(tail) => rest.ends_with(tail),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_run_of_characters() {
        for (pattern, name, expected) in [
            ("orders.*", "orders.order-placed", true),
            ("orders.*", "kitchen.ticket-ready", false),
            ("*", "a", true),
            ("orders.order-placed", "orders.order-placed", true),
            ("orders.order", "orders.order-placed", false),
            ("*.*-ready", "kitchen.ticket-ready", true),
            ("*.*-ready", "kitchen.ticket", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXc", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
