use std::fmt;

/// A Rust identifier. Only this module makes one, so every one is legal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ident {
    text: String,
    raw: bool,
}

/// Keywords that no `r#` makes an identifier.
const NEVER_RAW: &[&str] = &["self", "Self", "super", "crate"];

/// Reserved since the edition of 2024, which the parser does not know of yet.
const NEWER_KEYWORDS: &[&str] = &["gen"];

impl Ident {
    /// The identifier that is closest to `text`: the text itself, `r#text` for a keyword, `text_` for one of the four keywords
    /// that cannot be raw.
    #[must_use]
    pub(crate) fn new(text: &str) -> Self {
        if NEVER_RAW.contains(&text) {
            return Self { text: format!("{text}_"), raw: false };
        }
        if NEWER_KEYWORDS.contains(&text) {
            return Self { text: text.to_owned(), raw: true };
        }
        if syn::parse_str::<syn::Ident>(text).is_ok() {
            return match text.strip_prefix("r#") {
                Some(bare) => Self { text: bare.to_owned(), raw: true },
                None => Self { text: text.to_owned(), raw: false },
            };
        }
        if text != "_" && syn::parse_str::<syn::Ident>(&format!("r#{text}")).is_ok() {
            return Self { text: text.to_owned(), raw: true };
        }
        let spelled: Vec<String> = text.chars().take(8).map(|c| format!("{:x}", u32::from(c))).collect();
        Self { text: format!("u{}", spelled.join("_")), raw: false }
    }

    /// The identifier without `r#`.
    #[must_use]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is written with `r#`.
    #[must_use]
    pub(crate) fn is_raw(&self) -> bool {
        self.raw
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.raw { "r#" } else { "" }, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_become_raw_or_get_an_underscore() {
        for (text, expected) in [
            ("type", "r#type"),
            ("gen", "r#gen"),
            ("r#type", "r#type"),
            ("self", "self_"),
            ("Self", "Self_"),
            ("crate", "crate_"),
            ("order_id", "order_id"),
            ("_", "u5f"),
            ("a b", "u61_20_62"),
            ("", "u"),
        ] {
            assert_eq!(Ident::new(text).to_string(), expected, "{text}");
        }
    }
}
