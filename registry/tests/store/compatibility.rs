//! What levels, policies and groups let in, and the words for what they do not.

use topika_registry::api::{ConfigUpdate, ErrorCode, NewSchema, SchemaType};
use topika_registry::store::{Format, Store, VersionSpec};

use super::{code, id_field, level, record, with_default, with_reference};

fn must_have() -> NewSchema {
    record(r#"{"name": "id", "type": "string"}, {"name": "must", "type": "string"}"#)
}

#[test]
fn a_level_is_kept_by_registration_and_checks() {
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    assert!(!store.check("s", VersionSpec::Latest, &must_have(), false).unwrap().is_compatible);
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
    assert_eq!(code(store.check("s", VersionSpec::Number(1), &id_field(), false)), ErrorCode::VersionNotFound);
    store.register("s", &id_field(), false).unwrap();
    assert_eq!(code(store.check("s", VersionSpec::Number(2), &id_field(), false)), ErrorCode::VersionNotFound);
    assert_eq!(code(store.register("s", &NewSchema::json("{}"), false)), ErrorCode::Incompatible);
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
    assert!(!verdict.is_compatible && verdict.messages[0].starts_with("{errorType:\""), "{verdict:?}");
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

#[test]
fn each_incompatibility_is_said_as_other_registries_say_it() {
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    let old = id_field().schema.replace(' ', "");
    let backward = [
        "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'must' at path '/fields/1' in the new schema has no default value and is missing in the old schema', additionalInfo:'must'}".to_owned(),
        "{oldSchemaVersion: 1}".to_owned(),
        format!("{{oldSchema: '{old}'}}"),
        "{validateFields: 'false', compatibility: 'BACKWARD'}".to_owned(),
    ];
    assert_eq!(store.check_all("s", &must_have(), false).unwrap().messages, backward);
    let error = store.register("s", &must_have(), false).unwrap_err();
    assert_eq!(error.code().number(), 40901);
    assert_eq!(
        error.message(),
        format!(
            "Schema being registered is incompatible with an earlier schema for subject \"s\", details: [{}]",
            backward.join(", ")
        )
    );
    store.set_config(Some("s"), &level("FORWARD")).unwrap();
    let forward = store.check_all("s", &record(""), false).unwrap().messages;
    assert!(
        forward[0].contains("in the old schema has no default value and is missing in the new schema"),
        "{forward:?}"
    );
    // Of both directions the old schema reads first, and is named only where the new one cannot read it.
    store.set_config(Some("s"), &level("FULL")).unwrap();
    let full = store.check_all("s", &record(""), false).unwrap().messages;
    assert_eq!(full.len(), 2, "{full:?}");
}

#[test]
fn json_differences_are_said_with_their_place() {
    let mut store = Store::new();
    let ty =
        |ty: &str| NewSchema::json(format!(r#"{{"type": "object", "properties": {{"seats": {{"type": "{ty}"}}}}}}"#));
    store.register("s", &ty("integer"), false).unwrap();
    let said = store.check_all("s", &ty("string"), false).unwrap().messages;
    assert_eq!(
        said[0],
        "{errorType:\"TYPE_CHANGED\", description:\"A type at path '#/properties/seats' is different between the new schema and the old schema\"}"
    );
    let other = store.check_all("s", &id_field(), false).unwrap().messages;
    assert_eq!(other[0], "Incompatible because of different schema type");
}

#[test]
fn a_change_of_protobuf_is_never_guessed() {
    let mut store = Store::new();
    let proto = |text: &str| NewSchema::new(SchemaType::Protobuf, text);
    let first = store.register("p", &proto("message A {}"), false).unwrap();
    assert_eq!(store.register("p", &proto("message A {}"), false).unwrap(), first);
    let verdict = store.check_all("p", &proto("message B {}"), false).unwrap();
    assert!(!verdict.is_compatible && verdict.messages[0].contains("compatibility to NONE"), "{verdict:?}");
    assert_eq!(code(store.register("p", &proto("message B {}"), false)), ErrorCode::Incompatible);
    store.set_config(Some("p"), &level("NONE")).unwrap();
    assert_eq!(store.register("p", &proto("message B {}"), false).unwrap().version, Some(2));
    // References are followed for what is not judged too.
    let user = proto("import \"a.proto\";").reference("a.proto", "p", 2);
    store.register("q", &user, false).unwrap();
    assert_eq!(code(store.delete_version("p", VersionSpec::Number(2), false)), ErrorCode::ReferenceExists);
    assert_eq!(
        code(store.register("q", &proto("x").reference("b.proto", "nobody", 1), false)),
        ErrorCode::InvalidSchema
    );
    let error = store.version_as("p", VersionSpec::Latest, false, Format::Serialized).unwrap_err();
    assert!(error.message().contains("format=serialized"), "{error}");
}

#[test]
fn only_versions_of_the_same_group_are_compared() {
    let mut store = Store::new();
    store
        .set_config(Some("s"), &ConfigUpdate { compatibility_group: Some("major".into()), ..ConfigUpdate::default() })
        .unwrap();
    let major = |number: &str, schema: NewSchema| NewSchema {
        metadata: Some(serde_json::json!({"properties": {"major": number}})),
        ..schema
    };
    store.register("s", &major("1", id_field()), false).unwrap();
    assert_eq!(code(store.register("s", &major("1", must_have()), false)), ErrorCode::Incompatible);
    assert_eq!(store.register("s", &major("2", must_have()), false).unwrap().version, Some(2));
    // The latest one of the group is what counts, not the latest one.
    assert_eq!(store.register("s", &major("1", with_default()), false).unwrap().version, Some(3));
}

#[test]
fn the_lenient_policy_lets_optional_properties_into_open_objects() {
    let mut store = Store::new();
    let with = |more: &str| {
        NewSchema::json(format!(r#"{{"type": "object", "properties": {{"a": {{"type": "string"}}{more}}}}}"#))
    };
    store.register("s", &with(""), false).unwrap();
    let wider = with(r#", "b": {"type": "string"}"#);
    assert!(!store.check_all("s", &wider, false).unwrap().is_compatible);
    store
        .set_config(
            Some("s"),
            &ConfigUpdate { compatibility_policy: Some("LENIENT".into()), ..ConfigUpdate::default() },
        )
        .unwrap();
    assert!(store.check_all("s", &wider, false).unwrap().is_compatible);
}

#[test]
fn reserved_fields_stay_free_where_fields_are_validated() {
    let mut store = Store::new();
    store.set_config(Some("s"), &ConfigUpdate { validate_fields: Some(true), ..ConfigUpdate::default() }).unwrap();
    let reserving = |names: &str, schema: NewSchema| NewSchema {
        metadata: Some(serde_json::json!({"properties": {"confluent:reserved": names}})),
        ..schema
    };
    let error = store.register("s", &reserving("id, x", id_field()), false).unwrap_err();
    assert!(error.message().contains("conflicts with the reserved field id."), "{error}");
    assert!(error.message().ends_with("{validateFields: 'true', compatibility: 'BACKWARD'}]"), "{error}");
    store.register("s", &reserving("x", id_field()), false).unwrap();
    let error = store.register("s", &reserving("y", with_default()), false).unwrap_err();
    assert!(error.message().contains("reserved field x removed"), "{error}");
}

#[test]
fn a_default_that_is_no_value_of_its_type_is_refused_where_schemas_are_normalised() {
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    let bad = record(r#"{"name": "id", "type": "string"}, {"name": "f", "type": "int", "default": "foo"}"#);
    let message = "Invalid schema of type AVRO, details: Invalid default for field f: \"foo\" not a \"int\"";
    let error = store.register("t", &bad, true).unwrap_err();
    assert_eq!((error.code(), error.message()), (ErrorCode::InvalidSchema, message));
    assert_eq!(store.check_all("s", &bad, true).unwrap_err().message(), message);
    assert_eq!(code(store.check("s", VersionSpec::Latest, &bad, true)), ErrorCode::InvalidSchema);
    // Java takes it as it is elsewhere, and keeps it.
    store.register("t", &bad, false).unwrap();
    assert!(store.version("t", VersionSpec::Latest, false).unwrap().schema.contains(r#""default":"foo""#));
    // What is there already is found, and nothing else is found in its place.
    store.register("t", &bad, true).unwrap();
    assert_eq!(store.lookup("t", &bad, true, false, Format::Kept).unwrap().version, 1);
    store.register("u", &record(r#"{"name": "f", "type": "int"}"#), false).unwrap();
    let other = record(r#"{"name": "f", "type": "int", "default": "foo"}"#);
    assert_eq!(code(store.lookup("u", &other, true, false, Format::Kept)), ErrorCode::SchemaNotFound);
}

#[test]
fn a_default_that_java_takes_stays_in_a_normalised_schema() {
    let mut store = Store::new();
    let symbol = r#"{"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A"]}, "default": "B"}"#;
    store.register("s", &record(symbol), true).unwrap();
    assert!(store.version("s", VersionSpec::Latest, false).unwrap().schema.contains(r#""default":"B""#));
}
