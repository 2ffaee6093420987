/// Whether two values of a setting mean the same, however they are written.
pub(super) fn same(name: &str, one: &str, other: &str) -> bool {
    if one.trim() == other.trim() {
        return true;
    }
    if name == "cleanup.policy" {
        return list(one) == list(other);
    }
    match (one.trim().parse::<f64>(), other.trim().parse::<f64>()) {
        // Whole numbers were compared as texts: beyond 2^53 they would not do as these.
        (Ok(a), Ok(b)) if one.contains('.') || other.contains('.') => (a - b).abs() < f64::EPSILON,
        _ => {
            one.trim().eq_ignore_ascii_case(other.trim())
                && ["true", "false"].contains(&one.trim().to_lowercase().as_str())
        }
    }
}

fn list(text: &str) -> Vec<&str> {
    let mut items: Vec<&str> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    items.sort_unstable();
    items
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn a_value_may_be_written_in_several_ways() {
        assert!(same("cleanup.policy", "compact,delete", "delete, compact"));
        assert!(same("min.cleanable.dirty.ratio", "0.50", "0.5"));
        assert!(same("preallocate", "TRUE", "true"));
        assert!(same("retention.ms", "1000", " 1000"));
        assert!(!same("cleanup.policy", "compact", "compact,delete"));
        assert!(!same("retention.ms", "9223372036854775807", "9223372036854775806"));
        assert!(!same("compression.type", "LZ4", "lz4"));
    }
}
