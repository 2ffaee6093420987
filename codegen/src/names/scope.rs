use std::collections::BTreeSet;

use super::Ident;

/// The names that are taken at one place. Who comes first gets the name; who comes later gets it with a number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    taken: BTreeSet<String>,
}

impl Scope {
    /// A scope in which these names are taken already.
    #[must_use]
    pub(crate) fn with(taken: &[&str]) -> Self {
        Self { taken: taken.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// Takes `base`, or `base2`, `base3` ... where it is taken. The second value says whether the name was free.
    pub(crate) fn claim(&mut self, base: &str) -> (Ident, bool) {
        let mut ident = Ident::new(base);
        let mut number: u64 = 2;
        while !self.taken.insert(ident.text().to_owned()) {
            ident = Ident::new(&format!("{base}{number}"));
            number += 1;
        }
        (ident, number == 2)
    }
}

/// Claims a name for each text; texts that are Rust names as they stand come first, so that `user_id` keeps its name beside
/// `userId`. The answer has the order of the texts.
pub(crate) fn claim_all(scope: &mut Scope, texts: &[&str], spell: fn(&str) -> String) -> Vec<(Ident, bool)> {
    let mut claimed: Vec<Option<(Ident, bool)>> = vec![None; texts.len()];
    let names: Vec<String> = texts.iter().map(|text| spell(text)).collect();
    for exact in [true, false] {
        for ((text, name), slot) in texts.iter().zip(&names).zip(claimed.iter_mut()) {
            if slot.is_none() && (name == text || !exact) {
                *slot = Some(scope.claim(name));
            }
        }
    }
    claimed.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::snake;

    #[test]
    fn the_later_of_two_equal_names_gets_a_number() {
        let mut scope = Scope::with(&["Option"]);
        assert_eq!(scope.claim("Item").0.text(), "Item");
        assert_eq!(scope.claim("Item").0.text(), "Item2");
        assert_eq!(scope.claim("Item"), (Ident::new("Item3"), false));
        assert_eq!(scope.claim("Option").0.text(), "Option2");
    }

    #[test]
    fn a_name_that_is_rust_already_is_kept() {
        let mut scope = Scope::default();
        let names = claim_all(&mut scope, &["userId", "user_id", "type"], snake);
        let names: Vec<String> = names.iter().map(|(ident, _)| ident.to_string()).collect();
        assert_eq!(names, ["user_id2", "user_id", "r#type"]);
    }
}
