//! Changes of an Avro schema, and what the judge says about each.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use topika_contract::avro::Schema;
use topika_contract::compat::{Level, judge};
use topika_contract::report::Finding;
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

fn findings(old: &str, new: &str, level: Level) -> Vec<Finding> {
    judge(&schema("new.avsc", new), &[(1, schema("old.avsc", old))], level)
}

/// `old -> new`, and what is said backward and forward: `rule: message`.
#[track_caller]
fn judged(old: &str, new: &str, backward: &[&str], forward: &[&str]) {
    for (level, wanted) in [(Level::Backward, backward), (Level::Forward, forward)] {
        let found = findings(old, new, level);
        let said: Vec<String> =
            found.iter().map(|one| format!("{}: {}", one.rule.id.trim_start_matches("avro/"), one.message)).collect();
        assert_eq!(said, wanted, "{old} -> {new} under {level}");
        for one in found {
            let path = one.at.as_ref().map(|at| at.source.path().to_owned());
            assert_eq!(path.as_deref(), Some("new.avsc"), "a finding stands in the new schema");
            assert_eq!(one.related.first().map(|related| related.at.source.path()), Some("old.avsc"));
            assert!(one.help.is_some() && one.label.is_some() && one.pointer.is_some());
        }
    }
}

#[test]
fn a_type_may_be_promoted_for_readers() {
    judged(&field(r#""int""#), &field(r#""long""#), &[], &["type-changed: `f` was int and is now long"]);
    let said = "type-changed: `f` was string and is now long";
    judged(&field(r#""string""#), &field(r#""long""#), &[said], &[said]);
    let said = "bytes-as-text: `f` was string and is now bytes: bytes that are no UTF-8 cannot be read as text";
    judged(&field(r#""string""#), &field(r#""bytes""#), &[], &[said]);
}

#[test]
fn a_new_field_needs_a_default_and_an_old_one_too() {
    let (old, new) = (record(""), field(r#""int""#));
    judged(&old, &new, &["field-added-without-default: field `f` has no default"], &[]);
    judged(&new, &old, &[], &["field-removed: field `f` is gone, and version 1 has no default for it"]);
    let with = record(r#"{"name":"f","type":"int","default":1}"#);
    judged(&old, &with, &[], &[]);
    judged(&with, &old, &[], &[]);
}

#[test]
fn the_symbols_of_an_enum_are_judged_by_its_default() {
    let symbols =
        |symbols: &str, rest: &str| field(&format!(r#"{{"type":"enum","name":"E","symbols":[{symbols}]{rest}}}"#));
    let (ab, a) = (symbols(r#""A","B""#, ""), symbols(r#""A""#, ""));
    judged(&ab, &a, &["enum-symbol-removed: the enum a.E of `f` lost B"], &[]);
    judged(&a, &ab, &[], &["enum-symbol-added: the enum a.E of `f` gained B, which version 1 does not know"]);
    let said = "enum-symbol-absorbed: the enum of `f` lost B, which is read as its default A";
    judged(&ab, &symbols(r#""A""#, r#","default":"A""#), &[said], &[]);
}

#[test]
fn the_branches_of_a_union_are_judged() {
    let (one, two) = (field(r#"["null","string"]"#), field(r#"["null","string","long"]"#));
    judged(&two, &one, &["union-branch-removed: `f` could be long and is now [null, string]"], &[]);
    judged(&one, &two, &[], &["union-branch-added: `f` can now be long, which version 1 does not know"]);
    let plain = field(r#""string""#);
    judged(&plain, &one, &[], &["type-changed: `f` was string and can now be null"]);
    judged(&one, &plain, &["type-changed: `f` could be null and is now string"], &[]);
    judged(
        &field(r#""int""#),
        &one,
        &["type-changed: `f` was int and is now [null, string]"],
        &["type-changed: `f` was int and can now be null", "type-changed: `f` was int and can now be string"],
    );
}

#[test]
fn a_branch_that_cannot_be_read_says_why() {
    let inner = |fields: &str| field(&format!(r#"["null",{{"type":"record","name":"I","fields":[{fields}]}}]"#));
    let (old, new) = (inner(""), inner(r#"{"name":"x","type":"int"}"#));
    judged(&old, &new, &["field-added-without-default: field `f.x` has no default"], &[]);
    let found = findings(&old, &new, Level::Backward);
    assert_eq!(found[0].pointer.as_deref(), Some("/fields/0/type/1/fields/0"));
}

#[test]
fn names_and_sizes_are_judged() {
    let fixed = |name: &str, size: u32| field(&format!(r#"{{"type":"fixed","name":"{name}","size":{size}}}"#));
    let said = "fixed-size-changed: `f` was 4 bytes and is now 8 bytes";
    judged(&fixed("F", 4), &fixed("F", 8), &[said], &[said]);
    let said = "name-changed: `f` was called a.F and is now called a.G";
    judged(&fixed("F", 4), &fixed("G", 4), &[said], &[said]);
    let alias = field(r#"{"type":"fixed","name":"G","aliases":["F"],"size":4}"#);
    judged(&fixed("F", 4), &alias, &[], &[said]);
}

#[test]
fn an_alias_renames_a_field_for_readers_and_may_not_mean_two() {
    let old = record(r#"{"name":"first","type":"int"},{"name":"last","type":"int"}"#);
    let one = record(r#"{"name":"name","aliases":["first"],"type":"int"},{"name":"last","type":"int"}"#);
    judged(&old, &one, &[], &["field-removed: field `first` is gone, and version 1 has no default for it"]);
    let two = record(r#"{"name":"name","aliases":["first","last"],"type":"int"}"#);
    let found = findings(&old, &two, Level::Backward);
    assert_eq!(found[0].rule.id, "avro/field-ambiguous");
    assert_eq!(found[0].message, "`name` could be read from several fields of version 1: first, last");
}

#[test]
fn a_decimal_keeps_its_scale_and_may_grow_for_readers() {
    let decimal =
        |p: u32, s: u32| field(&format!(r#"{{"type":"bytes","logicalType":"decimal","precision":{p},"scale":{s}}}"#));
    let said = "logical-type-changed: `f` was bytes (decimal 10,2) and is now bytes (decimal 10,3): the same bytes, read as something else";
    judged(&decimal(10, 2), &decimal(10, 3), &[said], &[said]);
    let said = "logical-type-changed: `f` was bytes (decimal 10,2) and is now bytes (decimal 12,2): the same bytes, read as something else";
    judged(&decimal(10, 2), &decimal(12, 2), &[], &[said]);
    judged(
        &decimal(10, 2),
        &field(r#""string""#),
        &["type-changed: `f` was bytes (decimal 10,2) and is now string"],
        &["type-changed: `f` was bytes (decimal 10,2) and is now string"],
    );
}

#[test]
fn a_unit_of_time_is_kept_wherever_it_stands() {
    let stamp = |unit: &str| format!(r#"{{"type":"long","logicalType":"timestamp-{unit}"}}"#);
    for wrap in [
        |ty: String| field(&ty),
        |ty| field(&format!(r#"["null",{ty}]"#)),
        |ty| field(&format!(r#"{{"type":"array","items":{ty}}}"#)),
        |ty| field(&format!(r#"{{"type":"map","values":{ty}}}"#)),
    ] {
        let found = findings(&wrap(stamp("millis")), &wrap(stamp("micros")), Level::Full);
        assert!(!found.is_empty() && found.iter().all(|one| one.rule.id == "avro/logical-type-changed"), "{found:#?}");
    }
    let uuid = field(r#"{"type":"string","logicalType":"uuid"}"#);
    judged(
        &uuid,
        &field(r#""string""#),
        &[],
        &[
            "logical-type-assumed: `f` was string (uuid) and is now string: what was written without the logical type is read with it",
        ],
    );
}

#[test]
fn every_level_counts_its_versions_and_directions() {
    let versions = [
        (3, schema("3", &field(r#""long""#))),
        (2, schema("2", &field(r#""int""#))),
        (1, schema("1", &field(r#""string""#))),
    ];
    let new = schema("new.avsc", &field(r#""long""#));
    let said = |level| judge(&new, &versions, level).len();
    assert_eq!(said(Level::None), 0);
    assert_eq!(said(Level::Backward), 0);
    assert_eq!(said(Level::BackwardTransitive), 1);
    assert_eq!(said(Level::Forward), 0);
    assert_eq!(said(Level::ForwardTransitive), 2);
    assert_eq!(said(Level::FullTransitive), 2, "one change is told once, in whichever direction it hurts");
}

#[test]
fn a_schema_that_holds_itself_comes_to_an_end() {
    let list = |ty: &str| record(&format!(r#"{{"name":"v","type":"{ty}"}},{{"name":"next","type":["null","R"]}}"#));
    judged(&list("int"), &list("int"), &[], &[]);
    let found = findings(&list("int"), &list("string"), Level::Backward);
    assert!(!found.is_empty() && found.iter().all(|one| one.rule.id == "avro/type-changed"), "{found:#?}");
}

#[test]
fn a_chain_of_definitions_is_told_where_it_is_too_long_to_be_judged() {
    let chain = |path: &str, length: usize| {
        let link = |number: usize| {
            let ty = if number == length { "int".to_owned() } else { format!("R{}", number + 1) };
            Source::new(
                format!("{path}/{number}.avsc"),
                format!(r#"{{"type":"record","name":"R{number}","fields":[{{"name":"f","type":"{ty}"}}]}}"#),
            )
        };
        let references: Vec<Source> = (1..=length).map(link).collect();
        EventSchema::Avro(Schema::from_texts(&link(0), &references).unwrap())
    };
    assert!(judge(&chain("new", 100), &[(1, chain("old", 100))], Level::Full).is_empty());
    let found = judge(&chain("new", 300), &[(1, chain("old", 300))], Level::Backward);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].rule.id, "avro/not-judged");
}
