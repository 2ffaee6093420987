//! Metadata and rule sets: part of a schema, inherited, merged with what settings say.

use serde_json::{Value, json};
use topika_registry::api::{ConfigUpdate, ErrorCode, NewSchema};
use topika_registry::store::{Format, Listed, Page, Store};

use super::{code, id_field, with_default};

fn with(metadata: Value) -> NewSchema {
    NewSchema { metadata: Some(metadata), ..id_field() }
}

fn config(value: Value) -> ConfigUpdate {
    serde_json::from_value(value).unwrap()
}

#[test]
fn metadata_and_rule_sets_are_carried_and_part_of_identity() {
    let mut store = Store::new();
    let plain = store.register("s", &id_field(), false).unwrap();
    let mut marked = with(json!({"properties": {"owner": "me"}, "unheardOf": 1}));
    marked.rule_set = Some(json!({"domainRules": [{"name": "r", "type": "CEL"}]}));
    let other = store.register("s", &marked, false).unwrap();
    assert_ne!((plain.id, plain.guid), (other.id, other.guid.clone()));
    let kept = store.schema(other.id).unwrap();
    assert_eq!(kept.metadata, marked.metadata);
    assert_eq!(kept.rule_set.unwrap()["domainRules"][0]["mode"], "WRITEREAD");
    // The order in which somebody writes them does not matter.
    marked.metadata = Some(json!({"unheardOf": 1, "properties": {"owner": "me"}}));
    assert_eq!(store.register("s", &marked, false).unwrap().id, other.id);
    let with_rule = |rule_type| Listed { rule_type: Some(rule_type), ..Listed::default() };
    assert_eq!(store.schemas(&with_rule("CEL"), Page::default()).len(), 1);
    assert_eq!(store.schemas(&with_rule("JSONATA"), Page::default()).len(), 0);
}

#[test]
fn a_schema_without_metadata_takes_that_of_the_version_before() {
    let mut store = Store::new();
    let owned = json!({"properties": {"owner": "me"}});
    store.register("s", &with(owned.clone()), false).unwrap();
    let next = store.register("s", &with_default(), false).unwrap();
    assert_eq!(next.metadata, Some(owned));
    // And is found as what it became.
    assert_eq!(store.lookup("s", &with_default(), false, false, Format::Kept).unwrap().id, next.id);
}

#[test]
fn settings_lie_below_and_above_what_a_schema_says() {
    let mut store = Store::new();
    let rule = |name: &str, doc: &str| json!({"domainRules": [{"name": name, "type": "CEL", "doc": doc}]});
    let settings = json!({
        "defaultMetadata": {"properties": {"owner": "nobody", "team": "x"}},
        "overrideMetadata": {"properties": {"checked": "yes"}},
        "defaultRuleSet": rule("a", "default"), "overrideRuleSet": rule("b", "override"),
    });
    store.set_config(None, &config(settings)).unwrap();
    let mut schema = with(json!({"properties": {"owner": "me", "checked": "no"}}));
    schema.rule_set = Some(rule("b", "own"));
    let registered = store.register("s", &schema, false).unwrap();
    assert_eq!(registered.metadata, Some(json!({"properties": {"checked": "yes", "owner": "me", "team": "x"}})));
    let rules = registered.rule_set.clone().unwrap();
    let told: Vec<_> = rules["domainRules"].as_array().unwrap().iter().map(|r| (&r["name"], &r["doc"])).collect();
    assert_eq!(told, [(&json!("a"), &json!("default")), (&json!("b"), &json!("override"))]);
    assert_eq!(store.register("s", &schema, false).unwrap(), registered);
    assert_eq!(store.lookup("s", &schema, false, false, Format::Kept).unwrap().id, registered.id);
}

#[test]
fn a_rule_set_that_cannot_be_is_refused() {
    let mut store = Store::new();
    let mut schema = id_field();
    schema.rule_set = Some(json!({"migrationRules": [{"name": "r", "type": "CEL"}]}));
    let error = store.register("s", &schema, false).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidRuleSet);
    assert_eq!(error.message(), "Migration rules can only be UPGRADE, DOWNGRADE, UPDOWN");
    assert_eq!(code(store.register("s", &with(json!("x")), false)), ErrorCode::BadRequest);
}

#[test]
fn the_latest_version_with_some_metadata_is_found() {
    let mut store = Store::new();
    let at = |major: &str| json!({"properties": {"major": major}});
    store.register("s", &with(at("1")), false).unwrap();
    let newer = NewSchema { metadata: Some(at("2")), ..with_default() };
    store.register("s", &newer, false).unwrap();
    let find = |key, value| store.latest_with_metadata("s", &[(key, value)], false, Format::Kept);
    assert_eq!(find("major", "1").unwrap().version, 1);
    assert_eq!(store.latest_with_metadata("s", &[], false, Format::Kept).unwrap().version, 2);
    assert_eq!(code(find("major", "3")), ErrorCode::SchemaNotFound);
    assert_eq!(code(store.latest_with_metadata("t", &[], false, Format::Kept)), ErrorCode::SubjectNotFound);
}

#[test]
fn an_empty_text_stands_for_the_version_before() {
    let mut store = Store::new();
    let error = store.register("s", &NewSchema::avro(" "), false).unwrap_err();
    assert_eq!((error.code(), error.message()), (ErrorCode::InvalidSchema, "Empty schema"));
    let first = store.register("s", &id_field(), false).unwrap();
    let again = NewSchema { metadata: Some(json!({"properties": {"a": "1"}})), ..NewSchema::avro("") };
    let second = store.register("s", &again, false).unwrap();
    assert_eq!((second.version, second.schema), (Some(2), first.schema));
}
