use std::fmt;

/// A Rust identifier. Only this module makes one, so every one is legal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ident {
    text: String,
    raw: bool,
}

/// Keywords that no `r#` makes an identifier.
const NEVER_RAW: &[&str] = &["self", "Self", "super", "crate"];

/// The other keywords.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut",
    "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe",
    "unsized", "use", "virtual", "where", "while", "yield",
];

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
        if is_ascii_word(text) {
            return Self { text: text.to_owned(), raw: KEYWORDS.contains(&text) };
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

    /// Writes it, with `r#` where it needs that.
    pub(crate) fn write(&self, out: &mut String) {
        out.push_str(if self.raw { "r#" } else { "" });
        out.push_str(&self.text);
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

/// Whether a text is a word of ASCII, perhaps a keyword. Nearly all names are, and the parser takes much longer to say so.
fn is_ascii_word(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let starts = text.bytes().next().is_some_and(is_letter);
    starts && text != "_" && text.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit())
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
    fn a_word_of_ascii_is_what_the_parser_says() {
        for keyword in KEYWORDS {
            assert!(syn::parse_str::<syn::Ident>(keyword).is_err(), "{keyword}");
            assert!(syn::parse_str::<syn::Ident>(&format!("r#{keyword}")).is_ok(), "{keyword}");
        }
        for word in ["order_id", "_a", "A1", "union", "raw", "default", "safe", "auto", "macro_rules", "dyn2"] {
            assert!(is_ascii_word(word) && syn::parse_str::<syn::Ident>(word).is_ok(), "{word}");
        }
        for other in ["", "_", "1a", "a-b", "é", "r#type"] {
            assert!(!is_ascii_word(other), "{other}");
        }
    }

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
