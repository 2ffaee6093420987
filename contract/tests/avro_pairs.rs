//! Verdicts, kinds and places of Avro pairs, against those that Java's `SchemaCompatibility` gives.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

mod outside;

use serde_json::Value;
use topika_contract::avro::Schema;
use topika_contract::compat::avro::incompatibilities;
use topika_contract::text::Source;

#[test]
fn every_pair_of_the_corpus_is_judged_as_java_judges_it() {
    let Some(folder) = outside::corpus("avro-compatibility") else { return };
    let text = std::fs::read_to_string(folder.join("pairs.json")).unwrap();
    let pairs: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    for pair in &pairs {
        let schema = |side: &str| Schema::from_texts(&Source::new(side, pair[side].to_string()), &[]);
        let (reader, writer) = match (schema("reader"), schema("writer")) {
            (Ok(reader), Ok(writer)) => (reader, writer),
            (reader, writer) => {
                wrong.push(format!("{} <- {}: {:?} {:?}", pair["reader"], pair["writer"], reader.err(), writer.err()));
                continue;
            }
        };
        let found: Vec<Value> = incompatibilities(&reader, &writer)
            .iter()
            .map(|one| serde_json::json!({ "type": one.kind.as_str(), "location": one.location, "message": one.message }))
            .collect();
        let wanted = pair["incompatibilities"].as_array().cloned().unwrap_or_default();
        if found != wanted || found.is_empty() != pair["compatible"].as_bool().unwrap() {
            wrong.push(format!("{} <- {}:\n  found  {found:?}\n  wanted {wanted:?}", pair["reader"], pair["writer"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
}
