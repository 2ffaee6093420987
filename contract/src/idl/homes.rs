use std::collections::{BTreeMap, BTreeSet};

/// Which types stand in a file of their own: the `tops`, and what is used from more than one such file. Everything else stands within the
/// one file that uses it. `uses` says for each type, in the order of declaration, which types it names itself.
pub(super) fn apart(uses: &[(String, BTreeSet<String>)], tops: &BTreeSet<String>) -> BTreeSet<String> {
    let mut apart = tops.clone();
    loop {
        let homes = homes(uses, &apart);
        let split = uses.iter().map(|(name, _)| name).find(|name| {
            !apart.contains(*name)
                && users(uses, name).filter_map(|user| homes.get(user)).collect::<BTreeSet<_>>().len() > 1
        });
        match split {
            Some(name) => apart.insert(name.clone()),
            None => return apart,
        };
    }
}

/// The tops, and of types that only use each other the first: they belong to nobody else.
pub(super) fn with_lost(uses: &[(String, BTreeSet<String>)], mut tops: BTreeSet<String>) -> BTreeSet<String> {
    loop {
        let homes = homes(uses, &tops);
        match uses.iter().map(|(name, _)| name).find(|name| !homes.contains_key(name.as_str())) {
            Some(name) => tops.insert(name.clone()),
            None => return tops,
        };
    }
}

/// The file that each type stands in, by the name of its top: the first that leads there.
fn homes<'u>(uses: &'u [(String, BTreeSet<String>)], apart: &'u BTreeSet<String>) -> BTreeMap<&'u str, &'u str> {
    let mut homes = BTreeMap::new();
    for (top, _) in uses.iter().filter(|(name, _)| apart.contains(name)) {
        let mut open = vec![top.as_str()];
        while let Some(name) = open.pop() {
            if homes.contains_key(name) || (name != top && apart.contains(name)) {
                continue;
            }
            homes.insert(name, top.as_str());
            let named = uses.iter().find(|(known, _)| known == name).into_iter().flat_map(|(_, names)| names);
            open.extend(named.map(String::as_str));
        }
    }
    homes
}

fn users<'u>(uses: &'u [(String, BTreeSet<String>)], name: &str) -> impl Iterator<Item = &'u str> {
    uses.iter().filter(move |(user, names)| user != name && names.contains(name)).map(|(user, _)| user.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart_of(uses: &[(&str, &[&str])], tops: &[&str]) -> Vec<String> {
        let uses: Vec<(String, BTreeSet<String>)> = uses
            .iter()
            .map(|(name, names)| ((*name).to_owned(), names.iter().map(|name| (*name).to_owned()).collect()))
            .collect();
        let tops = tops.iter().map(|name| (*name).to_owned()).collect();
        apart(&uses, &with_lost(&uses, tops)).into_iter().collect()
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
    fn types_that_only_use_each_other_have_one_file() {
        assert_eq!(apart_of(&[("A", &["B"]), ("B", &["A"])], &[]), ["A"]);
        assert_eq!(apart_of(&[("Tree", &["Tree"])], &["Tree"]), ["Tree"]);
    }
}
