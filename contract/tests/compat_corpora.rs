//! The judge over schemas as people write them: a schema is always compatible with itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

mod outside;

use std::path::Path;

use serde_json::Value;
use topika_contract::compat::{Level, judge};
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

#[test]
fn most_json_pairs_are_judged_as_another_registry_judges_them() {
    let Some(folder) = outside::corpus("json-compatibility-apicurio") else { return };
    let path = folder.join("jsonschema-compatibility-test-data.json");
    let data: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (mut same, mut missed, mut stricter) = (0, Vec::new(), Vec::new());
    for test in data["tests"].as_array().unwrap() {
        let schema = |side: &str| {
            json_schema::Schema::from_texts(&Source::new(side, test[side].to_string()), &[]).ok().map(EventSchema::Json)
        };
        let (Some(old), Some(new)) = (schema("original"), schema("updated")) else { continue };
        let found = judge(&new, &[(1, old)], Level::Backward);
        let id = test["id"].as_str().unwrap_or_default().to_owned();
        match (found.is_empty(), test["compatibility"] != "none") {
            (ours, theirs) if ours == theirs => same += 1,
            (true, _) => missed.push(id),
            (false, _) => stricter.push(format!("{id}: {}", found[0].message)),
        }
    }
    // Where we are milder: an optional property may be added to an open object.
    assert!(same > 100, "{same} alike, missed {missed:#?}, stricter {stricter:#?}");
}
