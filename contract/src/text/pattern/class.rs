//! Sets of characters.

/// A set of characters.
#[derive(Clone, Debug)]
pub(super) enum Class {
    Range(char, char),
    /// A letter in upper or lower case (`(?i)`; Java folds ASCII only).
    Folded(Box<Class>),
    /// A set with a name: `\d`, `\p{Lu}`.
    Named(Name),
    Not(Box<Class>),
    Either(Vec<Class>),
    Both(Box<Class>, Box<Class>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Digit,
    Word,
    Space,
    Blank,
    LineEnd,
    Ascii,
    AsciiLower,
    AsciiUpper,
    AsciiLetter,
    AsciiLetterOrDigit,
    HexDigit,
    Punctuation,
    Control,
    Letter,
    UpperLetter,
    LowerLetter,
    Number,
}

impl Class {
    pub(super) fn single(c: char) -> Self {
        Self::Range(c, c)
    }

    pub(super) fn has(&self, c: char) -> bool {
        match self {
            Self::Range(from, to) => (*from..=*to).contains(&c),
            Self::Folded(class) => class.has(c.to_ascii_lowercase()) || class.has(c.to_ascii_uppercase()),
            Self::Named(name) => name.has(c),
            Self::Not(class) => !class.has(c),
            Self::Either(classes) => classes.iter().any(|class| class.has(c)),
            Self::Both(a, b) => a.has(c) && b.has(c),
        }
    }
}

impl Name {
    fn has(self, c: char) -> bool {
        match self {
            Self::Digit => c.is_ascii_digit(),
            Self::Word => c.is_ascii_alphanumeric() || c == '_',
            Self::Space => matches!(c, ' ' | '\t'..='\r'),
            Self::Blank => matches!(
                c,
                ' ' | '\t' | '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'
                    ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
            ),
            Self::LineEnd => matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'),
            Self::Ascii => c.is_ascii(),
            Self::AsciiLower => c.is_ascii_lowercase(),
            Self::AsciiUpper => c.is_ascii_uppercase(),
            Self::AsciiLetter => c.is_ascii_alphabetic(),
            Self::AsciiLetterOrDigit => c.is_ascii_alphanumeric(),
            Self::HexDigit => c.is_ascii_hexdigit(),
            Self::Punctuation => c.is_ascii_punctuation(),
            Self::Control => c.is_ascii_control(),
            Self::Letter => c.is_alphabetic(),
            Self::UpperLetter => c.is_uppercase(),
            Self::LowerLetter => c.is_lowercase(),
            Self::Number => c.is_numeric(),
        }
    }

    /// The set that `\p{…}` names.
    pub(super) fn of_property(name: &str) -> Option<Self> {
        Some(match name.strip_prefix("Is").unwrap_or(name) {
            "ASCII" => Self::Ascii,
            "Lower" => Self::AsciiLower,
            "Upper" => Self::AsciiUpper,
            "Alpha" => Self::AsciiLetter,
            "Alnum" => Self::AsciiLetterOrDigit,
            "XDigit" => Self::HexDigit,
            "Punct" => Self::Punctuation,
            "Cntrl" => Self::Control,
            "Space" => Self::Space,
            "L" | "Alphabetic" | "Letter" => Self::Letter,
            "Lu" | "Uppercase" => Self::UpperLetter,
            "Ll" | "Lowercase" => Self::LowerLetter,
            "N" => Self::Number,
            "Digit" if name == "Digit" => Self::Digit,
            _ => return None,
        })
    }
}
