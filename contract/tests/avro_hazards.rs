//! What Java lets pass and data does not survive: the findings of our own, their weight, and a value that shows each.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use topika_contract::avro::Schema;
use topika_contract::compat::{Level, Mode, Terms, Verdict, compare};
use topika_contract::report::Finding;
use topika_contract::rules::Severity;
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

fn schema(path: &str, text: &str) -> EventSchema {
    EventSchema::Avro(Schema::from_texts(&Source::new(path, text), &[]).unwrap())
}

fn record(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"a.R","fields":[{fields}]}}"#)
}

fn field(ty: &str) -> String {
    record(&format!(r#"{{"name":"f","type":{ty}}}"#))
}

fn logical(ty: &str, name: &str) -> String {
    field(&format!(r#"{{"type":"{ty}","logicalType":"{name}"}}"#))
}

fn own(old: &str, new: &str, level: Level) -> Vec<Finding> {
    let (old, new) = (schema("old.avsc", old), schema("new.avsc", new));
    let terms = Terms { level, ..Terms::default() };
    let judgement = compare(&new, &[(1, old.clone())], &terms);
    assert_eq!(judgement.verdict, Verdict::Compatible, "Java lets it pass: {:?}", judgement.findings);
    assert!(judgement.differences.is_empty());
    let sound = compare(&new, &[(1, old)], &Terms { mode: Mode::Sound, ..terms });
    let denied = judgement.findings.iter().any(|finding| finding.severity == Severity::Deny);
    assert_eq!(sound.verdict == Verdict::Incompatible, denied, "what is at deny counts in mode sound");
    judgement.findings
}

/// `old -> new` under BACKWARD and under FORWARD: `severity rule` of each finding.
#[track_caller]
fn told(old: &str, new: &str, backward: &[&str], forward: &[&str]) {
    for (level, wanted) in [(Level::Backward, backward), (Level::Forward, forward)] {
        let found = own(old, new, level);
        let said: Vec<String> = found
            .iter()
            .map(|one| format!("{} {}", one.severity.as_str(), one.rule.id.trim_start_matches("avro/")))
            .collect();
        assert_eq!(said, wanted, "{old} -> {new} under {level}");
        for one in found {
            assert!(one.reference.is_none());
            assert_eq!(one.at.as_ref().unwrap().source.path(), "new.avsc");
            assert_eq!(one.related.first().unwrap().at.source.path(), "old.avsc");
            assert!(one.help.is_some() && one.label.is_some() && one.pointer.is_some());
        }
    }
}

#[track_caller]
fn witness(old: &str, new: &str) -> String {
    own(old, new, Level::Backward).remove(0).witness.unwrap()
}

#[test]
fn logical_types_that_say_different_things_are_denied() {
    let changed = &["deny logical-type-changed"][..];
    told(&logical("long", "timestamp-millis"), &logical("long", "timestamp-micros"), changed, changed);
    told(&logical("long", "timestamp-millis"), &logical("long", "local-timestamp-millis"), changed, changed);
    told(&logical("long", "time-micros"), &logical("long", "timestamp-micros"), changed, changed);
    told(&logical("int", "date"), &logical("int", "time-millis"), changed, changed);
    let fixed = |logical: &str| {
        field(&format!(r#"{{"type":"fixed","name":"F","size":12,"logicalType":{logical},"precision":8}}"#))
    };
    told(&fixed(r#""duration""#), &fixed(r#""decimal""#), changed, changed);
}

#[test]
fn a_logical_type_that_comes_is_denied_and_one_that_goes_is_a_warning() {
    let (assumed, ignored) = (&["deny logical-type-assumed"][..], &["warn logical-type-ignored"][..]);
    told(&field(r#""int""#), &logical("int", "date"), assumed, ignored);
    told(&logical("long", "timestamp-millis"), &field(r#""long""#), ignored, assumed);
    told(&field(r#""string""#), &logical("string", "uuid"), assumed, &[]);
    let fixed = |rest: &str| field(&format!(r#"{{"type":"fixed","name":"F","size":16{rest}}}"#));
    told(&fixed(""), &fixed(r#","logicalType":"uuid""#), assumed, ignored);
    assert_eq!(own_or_none(&logical("int", "date"), &field(r#""long""#))[0].rule.id, "avro/logical-type-ignored");
}

#[test]
fn promotions_that_lose_something_are_told() {
    for (old, new) in [(r#""long""#, r#""double""#), (r#""long""#, r#"["null","float"]"#), (r#""int""#, r#""float""#)] {
        let found = own_or_none(&field(old), &field(new));
        assert_eq!((found[0].rule.id, found.len()), ("avro/precision-lost", 1), "{old} {new}");
    }
    told(&field(r#""bytes""#), &field(r#""string""#), &["deny bytes-as-text"], &[]);
    for (old, new) in [("int", "double"), ("float", "double"), ("int", "long")] {
        assert!(own_or_none(&field(&format!("\"{old}\"")), &field(&format!("\"{new}\""))).is_empty(), "{old} {new}");
    }
}

fn own_or_none(old: &str, new: &str) -> Vec<Finding> {
    own(old, new, Level::Backward)
}

#[test]
fn a_union_takes_the_branch_that_a_decoder_takes() {
    // An exact branch comes before a promotion, wherever it stands.
    assert!(own_or_none(&field(r#""long""#), &field(r#"["double","long"]"#)).is_empty());
    assert_eq!(own_or_none(&field(r#""long""#), &field(r#"["double","float"]"#)).len(), 1);
}

#[test]
fn a_branch_that_is_taken_for_its_namesake_is_denied() {
    let branch = |space: &str| format!(r#"{{"type":"record","name":"{space}.Paid","fields":[]}}"#);
    let two = field(&format!(r#"["null",{},{}]"#, branch("a"), branch("b")));
    let one = field(&format!(r#"["null",{}]"#, branch("b")));
    let moved = field(&format!(r#"["null",{}]"#, branch("c")));
    told(&two, &one, &["deny union-branch-misread"], &[]);
    // A record that only moved is read as itself.
    told(&one, &moved, &[], &[]);
    told(&one, &two, &[], &["deny union-branch-misread"]);
    let alias = r#"{"type":"record","name":"c.Paid","aliases":["a.Paid"],"fields":[]}"#;
    let renamed = field(&format!(r#"["null",{alias},{}]"#, branch("b")));
    assert!(own_or_none(&two, &renamed).is_empty());
    let state = |space: &str| format!(r#"{{"type":"enum","name":"{space}.State","symbols":["A"]}}"#);
    let found = own_or_none(&field(&state("a")), &field(&format!(r#"["null",{}]"#, state("b"))));
    assert_eq!(found[0].rule.id, "avro/union-branch-misread");
}

#[test]
fn defaults_that_change_what_data_means_are_warnings() {
    let symbols = |symbols: &str, default: &str| {
        field(&format!(r#"{{"type":"enum","name":"E","symbols":[{symbols}],"default":"{default}"}}"#))
    };
    let (ab, abc) = (symbols(r#""A","B""#, "A"), symbols(r#""A","B","C""#, "A"));
    told(&abc, &ab, &["warn enum-symbol-absorbed"], &[]);
    // New symbols are what the default of older readers is for.
    told(&ab, &abc, &[], &[]);
    let changed = &["warn enum-default-changed"][..];
    told(&ab, &symbols(r#""A","B""#, "B"), changed, changed);

    let default = |value: &str| record(&format!(r#"{{"name":"f","type":"double","default":{value}}}"#));
    let changed = &["warn default-changed"][..];
    told(&default("1"), &default("2"), changed, changed);
    told(&default("1"), &default("1.0"), &[], &[]);
}

#[test]
fn the_order_of_fields_counts_where_a_record_says_how_it_sorts() {
    let two = |order: &str, swap: bool| {
        let (f, g) = (format!(r#"{{"name":"f","type":"int"{order}}}"#), r#"{"name":"g","type":"int"}"#.to_owned());
        record(&if swap { format!("{g},{f}") } else { format!("{f},{g}") })
    };
    let changed = &["warn field-order-changed"][..];
    told(&two("", false), &two("", true), &[], &[]);
    told(&two(r#","order":"descending""#, false), &two(r#","order":"descending""#, true), changed, changed);
    told(&two("", false), &two(r#","order":"descending""#, false), changed, changed);
    // A field that does not count for sorting may stand anywhere.
    told(&two(r#","order":"ignore""#, false), &two(r#","order":"ignore""#, true), &[], &[]);
}

#[test]
fn each_is_shown_by_a_value() {
    let decimal =
        |p: u32, s: u32| field(&format!(r#"{{"type":"bytes","logicalType":"decimal","precision":{p},"scale":{s}}}"#));
    assert_eq!(witness(&decimal(10, 2), &decimal(10, 1)), "12.34 is read as 123.4");
    assert_eq!(witness(&decimal(6, 2), &decimal(4, 2)), "9999.99 is read, which has more than 4 digits");
    assert_eq!(
        witness(&logical("long", "timestamp-millis"), &logical("long", "timestamp-micros")),
        "2023-11-14T22:13:20Z is written as 1700000000000 and read as 1970-01-20T16:13:20Z"
    );
    assert!(witness(&field(r#""long""#), &field(r#""double""#)).contains("9007199254740993"));
}

#[test]
fn both_directions_tell_a_change_once() {
    let default = |value: &str| record(&format!(r#"{{"name":"f","type":"int","default":{value}}}"#));
    assert_eq!(own(&default("1"), &default("2"), Level::Full).len(), 1);
}

#[test]
fn a_hazard_deep_in_shared_and_recursive_types_is_told_once() {
    let list = |ty: &str| {
        record(&format!(
            r#"{{"name":"v","type":{ty}}},{{"name":"l","type":["null","R"]}},{{"name":"r","type":["null","R"]}}"#
        ))
    };
    assert_eq!(own_or_none(&list(r#""long""#), &list(r#""double""#)).len(), 1);
}
