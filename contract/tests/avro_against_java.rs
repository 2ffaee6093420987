//! Random pairs of Avro schemas, judged by us and by Java's Avro 1.12.1: the same verdict, kinds, places and messages; what is judged
//! compatible is written and read by Java; and texts are refused as Java refuses them, save the differences below.
//!
//! Java refuses what we read:
//! - a name in the null namespace, meant from inside a namespace, that is not defined to its end there;
//! - a default of a type that is defined further down, which Java holds for an empty record meanwhile.
//!
//! Java reads what we deny, each by a rule of its own:
//! - `avro/default`: any text as default of an enum, a fixed, bytes or a number's union, whatever its symbols, size and characters;
//! - `avro/endless-record`: a record that holds itself;
//! - `avro/name`: any text as the namespace beside a name with dots;
//! - `avro/name-duplicate`: an alias of a field that is another's name;
//! - `avro/shape`: namespaces, orders, aliases and enum defaults that are no text, which Java passes over.
//!
//! `TOPIKA_PAIRS` draws more pairs than the gate does.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::explicit_write,
    reason = "a test may fail at any line"
)]

mod against_java;
mod reading;

use std::sync::LazyLock;

use against_java::random::Random;
use against_java::{broken, change, draw, java};
use serde_json::{Value, json};
use topika_contract::avro::Schema;
use topika_contract::compat::avro::{Incompatibility, Kind, incompatibilities};
use topika_contract::rules::Severity;
use topika_contract::text::Source;

const PAIRS: u64 = 2500;
const BROKEN: u64 = 1000;

/// A pair with Java's answer.
type Answered = (Value, Value);

static ANSWERED: LazyLock<Option<Vec<Answered>>> = LazyLock::new(|| {
    let count = std::env::var("TOPIKA_PAIRS").ok().and_then(|count| count.parse().ok()).unwrap_or(PAIRS);
    answered("avro_against_java", (0..count).map(pair).collect())
});

fn answered(test: &str, pairs: Vec<Value>) -> Option<Vec<Answered>> {
    let jars = java::jars(test)?;
    let answers = java::ask(&jars, &pairs);
    Some(pairs.into_iter().zip(answers).collect())
}

/// Two schemas of which the second is, most of the time, a few changes of the first.
fn pair(seed: u64) -> Value {
    let mut random = Random::new(seed);
    let old = draw::schema(&mut random);
    let new = if random.chance(5) { draw::schema(&mut random) } else { change::changed(&mut random, &old) };
    json!({ "old": old.to_string(), "new": new.to_string(), "seed": seed })
}

/// Both schemas of a pair, old and new, where we and Java read both texts.
fn read((pair, answer): &Answered) -> Option<(Schema, Schema)> {
    let read = |side: &str| Schema::from_texts(&Source::new(side, text(pair, side).to_owned()), &[]).ok();
    answer.get("backward")?;
    Some((read("old")?, read("new")?))
}

fn text<'a>(pair: &'a Value, side: &str) -> &'a str {
    pair[side].as_str().unwrap()
}

fn shown(pair: &Value, said: &str) -> String {
    format!("seed {}: {said}\n  old {}\n  new {}", pair["seed"], text(pair, "old"), text(pair, "new"))
}

#[track_caller]
fn none(wrong: &[String], of: usize) {
    assert!(
        wrong.is_empty(),
        "{} of {of} differ; the first of them:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
}

#[test]
fn random_pairs_are_judged_as_java_judges_them() {
    let Some(answered) = &*ANSWERED else { return };
    let (mut wrong, mut compatible, mut incompatible) = (Vec::new(), 0, 0);
    for one in answered {
        let Some((old, new)) = read(one) else { continue };
        for (direction, reader, writer) in [("backward", &new, &old), ("forward", &old, &new)] {
            let java = &one.1[direction];
            let found = incompatibilities(reader, writer);
            let told = |one: &Incompatibility| json!([one.kind.as_str(), one.location, one.message]);
            let ours: Value = found.iter().map(told).collect();
            // Java throws where two fields of the writer match one of the reader; we tell that as a kind of our own.
            let same = match java.get("thrown") {
                Some(_) => found.iter().any(|one| one.kind == Kind::AmbiguousField),
                None => java["found"] == ours,
            };
            if !same {
                wrong.push(shown(&one.0, &format!("{direction}\n  java {java}\n  ours {ours}")));
            }
            if found.is_empty() { compatible += 1 } else { incompatible += 1 }
        }
    }
    none(&wrong, compatible + incompatible);
    assert!(compatible > answered.len() / 4 && incompatible > answered.len() / 4, "{compatible}, {incompatible}");
}

#[test]
fn what_is_judged_compatible_is_read_by_java() {
    let Some(answered) = &*ANSWERED else { return };
    let (mut wrong, mut values, mut excepted) = (Vec::new(), 0, 0);
    for one in answered {
        let Some((old, new)) = read(one) else { continue };
        for (direction, reader, writer) in [("backward", &new, &old), ("forward", &old, &new)] {
            let java = &one.1[direction];
            if !incompatibilities(reader, writer).is_empty() {
                continue;
            }
            match java["failed"].as_str() {
                None => values += usize::from(java["values"].as_u64().unwrap() > 0),
                Some(failed) if excuse(reader, writer, failed).is_some() => excepted += 1,
                Some(failed) => wrong.push(shown(&one.0, &format!("{direction}: {failed}"))),
            }
        }
    }
    none(&wrong, values);
    assert!(values > answered.len() / 4, "{values}");
    assert!(excepted * 100 <= values, "{excepted} of {values} are not read for a reason that is known");
}

/// Why Java's checker lets pass what Java cannot read.
fn excuse(reader: &Schema, writer: &Schema, failed: &str) -> Option<&'static str> {
    if failed.contains("AvroRuntimeException: Not an array: [") {
        return Some("Java cannot make the default of a union whose only branch is an array");
    }
    let both = || reader.definitions().chain(writer.definitions());
    if both().any(|one| both().any(|other| one.name != other.name && one.name.short() == other.name.short())) {
        return Some("definitions match by short name in the checker, and by full name when data is read");
    }
    if reader.definitions().any(|one| !one.aliases.is_empty()) {
        return Some(
            "aliases rename the writer's definitions and fields before data is read, also others than are meant",
        );
    }
    failed
        .contains("AvroRuntimeException: Duplicate field ")
        .then_some("aliases of fields rename one of the writer's fields to the name of another")
}

/// The rules by which we deny what Java reads. A name that we deny cannot be referred to either.
const STRICTER: [&str; 5] = ["avro/default", "avro/endless-record", "avro/name", "avro/name-duplicate", "avro/shape"];

#[test]
fn texts_are_refused_as_java_refuses_them() {
    let broken = |seed| {
        let mut random = Random::new(seed);
        let old = draw::schema(&mut random);
        let new = broken::broken(&mut random, &old);
        json!({ "old": old.to_string(), "new": new.to_string(), "seed": seed })
    };
    let Some(answered) = answered("texts_are_refused_as_java_refuses_them", (0..BROKEN).map(broken).collect()) else {
        return;
    };
    let (mut wrong, mut both) = (Vec::new(), 0);
    for (pair, answer) in answered.iter().chain(ANSWERED.iter().flatten()) {
        for side in ["old", "new"] {
            let denied = denied(text(pair, side));
            match (denied.as_slice(), answer[side].as_str()) {
                ([], None) => {}
                ([], Some(java)) if is_late(java) || is_of_1_11(java) => {}
                ([], Some(java)) => wrong.push(shown(pair, &format!("{side} is read by us, and Java says {java}"))),
                (_, Some(_)) => both += 1,
                (rules, None) if rules.iter().all(|rule| STRICTER.contains(rule) || *rule == "ref/missing") => {}
                (rules, None) => wrong.push(shown(pair, &format!("{side} is read by Java, and we say {rules:?}"))),
            }
        }
    }
    none(&wrong, answered.len());
    assert!(both > answered.len() / 2, "{both}");
}

/// The rules that deny a text.
fn denied(text: &str) -> Vec<&'static str> {
    let (_, report) = reading::avro(&[text]);
    report.findings().iter().filter(|one| one.severity == Severity::Deny).map(|one| one.rule.id).collect()
}

/// Whether Java refuses a namespace that it took before 1.12, with which schemas are about (`avro/name-uncommon`).
fn is_of_1_11(java: &str) -> bool {
    java.starts_with("SchemaParseException: Namespace part ")
}

/// Whether Java gave up on a name only because it is defined later or further out.
fn is_late(java: &str) -> bool {
    java.starts_with("AvroTypeException: Undefined schema: ") || java.contains("\"UnresolvedSchema_")
}
