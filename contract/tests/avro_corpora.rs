//! Real schemas, where the corpora are at hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which clippy.toml does not know as such")]

mod outside;

use topika_contract::avro::{self, Schema};
use topika_contract::report::Report;
use topika_contract::rules::Severity;
use topika_contract::text::Source;

/// The cases of Apache Avro's `schema-tests.txt`: input, canonical form, and, for most, the fingerprint.
fn cases(text: &str) -> Vec<(String, String, Option<i64>)> {
    let mut cases = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("<<INPUT") {
            let input = match rest.trim() {
                "" => lines.by_ref().take_while(|line| *line != "INPUT").collect::<Vec<_>>().join("\n"),
                input => input.to_owned(),
            };
            cases.push((input, String::new(), None));
        } else if let Some(canonical) = line.strip_prefix("<<canonical ") {
            cases.last_mut().unwrap().1 = canonical.to_owned();
        } else if let Some(fingerprint) = line.strip_prefix("<<fingerprint ") {
            cases.last_mut().unwrap().2 = Some(fingerprint.parse().unwrap());
        }
    }
    cases
}

#[test]
fn canonical_forms_and_fingerprints_are_those_of_java() {
    let Some(folder) = outside::corpus("avro-canonical") else { return };
    let cases = cases(&std::fs::read_to_string(folder.join("schema-tests.txt")).unwrap());
    assert_eq!(cases.len(), 34);
    assert_eq!(cases.iter().filter(|case| case.2.is_some()).count(), 26);
    for (input, canonical, fingerprint) in cases {
        let schema = Schema::from_texts(&Source::new("case.avsc", input.as_str()), &[])
            .unwrap_or_else(|r| panic!("{input}: {r:?}"));
        assert_eq!(schema.canonical(), canonical, "{input}");
        if let Some(fingerprint) = fingerprint {
            assert_eq!(schema.rabin().cast_signed(), fingerprint, "{input}");
        }
    }
}

#[test]
fn event_schemas_as_people_write_them_are_read_without_a_finding_at_deny() {
    let Some(folder) = outside::corpus("avro-datagen") else { return };
    let files = outside::files(&folder, ".avsc");
    assert!(files.len() > 30);
    for path in files {
        let mut report = Report::default();
        let source = Source::new(path.to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap());
        let parsed = avro::parse(&source, &mut report).unwrap();
        let schema = avro::resolve(vec![parsed], &mut report).remove(0);
        let denied: Vec<_> = report.findings().iter().filter(|f| f.severity == Severity::Deny).collect();
        assert!(denied.is_empty(), "{denied:#?}");
        assert!(
            !report.findings().iter().any(|f| f.rule.id == "avro/attribute-misspelt"),
            "a false alarm in {}",
            source.path()
        );
        let schema = schema.unwrap();
        let again = Schema::from_texts(&Source::new("canonical.avsc", schema.canonical()), &[]).unwrap();
        assert_eq!(again.canonical(), schema.canonical());
    }
}

#[test]
fn the_schemas_of_apache_avro_are_read() {
    let Some(folder) = outside::corpus("avro-share") else { return };
    for path in outside::files(&folder, ".avsc") {
        let source = Source::new(path.to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap());
        if let Err(report) = Schema::from_texts(&source, &[]) {
            panic!("{report:#?}");
        }
    }
}

#[test]
fn every_schema_that_java_judges_is_read() {
    let Some(folder) = outside::corpus("avro-compatibility") else { return };
    let pairs: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("pairs.json")).unwrap()).unwrap();
    let pairs = pairs.as_array().or_else(|| pairs["pairs"].as_array()).unwrap();
    assert_eq!(pairs.len(), 152);
    for schema in pairs.iter().flat_map(|pair| [&pair["reader"], &pair["writer"]]) {
        let text = schema.to_string();
        if let Err(report) = Schema::from_texts(&Source::new("pair.avsc", text.as_str()), &[]) {
            panic!("{text}: {:?}", report.findings());
        }
    }
}
