//! The judge over schemas as people write them: a schema is always compatible with itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

mod outside;

use std::path::Path;

use serde_json::Value;
use topika_contract::compat::{Level, Policy, Terms, compare, judge};
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;
use topika_contract::{avro, json_schema};

fn schema(path: &Path) -> Option<EventSchema> {
    let source = Source::new(path.to_string_lossy().into_owned(), std::fs::read_to_string(path).ok()?);
    if path.extension()? == "avsc" {
        return avro::Schema::from_texts(&source, &[]).ok().map(EventSchema::Avro);
    }
    json_schema::Schema::from_texts(&source, &[]).ok().map(EventSchema::Json)
}

#[test]
fn a_schema_is_compatible_with_itself() {
    let folders: Option<Vec<_>> = ["avro-datagen", "avro-share", "iglu", "bench-shapes", "github-webhooks"]
        .into_iter()
        .map(outside::corpus)
        .collect();
    let Some(folders) = folders else { return };
    let paths = folders.iter().flat_map(|folder| outside::files(folder, ""));
    let mut judged = 0;
    for path in paths {
        let Some(schema) = schema(&path) else { continue };
        judged += 1;
        let found = judge(&schema, &[(1, schema.clone())], Level::Full);
        assert!(found.is_empty(), "{}: {:?}", path.display(), found.iter().map(|one| &one.message).collect::<Vec<_>>());
    }
    assert!(judged > 100, "only {judged} schemas were judged");
}

/// Where another registry's judge and Confluent's agree, by policy; the rest is told. The other one looks at `format` and its kin as well,
/// and takes a new optional property for harmless.
#[test]
fn json_pairs_are_judged_as_another_registry_judges_them_by_and_large() {
    let Some(folder) = outside::corpus("json-compatibility-apicurio") else { return };
    let path = folder.join("jsonschema-compatibility-test-data.json");
    let data: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut counts = [Counts::default(), Counts::default()];
    for test in data["tests"].as_array().unwrap() {
        let schema = |side: &str| {
            json_schema::Schema::from_texts(&Source::new(side, test[side].to_string()), &[]).ok().map(EventSchema::Json)
        };
        let (Some(old), Some(new)) = (schema("original"), schema("updated")) else { continue };
        let theirs = test["compatibility"] != "none";
        for (policy, counts) in [Policy::Strict, Policy::Lenient].into_iter().zip(&mut counts) {
            let judgement = compare(&new, &[(1, old.clone())], &Terms { policy, ..Terms::default() });
            match (judgement.verdict.compatible(), theirs) {
                (None, _) => counts.undecided += 1,
                (Some(ours), theirs) if ours == theirs => counts.same += 1,
                // What the registry lets pass and the other does not: then we tell it ourselves.
                (Some(true), _) if !judgement.findings.is_empty() => counts.told += 1,
                (Some(true), _) => counts.milder += 1,
                (Some(false), _) => counts.stricter += 1,
            }
        }
    }
    let [strict, lenient] = counts;
    assert!(strict.same >= 132 && lenient.same >= 132, "{strict:?} {lenient:?}");
    assert_eq!((strict.milder, lenient.milder), (0, 0), "{strict:?} {lenient:?}");
    assert_eq!((strict.undecided, lenient.undecided), (0, 0), "{strict:?} {lenient:?}");
}

#[derive(Debug, Default)]
struct Counts {
    same: usize,
    told: usize,
    milder: usize,
    stricter: usize,
    undecided: usize,
}
