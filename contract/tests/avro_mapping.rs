//! The page about Avro says which rule stands for which of Java's types, and what is told beyond them; this keeps it true.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

mod outside;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use topika_contract::avro::Schema;
use topika_contract::compat::{Level, Terms, compare};
use topika_contract::report::Finding;
use topika_contract::rules::{self, Severity};
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

const PAGE: &str = include_str!("../docs/avro-compatibility.md");

/// The rows of the tables below a heading, each cell as its words in back quotes.
fn rows(heading: &str) -> Vec<Vec<Vec<String>>> {
    let part = PAGE.split("\n## ").find(|part| part.starts_with(heading)).unwrap();
    let words = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let cells = |line: &str| line.trim_matches('|').split('|').map(words).collect();
    part.lines().filter(|line| line.starts_with("| `")).map(cells).collect()
}

/// Java's type -> the rules that the page names, backward and forward.
fn page() -> BTreeMap<String, [BTreeSet<String>; 2]> {
    let set = |row: &[Vec<String>], at: usize| row.get(at).unwrap().iter().cloned().collect();
    let row = |row: Vec<Vec<String>>| (row.first().unwrap().first().unwrap().clone(), [set(&row, 1), set(&row, 2)]);
    rows("What Java says").into_iter().map(row).collect()
}

fn schema(name: &str, text: &str) -> EventSchema {
    EventSchema::Avro(Schema::from_texts(&Source::new(name, text), &[]).unwrap())
}

fn judged(old: &EventSchema, new: &EventSchema, level: Level) -> Vec<Finding> {
    compare(new, &[(1, old.clone())], &Terms { level, ..Terms::default() }).findings
}

/// An old and a new schema for each of Java's types: the new one cannot read the old one.
fn examples() -> Vec<(&'static str, String, String)> {
    let record = |fields: &str| format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#);
    let field = |ty: &str| record(&format!(r#"{{"name":"f","type":{ty}}}"#));
    let fixed = |name: &str, size: u32| field(&format!(r#"{{"type":"fixed","name":"{name}","size":{size}}}"#));
    let symbols = |symbols: &str| field(&format!(r#"{{"type":"enum","name":"E","symbols":[{symbols}]}}"#));
    vec![
        ("NAME_MISMATCH", fixed("F", 4), fixed("G", 4)),
        ("FIXED_SIZE_MISMATCH", fixed("F", 4), fixed("F", 8)),
        ("MISSING_ENUM_SYMBOLS", symbols(r#""A","B""#), symbols(r#""A""#)),
        ("READER_FIELD_MISSING_DEFAULT_VALUE", record(""), field(r#""int""#)),
        ("TYPE_MISMATCH", field(r#""int""#), field(r#""string""#)),
        ("MISSING_UNION_BRANCH", field(r#"["int","string"]"#), field(r#"["int","null"]"#)),
        ("MISSING_UNION_BRANCH", field(r#""string""#), field(r#"["int","null"]"#)),
    ]
}

#[test]
fn every_type_of_javas_has_the_rules_of_the_page() {
    let page = page();
    let mut seen: BTreeMap<String, [BTreeSet<String>; 2]> = BTreeMap::new();
    for (kind, old, new) in examples() {
        let (old, new) = (schema("old", &old), schema("new", &new));
        for (at, found) in [judged(&old, &new, Level::Backward), judged(&new, &old, Level::Forward)].iter().enumerate()
        {
            let one = found.first().unwrap();
            assert_eq!(one.reference.as_ref().unwrap().kind, kind);
            let rules = seen.entry(kind.to_owned()).or_default().get_mut(at).unwrap();
            rules.insert(one.rule.id.to_owned());
        }
    }
    assert_eq!(seen, page);
}

#[test]
fn the_pairs_of_the_corpus_are_told_by_the_rules_of_the_page() {
    let Some(folder) = outside::corpus("avro-compatibility") else { return };
    let text = std::fs::read_to_string(folder.join("pairs.json")).unwrap();
    let page = page();
    for pair in serde_json::from_str::<Vec<Value>>(&text).unwrap() {
        let side = |side: &str| schema(side, &pair.get(side).unwrap().to_string());
        let (reader, writer) = (side("reader"), side("writer"));
        let judged = [judged(&writer, &reader, Level::Backward), judged(&reader, &writer, Level::Forward)];
        for (at, found) in judged.iter().enumerate() {
            // The same words as Java's, in its order, whichever rule says them.
            let said: Vec<Value> = found
                .iter()
                .filter_map(|one| one.reference.as_ref())
                .map(|one| serde_json::json!({ "type": one.kind, "location": one.location, "message": one.message }))
                .collect();
            let wanted = pair.get("incompatibilities").and_then(Value::as_array).cloned().unwrap_or_default();
            assert_eq!(said, wanted, "{pair}");
            for one in found {
                let Some(reference) = &one.reference else { continue };
                // A branch that is there and cannot be read has the rule of the reason.
                let inside =
                    reference.kind == "MISSING_UNION_BRANCH" && one.pointer.as_ref() != Some(&reference.location);
                let rules = page.get(reference.kind).unwrap().get(at).unwrap();
                assert!(inside || rules.contains(one.rule.id), "{} is told by {}", reference.kind, one.rule.id);
            }
        }
    }
}

#[test]
fn the_page_names_every_rule_with_its_level() {
    let mut named: BTreeSet<String> =
        ["avro/field-ambiguous", "avro/not-judged", "avro/plain-changed"].map(str::to_owned).into();
    for row in rows("What Java does not say") {
        let id = row.first().unwrap().first().unwrap();
        let rule = rules::by_id(id).unwrap_or_else(|| panic!("{id} is no rule"));
        let level = if rule.default == Severity::Deny { "deny" } else { "warn" };
        assert!(PAGE.contains(&format!("| `{id}` | {level} |")), "{id} is at {level}");
        named.insert(id.clone());
    }
    named.extend(page().into_values().flatten().flatten());
    let table = include_str!("../src/rules/avro_change.rs");
    let ids = table.split('"').filter(|word| word.starts_with("avro/"));
    for id in ids {
        assert!(named.remove(id), "the page does not name {id}");
    }
    assert!(named.is_empty(), "these are no rules about changes: {named:?}");
}
