//! Contexts: registries within the registry.

use topika_registry::api::{ErrorCode, Guid, NewSchema};
use topika_registry::store::{Deleted, Format, Listed, Page, Store, VersionSpec};

use super::{code, id_field, record, with_default};

#[test]
fn each_context_has_its_own_ids_and_is_listed_once_it_was_used() {
    let mut store = Store::new();
    assert_eq!(store.contexts(), ["."]);
    assert_eq!(store.register("s", &id_field(), false).unwrap().id, 1);
    assert_eq!(store.register("s", &with_default(), false).unwrap().id, 2);
    assert_eq!(store.register(":.b:s", &with_default(), false).unwrap().id, 1);
    assert_eq!(store.register(":.a:s", &id_field(), false).unwrap().id, 1);
    assert_eq!(store.register(":.:s", &id_field(), false).unwrap().id, 1);
    assert_eq!(store.contexts(), [".", ".a", ".b"]);
    assert_eq!(store.version(":.b:s", VersionSpec::Latest, false).unwrap().subject, ":.b:s");
    assert_eq!(
        store.schema_under(1, Some(":.b:"), Format::Kept).unwrap().schema,
        with_default().schema.replace(' ', "")
    );
    assert_eq!((store.max_id(None), store.max_id(Some(":.a:"))), (2, 1));
}

#[test]
fn lists_are_of_a_context_or_of_all() {
    let mut store = Store::new();
    for subject in ["s", ":.a:s", ":.a:t"] {
        store.register(subject, &id_field(), false).unwrap();
    }
    assert_eq!(store.subjects(":*:", Deleted::Hidden), [":.a:s", ":.a:t", "s"]);
    assert_eq!(store.subjects(":*:s", Deleted::Hidden), [":.a:s", "s"]);
    assert_eq!(store.subjects(":.a:", Deleted::Hidden), [":.a:s", ":.a:t"]);
    assert_eq!(store.schemas(&Listed { prefix: ":.a:t", ..Listed::default() }, Page::default())[0].subject, ":.a:t");
}

#[test]
fn what_is_not_in_the_default_context_is_looked_for_in_the_others() {
    let mut store = Store::new();
    store.register(":.a:s", &id_field(), false).unwrap();
    store.register(":.a:s", &with_default(), false).unwrap();
    assert_eq!(store.version("s", VersionSpec::Latest, false).unwrap().subject, ":.a:s");
    assert_eq!(store.lookup("s", &id_field(), false, false, Format::Kept).unwrap().subject, ":.a:s");
    let found = store.schema_under(2, Some("s"), Format::Kept).unwrap();
    assert_eq!((found.subject.as_deref(), found.version), (Some(":.a:s"), Some(2)));
    // Who names a context means it.
    assert_eq!(code(store.version(":.b:s", VersionSpec::Latest, false)), ErrorCode::SubjectNotFound);
    assert_eq!(code(store.schema_under(1, Some(":.b:s"), Format::Kept)), ErrorCode::SchemaNotFound);
    assert_eq!(code(store.schema(1)), ErrorCode::SchemaNotFound);
}

#[test]
fn a_subject_with_an_id_is_the_one_that_answers() {
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    store.register("t", &id_field(), false).unwrap();
    let under = |subject| store.schema_under(1, Some(subject), Format::Kept).unwrap();
    assert_eq!((under("t").subject.as_deref(), under("t").version), (Some("t"), Some(1)));
    assert_eq!(store.schema(1).unwrap().subject, None);
    // A subject that does not have the id does not hide it.
    assert!(under("nobody").subject.is_some());
}

#[test]
fn references_stay_in_their_context_unless_they_name_one() {
    let mut store = Store::new();
    let id = NewSchema::avro(r#"{"type": "fixed", "name": "types.Id", "size": 16}"#);
    store.register(":.a:id", &id, false).unwrap();
    let refers = record(r#"{"name": "id", "type": "types.Id"}"#);
    let near = refers.clone().reference("types.Id", "id", 1);
    let error = store.register("s", &near, false).unwrap_err();
    assert_eq!(
        error.message(),
        "Invalid schema of type AVRO, details: No schema reference found for subject \"id\" and version 1"
    );
    let there = store.register(":.a:s", &near, false).unwrap();
    assert_eq!(store.referenced_by(":.a:id", 1), [there.id]);
    let far = store.register("s", &refers.reference("types.Id", ":.a:id", 1), false).unwrap();
    assert_eq!(store.schema_under(far.id, None, Format::Resolved).unwrap().references.len(), 1);
    assert_eq!(code(store.delete_subject(":.a:id", false)), ErrorCode::ReferenceExists);
}

#[test]
fn a_guid_is_the_same_in_every_context() {
    let mut store = Store::new();
    let guid = Guid::parse(&store.register("s", &id_field(), false).unwrap().guid.unwrap()).unwrap();
    store.register(":.a:x", &with_default(), false).unwrap();
    store.register(":.a:s", &id_field(), false).unwrap();
    let ids = store.ids_of_guid(guid).unwrap();
    assert_eq!(ids.iter().map(|at| (at.context.as_str(), at.id)).collect::<Vec<_>>(), [(".", 1), (".a", 2)]);
    assert_eq!(store.schema_of_guid(guid, Format::Kept).unwrap().subject, None);
}

#[test]
fn only_an_empty_context_can_be_deleted() {
    let mut store = Store::new();
    store.register(":.a:s", &id_field(), false).unwrap();
    let error = store.delete_context(":.a:").unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (ErrorCode::ContextNotEmpty, "The specified context ':.a:' is not empty.")
    );
    store.delete_subject(":.a:s", false).unwrap();
    assert_eq!(code(store.delete_context(":.a:")), ErrorCode::ContextNotEmpty);
    store.delete_subject(":.a:s", true).unwrap();
    store.delete_context(":.a:").unwrap();
    store.delete_context(":.nobody:").unwrap();
    assert_eq!(store.contexts(), ["."]);
    // An id is given once, also after the context went and came again.
    assert_eq!(store.register(":.a:s", &id_field(), false).unwrap().id, 2);
}

#[test]
fn the_same_changes_lead_to_the_same_store() {
    let mut store = Store::new();
    store.note_changes();
    store.set_time(7);
    store.register("s", &id_field(), false).unwrap();
    store.register(":.a:s", &with_default(), false).unwrap();
    store.set_mode(Some("t"), "READONLY", false).unwrap();
    store.set_config(Some("s"), &super::level("NONE")).unwrap();
    store.register("s", &with_default(), false).unwrap();
    store.delete_version("s", VersionSpec::Number(1), false).unwrap();
    store.register("gone", &id_field(), false).unwrap();
    store.delete_subject("gone", false).unwrap();
    store.delete_subject("gone", true).unwrap();
    let mut replayed = Store::new();
    store.take_changes().into_iter().for_each(|change| replayed.apply(change));
    let mut shortened = Store::new();
    store.snapshot().into_iter().for_each(|change| shortened.apply(change));
    for other in [&replayed, &shortened] {
        assert_eq!(other.snapshot(), store.snapshot());
        assert_eq!(other.contexts(), store.contexts());
        assert_eq!(other.version("s", VersionSpec::Number(1), true).unwrap().ts, Some(7));
    }
    assert_eq!(shortened.register("new", &NewSchema::avro("\"int\""), false).unwrap().id, 3);
    assert!(store.take_changes().is_empty());
}
