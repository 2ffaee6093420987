//! The client's calls against the server of this crate: what one of them sends, the other understands.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

use serde_json::json;
use topika_contract::compat::Level;
use topika_registry::api::{Config, ConfigUpdate, ErrorCode, Guid, Mode, NewSchema};
use topika_registry::bundle::Bundle;
use topika_registry::client::{
    Client, ClientBuilder, Deleted, ErrorKind, IdQuery, SchemaQuery, SubjectQuery, VersionQuery,
};
use topika_registry::server::Server;

async fn start() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = at(&server).build().unwrap();
    (server, client)
}

fn at(server: &Server) -> ClientBuilder {
    Client::builder().url(server.url())
}

fn record(name: &str, fields: &[&str]) -> NewSchema {
    let fields: Vec<_> = fields.iter().map(|name| json!({"name": name, "type": "string", "default": ""})).collect();
    NewSchema::avro(json!({"type": "record", "name": name, "fields": fields}).to_string())
}

#[tokio::test]
async fn lists_come_in_pages_and_with_what_is_deleted() {
    let (_server, client) = start().await;
    for subject in ["a1", "a2", "a3", "b1"] {
        client.register(subject, &record("R", &["x"])).await.unwrap();
        client.register(subject, &record("R", &["x", "y"])).await.unwrap();
    }
    client.delete_subject("a2", false).await.unwrap();
    client.delete_version("a1", 1, false).await.unwrap();
    let subjects = async |deleted, offset, limit| {
        client.subjects_where(&SubjectQuery { prefix: "a".into(), deleted, offset, limit }).await.unwrap()
    };
    assert_eq!(subjects(Deleted::Without, 0, None).await, ["a1", "a3"]);
    assert_eq!(subjects(Deleted::With, 0, None).await, ["a1", "a2", "a3"]);
    assert_eq!(subjects(Deleted::Only, 0, None).await, ["a2"]);
    assert_eq!(subjects(Deleted::With, 1, Some(1)).await, ["a2"]);
    let versions = async |deleted| {
        client.versions_where("a1", &VersionQuery { deleted, ..VersionQuery::default() }).await.unwrap()
    };
    assert_eq!((versions(Deleted::Without).await, versions(Deleted::With).await), (vec![2], vec![1, 2]));
    assert_eq!(versions(Deleted::Only).await, [1]);
    let query = SchemaQuery { prefix: "a".into(), latest_only: true, ..SchemaQuery::default() };
    let latest = client.schemas(&query).await.unwrap();
    assert_eq!(latest.iter().map(|v| (v.subject.as_str(), v.version)).collect::<Vec<_>>(), [("a1", 2), ("a3", 2)]);
    let all = client.schemas(&SchemaQuery { deleted: true, limit: Some(3), ..SchemaQuery::default() }).await.unwrap();
    assert_eq!(all.len(), 3);
    let error = client.lookup("a1", &record("R", &["x"])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(client.lookup_deleted("a1", &record("R", &["x"])).await.unwrap().version, 1);
    let error = client.delete_subject("a2", false).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some(ErrorCode::SubjectSoftDeleted)));
    assert_eq!(client.delete_subject("a2", true).await.unwrap(), [1, 2]);
}

#[tokio::test]
async fn a_schema_is_found_by_its_id_its_guid_and_what_it_says_of_itself() {
    let (_server, client) = start().await;
    client.register("id", &NewSchema::avro(r#"{"type":"fixed","name":"Id","size":16}"#)).await.unwrap();
    let mut order = NewSchema::avro(r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"Id"}]}"#);
    order = order.reference("Id", "id", 1);
    order.metadata = Some(json!({"properties": {"major": "1"}}));
    let registered = client.register("orders", &order).await.unwrap();
    let guid = Guid::parse(&registered.guid.unwrap()).unwrap();
    assert_eq!(client.ids_of_guid(guid).await.unwrap()[0].id, registered.id);
    assert_eq!(client.subjects_of_id(registered.id, Deleted::Without).await.unwrap(), ["orders"]);
    assert_eq!(client.referenced_by("id", 1).await.unwrap(), [registered.id]);
    assert_eq!(client.latest_with_metadata("orders", &[("major", "1")]).await.unwrap().version, 1);
    let missing = client.latest_with_metadata("orders", &[("major", "2")]).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    let query = IdQuery { format: Some("resolved".into()), fetch_max_id: true, ..IdQuery::default() };
    let whole = client.schema_with(registered.id, &query).await.unwrap();
    assert!(whole.schema.contains("\"size\":16"), "{whole:?}");
    assert_eq!(whole.max_id, Some(registered.id));
    let bare = client.schema_text(registered.id, &IdQuery::default()).await.unwrap();
    assert_eq!(client.version_text("orders", 1).await.unwrap(), bare);
    assert_eq!(client.schema(registered.id).await.unwrap().schema, bare);
}

#[tokio::test]
async fn a_reference_is_read_in_the_context_of_the_text_that_holds_it() {
    let (_server, client) = start().await;
    let fixed = |size: u32| NewSchema::avro(format!(r#"{{"type":"fixed","name":"Cur","size":{size}}}"#));
    client.register("cur", &fixed(1)).await.unwrap();
    client.register(":.shared:cur", &fixed(2)).await.unwrap();
    let money = NewSchema::avro(r#"{"type":"record","name":"Money","fields":[{"name":"cur","type":"Cur"}]}"#);
    client.register(":.shared:money", &money.reference("Cur", "cur", 1)).await.unwrap();
    let order = NewSchema::avro(r#"{"type":"array","items":"Money"}"#).reference("Money", ":.shared:money", 1);
    let id = client.register("order", &order).await.unwrap().id;
    let schema = client.schema(id).await.unwrap();
    let texts = client.referenced(&schema.references).await.unwrap();
    assert_eq!(texts.iter().map(|text| text.name.as_str()).collect::<Vec<_>>(), ["Cur", "Money"]);
    assert!(texts[0].version.schema.contains("\"size\":2"), "{}", texts[0].version.schema);
    let money = client.latest(":.shared:money").await.unwrap();
    assert!(client.referenced_of(&money).await.unwrap()[0].version.schema.contains("\"size\":2"));
}

#[tokio::test]
async fn contexts_have_ids_subjects_and_settings_of_their_own() {
    let (server, client) = start().await;
    let staging = at(&server).context("staging").build().unwrap();
    client.register("s", &record("A", &[])).await.unwrap();
    let there = staging.register("s", &record("B", &[])).await.unwrap();
    assert_eq!(there.id, 1, "ids are counted by context");
    assert!(client.schema(1).await.unwrap().schema.contains("\"A\""));
    assert!(staging.schema(1).await.unwrap().schema.contains("\"B\""));
    assert_eq!(staging.subjects().await.unwrap(), ["s"]);
    assert_eq!(staging.latest("s").await.unwrap().subject, "s");
    assert_eq!(client.latest(":.staging:s").await.unwrap().subject, ":.staging:s");
    assert_eq!(staging.versions_of_id(1).await.unwrap()[0].subject, "s");
    assert_eq!(staging.subjects_of_id(1, Deleted::Without).await.unwrap(), ["s"]);
    assert_eq!(client.contexts().await.unwrap(), [".", ".staging"]);

    let item = staging.register("item", &NewSchema::avro(r#"{"type":"fixed","name":"Item","size":1}"#)).await.unwrap();
    let cart = NewSchema::avro(r#"{"type":"array","items":"Item"}"#).reference("Item", "item", 1);
    staging.register("cart", &cart).await.unwrap();
    let cart = staging.latest("cart").await.unwrap();
    assert_eq!(staging.referenced(&cart.references).await.unwrap()[0].version.id, item.id);

    let full = ConfigUpdate { compatibility: Some("FULL".into()), ..ConfigUpdate::default() };
    staging.set_config(None, &full).await.unwrap();
    assert_eq!(staging.config(None).await.unwrap().compatibility_level.as_deref(), Some("FULL"));
    assert_eq!(client.config(None).await.unwrap().compatibility_level.as_deref(), Some("BACKWARD"));
    for subject in ["cart", "item", "s"] {
        staging.delete_subject(subject, false).await.unwrap();
        staging.delete_subject(subject, true).await.unwrap();
    }
    client.delete_context(".staging").await.unwrap();
    assert_eq!(client.contexts().await.unwrap(), ["."]);
}

#[tokio::test]
async fn a_level_that_is_not_set_is_the_default_one_also_beside_other_settings() {
    let (server, client) = start().await;
    let staging = at(&server).context("staging").build().unwrap();
    assert_eq!(staging.level(None).await.unwrap(), Level::Backward, "the context has no settings");
    let normal = ConfigUpdate { normalize: Some(true), ..ConfigUpdate::default() };
    for client in [&client, &staging] {
        client.set_config(None, &normal).await.unwrap();
        assert_eq!(client.level(None).await.unwrap(), Level::Backward);
        client.set_level(None, Level::Full).await.unwrap();
        assert_eq!(client.level(None).await.unwrap(), Level::Full);
    }
}

#[tokio::test]
async fn settings_and_modes_are_set_read_and_taken_back_with_all_that_they_hold() {
    let (_server, client) = start().await;
    let update = ConfigUpdate {
        compatibility: Some("FULL_TRANSITIVE".into()),
        normalize: Some(true),
        compatibility_group: Some("major".into()),
        default_metadata: Some(json!({"properties": {"owner": "orders"}})),
        override_metadata: Some(json!({"properties": {"team": "shop"}})),
        ..ConfigUpdate::default()
    };
    assert_eq!(client.set_config(Some("s"), &update).await.unwrap(), update);
    let kept: Config = client.config(Some("s")).await.unwrap();
    assert_eq!(ConfigUpdate { others: update.others.clone(), ..kept.into() }, update);
    assert_eq!(client.config(Some("other")).await.unwrap_err().code(), Some(ErrorCode::NoSubjectConfig));
    let effective = client.effective_config("other").await.unwrap();
    assert_eq!(effective.compatibility_level.as_deref(), Some("BACKWARD"));
    client.delete_config(Some("s")).await.unwrap();
    assert_eq!(client.config(Some("s")).await.unwrap_err().kind(), ErrorKind::NotFound);

    client.register("s", &record("R", &[])).await.unwrap();
    assert!(client.set_mode(Some("s"), Mode::Import).await.is_err(), "there is a schema already");
    client.force_mode(Some("s"), Mode::Import).await.unwrap();
    assert_eq!(client.own_mode(Some("s")).await.unwrap(), Mode::Import);
    assert_eq!(client.delete_mode(Some("s"), false).await.unwrap(), Some(Mode::Import));
    assert_eq!(client.own_mode(Some("s")).await.unwrap_err().code(), Some(ErrorCode::NoSubjectMode));
    assert_eq!(client.mode(Some("s")).await.unwrap(), Mode::Readwrite);
}

#[tokio::test]
async fn a_registry_says_who_it_is_and_what_would_break() {
    let (_server, client) = start().await;
    assert!(client.schema_types().await.unwrap().contains(&"AVRO".to_owned()));
    assert!(client.cluster_id().await.unwrap().registry().is_some());
    assert!(!client.server_version().await.unwrap().version.is_empty());
    assert!(client.associations_of_topic("-", "orders").await.unwrap().is_empty());
    client.register("s", &record("R", &[])).await.unwrap();
    let needs = NewSchema::avro(r#"{"type":"record","name":"R","fields":[{"name":"x","type":"string"}]}"#);
    for verdict in [
        client.check("s", &needs).await.unwrap(),
        client.check_version("s", 1, &needs).await.unwrap(),
        client.check_latest("s", &needs).await.unwrap(),
    ] {
        assert!(
            !verdict.is_compatible && verdict.messages[0].contains("READER_FIELD_MISSING_DEFAULT_VALUE"),
            "{verdict:?}"
        );
    }
}

#[tokio::test]
async fn made_up_ids_are_few_requests_to_this_registry_and_new_ones_are_found() {
    let (server, client) = start().await;
    let first = client.register("s", &record("A", &[])).await.unwrap();
    client.schema(first.id).await.unwrap();
    for id in 1_000_000..1_010_000 {
        assert_eq!(client.schema(id).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
    let said = client.schema(2_000_000).await.unwrap_err().to_string();
    assert!(said.contains("its largest id is 1"), "{said}");
    let other = at(&server).build().unwrap();
    let second = other.register("s", &record("A", &["x"])).await.unwrap();
    client.schema(second.id).await.expect("what somebody else registered meanwhile");
}

#[tokio::test]
async fn a_client_goes_on_with_a_bundle_of_a_registry_that_is_gone() {
    let (server, client) = start().await;
    let registered = client.register("s", &record("A", &[])).await.unwrap();
    let bundle = Bundle::new("test", client.schemas(&SchemaQuery::default()).await.unwrap()).unwrap();
    let dead = at(&server).bundle_of(bundle).retries(0).build().unwrap();
    server.shutdown().await;
    assert_eq!(dead.lookup("s", &record("A", &[])).await.unwrap().id, registered.id);
    assert_eq!(dead.latest("s").await.unwrap().id, registered.id);
    assert!(dead.latest("other").await.unwrap_err().is_retriable());
}
