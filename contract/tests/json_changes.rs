//! Changes of a JSON schema, and what the judge says about each.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use topika_contract::compat::{Level, judge};
use topika_contract::json_schema::Schema;
use topika_contract::report::Finding;
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

fn schema(path: &str, text: &str) -> EventSchema {
    EventSchema::Json(Schema::from_texts(&Source::new(path, text), &[]).unwrap())
}

fn findings(old: &str, new: &str, level: Level) -> Vec<Finding> {
    judge(&schema("new.json", new), &[(1, schema("old.json", old))], level)
}

/// `old -> new`, and the rules that speak up: backward, forward.
#[track_caller]
fn judged(old: &str, new: &str, backward: &[&str], forward: &[&str]) {
    for (level, wanted) in [(Level::Backward, backward), (Level::Forward, forward)] {
        let found = findings(old, new, level);
        let ids: Vec<&str> = found.iter().map(|one| one.rule.id.trim_start_matches("json-schema/")).collect();
        let said: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(ids, wanted, "{old} -> {new} under {level}: {said:#?}");
        for one in found {
            let path = one.at.as_ref().map(|at| at.source.path().to_owned());
            assert_eq!(path.as_deref(), Some("new.json"), "a finding stands in the new schema");
            assert!(one.help.is_some() && one.label.is_some() && !one.related.is_empty());
        }
    }
}

/// The same for the schema of a property `p` of a closed object.
#[track_caller]
fn property(old: &str, new: &str, backward: &[&str], forward: &[&str]) {
    let wrap = |p: &str| {
        format!(r#"{{"type":"object","properties":{{"p":{p}}},"required":["p"],"additionalProperties":false}}"#)
    };
    judged(&wrap(old), &wrap(new), backward, forward);
}

#[test]
fn what_is_the_same_is_fine() {
    property(
        r#"{"type":"string","format":"date-time"}"#,
        r#"{"format":"date-time","type":"string","title":"T"}"#,
        &[],
        &[],
    );
    property("true", "{}", &[], &[]);
}

#[test]
fn a_type_may_grow_wider_for_readers() {
    property(r#"{"type":"integer"}"#, r#"{"type":"number"}"#, &[], &["type-changed"]);
    property(r#"{"type":"integer"}"#, r#"{"type":["integer","null"]}"#, &[], &["type-changed"]);
    property(r#"{"type":"integer"}"#, r#"{"type":"string"}"#, &["type-changed"], &["type-changed"]);
    property("{}", r#"{"type":"string"}"#, &["type-changed"], &[]);
    property(r#"{"type":"string"}"#, "false", &["type-changed"], &[]);
}

#[test]
fn an_enum_may_grow_for_readers_and_shrink_for_writers() {
    property(r#"{"enum":["a","b"]}"#, r#"{"enum":["a"]}"#, &["enum-value-removed"], &[]);
    property(r#"{"enum":["a"]}"#, r#"{"enum":["a","b"]}"#, &[], &["enum-value-added"]);
    // The registry takes a constant and an enum for different types.
    property(r#"{"const":"a"}"#, r#"{"enum":["b","a"]}"#, &["type-changed"], &["type-changed"]);
    property(r#"{"type":"string"}"#, r#"{"type":"string","enum":["a"]}"#, &["type-changed"], &[]);
    // The registry does not look whether an enum lists all that the type has.
    property(r#"{"type":"boolean"}"#, r#"{"enum":[true,false]}"#, &["type-changed"], &["type-changed"]);
}

#[test]
fn bounds_may_grow_wider_for_readers() {
    property(r#"{"type":"integer","minimum":1}"#, r#"{"type":"integer","minimum":0}"#, &[], &["bound-changed"]);
    property(r#"{"type":"integer","maximum":9}"#, r#"{"type":"integer"}"#, &[], &["bound-changed"]);
    property(
        r#"{"type":"integer","minimum":1}"#,
        r#"{"type":"integer","exclusiveMinimum":1}"#,
        &["bound-changed"],
        // The registry holds a minimum against a minimum only.
        &["bound-changed"],
    );
    property(r#"{"type":"string","maxLength":5}"#, r#"{"type":"string","maxLength":4}"#, &["bound-changed"], &[]);
    property(r#"{"type":"string"}"#, r#"{"type":"string","minLength":0}"#, &["bound-changed"], &[]);
    property(r#"{"type":"string"}"#, r#"{"type":"string","minLength":1}"#, &["bound-changed"], &[]);
    property(
        r#"{"type":"string","pattern":"a"}"#,
        r#"{"type":"string","pattern":"b"}"#,
        &["bound-changed"],
        &["bound-changed"],
    );
    property(r#"{"type":"string","format":"uuid"}"#, r#"{"type":"string"}"#, &[], &["format-changed"]);
    property(r#"{"type":"integer","multipleOf":10}"#, r#"{"type":"integer","multipleOf":5}"#, &[], &["bound-changed"]);
    property(r#"{"type":"number","multipleOf":10.0}"#, r#"{"type":"number","multipleOf":5}"#, &[], &["bound-changed"]);
    property(r#"{"type":"array","uniqueItems":true}"#, r#"{"type":"array"}"#, &[], &["bound-changed"]);
    property(r#"{"const":5}"#, r#"{"type":"integer","minimum":3}"#, &["type-changed"], &["type-changed"]);
}

#[test]
fn draft_4_says_an_exclusive_bound_by_a_flag() {
    let schema =
        |rest: &str| format!(r#"{{"$schema":"http://json-schema.org/draft-04/schema#","type":"integer"{rest}}}"#);
    judged(&schema(r#","minimum":1"#), &schema(r#","minimum":1,"exclusiveMinimum":true"#), &["bound-unseen"], &[]);
}

#[test]
fn an_optional_property_may_be_added_to_a_closed_object() {
    let closed = r#"{"type":"object","properties":{},"additionalProperties":false}"#;
    let with = r#"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}"#;
    judged(closed, with, &[], &["property-added"]);
    judged(with, closed, &["property-removed"], &[]);
    let open = r#"{"type":"object","properties":{}}"#;
    let open_with = r#"{"type":"object","properties":{"a":{"type":"string"}}}"#;
    judged(open, open_with, &["property-added-to-open"], &[]);
    judged(open_with, open, &[], &["property-removed-from-open"]);
}

#[test]
fn a_property_may_not_become_required() {
    let optional = r#"{"type":"object","properties":{"a":{"type":"string"}}}"#;
    let required = r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#;
    judged(optional, required, &["required-added"], &[]);
    judged(required, optional, &[], &["required-removed"]);
    let default = r#"{"type":"object","properties":{"a":{"type":"string","default":"x"}},"required":["a"]}"#;
    judged(optional, default, &[], &[]);
}

#[test]
fn an_open_object_may_not_be_closed() {
    let open = r#"{"type":"object"}"#;
    judged(open, r#"{"type":"object","additionalProperties":false}"#, &["content-closed"], &[]);
    judged(open, r#"{"type":"object","additionalProperties":{"type":"string"}}"#, &["content-closed"], &[]);
    let strings = r#"{"type":"object","additionalProperties":{"type":"string"}}"#;
    judged(
        strings,
        r#"{"type":"object","additionalProperties":{"type":"integer"}}"#,
        &["type-changed"],
        &["type-changed"],
    );
    property(r#"{"type":"array"}"#, r#"{"type":"array","items":{"type":"string"}}"#, &["content-closed"], &[]);
}

#[test]
fn alternatives_may_be_added_for_readers() {
    let two = r#"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#;
    let one = r#"{"oneOf":[{"type":"string"}]}"#;
    property(one, two, &[], &["composition-changed"]);
    property(two, one, &["composition-changed"], &[]);
    property(r#"{"type":"string"}"#, two, &[], &["type-changed"]);
    property(two, r#"{"type":["string","integer"]}"#, &[], &["composition-changed"]);
    let three = r#"{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"boolean"}]}"#;
    property(three, two, &["composition-changed"], &[]);
}

#[test]
fn each_part_of_all_of_must_hold() {
    let part = r#"{"allOf":[{"type":"string"},{"maxLength":5}]}"#;
    property(part, r#"{"type":"string"}"#, &[], &["type-changed"]);
    property(part, part, &[], &[]);
}

#[test]
fn a_recursive_schema_comes_to_an_end() {
    let tree = |leaf: &str| {
        format!(
            r##"{{"type":"object","properties":{{"leaf":{{"type":"{leaf}"}},"next":{{"$ref":"#"}},"all":{{"type":"array","items":{{"$ref":"#"}}}}}}}}"##
        )
    };
    judged(&tree("string"), &tree("string"), &[], &[]);
    judged(&tree("string"), &tree("integer"), &["type-changed"], &["type-changed"]);
}

#[test]
fn what_the_registry_does_not_see_is_told_all_the_same() {
    let with = r#"{"type":"object","patternProperties":{"^a":{"type":"string"}}}"#;
    judged(with, with, &[], &[]);
    judged(with, &with.replace("string", "integer"), &["pattern-properties-changed"], &["pattern-properties-changed"]);
    judged(r#"{"type":"object"}"#, with, &["pattern-properties-changed"], &[]);
    // A name that is no keyword refuses nothing.
    judged(r#"{"type":"object"}"#, r#"{"type":"object","colour":"red"}"#, &[], &[]);
}

#[test]
fn a_message_names_the_property_and_both_sides() {
    let schema = |ty: &str| {
        format!(
            r#"{{"type":"object","properties":{{"dish":{{"type":"object","properties":{{"count":{{"type":"{ty}"}}}}}}}}}}"#
        )
    };
    let found = findings(&schema("integer"), &schema("string"), Level::BackwardTransitive);
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(one.message, "`dish.count` was integer and is now string");
    assert_eq!(one.pointer.as_deref(), Some("#/properties/dish/properties/count"));
    assert_eq!(one.label.as_deref(), Some("version 1 cannot be read by this schema"));
}
