//! Real schemas, where the corpora are at hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which clippy.toml does not know as such")]

mod outside;

use std::path::Path;

use topika_contract::json_schema;
use topika_contract::report::Report;
use topika_contract::rules::Severity;
use topika_contract::text::Source;

fn read(root: &Path, path: &Path) -> Source {
    let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
    Source::new(name, std::fs::read_to_string(path).unwrap())
}

#[test]
fn webhook_schemas_with_references_over_files_are_resolved() {
    let Some(folder) = outside::corpus("github-webhooks") else { return };
    let root = folder.join("schemas");
    let mut report = Report::default();
    let sources: Vec<Source> = outside::files(&root, ".json").iter().map(|path| read(&root, path)).collect();
    assert!(sources.len() > 100);
    let parsed: Vec<_> = sources.iter().map(|source| json_schema::parse(source, &mut report).unwrap()).collect();
    let schemas = json_schema::resolve(parsed, &mut report);
    let denied: Vec<_> = report.findings().iter().filter(|f| f.severity == Severity::Deny).collect();
    assert!(denied.is_empty(), "{denied:#?}");
    assert!(schemas.iter().all(Option::is_some));
    let star = sources.iter().position(|source| source.path() == "star/created.schema.json").unwrap();
    let star = schemas[star].as_ref().unwrap();
    let root = star.node(star.root()).unwrap();
    let sender = root.properties.iter().find(|property| property.name == "sender").unwrap();
    let (_, user) = star.target(sender.node).unwrap();
    assert_eq!(user.at.source.path(), "common/user.schema.json");
}

#[test]
fn self_describing_schemas_are_read() {
    let Some(folder) = outside::corpus("iglu") else { return };
    let files = outside::files(&folder, "");
    assert!(files.len() > 150);
    // Iglu holds a few schemas of other formats too.
    for path in files.iter().filter(|path| path.components().any(|part| part.as_os_str() == "jsonschema")) {
        if let Err(report) = json_schema::Schema::from_texts(&read(&folder, path), &[]) {
            panic!("{:?}", report.findings().iter().map(|f| (&f.at, &f.message)).collect::<Vec<_>>());
        }
    }
}

#[test]
fn every_schema_that_apicurio_judges_is_read() {
    let Some(folder) = outside::corpus("json-compatibility-apicurio") else { return };
    let text = std::fs::read_to_string(folder.join("jsonschema-compatibility-test-data.json")).unwrap();
    let data: serde_json::Value = serde_json::from_str(&text).unwrap();
    let tests = data["tests"].as_array().unwrap();
    assert!(tests.len() > 100);
    for schema in tests.iter().flat_map(|test| [&test["original"], &test["updated"]]) {
        let text = schema.to_string();
        if let Err(report) = json_schema::Schema::from_texts(&Source::new("pair.json", text.as_str()), &[]) {
            panic!("{text}: {:?}", report.findings().iter().map(|f| (&f.at, &f.message, &f.help)).collect::<Vec<_>>());
        }
    }
}
