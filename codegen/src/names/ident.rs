use std::fmt;

/// A Rust identifier. Only this module makes one, so every one is legal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ident {
    text: String,
    raw: bool,
}

/// Keywords that no `r#` makes an identifier.
const NEVER_RAW: &[&str] = &["self", "Self", "super", "crate"];

/// The other keywords, by their length; `gen` is one since the edition of 2024, and the parser does not know of it yet.
const KEYWORDS: &[&[&str]] = &[
    &[],
    &[],
    &["as", "do", "fn", "if", "in"],
    &["box", "dyn", "for", "gen", "let", "mod", "mut", "pub", "ref", "try", "use"],
    &["else", "enum", "impl", "loop", "move", "priv", "true", "type"],
    &["async", "await", "break", "const", "false", "final", "macro", "match", "trait", "where", "while", "yield"],
    &["become", "extern", "return", "static", "struct", "typeof", "unsafe"],
    &["unsized", "virtual"],
    &["abstract", "continue", "override"],
];

impl Ident {
    /// The identifier that is closest to `text`: the text itself, `r#text` for a keyword, `text_` for one of the four keywords
    /// that cannot be raw.
    #[must_use]
    pub(crate) fn new(text: &str) -> Self {
        if NEVER_RAW.contains(&text) {
            return Self { text: format!("{text}_"), raw: false };
        }
        if is_ascii_word(text) {
            return Self { text: text.to_owned(), raw: is_keyword(text) };
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
    let mut rest = text.as_bytes();
    if matches!(rest, [] | [b'_'] | [b'0'..=b'9', ..]) {
        return false;
    }
    // A loop without iterators: build scripts are compiled without optimisation.
    while let [byte, behind @ ..] = rest {
        if !matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_') {
            return false;
        }
        rest = behind;
    }
    true
}

fn is_keyword(text: &str) -> bool {
    KEYWORDS.get(text.len()).is_some_and(|keywords| keywords.contains(&text))
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
        for (length, keyword) in
            KEYWORDS.iter().enumerate().flat_map(|(length, of)| of.iter().map(move |one| (length, *one)))
        {
            assert_eq!(keyword.len(), length);
            assert!(keyword == "gen" || syn::parse_str::<syn::Ident>(keyword).is_err(), "{keyword}");
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
