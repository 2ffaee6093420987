//! Differences of real schemas: none is passed over, and large ones take no time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which clippy.toml does not know as such")]

mod outside;

use std::fmt::Write as _;
use std::time::Instant;

use topika_contract::changes::changes;
use topika_contract::layout::layout;
use topika_contract::lock::compare_text;
use topika_contract::report::Report;
use topika_contract::schema::{EventSchema, Format};
use topika_contract::syntax::Comments;
use topika_contract::text::Source;
use topika_contract::{avro, json_schema};

fn avro(text: &str) -> Option<EventSchema> {
    avro::Schema::from_texts(&Source::new("a.avsc", text), &[]).ok().map(EventSchema::Avro)
}

fn json(text: &str) -> Option<EventSchema> {
    json_schema::Schema::from_texts(&Source::new("a.schema.json", text), &[]).ok().map(EventSchema::Json)
}

/// Each pair of neighbours in a folder of JSON Schemas: files of one folder are versions of one schema.
#[test]
fn real_versions_differ_where_their_texts_mean_something_else() {
    let Some(folder) = outside::corpus("iglu") else { return };
    let (mut pairs, mut different) = (0, 0);
    let files: Vec<_> = outside::files(&folder, "").into_iter().filter(|path| path.is_file()).collect();
    for two in files.windows(2) {
        let [old, new] = two else { continue };
        if old.parent() != new.parent() {
            continue;
        }
        let read = |path: &std::path::Path| std::fs::read_to_string(path).ok();
        let (Some(old), Some(new)) = (read(old), read(new)) else { continue };
        let (Some(a), Some(b)) = (json(&old), json(&new)) else { continue };
        pairs += 1;
        let found = changes(&a, &b);
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert!(!found.is_empty() || same(&value(&old), &value(&new)), "{old}\n{new}");
        different += usize::from(!found.is_empty());
        // Laid out anew it is still the same.
        let text = layout(&Source::new("a", old.as_str()), Comments::Refused, &mut Report::default()).unwrap();
        assert_eq!(compare_text(Format::Json, &text), compare_text(Format::Json, &old));
        assert!(changes(&a, &json(&text).unwrap()).is_empty());
    }
    assert!(pairs > 30 && different > 30, "{pairs} pairs, {different} differ");
}

/// The same data, arrays of any order: that is wider than what a difference is.
fn same(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    match (a, b) {
        (serde_json::Value::Array(a), serde_json::Value::Array(b)) => {
            a.iter().all(|item| b.iter().any(|other| same(item, other)))
                && b.iter().all(|item| a.iter().any(|other| same(item, other)))
        }
        (serde_json::Value::Object(a), serde_json::Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, item)| b.get(name).is_some_and(|other| same(item, other)))
        }
        (a, b) => a == b || (a.as_f64().is_some() && a.as_f64() == b.as_f64()),
    }
}

#[test]
fn large_schemas_are_laid_out_and_compared_in_bounded_time() {
    let fields = |count: usize, prefix: &str| {
        let mut out = String::new();
        for i in 0..count {
            let comma = if i > 0 { "," } else { "" };
            let _ = write!(
                out,
                "{comma}{{\"name\":\"{prefix}{i}\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"d{i}\"}}"
            );
        }
        format!("{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{out}]}}")
    };
    let properties = |count: usize, prefix: &str| {
        let mut out = String::new();
        for i in 0..count {
            let comma = if i > 0 { "," } else { "" };
            let _ = write!(out, "{comma}\"{prefix}{i}\":{{\"type\":\"string\",\"enum\":[\"a\",\"{prefix}\"]}}");
        }
        format!("{{\"title\":\"R\",\"properties\":{{{out}}}}}")
    };
    let branches = |count: usize, word: &str| {
        let list: Vec<String> = (0..count).map(|i| format!("{{\"type\":\"object\",\"{word}\":{i}}}")).collect();
        format!("{{\"title\":\"R\",\"oneOf\":[{}]}}", list.join(","))
    };
    let nested = |word: &str| {
        let mut text = format!("{{\"type\":\"{word}\"}}");
        for _ in 0..60 {
            text = format!("{{\"oneOf\":[{text}]}}");
        }
        text
    };
    for (old, new) in [
        (avro(&fields(10_000, "a")), avro(&fields(10_000, "b"))),
        (avro(&fields(10_000, "a")), avro(&fields(9_999, "a"))),
        (json(&properties(10_000, "a")), json(&properties(10_000, "b"))),
        (json(&branches(3_000, "minProperties")), json(&branches(3_000, "maxProperties"))),
        (json(&nested("string")), json(&nested("null"))),
    ] {
        let start = Instant::now();
        assert!(!changes(&old.unwrap(), &new.unwrap()).is_empty());
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
    let text = fields(40_000, "a");
    let start = Instant::now();
    let laid = layout(&Source::new("a.avsc", text.as_str()), Comments::Allowed, &mut Report::default()).unwrap();
    assert!(laid.len() > text.len() && start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
