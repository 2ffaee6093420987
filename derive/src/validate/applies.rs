use super::attr::Rules;
use super::kind::Kind;
use crate::ctxt::Ctxt;

/// Refuses the rules that say nothing about the type they stand on.
pub(super) fn check(rules: &Rules, kind: Kind<'_>, what: &str, cx: &mut Ctxt) {
    for (name, span) in &rules.said {
        let (fits, wanted) = match name.as_str() {
            "schema" => continue,
            "min_length" | "max_length" | "pattern" | "format" => (matches!(kind, Kind::Text), "strings"),
            "min_items" | "max_items" | "unique_items" | "items" => (matches!(kind, Kind::List(_)), "lists"),
            "min_properties" | "max_properties" | "keys" | "values" => (matches!(kind, Kind::Map(_)), "maps"),
            _ => (matches!(kind, Kind::Number), "numbers"),
        };
        if !fits && !matches!(kind, Kind::Unknown) {
            cx.error(*span, format!("`{name}` is for {wanted}, and {what} is {}", kind.words()));
        }
    }
    if let Some(items) = &rules.items {
        let kind = match kind {
            Kind::List(Some(inner)) => Kind::of(inner),
            _ => Kind::Unknown,
        };
        check(items, kind, &format!("an item of {what}"), cx);
    }
    if let Some(keys) = &rules.keys {
        check(keys, Kind::Text, &format!("a key of {what}"), cx);
    }
    if let Some(values) = &rules.values {
        let kind = match kind {
            Kind::Map(Some(inner)) => Kind::of(inner),
            _ => Kind::Unknown,
        };
        check(values, kind, &format!("a value of {what}"), cx);
    }
}
