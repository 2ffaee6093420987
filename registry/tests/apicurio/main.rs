//! The client against Apicurio's registry, which speaks the same protocol in a manner of its own.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

mod server;

use serde_json::json;
use topika_contract::compat::Level;
use topika_registry::api::{ErrorCode, Guid, Mode, NewSchema, Reference, SchemaType};
use topika_registry::client::{Client, Deleted, ErrorKind, IdQuery, SubjectQuery, VersionQuery};

/// A client of the registry that all tests share: each has subjects of its own.
fn client(test: &str) -> Option<Client> {
    let url = server::url(test)?;
    Some(Client::builder().url(url).retries(0).build().unwrap())
}

fn record(name: &str, fields: &[&str]) -> NewSchema {
    let fields: Vec<_> = fields.iter().map(|name| json!({"name": name, "type": "string", "default": ""})).collect();
    NewSchema::avro(json!({"type": "record", "name": name, "fields": fields}).to_string())
}

/// Says no to whatever version there is.
fn needs(name: &str, field: &str) -> NewSchema {
    NewSchema::avro(json!({"type": "record", "name": name, "fields": [{"name": field, "type": "string"}]}).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_with_references_is_registered_looked_up_and_read_by_its_id() {
    let Some(client) = client("a_schema_with_references_is_registered_looked_up_and_read_by_its_id") else { return };
    let id = r#"{"type":"fixed","name":"Id","namespace":"read","size":16}"#;
    let order = r#"{"type":"record","name":"Order","namespace":"read","fields":[{"name":"id","type":"read.Id"}]}"#;
    client.register("read.Id", &NewSchema::avro(id)).await.unwrap();
    let schema = NewSchema::avro(order).reference("read.Id", "read.Id", 1);
    let registered = client.register("read-value", &schema).await.unwrap();
    assert_eq!(client.register("read-value", &schema).await.unwrap().id, registered.id);
    let reference = Reference { name: "read.Id".into(), subject: "read.Id".into(), version: 1 };

    let found = client.lookup("read-value", &schema).await.unwrap();
    assert_eq!((found.id, found.version, found.references.as_slice()), (registered.id, 1, &[reference.clone()][..]));
    let by_id = client.schema(registered.id).await.unwrap();
    assert_eq!((by_id.schema.as_str(), by_id.references.as_slice()), (order, &[reference][..]));
    assert_eq!(client.schema_text(registered.id, &IdQuery::default()).await.unwrap(), order);
    assert_eq!(client.version_text("read-value", 1).await.unwrap(), order);
    assert_eq!(client.version("read-value", 1).await.unwrap().id, registered.id);
    assert_eq!(client.latest("read-value").await.unwrap().version, 1);
    let of_id = client.versions_of_id(registered.id).await.unwrap();
    assert_eq!((of_id[0].subject.as_str(), of_id[0].version), ("read-value", 1));
    assert_eq!(client.referenced_by("read.Id", 1).await.unwrap(), [registered.id]);
    let all = client.referenced(&found.references).await.unwrap();
    assert_eq!((all[0].name.as_str(), all[0].version.schema.as_str()), ("read.Id", id));
}

#[tokio::test(flavor = "multi_thread")]
async fn json_schemas_and_protobuf_keep_their_type_and_their_text() {
    let Some(client) = client("json_schemas_and_protobuf_keep_their_type_and_their_text") else { return };
    let station = r#"{"$schema":"http://json-schema.org/draft-07/schema#","type":"string"}"#;
    let ticket = r#"{"title":"Ticket","type":"object","properties":{"at":{"$ref":"../types/kept.schema.json"}}}"#;
    client.register("types/kept.schema.json", &NewSchema::json(station)).await.unwrap();
    let ticket = NewSchema::json(ticket).reference("../types/kept.schema.json", "types/kept.schema.json", 1);
    client.register("kept.ticket-value", &ticket).await.unwrap();
    let kept = client.latest("kept.ticket-value").await.unwrap();
    assert_eq!(
        (kept.schema_type.clone(), kept.references[0].name.as_str()),
        (SchemaType::Json, "../types/kept.schema.json")
    );

    let money = "syntax = \"proto3\";\npackage kept;\nmessage Money { int64 cents = 1; }\n";
    let paid = "syntax = \"proto3\";\nimport \"kept/money.proto\";\nmessage Paid { kept.Money money = 1; }\n";
    client.register("kept/money.proto", &NewSchema::new(SchemaType::Protobuf, money)).await.unwrap();
    let paid = NewSchema::new(SchemaType::Protobuf, paid).reference("kept/money.proto", "kept/money.proto", 1);
    let registered = client.register("kept.paid-value", &paid).await.unwrap();
    assert_eq!(client.lookup("kept.paid-value", &paid).await.unwrap().id, registered.id);
    let kept = client.schema(registered.id).await.unwrap();
    assert_eq!((kept.schema_type.clone(), &kept.schema), (SchemaType::Protobuf, &paid.schema));
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_and_subjects_are_listed_and_deleted_softly_and_for_good() {
    let Some(client) = client("versions_and_subjects_are_listed_and_deleted_softly_and_for_good") else { return };
    for fields in [&["x"][..], &["x", "y"]] {
        client.register("gone-value", &record("Gone", fields)).await.unwrap();
    }
    client.register("gone.Id", &NewSchema::avro(r#"{"type":"fixed","name":"gone.Id","size":1}"#)).await.unwrap();
    let holds = NewSchema::avro(r#"{"type":"record","name":"Holds","fields":[{"name":"id","type":"gone.Id"}]}"#);
    client.register("gone.holds-value", &holds.reference("gone.Id", "gone.Id", 1)).await.unwrap();
    assert_eq!(client.versions("gone-value").await.unwrap(), [1, 2]);
    let error = client.delete_version("gone.Id", 1, false).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::ReferenceExists), "{error}");

    assert_eq!(client.delete_version("gone-value", 1, false).await.unwrap(), 1);
    assert_eq!(client.versions("gone-value").await.unwrap(), [2]);
    assert_eq!(client.lookup("gone-value", &record("Gone", &["x"])).await.unwrap_err().kind(), ErrorKind::NotFound);
    let with = VersionQuery { deleted: Deleted::With, ..VersionQuery::default() };
    assert_eq!(client.versions_where("gone-value", &with).await.unwrap(), [1, 2]);
    assert_eq!(client.delete_subject("gone-value", false).await.unwrap(), [2]);
    assert!(!client.subjects().await.unwrap().contains(&"gone-value".to_owned()));
    let with = SubjectQuery { deleted: Deleted::With, ..SubjectQuery::default() };
    assert!(client.subjects_where(&with).await.unwrap().contains(&"gone-value".to_owned()));
    let error = client.delete_subject("gone-value", false).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some(ErrorCode::SubjectSoftDeleted)));
    client.delete_subject("gone-value", true).await.unwrap();
    assert_eq!(client.latest("gone-value").await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_are_set_read_and_taken_back_and_what_breaks_one_is_refused_with_the_reason() {
    let test = "levels_are_set_read_and_taken_back_and_what_breaks_one_is_refused_with_the_reason";
    let Some(client) = client(test) else { return };
    let old = record("Level", &["x"]);
    client.register("level-value", &old).await.unwrap();
    assert_eq!(client.level(Some("level-value")).await.unwrap(), Level::None, "as the registry itself");
    for level in [Level::Full, Level::ForwardTransitive, Level::Backward] {
        client.set_level(Some("level-value"), level).await.unwrap();
        assert_eq!(client.level(Some("level-value")).await.unwrap(), level);
    }
    let new = needs("Level", "y");
    for verdict in [
        client.check("level-value", &new).await.unwrap(),
        client.check_version("level-value", 1, &new).await.unwrap(),
        client.check_latest("level-value", &new).await.unwrap(),
    ] {
        assert!(!verdict.is_compatible, "{verdict:?}");
    }
    assert!(client.check_latest("level-value", &record("Level", &["x", "y"])).await.unwrap().is_compatible);
    let error = client.register("level-value", &new).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Incompatible, Some(ErrorCode::Incompatible)), "{error}");
    assert!(!error.is_retriable());
    client.delete_config(Some("level-value")).await.unwrap();
    assert_eq!(client.level(Some("level-value")).await.unwrap(), Level::None);
    client.register("level-value", &new).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_no_schema_is_an_error_of_that_kind() {
    let Some(client) = client("what_is_not_there_or_no_schema_is_an_error_of_that_kind") else { return };
    client.register("errors-value", &record("Errors", &[])).await.unwrap();
    let missing = [
        (client.latest("nobody-value").await.unwrap_err(), ErrorCode::SubjectNotFound),
        (client.versions("nobody-value").await.unwrap_err(), ErrorCode::SubjectNotFound),
        (client.version("errors-value", 7).await.unwrap_err(), ErrorCode::VersionNotFound),
        (client.schema(4_000_000).await.unwrap_err(), ErrorCode::SchemaNotFound),
        (client.lookup("errors-value", &record("Errors", &["z"])).await.unwrap_err(), ErrorCode::SchemaNotFound),
    ];
    for (error, code) in missing {
        assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some(code)), "{error}");
    }
    let bad = client.register("errors-value", &NewSchema::avro(r#"{"type":"nonsense"}"#)).await.unwrap_err();
    assert_eq!((bad.kind(), bad.code()), (ErrorKind::InvalidSchema, Some(ErrorCode::InvalidSchema)), "{bad}");
    let unknown = record("Errors", &[]).reference("a.B", "a.B", 1);
    let error = client.register("errors-value", &unknown).await.unwrap_err();
    assert!(!error.is_retriable(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_this_registry_does_not_have_is_said_and_never_guessed() {
    let Some(client) = client("what_this_registry_does_not_have_is_said_and_never_guessed") else { return };
    let registered = client.register("lacks-value", &record("Lacks", &[])).await.unwrap();
    assert!(client.schema_types().await.unwrap().contains(&"PROTOBUF".to_owned()));
    assert_eq!(client.contexts().await.unwrap(), [":.:"]);
    // It knows no modes, and answers 204 to whoever asks for one or sets one.
    assert_eq!(client.mode(Some("lacks-value")).await.unwrap(), Mode::Readwrite);
    assert_eq!(client.set_mode(Some("lacks-value"), Mode::Import).await.unwrap_err().kind(), ErrorKind::Protocol);
    assert!(client.associations_of_topic("-", "lacks").await.unwrap().is_empty());
    assert_eq!(registered.guid, None);
    let error = client.schema_by_guid(Guid([7; 16])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    // Routes that it does not have are no answer to what was asked: nothing is "not there" because of them.
    for error in [
        client.cluster_id().await.unwrap_err(),
        client.server_version().await.unwrap_err(),
        client.subjects_of_id(registered.id, Deleted::Without).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert!(error.to_string().contains("has no route"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_ids_are_few_requests_and_a_new_schema_is_found_behind_them() {
    let Some(client) = client("made_up_ids_are_few_requests_and_a_new_schema_is_found_behind_them") else { return };
    for id in 3_000_000..3_000_100 {
        assert_eq!(client.schema(id).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
    let id = client.register("behind-value", &record("Behind", &[])).await.unwrap().id;
    assert!(client.schema(id).await.unwrap().schema.contains("Behind"));
}
