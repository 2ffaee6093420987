use topika_contract::text::folded;

use super::Ident;

/// Whether a name says something else than `text`, beyond what the conventions of Rust ask for: words may be put together and written in
/// another case, but here letters were added or left out.
#[must_use]
pub(crate) fn is_changed(text: &str, name: &Ident) -> bool {
    if text == name.text() {
        return false;
    }
    let starts_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    folded(text) != folded(name.text())
        || (name.text().starts_with('_') && starts_with_digit(text))
        || (name.text().ends_with('_') && !text.ends_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{snake, upper_camel};

    #[test]
    fn another_case_and_other_signs_between_words_are_no_change() {
        for text in
            ["user_id", "userId", "USER-ID", "orders.placed", "$ref", "type", "größe", "_id", "self_", "HTTPServer"]
        {
            assert!(!is_changed(text, &Ident::new(&snake(text))), "{text}");
            assert!(!is_changed(text, &Ident::new(&upper_camel(text))), "{text}");
        }
    }

    #[test]
    fn letters_added_and_left_out_are_a_change() {
        for text in ["1st", "", "+1", "€", "self", "crate"] {
            assert!(is_changed(text, &Ident::new(&snake(text))), "{text}");
        }
        for text in ["2fa", "", "-1", "€", "self"] {
            assert!(is_changed(text, &Ident::new(&upper_camel(text))), "{text}");
        }
        assert!(is_changed("user_id", &Ident::new("user_id2")));
    }
}
