//! Names whose letters look like those of another script: `сustomer` with a Cyrillic `с`.
//!
//! rustc warns of them (`mixed_script_confusables`, `confusable_idents`), and only the crate itself can allow that. It trusts a script as soon as
//! one of its letters is no lookalike; so does this, for each name by itself, so that no name depends on what stands beside it.

/// The letters, of those that a name keeps, that Unicode's data of confusables calls lookalikes of letters of another script, as rustc reads it.
const LOOKALIKES: &str = "ΑΒΓΕΖΗΘΙΚΛΜΝΟΠΡΤΥΦΧαβγδεθικνοπρστυφЄЅІЈАБВГЕЗКЛМНОПРСТУФХЫЬЮабгекопрстуфхєѕіјћҐґ\
                          ԻՄՈՊՌՍՏՓՕագզծհձոպռսցքօוטיןסإاةهจบปฝพฟยくへイエカタトニノハヘロ一丿二八力卜口囗夕工";

/// A script, of those that have lookalikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Greek,
    Cyrillic,
    Armenian,
    Hebrew,
    Arabic,
    Thai,
    Hiragana,
    Katakana,
    Han,
}

impl Script {
    /// That of a letter; none where no letter of its script is a lookalike.
    pub(super) fn of(c: char) -> Option<Self> {
        Some(match c {
            '\u{370}'..='\u{3ff}' => Self::Greek,
            '\u{400}'..='\u{52f}' => Self::Cyrillic,
            '\u{530}'..='\u{58f}' => Self::Armenian,
            '\u{590}'..='\u{5ff}' => Self::Hebrew,
            '\u{600}'..='\u{6ff}' => Self::Arabic,
            '\u{e00}'..='\u{e7f}' => Self::Thai,
            '\u{3040}'..='\u{309f}' => Self::Hiragana,
            '\u{30a0}'..='\u{30ff}' => Self::Katakana,
            '\u{3400}'..='\u{9fff}' => Self::Han,
            _ => return None,
        })
    }
}

/// The scripts of which a name has nothing but lookalikes.
pub(super) fn misleading(name: &str) -> Vec<Script> {
    if name.is_ascii() {
        return Vec::new();
    }
    let mut scripts: Vec<Script> = Vec::new();
    for script in name.chars().filter_map(Script::of) {
        if !scripts.contains(&script) {
            scripts.push(script);
        }
    }
    scripts.retain(|script| name.chars().filter(|c| Script::of(*c) == Some(*script)).all(|c| LOOKALIKES.contains(c)));
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{snake, upper_camel};

    #[test]
    fn a_script_with_a_letter_of_its_own_misleads_nobody() {
        for name in ["größe", "customer", "заказ", "вес", "ποσό", "Üben", "ふりがな", "工場", "数量", "가격"]
        {
            assert_eq!(misleading(name), [], "{name}");
        }
        assert_eq!(misleading("сustomer"), [Script::Cyrillic]);
        assert_eq!(misleading("рост_αΑ_ж"), [Script::Greek]);
        assert_eq!(misleading("口"), [Script::Han]);
    }

    #[test]
    fn lookalikes_are_spelled_as_letters_that_rust_does_not_take() {
        for (text, expected) in
            [("сustomer", "ustomer"), ("а", "u430"), ("рост", "u440_43e_441_442"), ("вес", "вес"), ("idα", "id")]
        {
            assert_eq!(snake(text), expected, "{text}");
        }
        // The case decides: a small `в` is no lookalike, the capital is one.
        for (text, expected) in [("сustomer", "Ustomer"), ("а", "U430"), ("вес", "U432U435U441"), ("заказ", "Заказ")]
        {
            assert_eq!(upper_camel(text), expected, "{text}");
        }
    }

    #[test]
    fn every_lookalike_has_a_script() {
        for c in LOOKALIKES.chars() {
            assert!(Script::of(c).is_some() && super::super::letters::is_kept(c), "{c}");
        }
    }
}
