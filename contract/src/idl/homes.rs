use std::collections::{BTreeMap, BTreeSet};

/// Which types name which, by their number in the order of declaration.
pub(super) struct Uses {
    names: Vec<String>,
    /// For each type the types that it names itself, without itself.
    used: Vec<Vec<usize>>,
    /// For each type the types that name it, without itself.
    users: Vec<Vec<usize>>,
}

impl Uses {
    /// `uses` says for each type, in the order of declaration, which types it names.
    pub(super) fn new(uses: impl IntoIterator<Item = (String, BTreeSet<String>)>) -> Self {
        let (names, named): (Vec<String>, Vec<BTreeSet<String>>) = uses.into_iter().unzip();
        let numbers: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
        let number = |name: &String| numbers.get(name.as_str()).copied();
        let used: Vec<Vec<usize>> = named
            .iter()
            .enumerate()
            .map(|(user, named)| named.iter().filter_map(number).filter(|used| *used != user).collect())
            .collect();
        let mut users = vec![Vec::new(); names.len()];
        for (user, used) in used.iter().enumerate() {
            for used in used {
                if let Some(users) = users.get_mut(*used) {
                    users.push(user);
                }
            }
        }
        Self { names, used, users }
    }

    /// The types that name the type with this number, beside itself.
    pub(super) fn users(&self, number: usize) -> &[usize] {
        self.users.get(number).map_or(&[], Vec::as_slice)
    }

    /// Which types stand in a file of their own: the `tops`, and what is used from more than one such file. Everything else stands within
    /// the one file that uses it.
    pub(super) fn apart(&self, tops: &BTreeSet<String>) -> BTreeSet<String> {
        let mut apart: Vec<bool> = self.names.iter().map(|name| tops.contains(name)).collect();
        loop {
            let mut homes = vec![None; apart.len()];
            for top in (0..apart.len()).filter(|number| apart.get(*number) == Some(&true)) {
                self.settle(top, &apart, &mut homes);
            }
            let is_split = |number: usize| {
                let mut homes = self.users(number).iter().filter_map(|user| homes.get(*user).copied().flatten());
                let first = homes.next();
                homes.any(|home| Some(home) != first)
            };
            // A whole round at once: what two files use stays used by two when others are split off.
            let next: Vec<bool> = apart.iter().enumerate().map(|(number, apart)| *apart || is_split(number)).collect();
            if next == apart {
                let names = self.names.iter().zip(apart).filter(|(_, apart)| *apart);
                return names.map(|(name, _)| name.clone()).collect();
            }
            apart = next;
        }
    }

    /// The tops, and of types that only use each other the first: they belong to nobody else.
    pub(super) fn with_lost(&self, mut tops: BTreeSet<String>) -> BTreeSet<String> {
        let within = vec![false; self.names.len()];
        let mut homes = vec![None; self.names.len()];
        for (number, _) in self.names.iter().enumerate().filter(|(_, name)| tops.contains(*name)) {
            self.settle(number, &within, &mut homes);
        }
        for (number, name) in self.names.iter().enumerate() {
            if homes.get(number).is_some_and(Option::is_none) {
                tops.insert(name.clone());
                self.settle(number, &within, &mut homes);
            }
        }
        tops
    }

    /// Gives the types that stand in the file of `top` that home, unless another file has them already.
    fn settle(&self, top: usize, apart: &[bool], homes: &mut [Option<usize>]) {
        let mut open = vec![top];
        while let Some(number) = open.pop() {
            if number != top && apart.get(number) == Some(&true) {
                continue;
            }
            if let Some(home @ None) = homes.get_mut(number) {
                *home = Some(top);
                open.extend(self.used.get(number).into_iter().flatten());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart_of(uses: &[(&str, &[&str])], tops: &[&str]) -> Vec<String> {
        let uses = Uses::new(
            uses.iter()
                .map(|(name, names)| ((*name).to_owned(), names.iter().map(|name| (*name).to_owned()).collect())),
        );
        let tops = tops.iter().map(|name| (*name).to_owned()).collect();
        uses.apart(&uses.with_lost(tops)).into_iter().collect()
    }

    #[test]
    fn what_one_file_uses_stands_in_it_and_what_two_use_stands_apart() {
        let uses: &[(&str, &[&str])] = &[
            ("Placed", &["Money", "Line"]),
            ("Cancelled", &["Money"]),
            ("Line", &["Note"]),
            ("Money", &["Currency"]),
            ("Currency", &[]),
            ("Note", &[]),
        ];
        assert_eq!(apart_of(uses, &["Placed", "Cancelled"]), ["Cancelled", "Money", "Placed"]);
    }

    #[test]
    fn what_becomes_shared_by_another_split_stands_apart_too() {
        // Only when Money has a file of its own is Currency used from two.
        let uses: &[(&str, &[&str])] =
            &[("A", &["Money", "Currency"]), ("B", &["Money"]), ("Money", &["Currency"]), ("Currency", &[])];
        assert_eq!(apart_of(uses, &["A", "B"]), ["A", "B", "Currency", "Money"]);
    }

    #[test]
    fn types_that_only_use_each_other_have_one_file() {
        assert_eq!(apart_of(&[("A", &["B"]), ("B", &["A"])], &[]), ["A"]);
        assert_eq!(apart_of(&[("Tree", &["Tree"])], &["Tree"]), ["Tree"]);
    }
}
