use std::sync::LazyLock;

use super::{Rule, Severity};
use super::{
    avro, avro_change, event, history, import, json_schema, json_schema_change, json_schema_unseen, manifest,
    reference, text, topic, types, waive,
};
use super::{avro_lint, doc, json_schema_lint, meaning, name};

/// A row is added to the file of its group; a file is added here.
static GROUPS: &[&[&Rule]] = &[
    text::ALL,
    avro::ALL,
    avro_change::ALL,
    avro_lint::ALL,
    json_schema::ALL,
    json_schema_change::ALL,
    json_schema_lint::ALL,
    json_schema_unseen::ALL,
    reference::ALL,
    manifest::ALL,
    event::ALL,
    topic::ALL,
    types::ALL,
    history::ALL,
    import::ALL,
    name::ALL,
    doc::ALL,
    meaning::ALL,
    waive::ALL,
];

static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut all: Vec<&'static Rule> = GROUPS.iter().copied().flatten().copied().collect();
    all.sort_by_key(|rule| rule.id);
    all
});

/// Every rule, sorted by id.
#[must_use]
pub fn all() -> &'static [&'static Rule] {
    &ALL
}

/// The rule of an id.
///
/// ```
/// use topika_contract::rules;
///
/// assert!(rules::by_id("avro/type-changed").is_some_and(|rule| rule.page.contains("## Fix")));
/// assert!(rules::by_id("avro/no-such-rule").is_none());
/// ```
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    ALL.binary_search_by_key(&id, |rule| rule.id).ok().and_then(|at| ALL.get(at)).copied()
}

impl Severity {
    /// The word of the manifest and of reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// The severity of a word; `None` for anything but `allow`, `warn` and `deny`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Allow, Self::Warn, Self::Deny].into_iter().find(|severity| severity.as_str() == word)
    }
}

impl Rule {
    /// The name of the rule's page below `rules/pages/`, without its ending.
    #[must_use]
    pub fn page_name(&self) -> String {
        self.id.replace('/', "-")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_rule_has_an_id_of_its_own() {
        let ids: BTreeSet<&str> = all().iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), all().len());
        for id in ids {
            assert!(
                id.split('/').count() == 2 && id.chars().all(|c| c.is_ascii_lowercase() || "/-0123456789".contains(c)),
                "{id}"
            );
            assert_eq!(by_id(id).map(|rule| rule.id), Some(id));
        }
    }

    #[test]
    fn every_page_says_why_shows_an_example_and_a_fix() {
        for rule in all() {
            assert!(rule.page.starts_with(&format!("# {}\n", rule.id)), "the page of {} begins with its id", rule.id);
            for part in ["## Why", "## Example", "## Fix"] {
                assert!(rule.page.contains(part), "the page of {} lacks `{part}`", rule.id);
            }
        }
    }

    #[test]
    fn no_page_is_without_a_rule() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules/pages");
        let names: BTreeSet<String> = all().iter().map(|rule| rule.page_name() + ".md").collect();
        for entry in std::fs::read_dir(pages).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(names.contains(&name), "{name} belongs to no rule");
        }
    }

    #[test]
    fn a_severity_is_read_as_it_is_written() {
        assert_eq!(Severity::parse(Severity::Warn.as_str()), Some(Severity::Warn));
        assert_eq!(Severity::parse("error"), None);
    }
}
