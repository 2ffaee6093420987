//! Levels, the other settings, modes: where they hold, and what they do.

use serde_json::{Value, json};
use topika_registry::api::{Config, ConfigUpdate, ErrorCode, Mode, NewSchema};
use topika_registry::store::{Change, Deleted, Listed, Page, Store, SubjectConfig, VersionSpec};

use super::{code, id_field, level, with_default};

fn update(value: Value) -> ConfigUpdate {
    serde_json::from_value(value).unwrap()
}

fn import(id: i32, version: i32) -> NewSchema {
    NewSchema { id: Some(id), version: Some(version), ..id_field() }
}

#[test]
fn levels_are_set_asked_for_and_reset() {
    let mut store = Store::new();
    let name = |config: Config| config.compatibility_level.unwrap();
    assert_eq!(name(store.config(SubjectConfig::Global).unwrap()), "BACKWARD");
    store.set_config(None, &level("full_transitive")).unwrap();
    store.set_config(Some("s"), &level("NONE")).unwrap();
    assert_eq!(name(store.config(SubjectConfig::OrGlobal("t")).unwrap()), "FULL_TRANSITIVE");
    assert_eq!(name(store.config(SubjectConfig::OrGlobal("s")).unwrap()), "NONE");
    let error = store.config(SubjectConfig::Own("t")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NoSubjectConfig);
    assert_eq!(error.message(), "Subject 't' does not have subject-level compatibility configured");
    assert_eq!(name(store.delete_config(Some("s")).unwrap()), "NONE");
    assert_eq!(code(store.delete_config(Some("s"))), ErrorCode::SubjectNotFound);
    assert_eq!(name(store.delete_config(None).unwrap()), "FULL_TRANSITIVE");
    assert_eq!(name(store.config(SubjectConfig::Global).unwrap()), "BACKWARD");
    let error = store.set_config(None, &level("SOMETIMES")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidLevel);
    assert!(error.message().starts_with("Invalid compatibility level. Valid values are none, backward,"), "{error}");
    // The default context's settings are the registry's.
    store.set_config(Some(":.:"), &level("FULL")).unwrap();
    assert_eq!(name(store.config(SubjectConfig::Global).unwrap()), "FULL");
}

#[test]
fn every_setting_is_kept_and_a_null_takes_one_back() {
    let mut store = Store::new();
    let all = json!({
        "compatibility": "FULL", "alias": "t", "normalize": true, "validateFields": true, "compatibilityPolicy": "lenient",
        "compatibilityGroup": "major", "defaultMetadata": {"properties": {"a": "1"}}, "somethingNew": [1],
        "overrideRuleSet": {"domainRules": [{"name": "r", "type": "CEL"}]},
    });
    let said = store.set_config(Some("s"), &update(all)).unwrap();
    assert_eq!(said, store.config(SubjectConfig::Own("s")).unwrap());
    assert_eq!(said.compatibility_policy.as_deref(), Some("LENIENT"));
    assert_eq!(said.others["somethingNew"], json!([1]));
    let mut less = ConfigUpdate::default();
    for name in ["alias", "compatibility", "defaultMetadata", "somethingNew"] {
        less.others.insert(name.to_owned(), Value::Null);
    }
    let left = store.set_config(Some("s"), &less).unwrap();
    assert_eq!((left.alias, left.compatibility_level, left.default_metadata), (None, None, None));
    assert!(left.others.is_empty() && left.normalize == Some(true));
    // What a subject does not say holds from above.
    assert_eq!(store.config(SubjectConfig::OrGlobal("s")).unwrap().compatibility_level.as_deref(), Some("BACKWARD"));
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let mut store = Store::new();
    for (said, expected) in [
        (json!({"compatibilityPolicy": "SOFT"}), ErrorCode::InvalidLevel),
        (json!({"defaultRuleSet": {"domainRules": [{"name": "r"}]}}), ErrorCode::InvalidRuleSet),
        (json!({"overrideMetadata": {"properties": []}}), ErrorCode::BadRequest),
    ] {
        assert_eq!(code(store.set_config(Some("s"), &update(said.clone()))), expected, "{said}");
    }
    assert_eq!(code(store.set_config(Some("a\nb"), &level("FULL"))), ErrorCode::InvalidSubject);
    store.set_mode(Some("s"), "READONLY", false).unwrap();
    assert_eq!(code(store.set_config(Some("s"), &level("FULL"))), ErrorCode::NotPermitted);
    assert_eq!(code(store.config(SubjectConfig::Own("s"))), ErrorCode::NoSubjectConfig);
}

#[test]
fn a_subject_inherits_from_its_context_and_that_from_every_context() {
    let mut store = Store::new();
    store
        .set_config(Some(":.__GLOBAL:"), &update(json!({"compatibility": "FORWARD", "compatibilityGroup": "g"})))
        .unwrap();
    store.set_config(Some(":.a:"), &level("FULL")).unwrap();
    store.set_config(None, &level("NONE")).unwrap();
    let inherited = |store: &Store, subject: &str| {
        let config = store.config(SubjectConfig::OrGlobal(subject)).unwrap();
        (config.compatibility_level.unwrap(), config.compatibility_group)
    };
    let group = Some("g".to_owned());
    assert_eq!(inherited(&store, ":.a:s"), ("FULL".to_owned(), group.clone()));
    assert_eq!(inherited(&store, ":.b:s"), ("FORWARD".to_owned(), group.clone()));
    assert_eq!(inherited(&store, "s"), ("NONE".to_owned(), group.clone()));
    store.set_config(Some(":.a:s"), &level("BACKWARD")).unwrap();
    assert_eq!(inherited(&store, ":.a:s"), ("BACKWARD".to_owned(), group));
}

#[test]
fn an_alias_names_the_subject_that_is_meant() {
    let mut store = Store::new();
    assert_eq!(store.alias("short"), None);
    store.set_config(Some("short"), &update(json!({"alias": "long"}))).unwrap();
    store.set_config(Some(":.a:short"), &update(json!({"alias": "long"}))).unwrap();
    assert_eq!(store.alias("short").as_deref(), Some("long"));
    assert_eq!(store.alias(":.a:short").as_deref(), Some(":.a:long"));
    for subject in ["long", "other"] {
        store.register(subject, &id_field(), false).unwrap();
    }
    let listed = |prefix, aliases| {
        let listed = store.schemas(&Listed { prefix, aliases, ..Listed::default() }, Page::default());
        listed.into_iter().map(|version| (version.subject, version.aliases)).collect::<Vec<_>>()
    };
    let long =
        |aliases: &[&str]| ("long".to_owned(), aliases.iter().map(|alias| alias.to_string()).collect::<Vec<_>>());
    assert_eq!(listed("", true), [long(&["short"]), ("other".into(), vec![])]);
    assert_eq!(listed("", false), [long(&[]), ("other".into(), vec![])]);
    // It is listed under any of its names.
    assert_eq!(listed("sh", true), [long(&["short"])]);
    assert!(listed("sh", false).is_empty());
}

#[test]
fn modes_forbid_writing() {
    let mut store = Store::new();
    let first = store.register("s", &id_field(), false).unwrap();
    store.set_mode(Some("s"), "readonly", false).unwrap();
    let error = store.register("s", &with_default(), false).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotPermitted);
    assert_eq!(error.message(), "Subject s in context  is in read-only mode");
    assert_eq!(code(store.delete_subject("s", false)), ErrorCode::NotPermitted);
    assert_eq!(code(store.delete_version("s", VersionSpec::Latest, false)), ErrorCode::NotPermitted);
    // Registering what is there is reading.
    assert_eq!(store.register("s", &id_field(), false).unwrap(), first);
    store.register("t", &id_field(), false).unwrap();
    store.set_mode(None, "READONLY_OVERRIDE", false).unwrap();
    store.set_mode(Some("s"), "READWRITE", false).unwrap();
    assert_eq!(code(store.register("s", &with_default(), false)), ErrorCode::NotPermitted);
    assert_eq!(store.delete_mode(None, false).unwrap(), Some(Mode::ReadonlyOverride));
    store.register("s", &with_default(), false).unwrap();
    assert_eq!(store.delete_mode(Some("s"), false).unwrap(), Some(Mode::Readwrite));
    assert_eq!(code(store.delete_mode(Some("s"), false)), ErrorCode::SubjectNotFound);
    assert_eq!(store.mode(SubjectConfig::OrGlobal("s")).unwrap(), Mode::Readwrite);
    assert_eq!(code(store.mode(SubjectConfig::Own("s"))), ErrorCode::NoSubjectMode);
    assert_eq!(code(store.set_mode(None, "OPEN", false)), ErrorCode::InvalidMode);
}

#[test]
fn a_context_has_a_mode_and_gives_it_back_with_those_of_its_subjects() {
    let mut store = Store::new();
    store.set_mode(Some(":.a:"), "READONLY", false).unwrap();
    store.set_mode(Some(":.a:s"), "READWRITE", false).unwrap();
    assert_eq!(store.effective_mode(":.a:t"), Mode::Readonly);
    assert_eq!(store.effective_mode("t"), Mode::Readwrite);
    assert_eq!(code(store.register(":.a:t", &id_field(), false)), ErrorCode::NotPermitted);
    store.register(":.a:s", &id_field(), false).unwrap();
    store.delete_mode(Some(":.a:"), true).unwrap();
    assert_eq!(code(store.mode(SubjectConfig::Own(":.a:s"))), ErrorCode::NoSubjectMode);
    store.set_mode(Some(":.__GLOBAL:"), "READONLY", false).unwrap();
    assert_eq!(store.effective_mode(":.a:t"), Mode::Readonly);
}

#[test]
fn an_overriding_mode_is_answered_in_place_of_a_subjects_own() {
    let mut store = Store::new();
    store.set_mode(Some("s"), "READWRITE", false).unwrap();
    store.set_mode(None, "READONLY_OVERRIDE", false).unwrap();
    for subject in ["s", "t"] {
        assert_eq!(store.mode(SubjectConfig::Own(subject)).unwrap(), Mode::ReadonlyOverride);
    }
    assert_eq!(code(store.mode(SubjectConfig::Own(":.a:s"))), ErrorCode::NoSubjectMode);
    store.set_mode(None, "READONLY", false).unwrap();
    assert_eq!(store.mode(SubjectConfig::Own("s")).unwrap(), Mode::Readwrite);
    assert_eq!(code(store.mode(SubjectConfig::Own("t"))), ErrorCode::NoSubjectMode);
}

#[test]
fn only_every_context_together_forwards() {
    let mut store = Store::new();
    for subject in [None, Some("s"), Some(":.:"), Some(":.a:")] {
        let error = store.set_mode(subject, "FORWARD", false).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidMode, "{subject:?}");
        assert_eq!(error.message(), "Forward mode only supported on global level");
    }
    store.set_mode(Some(":.__GLOBAL"), "FORWARD", false).unwrap();
    assert_eq!(store.mode(SubjectConfig::Own(":.__GLOBAL:")).unwrap(), Mode::Forward);
}

#[test]
fn a_mode_is_cleared_where_there_is_one_and_where_there_is_none() {
    let mut store = Store::new();
    store.set_mode(None, "READONLY", false).unwrap();
    store.set_mode(Some("s"), "READONLY", false).unwrap();
    for subject in [None, Some("s"), Some("s")] {
        store.clear_mode(subject).unwrap();
    }
    assert_eq!(store.mode(SubjectConfig::Global).unwrap(), Mode::Readwrite);
    assert_eq!(code(store.mode(SubjectConfig::Own("s"))), ErrorCode::NoSubjectMode);
    assert_eq!(code(store.clear_mode(Some("a\nb"))), ErrorCode::InvalidSubject);
}

#[test]
fn the_modes_of_a_contexts_subjects_go_with_it_also_where_it_has_none() {
    let mut store = Store::new();
    for subject in [":.a:s", ":.a:t", ":.b:s"] {
        store.set_mode(Some(subject), "READONLY", false).unwrap();
    }
    assert_eq!(code(store.delete_mode(Some(":.a:"), false)), ErrorCode::SubjectNotFound);
    assert_eq!(store.delete_mode(Some(":.a:"), true).unwrap(), None);
    for subject in [":.a:s", ":.a:t"] {
        assert_eq!(code(store.mode(SubjectConfig::Own(subject))), ErrorCode::NoSubjectMode);
    }
    assert_eq!(store.mode(SubjectConfig::Own(":.b:s")).unwrap(), Mode::Readonly);
}

#[test]
fn import_keeps_given_ids_and_versions() {
    let mut store = Store::new();
    let error = store.register("s", &import(70, 5), false).unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (ErrorCode::NotPermitted, "Subject s in context  is not in import mode")
    );
    store.set_mode(Some("s"), "IMPORT", false).unwrap();
    let error = store.register("s", &id_field(), false).unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (ErrorCode::NotPermitted, "Subject s in context  is not in read-write mode")
    );
    let registered = store.register("s", &import(70, 5), false).unwrap();
    assert_eq!((registered.id, registered.version), (70, Some(5)));
    assert_eq!(store.register("s", &import(70, 5), false).unwrap(), registered);
    // An id means one schema.
    let other = NewSchema { id: Some(70), version: Some(6), ..with_default() };
    let error = store.register("s", &other, false).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotPermitted);
    assert_eq!(error.message(), "Overwrite new schema with id 70 in context  is not permitted.");
    // Levels do not count, older versions may come later, and the next id is behind the largest.
    let breaking = NewSchema::avro(r#"{"type": "record", "name": "a.R", "fields": [{"name": "id", "type": "int"}]}"#);
    store.register("s", &NewSchema { id: Some(9), version: Some(2), ..breaking }, false).unwrap();
    assert_eq!(store.versions("s", Deleted::Hidden).unwrap(), [2, 5]);
    assert_eq!(store.register("t", &with_default(), false).unwrap().id, 71);
}

#[test]
fn no_id_and_no_version_is_given_that_nobody_could_ask_for() {
    let mut store = Store::new();
    store.set_mode(Some("imported"), "IMPORT", false).unwrap();
    store.register("imported", &import(i32::MAX, i32::MAX), false).unwrap();
    store.set_mode(Some("imported"), "READWRITE", false).unwrap();
    store.note_changes();
    let error = store.register("s", &with_default(), false).unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (
            ErrorCode::Store,
            "Error while registering the schema: the default context has no id left behind 2147483647; register it in \
             another context, each has ids of its own"
        )
    );
    let error = store.register("imported", &with_default(), false).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Store);
    assert!(error.message().contains("subject imported has no version left behind 2147483647"), "{error}");
    assert_eq!(store.take_changes(), []);
    // What has an id needs none, and another context has ids of its own.
    assert_eq!(store.register("s", &id_field(), false).unwrap().id, u32::try_from(i32::MAX).unwrap());
    assert_eq!(store.register(":.a:s", &with_default(), false).unwrap().id, 1);
}

#[test]
fn what_was_written_with_ids_beyond_the_largest_is_still_there() {
    let mut store = Store::new();
    let registered = store.register("s", &id_field(), false).unwrap();
    let mut old = Store::new();
    for change in store.snapshot() {
        old.apply(match change {
            Change::Version { subject, version, ts, deleted, schema, .. } => {
                Change::Version { subject, version, id: 2_147_483_650, ts, deleted, schema }
            }
            other => other,
        });
    }
    let found = old.version("s", VersionSpec::Latest, false).unwrap();
    assert_eq!((found.id, Some(found.schema)), (2_147_483_650, registered.schema));
    assert_eq!(code(old.register("t", &with_default(), false)), ErrorCode::Store);
}

#[test]
fn import_asks_for_an_empty_place_and_clears_what_is_deleted() {
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    let error = store.set_mode(None, "IMPORT", false).unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (ErrorCode::NotPermitted, "Cannot import since found existing subjects")
    );
    store.set_mode(Some("other"), "IMPORT", false).unwrap();
    store.delete_subject("s", false).unwrap();
    store.set_mode(None, "IMPORT", false).unwrap();
    assert_eq!(store.subjects("", Deleted::Shown), [""; 0]);
    let mut store = Store::new();
    store.register("s", &id_field(), false).unwrap();
    store.set_mode(None, "IMPORT", true).unwrap();
    assert_eq!(store.subjects("", Deleted::Hidden), ["s"]);
}

#[test]
fn a_version_may_be_said_where_it_is_the_next_one() {
    let mut store = Store::new();
    let first = NewSchema { version: Some(2), ..id_field() };
    let error = store.register("s", &first, false).unwrap_err();
    assert_eq!(error.message(), "Version is not one more than previous version");
    let registered = store.register("s", &NewSchema { version: Some(1), ..first }, false).unwrap();
    assert_eq!(registered.version, Some(1));
    // Who asks for a version gets its number into the metadata, and finds the schema with and without it.
    assert_eq!(registered.metadata, Some(json!({"properties": {"confluent:version": "1"}})));
    assert_eq!(store.register("s", &id_field(), false).unwrap(), registered);
}
