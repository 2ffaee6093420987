use super::words::{lower_camel, snake, upper_camel};

/// How a name of several words is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Snake,
    LowerCamel,
    UpperCamel,
    /// `order_Id`: nothing that can be wanted of others.
    Other,
}

impl Style {
    /// The style of a name; none for one that is right in every style, as `id`, and for one that comes from elsewhere as it is, as
    /// `ID`, `x-request-id` or `+1`.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.trim_start_matches(['_', '$', '@']);
        let has = |test: fn(char) -> bool| name.chars().any(test);
        if !has(char::is_lowercase) || has(|c| !c.is_alphanumeric() && c != '_') {
            return None;
        }
        let (upper, separated) = (has(char::is_uppercase), name.contains('_'));
        match (name.chars().next()?.is_uppercase(), upper, separated) {
            (_, false, false) => None,
            (_, false, true) => Some(Self::Snake),
            (false, true, false) => Some(Self::LowerCamel),
            (true, true, false) => Some(Self::UpperCamel),
            (_, true, true) => Some(Self::Other),
        }
    }

    /// The name in this style.
    pub(super) fn write(self, name: &str) -> Option<String> {
        match self {
            Self::Snake => Some(snake(name)),
            Self::LowerCamel => Some(lower_camel(name)),
            Self::UpperCamel => Some(upper_camel(name)),
            Self::Other => None,
        }
    }
}

/// The style that most names have, and the first name that has it; none where no style leads or all agree anyway.
pub(super) fn common<'n>(names: impl Iterator<Item = &'n str> + Clone) -> Option<(Style, &'n str)> {
    let count = |style: Style| names.clone().filter(|name| Style::of(name) == Some(style)).count();
    let styles = [Style::Snake, Style::LowerCamel, Style::UpperCamel];
    let counts = styles.map(|style| (count(style), style));
    let (most, style) = counts.into_iter().max_by_key(|(count, _)| *count)?;
    // A draw says nothing about what is meant.
    let leads = most > 0 && counts.iter().filter(|(count, _)| *count == most).count() == 1;
    let first = names.clone().find(|name| Style::of(name) == Some(style))?;
    leads.then_some((style, first))
}

/// What two names must not have in common: `fooBar` and `foo_bar` become one name in most languages.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_one_small_word_has_no_style() {
        assert_eq!(Style::of("id"), None);
        assert_eq!(Style::of("_id"), None);
        assert_eq!(Style::of("order_id"), Some(Style::Snake));
        assert_eq!(Style::of("orderId"), Some(Style::LowerCamel));
        assert_eq!(Style::of("OrderId"), Some(Style::UpperCamel));
        assert_eq!(Style::of("order_Id"), Some(Style::Other));
        for foreign in ["ORDER_ID", "ID", "order-id", "a.b", "+1", "_", ""] {
            assert_eq!(Style::of(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_common_style_is_the_one_that_leads() {
        let common = |names: &[&'static str]| common(names.iter().copied());
        assert_eq!(common(&["id", "order_id", "made_at", "orderTotal"]), Some((Style::Snake, "order_id")));
        assert_eq!(common(&["order_id", "orderTotal"]), None);
        assert_eq!(common(&["id"]), None);
    }
}
