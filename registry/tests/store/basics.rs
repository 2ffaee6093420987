//! Registration, look-up, deletion, lists.

use topika_registry::api::{ErrorCode, Guid, NewSchema, SchemaType};
use topika_registry::store::{Deleted, Format, Listed, Page, Store, SubjectConfig, VersionSpec};

use super::{code, id_field, level, with_default, with_reference};

#[test]
fn an_equal_schema_gets_its_id_and_version_again() {
    let mut store = Store::new();
    let first = store.register("s", &id_field(), false).unwrap();
    let spaced = NewSchema::avro(id_field().schema.replace(": ", ":   "));
    assert_eq!(store.register("s", &spaced, false).unwrap(), first);
    assert_eq!((first.id, first.version), (1, Some(1)));
    assert_eq!(store.versions("s", Deleted::Hidden).unwrap(), [1]);
}

#[test]
fn the_same_text_shares_its_id_over_subjects_and_another_type_does_not() {
    let mut store = Store::new();
    let avro = store.register("s", &NewSchema::avro(r#"{"type":"string"}"#), false).unwrap();
    assert_eq!(store.register("t", &NewSchema::avro(r#"{"type":"string"}"#), false).unwrap().id, avro.id);
    assert_ne!(store.register("u", &NewSchema::json(r#"{"type":"string"}"#), false).unwrap().id, avro.id);
    let at = store.versions_of_id(avro.id, None, false).unwrap();
    assert_eq!(at.iter().map(|v| v.subject.as_str()).collect::<Vec<_>>(), ["s", "t"]);
}

#[test]
fn avro_and_json_are_kept_without_white_space_and_protobuf_as_it_came() {
    let mut store = Store::new();
    let avro =
        store.register("a", &NewSchema::avro("{ \"type\" : \"string\", /* kept out */ \"b\": 1.50 }"), false).unwrap();
    assert_eq!(store.schema(avro.id).unwrap().schema, r#"{"type":"string","b":1.5}"#);
    let json = store.register("j", &NewSchema::json("{ \"type\" : \"object\", \"maximum\": 1.50 }"), false).unwrap();
    assert_eq!(store.schema(json.id).unwrap().schema, r#"{"type":"object","maximum":1.50}"#);
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
    assert_eq!(store.ids_of_guid(guid).unwrap()[0].id, registered.id);
    assert_eq!(store.schema_of_guid(guid, Format::Kept).unwrap().schema, registered.schema.unwrap());
    assert_eq!(code(store.schema_of_guid(Guid([7; 16]), Format::Kept)), ErrorCode::SchemaNotFound);
    assert_eq!(store.max_id(None), 1);
}

#[test]
fn an_invalid_schema_is_refused_with_the_reason() {
    let mut store = Store::new();
    for bad in [
        NewSchema::avro("{"),
        NewSchema::avro(r#"{"type":"record","name":"R"}"#),
        NewSchema::avro(r#"{"type":"array","items":"no.Such"}"#),
        NewSchema::json("{"),
        id_field().reference("x", "nobody", 1),
        id_field().reference("x", "nobody", u32::MAX),
    ] {
        let error = store.register("s", &bad, false).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidSchema, "{error}");
        let begin = format!("Invalid schema of type {}, details: ", bad.schema_type);
        assert!(error.message().starts_with(&begin) && error.message().len() > begin.len() + 10, "{error}");
    }
    assert_eq!(code(store.register("", &id_field(), false)), ErrorCode::InvalidSubject);
    let error = store
        .register(
            "a
b",
            &id_field(),
            false,
        )
        .unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (
            ErrorCode::InvalidSubject,
            "The specified subject 'a
b' is not a valid."
        )
    );
    assert_eq!(store.subjects("", Deleted::Shown), [""; 0]);
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
    assert_eq!(
        error.message(),
        "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=types.Id,version=1}."
    );
    assert_eq!(code(store.delete_subject("types.Id", false)), ErrorCode::ReferenceExists);
    store.delete_subject("s", false).unwrap();
    store.delete_subject("types.Id", false).unwrap();
    // A new schema may not refer to what is deleted; what is there stays as it was.
    assert_eq!(code(store.register("t", &schema, false)), ErrorCode::InvalidSchema);
    assert!(store.lookup("s", &schema, false, true, Format::Kept).unwrap().deleted);
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
    assert_eq!(store.versions("s", Deleted::Hidden).unwrap(), [2]);
    assert_eq!(store.versions("s", Deleted::Shown).unwrap(), [1, 2]);
    assert!(store.version("s", VersionSpec::Number(1), true).unwrap().deleted);
    assert_eq!(code(store.version("s", VersionSpec::Number(1), false)), ErrorCode::VersionNotFound);
    assert!(store.schema(id).is_ok());
    assert_eq!(store.delete_version("s", VersionSpec::Number(1), true).unwrap(), 1);
    assert_eq!(code(store.schema(id)), ErrorCode::SchemaNotFound);
    // An id is never given twice.
    assert_eq!(store.register("t", &id_field(), false).unwrap().id, 3);
    let error = store.delete_version("s", VersionSpec::Number(7), false).unwrap_err();
    assert_eq!((error.code(), error.message()), (ErrorCode::VersionNotFound, "Version 7 not found."));
}

#[test]
fn a_deleted_subject_is_gone_from_the_list_and_starts_anew() {
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    store.set_config(Some("s"), &level("FULL")).unwrap();
    let error = store.delete_subject("s", true).unwrap_err();
    assert_eq!(error.code(), ErrorCode::SubjectNotSoftDeleted);
    assert_eq!(error.message(), "Subject 's' was not deleted first before being permanently deleted");
    assert_eq!(store.delete_subject("s", false).unwrap(), [1]);
    let error = store.delete_subject("s", false).unwrap_err();
    assert_eq!(error.message(), "Subject 's' was soft deleted.Set permanent=true to delete permanently");
    assert_eq!(store.subjects("", Deleted::Hidden), [""; 0]);
    assert_eq!(store.subjects("", Deleted::Only), ["s"]);
    // What is registered again is a new version with the old id, in the place of the old version.
    let again = store.register("s", &id_field(), false).unwrap();
    assert_eq!((again.id, again.version), (1, Some(2)));
    assert_eq!(store.versions("s", Deleted::Shown).unwrap(), [2]);
    store.delete_subject("s", false).unwrap();
    assert!(store.config(SubjectConfig::Own("s")).is_ok());
    assert_eq!(store.delete_subject("s", true).unwrap(), [2]);
    assert_eq!(code(store.config(SubjectConfig::Own("s"))), ErrorCode::NoSubjectConfig);
    assert_eq!(store.register("s", &id_field(), false).unwrap().version, Some(1));
    let error = store.delete_subject("nobody", false).unwrap_err();
    assert_eq!((error.code(), error.message()), (ErrorCode::SubjectNotFound, "Subject 'nobody' not found."));
}

#[test]
fn look_up_finds_the_same_schema_and_with_normalize_the_same_meaning() {
    let mut store = Store::new();
    let marked =
        |marks: &str| NewSchema::avro(id_field().schema.replace(r#""name": "R""#, &format!(r#""name": "R", {marks}"#)));
    let id = store.register("s", &marked(r#""p": 1, "q": 2"#), false).unwrap().id;
    // The order of what Avro knows does not matter, nor does how names are written; that of properties does, unless normalised.
    let turned =
        r#"{"p": 1, "q": 2, "name": "a.R", "fields": [{"type": {"type": "string"}, "name": "id"}], "type": "record"}"#;
    let turned = NewSchema::avro(turned);
    assert_eq!(store.lookup("s", &turned, false, false, Format::Kept).unwrap().id, id);
    let other = marked(r#""q": 2, "p": 1"#);
    assert_eq!(code(store.lookup("s", &other, false, false, Format::Kept)), ErrorCode::SchemaNotFound);
    assert_eq!(store.lookup("s", &other, true, false, Format::Kept).unwrap().id, id);
    assert_eq!(code(store.lookup("nobody", &other, true, false, Format::Kept)), ErrorCode::SubjectNotFound);
    store.delete_subject("s", false).unwrap();
    assert_eq!(code(store.lookup("s", &turned, false, false, Format::Kept)), ErrorCode::SubjectNotFound);
    assert!(store.lookup("s", &turned, false, true, Format::Kept).unwrap().deleted);
}

#[test]
fn normalize_keeps_the_normal_form_by_request_or_by_setting() {
    let mut store = Store::new();
    let registered = store.register("s", &id_field(), true).unwrap();
    let normal = r#"{"name":"a.R","type":"record","fields":[{"name":"id","type":"string"}]}"#;
    assert_eq!(registered.schema.as_deref(), Some(normal));
    let normalize = topika_registry::api::ConfigUpdate { normalize: Some(true), ..Default::default() };
    store.set_config(Some("t"), &normalize).unwrap();
    assert_eq!(store.register("t", &id_field(), false).unwrap().id, registered.id);
    assert_eq!(store.config(SubjectConfig::Own("t")).unwrap().normalize, Some(true));
}

#[test]
fn lists_have_a_prefix_a_page_and_the_latest_only() {
    let mut store = Store::new();
    for subject in ["a-1", "a-2", "b"] {
        store.register(subject, &id_field(), false).unwrap();
        store.register(subject, &with_default(), false).unwrap();
    }
    assert_eq!(store.subjects("a-", Deleted::Hidden), ["a-1", "a-2"]);
    assert_eq!(store.schemas(&Listed::default(), Page::default()).len(), 6);
    let latest =
        store.schemas(&Listed { prefix: "a-", latest_only: true, ..Listed::default() }, Page { offset: 1, limit: 5 });
    assert_eq!(latest.iter().map(|v| (v.subject.as_str(), v.version)).collect::<Vec<_>>(), [("a-2", 2)]);
}

#[test]
fn a_version_is_latest_or_a_number_from_1_on() {
    assert_eq!(VersionSpec::parse("latest").unwrap(), VersionSpec::Latest);
    assert_eq!(VersionSpec::parse("-1").unwrap(), VersionSpec::Latest);
    assert_eq!(VersionSpec::parse("3").unwrap(), VersionSpec::Number(3));
    assert_eq!(VersionSpec::parse(" Latest ").unwrap(), VersionSpec::Latest);
    for bad in ["0", "-2", "newest", "4294967295", ""] {
        assert_eq!(code(VersionSpec::parse(bad)), ErrorCode::InvalidVersion);
    }
    let said = "The specified version 'x' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"";
    assert_eq!(VersionSpec::parse("x").unwrap_err().message(), said);
}
