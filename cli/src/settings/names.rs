//! Subjects as the lock and as a registry name them; other names of them, too.

use std::collections::BTreeMap;

use topika_registry::api::subject_within;

/// The subjects that a registry is asked for, and what stands before the names of topics there.
pub(crate) struct Names {
    prefix: String,
    /// By the name in the lock: the name there, and whether the prefix is part of it.
    remote: BTreeMap<String, (String, bool)>,
    /// By the name there: the name in the lock.
    local: BTreeMap<String, String>,
}

impl Names {
    /// `subjects` are names in the lock, names there, and whether the prefix is part of these.
    pub(crate) fn new(prefix: &str, subjects: impl IntoIterator<Item = (String, String, bool)>) -> Self {
        let mut names = Self { prefix: prefix.to_owned(), remote: BTreeMap::new(), local: BTreeMap::new() };
        for (name, there, prefixed) in subjects {
            names.local.insert(there.clone(), name.clone());
            names.remote.insert(name, (there, prefixed));
        }
        names
    }

    /// The subject there.
    pub(crate) fn remote(&self, name: &str) -> Option<&str> {
        self.remote.get(name).map(|(there, _)| there.as_str())
    }

    /// The subject in the lock.
    pub(crate) fn local(&self, there: &str) -> Option<&str> {
        self.local.get(there).map(String::as_str)
    }

    /// All of them, as the lock names them.
    pub(crate) fn all_here(&self) -> impl Iterator<Item = &str> + Clone {
        self.remote.keys().map(String::as_str)
    }

    /// What another name of a subject of ours is there: the prefix stands before both or before none.
    pub(crate) fn alias_there(&self, alias: &str, target: &str) -> Option<String> {
        let (_, prefixed) = self.remote.get(target)?;
        let prefix = if *prefixed { self.prefix.as_str() } else { "" };
        Some(format!("{prefix}{alias}"))
    }

    /// What another name of a subject is in the file; none where that could not be told from the file alone.
    pub(crate) fn alias_here(&self, alias: &str, target: &str) -> Option<String> {
        let (_, prefixed) = self.remote.get(self.local(target)?)?;
        let alias = if *prefixed { alias.strip_prefix(&self.prefix)? } else { alias };
        (!alias.is_empty() && !self.remote.contains_key(alias)).then(|| alias.to_owned())
    }

    /// What an alias that stands in the file leads to there.
    pub(crate) fn target_there(&self, target: &str) -> String {
        self.remote(target).unwrap_or(target).to_owned()
    }

    /// The same of one that stands there, in the settings of `holder`: without a context of its own it is in that of the holder.
    pub(crate) fn target_here(&self, target: &str, holder: &str) -> String {
        self.local(&subject_within(target, holder)).or_else(|| self.local(target)).unwrap_or(target).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_other_names_have_the_prefix_of_what_they_lead_to() {
        let subjects = [("orders-value", "t.orders-value", true), ("types.Money", "types.Money", false)];
        let names =
            Names::new("t.", subjects.map(|(name, there, prefixed)| (name.to_owned(), there.to_owned(), prefixed)));
        assert_eq!(names.remote("orders-value"), Some("t.orders-value"));
        assert_eq!(names.alias_there("orders", "orders-value").as_deref(), Some("t.orders"));
        assert_eq!(names.alias_there("money", "types.Money").as_deref(), Some("money"));
        assert_eq!(names.alias_there("x", "others"), None);
        assert_eq!(names.alias_here("t.orders", "t.orders-value").as_deref(), Some("orders"));
        assert_eq!(names.alias_here("orders", "t.orders-value"), None, "it would be another name there");
        assert_eq!(names.alias_here("money", "types.Money").as_deref(), Some("money"));
        assert_eq!(names.target_here("t.orders-value", "t.orders"), "orders-value");
        assert_eq!(names.target_here("elsewhere", "t.orders"), "elsewhere");
        assert_eq!(names.target_there("orders-value"), "t.orders-value");
    }
}
