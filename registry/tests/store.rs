//! The semantics of the store, without HTTP.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

use topika_registry::api::{ConfigUpdate, ErrorCode, Guid, Mode, NewSchema, SchemaType};
use topika_registry::store::{Page, Store, StoreError, SubjectConfig, VersionSpec};

fn record(fields: &str) -> NewSchema {
    NewSchema::avro(format!(r#"{{"type": "record", "name": "R", "namespace": "a", "fields": [{fields}]}}"#))
}

fn id_field() -> NewSchema {
    record(r#"{"name": "id", "type": "string"}"#)
}

fn with_default() -> NewSchema {
    record(r#"{"name": "id", "type": "string"}, {"name": "n", "type": "int", "default": 0}"#)
}

fn level(name: &str) -> ConfigUpdate {
    ConfigUpdate { compatibility: Some(name.to_owned()), ..ConfigUpdate::default() }
}

fn code<T: std::fmt::Debug>(result: Result<T, StoreError>) -> ErrorCode {
    result.unwrap_err().code()
}

/// `types.Id` under its own subject, and a schema that refers to it.
fn with_reference(store: &mut Store) -> NewSchema {
    let id = NewSchema::avro(r#"{"type": "fixed", "name": "types.Id", "size": 16}"#);
    let registered = store.register("types.Id", &id, false).unwrap();
    record(r#"{"name": "id", "type": "types.Id"}"#).reference("types.Id", "types.Id", registered.version.unwrap())
}

#[test]
fn an_equal_schema_gets_its_id_and_version_again() {
    let mut store = Store::new();
    let first = store.register("s", &id_field(), false).unwrap();
    let spaced = NewSchema::avro(id_field().schema.replace(": ", ":   "));
    assert_eq!(store.register("s", &spaced, false).unwrap(), first);
    assert_eq!((first.id, first.version), (1, Some(1)));
    assert_eq!(store.versions("s", false).unwrap(), [1]);
}

#[test]
fn the_same_text_shares_its_id_over_subjects_and_another_type_does_not() {
    let mut store = Store::new();
    let avro = store.register("s", &NewSchema::avro(r#"{"type":"string"}"#), false).unwrap();
    assert_eq!(store.register("t", &NewSchema::avro(r#"{"type":"string"}"#), false).unwrap().id, avro.id);
    assert_ne!(store.register("u", &NewSchema::json(r#"{"type":"string"}"#), false).unwrap().id, avro.id);
    let at = store.versions_of_id(avro.id, false).unwrap();
    assert_eq!(at.iter().map(|v| v.subject.as_str()).collect::<Vec<_>>(), ["s", "t"]);
}

#[test]
fn avro_is_kept_without_white_space_and_json_and_protobuf_as_they_came() {
    let mut store = Store::new();
    let avro =
        store.register("a", &NewSchema::avro("{ \"type\" : \"string\", /* kept out */ \"b\": 1.50 }"), false).unwrap();
    assert_eq!(store.schema(avro.id).unwrap().schema, r#"{"type":"string","b":1.50}"#);
    let json = store.register("j", &NewSchema::json("{ \"type\" : \"object\" }"), false).unwrap();
    assert_eq!(store.schema(json.id).unwrap().schema, "{ \"type\" : \"object\" }");
    let proto = NewSchema::new(SchemaType::Protobuf, "syntax = \"proto3\";\nmessage A {}\n");
    let kept = store.register("p", &proto, false).unwrap();
    assert_eq!(store.schema(kept.id).unwrap().schema, proto.schema);
    assert_eq!(store.schema(kept.id).unwrap().schema_type, SchemaType::Protobuf);
}

#[test]
fn a_schema_is_found_by_its_guid() {
    let mut store = Store::new();
    let registered = store.register("s", &id_field(), false).unwrap();
    let guid = Guid::parse(&registered.guid.unwrap()).unwrap();
    assert_eq!(store.schema_of_guid(guid).unwrap().0, registered.id);
    assert_eq!(code(store.schema_of_guid(Guid([7; 16]))), ErrorCode::SchemaNotFound);
    assert_eq!(store.max_id(), 1);
}

#[test]
fn an_invalid_schema_is_refused_with_the_reason() {
    let mut store = Store::new();
    for bad in [
        NewSchema::avro(""),
        NewSchema::avro("{"),
        NewSchema::avro(r#"{"type":"record","name":"R"}"#),
        NewSchema::avro(r#"{"type":"array","items":"no.Such"}"#),
        NewSchema::json("{"),
        id_field().reference("x", "nobody", 1),
        id_field().reference("x", "nobody", u32::MAX),
    ] {
        let error = store.register("s", &bad, false).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidSchema, "{error}");
        assert!(error.message().starts_with("invalid schema: ") && error.message().len() > 20, "{error}");
    }
    assert_eq!(code(store.register("", &id_field(), false)), ErrorCode::InvalidSubject);
    assert_eq!(code(store.register("a\nb", &id_field(), false)), ErrorCode::InvalidSubject);
    assert_eq!(store.subjects("", true), [""; 0]);
}

#[test]
fn references_are_part_of_identity_and_latest_becomes_a_number() {
    let mut store = Store::new();
    let schema = with_reference(&mut store);
    let registered = store.register("s", &schema, false).unwrap();
    let mut latest = schema.clone();
    latest.references[0].version = -1;
    assert_eq!(store.register("s", &latest, false).unwrap().id, registered.id);
    assert_eq!(store.schema(registered.id).unwrap().references[0].version, 1);
    assert_eq!(store.referenced_by("types.Id", 1), [registered.id]);
    let bare = NewSchema { references: Vec::new(), ..schema };
    assert_eq!(code(store.register("s", &bare, false)), ErrorCode::InvalidSchema);
}

#[test]
fn references_of_references_are_followed() {
    let mut store = Store::new();
    let inner = with_reference(&mut store);
    store.register("inner", &inner, false).unwrap();
    let outer = NewSchema::avro(r#"{"type":"record","name":"O","fields":[{"name":"r","type":"a.R"}]}"#);
    let registered = store.register("outer", &outer.reference("a.R", "inner", 1), false).unwrap();
    assert_eq!(registered.version, Some(1));
}

#[test]
fn a_version_that_is_referred_to_cannot_be_deleted() {
    let mut store = Store::new();
    let schema = with_reference(&mut store);
    store.register("s", &schema, false).unwrap();
    let error = store.delete_version("types.Id", VersionSpec::Number(1), false).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ReferenceExists);
    assert!(error.message().contains("\"s\""), "{error}");
    assert_eq!(code(store.delete_subject("types.Id", false)), ErrorCode::ReferenceExists);

    // Softly deleted, the reader of old data still needs it.
    store.delete_subject("s", false).unwrap();
    store.delete_subject("types.Id", false).unwrap();
    assert_eq!(code(store.delete_subject("types.Id", true)), ErrorCode::ReferenceExists);
    store.delete_subject("s", true).unwrap();
    assert_eq!(store.delete_subject("types.Id", true).unwrap(), [1]);
}

#[test]
fn soft_deletion_keeps_the_id_and_permanent_deletion_needs_it_before() {
    let mut store = Store::new();
    let id = store.register("s", &id_field(), false).unwrap().id;
    store.register("s", &with_default(), false).unwrap();
    assert_eq!(code(store.delete_version("s", VersionSpec::Number(1), true)), ErrorCode::VersionNotSoftDeleted);
    assert_eq!(store.delete_version("s", VersionSpec::Number(1), false).unwrap(), 1);
    assert_eq!(code(store.delete_version("s", VersionSpec::Number(1), false)), ErrorCode::VersionSoftDeleted);
    assert_eq!(store.versions("s", false).unwrap(), [2]);
    assert_eq!(store.versions("s", true).unwrap(), [1, 2]);
    assert!(store.version("s", VersionSpec::Number(1), true).unwrap().deleted);
    assert_eq!(code(store.version("s", VersionSpec::Number(1), false)), ErrorCode::VersionNotFound);
    assert!(store.schema(id).is_ok());
    assert_eq!(store.delete_version("s", VersionSpec::Number(1), true).unwrap(), 1);
    assert_eq!(code(store.schema(id)), ErrorCode::SchemaNotFound);
    // An id is never given twice.
    assert_eq!(store.register("t", &id_field(), false).unwrap().id, 3);
}

#[test]
fn a_deleted_subject_is_gone_from_the_list_and_starts_anew() {
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    store.set_config(Some("s"), &level("FULL")).unwrap();
    assert_eq!(code(store.delete_subject("s", true)), ErrorCode::SubjectNotSoftDeleted);
    assert_eq!(store.delete_subject("s", false).unwrap(), [1]);
    assert_eq!(code(store.delete_subject("s", false)), ErrorCode::SubjectSoftDeleted);
    assert_eq!(store.subjects("", false), [""; 0]);
    assert_eq!(store.subjects("", true), ["s"]);
    assert_eq!(code(store.config(SubjectConfig::Own("s"))), ErrorCode::NoSubjectConfig);
    // What is registered again is a new version with the old id.
    let again = store.register("s", &id_field(), false).unwrap();
    assert_eq!((again.id, again.version), (1, Some(2)));
    store.delete_subject("s", false).unwrap();
    assert_eq!(store.delete_subject("s", true).unwrap(), [1, 2]);
    assert_eq!(store.register("s", &id_field(), false).unwrap().version, Some(1));
    assert_eq!(code(store.delete_subject("nobody", false)), ErrorCode::SubjectNotFound);
}

#[test]
fn look_up_finds_the_same_text_and_with_normalize_the_same_meaning() {
    let mut store = Store::new();
    let id = store.register("s", &id_field(), false).unwrap().id;
    assert_eq!(store.lookup("s", &id_field(), false, false).unwrap().id, id);
    let turned = NewSchema::avro(r#"{"name":"a.R","fields":[{"type":{"type":"string"},"name":"id"}],"type":"record"}"#);
    assert_eq!(code(store.lookup("s", &turned, false, false)), ErrorCode::SchemaNotFound);
    assert_eq!(store.lookup("s", &turned, true, false).unwrap().id, id);
    assert_eq!(code(store.lookup("nobody", &turned, true, false)), ErrorCode::SubjectNotFound);
    store.delete_subject("s", false).unwrap();
    assert_eq!(code(store.lookup("s", &id_field(), false, false)), ErrorCode::SubjectNotFound);
    assert!(store.lookup("s", &id_field(), false, true).unwrap().deleted);
}

#[test]
fn normalize_keeps_the_normal_form_by_request_or_by_setting() {
    let mut store = Store::new();
    let registered = store.register("s", &id_field(), true).unwrap();
    let normal = r#"{"name":"a.R","type":"record","fields":[{"name":"id","type":"string"}]}"#;
    assert_eq!(registered.schema.as_deref(), Some(normal));
    store.set_config(Some("t"), &ConfigUpdate { normalize: Some(true), ..ConfigUpdate::default() }).unwrap();
    assert_eq!(store.register("t", &id_field(), false).unwrap().id, registered.id);
    assert_eq!(store.config(SubjectConfig::Own("t")).unwrap().normalize, Some(true));
}

#[test]
fn levels_are_set_asked_for_and_reset() {
    let mut store = Store::new();
    let name = |config: topika_registry::api::Config| config.compatibility_level.unwrap();
    assert_eq!(name(store.config(SubjectConfig::Global).unwrap()), "BACKWARD");
    store.set_config(None, &level("full_transitive")).unwrap();
    store.set_config(Some("s"), &level("NONE")).unwrap();
    assert_eq!(name(store.config(SubjectConfig::OrGlobal("t")).unwrap()), "FULL_TRANSITIVE");
    assert_eq!(name(store.config(SubjectConfig::OrGlobal("s")).unwrap()), "NONE");
    assert_eq!(code(store.config(SubjectConfig::Own("t"))), ErrorCode::NoSubjectConfig);
    assert_eq!(name(store.delete_config(Some("s")).unwrap()), "NONE");
    assert_eq!(code(store.delete_config(Some("s"))), ErrorCode::NoSubjectConfig);
    assert_eq!(name(store.delete_config(None).unwrap()), "FULL_TRANSITIVE");
    assert_eq!(name(store.config(SubjectConfig::Global).unwrap()), "BACKWARD");
    assert_eq!(code(store.set_config(None, &level("SOMETIMES"))), ErrorCode::InvalidLevel);
}

#[test]
fn a_setting_that_the_registry_does_not_act_on_is_refused() {
    let mut store = Store::new();
    let mut update = level("FULL");
    update.others.insert("alias".to_owned(), serde_json::Value::Null);
    store.set_config(None, &update).unwrap();
    update.others.insert("alias".to_owned(), "x".into());
    let error = store.set_config(None, &update).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotPermitted);
    assert!(error.to_string().contains("`alias`"), "{error}");
}

#[test]
fn modes_forbid_writing() {
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    store.set_mode(Some("s"), "readonly", false).unwrap();
    assert_eq!(code(store.register("s", &with_default(), false)), ErrorCode::NotPermitted);
    assert_eq!(code(store.delete_subject("s", false)), ErrorCode::NotPermitted);
    store.register("t", &id_field(), false).unwrap();
    store.set_mode(None, "READONLY_OVERRIDE", false).unwrap();
    store.set_mode(Some("s"), "READWRITE", false).unwrap();
    assert_eq!(code(store.register("s", &with_default(), false)), ErrorCode::NotPermitted);
    assert_eq!(store.delete_mode(None).unwrap(), Mode::ReadonlyOverride);
    store.register("s", &with_default(), false).unwrap();
    assert_eq!(store.delete_mode(Some("s")).unwrap(), Mode::Readwrite);
    assert_eq!(code(store.delete_mode(Some("s"))), ErrorCode::NoSubjectMode);
    assert_eq!(store.mode(SubjectConfig::OrGlobal("s")).unwrap(), Mode::Readwrite);
    assert_eq!(code(store.set_mode(None, "OPEN", false)), ErrorCode::InvalidMode);
}

#[test]
fn import_keeps_given_ids_and_versions() {
    let mut store = Store::new();
    let mut given = id_field();
    (given.id, given.version) = (Some(70), Some(5));
    assert_eq!(code(store.register("s", &given, false)), ErrorCode::NotPermitted);
    store.set_mode(Some("s"), "IMPORT", false).unwrap();
    let registered = store.register("s", &given, false).unwrap();
    assert_eq!((registered.id, registered.version), (70, Some(5)));
    assert_eq!(store.register("s", &given, false).unwrap(), registered);
    let mut other = with_default();
    (other.id, other.version) = (Some(70), Some(6));
    assert_eq!(code(store.register("s", &other, false)), ErrorCode::IdMismatch);
    (other.id, other.version) = (Some(71), Some(5));
    assert_eq!(code(store.register("s", &other, false)), ErrorCode::NotPermitted);
    (given.id, given.version) = (Some(72), Some(7));
    assert_eq!(code(store.register("s", &given, false)), ErrorCode::IdMismatch);
    assert_eq!(code(store.set_mode(None, "IMPORT", false)), ErrorCode::NotPermitted);
    store.set_mode(None, "IMPORT", true).unwrap();
    assert_eq!(store.register("t", &with_default(), false).unwrap().id, 71);
}

#[test]
fn a_version_may_be_said_where_it_is_the_next_one() {
    let mut store = Store::new();
    let mut first = id_field();
    first.version = Some(2);
    assert_eq!(code(store.register("s", &first, false)), ErrorCode::NotPermitted);
    first.version = Some(1);
    assert_eq!(store.register("s", &first, false).unwrap().version, Some(1));
}

#[test]
fn metadata_and_rule_sets_are_carried_and_part_of_identity() {
    let mut store = Store::new();
    let plain = store.register("s", &id_field(), false).unwrap();
    let mut marked = id_field();
    marked.metadata = Some(serde_json::json!({"properties": {"owner": "me"}}));
    marked.rule_set = Some(serde_json::json!({"domainRules": []}));
    let other = store.register("s", &marked, false).unwrap();
    assert_ne!((plain.id, plain.guid), (other.id, other.guid));
    assert_eq!(store.schema(other.id).unwrap().metadata, marked.metadata);
}

#[test]
fn lists_have_a_prefix_a_page_and_the_latest_only() {
    let mut store = Store::new();
    for subject in ["a-1", "a-2", "b"] {
        store.register(subject, &id_field(), false).unwrap();
        store.register(subject, &with_default(), false).unwrap();
    }
    assert_eq!(store.subjects("a-", false), ["a-1", "a-2"]);
    assert_eq!(store.schemas("", false, false, Page::default()).len(), 6);
    let latest = store.schemas("a-", false, true, Page { offset: 1, limit: 5 });
    assert_eq!(latest.iter().map(|v| (v.subject.as_str(), v.version)).collect::<Vec<_>>(), [("a-2", 2)]);
}

#[test]
fn a_version_is_latest_or_a_number_from_1_on() {
    assert_eq!(VersionSpec::parse("latest").unwrap(), VersionSpec::Latest);
    assert_eq!(VersionSpec::parse("-1").unwrap(), VersionSpec::Latest);
    assert_eq!(VersionSpec::parse("3").unwrap(), VersionSpec::Number(3));
    for bad in ["0", "-2", "newest", "4294967295", ""] {
        assert_eq!(code(VersionSpec::parse(bad)), ErrorCode::InvalidVersion);
    }
}

fn must_have() -> NewSchema {
    record(r#"{"name": "id", "type": "string"}, {"name": "must", "type": "string"}"#)
}

#[test]
fn a_level_is_kept_by_registration_and_checks_say_why() {
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    let error = store.register("s", &must_have(), false).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Incompatible);
    assert!(error.message().contains("BACKWARD") && error.message().contains("additionalInfo:'must'"), "{error}");
    let verdict = store.check("s", VersionSpec::Latest, &must_have(), false).unwrap();
    assert!(!verdict.is_compatible);
    assert_eq!(verdict.messages[0], "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE'");
    assert_eq!(verdict.messages[2], "{oldSchemaVersion: 1}");
    assert!(verdict.messages[3].starts_with("{oldSchema: '{\"type\":\"record\""));
    assert_eq!(verdict.messages[4], "{validateFields: 'false', compatibility: 'BACKWARD'}");
    assert!(store.check_all("s", &with_default(), false).unwrap().is_compatible);
    store.set_config(Some("s"), &level("NONE")).unwrap();
    assert!(store.check_all("s", &must_have(), false).unwrap().is_compatible);
    assert!(store.check("s", VersionSpec::Number(1), &must_have(), false).unwrap().is_compatible);
}

#[test]
fn forward_is_the_other_direction_and_full_is_both() {
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    let nothing = record("");
    for (name, more, less) in [("BACKWARD", false, true), ("FORWARD", true, false), ("FULL", false, false)] {
        store.set_config(Some("s"), &level(name)).unwrap();
        assert_eq!(store.check_all("s", &must_have(), false).unwrap().is_compatible, more, "{name}");
        assert_eq!(store.check_all("s", &nothing, false).unwrap().is_compatible, less, "{name}");
    }
}

#[test]
fn a_transitive_level_looks_at_every_version() {
    let mut store = Store::new();
    let int = |ty: &str| record(&format!(r#"{{"name": "n", "type": "{ty}"}}"#));
    store.set_config(Some("s"), &level("NONE")).unwrap();
    store.register("s", &int("string"), false).unwrap();
    store.register("s", &int("int"), false).unwrap();
    store.set_config(Some("s"), &level("BACKWARD")).unwrap();
    assert!(store.check_all("s", &int("long"), false).unwrap().is_compatible);
    store.set_config(Some("s"), &level("BACKWARD_TRANSITIVE")).unwrap();
    let verdict = store.check_all("s", &int("long"), false).unwrap();
    assert!(verdict.messages.contains(&"{oldSchemaVersion: 1}".to_owned()), "{verdict:?}");
    // A softly deleted version does not count.
    store.delete_version("s", VersionSpec::Number(1), false).unwrap();
    assert!(store.check_all("s", &int("long"), false).unwrap().is_compatible);
}

#[test]
fn another_schema_type_is_incompatible_and_a_new_subject_takes_anything() {
    let mut store = Store::new();
    assert!(store.check("s", VersionSpec::Latest, &id_field(), false).unwrap().is_compatible);
    assert_eq!(code(store.check("s", VersionSpec::Number(1), &id_field(), false)), ErrorCode::SubjectNotFound);
    store.register("s", &id_field(), false).unwrap();
    assert_eq!(code(store.check("s", VersionSpec::Number(2), &id_field(), false)), ErrorCode::VersionNotFound);
    assert_eq!(code(store.register("s", &NewSchema::json("{}"), false)), ErrorCode::Incompatible);
    let proto = |text: &str| NewSchema::new(SchemaType::Protobuf, text);
    store.register("p", &proto("message A {}"), false).unwrap();
    assert_eq!(store.register("p", &proto("message B {}"), false).unwrap().version, Some(2));
}

#[test]
fn a_change_inside_a_reference_is_judged() {
    let mut store = Store::new();
    let schema = with_reference(&mut store);
    store.register("s", &schema, false).unwrap();
    store.set_config(Some("types.Id"), &level("NONE")).unwrap();
    let longer = NewSchema::avro(r#"{"type": "fixed", "name": "types.Id", "size": 17}"#);
    store.register("types.Id", &longer, false).unwrap();
    let mut newer = schema;
    newer.references[0].version = 2;
    let error = store.register("s", &newer, false).unwrap_err();
    assert!(error.message().contains("FIXED_SIZE_MISMATCH"), "{error}");
}

#[test]
fn json_schemas_are_judged_too() {
    let mut store = Store::new();
    let ticket = |ty: &str, closed: bool| {
        let text = r#"{"type": "object", "properties": {"seats": {"type": "TYPE"}}, "additionalProperties": OPEN}"#;
        NewSchema::json(text.replace("TYPE", ty).replace("OPEN", if closed { "false" } else { "true" }))
    };
    store.register("s", &ticket("integer", false), false).unwrap();
    let verdict = store.check_all("s", &ticket("string", false), false).unwrap();
    assert!(!verdict.is_compatible && verdict.messages[0].starts_with("{errorType:'"), "{verdict:?}");
    assert_eq!(code(store.register("s", &ticket("string", false), false)), ErrorCode::Incompatible);
    assert!(store.check_all("s", &ticket("number", false), false).unwrap().is_compatible);
}

#[test]
fn references_of_json_schemas_are_followed_by_name() {
    let mut store = Store::new();
    let station = NewSchema::json(r#"{"type": "string", "enum": ["GRILL"]}"#);
    store.register("types/station.json", &station, false).unwrap();
    let ticket = NewSchema::json(r#"{"properties": {"station": {"$ref": "../types/station.json"}}}"#);
    assert_eq!(code(store.register("t", &ticket, false)), ErrorCode::InvalidSchema);
    let ticket = ticket.reference("types/station.json", "types/station.json", 1);
    assert_eq!(store.register("t", &ticket, false).unwrap().version, Some(1));
}
