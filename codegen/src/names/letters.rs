/// The letters beyond ASCII that a name keeps: the blocks in which rustc takes every letter without a warning.
///
/// Names stand in modules of other people's crates, where only the crate itself can allow the lint `uncommon_codepoints`. It speaks
/// of letters that are another spelling of others (`µ`, `ﬁ`, fullwidth forms) or of scripts that nobody writes any more. Combining marks are
/// left out, since a compiler normalises them and two names would become one; so are `İ` and its like, of which the other case makes
/// such a mark.
const BLOCKS: &[(char, char)] = &[
    ('\u{c0}', '\u{d6}'),
    ('\u{d8}', '\u{f6}'),
    ('\u{f8}', '\u{12f}'),
    ('\u{131}', '\u{131}'),
    ('\u{134}', '\u{137}'),
    ('\u{139}', '\u{13e}'),
    ('\u{141}', '\u{148}'),
    ('\u{14a}', '\u{17e}'),
    ('\u{386}', '\u{386}'),
    ('\u{388}', '\u{38a}'),
    ('\u{38c}', '\u{38c}'),
    ('\u{38e}', '\u{38f}'),
    ('\u{391}', '\u{3a1}'),
    ('\u{3a3}', '\u{3af}'),
    ('\u{3b1}', '\u{3ce}'),
    ('\u{400}', '\u{45f}'),
    ('\u{490}', '\u{491}'),
    ('\u{531}', '\u{556}'),
    ('\u{561}', '\u{586}'),
    ('\u{5d0}', '\u{5ea}'),
    ('\u{621}', '\u{63a}'),
    ('\u{641}', '\u{64a}'),
    ('\u{904}', '\u{939}'),
    ('\u{e01}', '\u{e30}'),
    ('\u{1e00}', '\u{1e95}'),
    ('\u{1ea0}', '\u{1ef9}'),
    ('\u{3041}', '\u{3096}'),
    ('\u{30a1}', '\u{30fa}'),
    ('\u{3400}', '\u{4dbf}'),
    ('\u{4e00}', '\u{9fff}'),
    ('\u{ac00}', '\u{d7a3}'),
];

/// Whether a name keeps the letter or digit.
pub(super) fn is_kept(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    BLOCKS.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_that_is_kept_may_start_an_identifier_in_either_case() {
        for (first, last) in BLOCKS {
            for c in *first..=*last {
                for cased in c.to_lowercase().chain(c.to_uppercase()) {
                    assert!(is_kept(cased), "{c:?} becomes {cased:?} ({:x})", u32::from(cased));
                    assert!(syn::parse_str::<syn::Ident>(&cased.to_string()).is_ok(), "{cased:?}");
                }
            }
        }
    }

    #[test]
    fn other_spellings_of_letters_are_not_kept() {
        for c in ['µ', 'ª', 'ﬁ', 'Ａ', 'ℓ', 'Ⅷ', 'ſ', '\u{301}', 'İ', '_', '€', '１'] {
            assert!(!is_kept(c), "{c:?}");
        }
    }
}
