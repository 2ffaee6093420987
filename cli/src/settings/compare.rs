//! What differs between the file and a registry. Pure.

use serde_json::Value;
use topika_contract::compat::Level;

use super::asked::There;
use super::keys::{ALIAS, LEVEL, Row, beyond, changes, level};
use super::stated::Stated;

/// What differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Differences {
    /// What has to be told to the registry, in this order.
    pub(crate) changes: Vec<Change>,
    /// What it says and the file does not.
    pub(crate) beyond: Vec<Beyond>,
}

/// Settings that have to become others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// The subject there; none where it is the registry itself.
    pub(crate) subject: Option<String>,
    /// Only those that differ.
    pub(crate) to: Row,
}

/// Settings of which the file says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Beyond {
    /// The subject there; none where it is the registry itself.
    pub(crate) subject: Option<String>,
    pub(crate) names: Vec<&'static str>,
}

impl Change {
    /// Whether it makes a subject answer for itself again.
    pub(crate) fn takes_alias_back(&self) -> bool {
        self.to.get(ALIAS).is_some_and(Value::is_null)
    }

    /// Whether it turns whoever asks for the subject to another one: whatever is to be done with the subject itself has to be done before.
    pub(crate) fn is_alias(&self) -> bool {
        self.to.get(ALIAS).is_some_and(|alias| !alias.is_null())
    }
}

/// Compares them.
pub(crate) fn compare(stated: &Stated, there: &There) -> Differences {
    let mut differences = Differences::default();
    let nothing = Row::new();
    if let Some(global) = &stated.global {
        differences.add(None, global, &there.global);
    }
    for (subject, row) in &there.subjects {
        differences.add(Some(subject.clone()), stated.subjects.get(subject).unwrap_or(&nothing), row);
    }
    // Those that turn away come last; in this order otherwise.
    differences.changes.sort_by_key(Change::is_alias);
    differences
}

impl Differences {
    /// The level that the registry itself is going to have, where that is another one.
    pub(crate) fn level_of_all(&self) -> Option<Level> {
        self.changes.iter().find(|change| change.subject.is_none()).and_then(|change| level(&change.to))
    }

    /// Leaves out of what has to be told whatever is no level; whether there was something.
    pub(crate) fn keep_levels(&mut self) -> bool {
        let had = self.changes.iter().any(|change| change.to.keys().any(|name| *name != LEVEL));
        for change in &mut self.changes {
            change.to.retain(|name, _| *name == LEVEL);
        }
        self.changes.retain(|change| !change.to.is_empty());
        had
    }

    fn add(&mut self, subject: Option<String>, wanted: &Row, there: &Row) {
        let mut to = changes(wanted, there);
        let names = beyond(wanted, there);
        if !names.is_empty() {
            self.beyond.push(Beyond { subject: subject.clone(), names });
        }
        let alias: Row = to.extract_if(.., |name, value: &mut Value| *name == ALIAS && !value.is_null()).collect();
        for to in [to, alias].into_iter().filter(|to| !to.is_empty()) {
            self.changes.push(Change { subject: subject.clone(), to });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_alias_is_set_last_and_taken_back_first() {
        let row = |text: &str| -> Row {
            let said: std::collections::BTreeMap<String, Value> = serde_json::from_str(text).unwrap();
            said.into_iter().filter_map(|(name, value)| Some((super::super::keys::key(&name)?.name, value))).collect()
        };
        let of = |rows: &[(&str, &str)]| rows.iter().map(|(name, text)| ((*name).to_owned(), row(text))).collect();
        let stated = Stated {
            global: Some(row(r#"{"normalize": true}"#)),
            subjects: of(&[("a", r#"{"alias": "b", "normalize": true}"#), ("b", r#"{"alias": null}"#)]),
        };
        let mut there = There::default();
        there.global = row(r#"{"validateFields": true}"#);
        there.subjects = of(&[("a", "{}"), ("b", r#"{"alias": "a"}"#), ("c", r#"{"normalize": false}"#)]);
        let found = compare(&stated, &there);
        let told: Vec<String> = found
            .changes
            .iter()
            .map(|change| format!("{} {}", change.subject.as_deref().unwrap_or("-"), json!(change.to)))
            .collect();
        assert_eq!(
            told,
            ["- {\"normalize\":true}", "a {\"normalize\":true}", "b {\"alias\":null}", "a {\"alias\":\"b\"}"]
        );
        let told: Vec<_> = found.beyond.iter().map(|one| (one.subject.as_deref(), one.names.as_slice())).collect();
        assert_eq!(told, [(None, ["validateFields"].as_slice()), (Some("c"), ["normalize"].as_slice())]);
    }
}
