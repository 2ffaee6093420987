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
        let (mut lower, mut upper, mut separated) = (false, false, false);
        for c in name.chars() {
            match c {
                'a'..='z' => lower = true,
                'A'..='Z' => upper = true,
                '_' => separated = true,
                '0'..='9' => {}
                c if c.is_ascii() || !c.is_alphanumeric() => return None,
                c => (lower, upper) = (lower || c.is_lowercase(), upper || c.is_uppercase()),
            }
        }
        if !lower {
            return None;
        }
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
pub(super) fn common<'n>(names: impl Iterator<Item = &'n str>) -> Option<(Style, &'n str)> {
    let names: Vec<(Style, &str)> = names.filter_map(|name| Some((Style::of(name)?, name))).collect();
    let count = |style: Style| names.iter().filter(|(own, _)| *own == style).count();
    let styles = [Style::Snake, Style::LowerCamel, Style::UpperCamel];
    let counts = styles.map(|style| (count(style), style));
    let (most, style) = counts.into_iter().max_by_key(|(count, _)| *count)?;
    // A draw says nothing about what is meant.
    let leads = most > 0 && counts.iter().filter(|(count, _)| *count == most).count() == 1;
    let (_, first) = *names.iter().find(|(own, _)| *own == style)?;
    leads.then_some((style, first))
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
