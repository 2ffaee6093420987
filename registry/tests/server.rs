//! The server through real HTTP, by the crate's own client and by bare requests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

use serde_json::{Value, json};
use topika_contract::compat::Level;
use topika_registry::api::{CONTENT_TYPE, ErrorCode, Guid, Mode, NewSchema};
use topika_registry::client::{Client, ErrorKind};
use topika_registry::server::{Server, StoreHandle};
use topika_registry::store::Store;

async fn start() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    (server, client)
}

fn schema() -> NewSchema {
    NewSchema::avro(r#"{"type":"record","name":"R","fields":[{"name":"id","type":"string"}]}"#)
}

/// Status, media type and body of a bare request.
async fn ask(
    server: &Server,
    method: &str,
    path: &str,
    content_type: Option<&str>,
    body: &str,
) -> (u16, String, Value) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = http.request(method.parse().unwrap(), format!("{}{path}", server.url())).body(body.to_owned());
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let response = request.send().await.unwrap();
    let media = response.headers().get("content-type").map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    (status, media, serde_json::from_str(&body).unwrap_or(Value::String(body)))
}

async fn get(server: &Server, path: &str) -> (u16, Value) {
    let (status, media, body) = ask(server, "GET", path, None, "").await;
    assert_eq!(media, CONTENT_TYPE, "{path}");
    (status, body)
}

#[tokio::test]
async fn a_schema_is_registered_and_read_back_in_every_way() {
    let (server, client) = start().await;
    let subject = "a/b c?%ü";
    let registered = client.register(subject, &schema()).await.unwrap();
    assert_eq!((registered.id, registered.version), (1, Some(1)));
    assert_eq!(client.lookup(subject, &schema()).await.unwrap().version, 1);
    assert_eq!(client.schema(1).await.unwrap().schema, schema().schema);
    let guid = Guid::parse(&registered.guid.unwrap()).unwrap();
    assert_eq!(client.schema_by_guid(guid).await.unwrap().schema, schema().schema);
    assert_eq!(client.versions(subject).await.unwrap(), [1]);
    assert_eq!(client.version(subject, 1).await.unwrap().id, 1);
    assert_eq!(client.latest(subject).await.unwrap().subject, subject);
    assert_eq!(client.subjects().await.unwrap(), [subject]);
    assert_eq!(client.versions_of_id(1).await.unwrap()[0].subject, subject);
    server.shutdown().await;
}

#[tokio::test]
async fn references_are_fetched_in_dependency_order() {
    let (server, client) = start().await;
    let id = NewSchema::avro(r#"{"type":"fixed","name":"t.Id","size":16}"#);
    client.register("t.Id", &id).await.unwrap();
    let pair = NewSchema::avro(r#"{"type":"record","name":"t.Pair","fields":[{"name":"a","type":"t.Id"}]}"#);
    client.register("t.Pair", &pair.reference("t.Id", "t.Id", 1)).await.unwrap();
    let root = NewSchema::avro(
        r#"{"type":"record","name":"R","fields":[{"name":"p","type":"t.Pair"},{"name":"i","type":"t.Id"}]}"#,
    )
    .reference("t.Pair", "t.Pair", 1)
    .reference("t.Id", "t.Id", 1);
    let registered = client.register("r", &root).await.unwrap();
    let kept = client.schema(registered.id).await.unwrap();
    let resolved = get(&server, &format!("/schemas/ids/{}?format=resolved", registered.id)).await.1;
    let text = resolved["schema"].as_str().unwrap();
    assert!(
        text.contains(r#"{"name":"t.Pair","type":"record""#) && text.matches(r#""name":"t.Id""#).count() == 1,
        "{text}"
    );
    let texts = client.referenced(&kept.references).await.unwrap();
    assert_eq!(texts.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["t.Id", "t.Pair"]);
}

#[tokio::test]
async fn what_is_not_there_has_its_code() {
    let (server, client) = start().await;
    assert_eq!(client.schema(9).await.unwrap_err().code(), Some(ErrorCode::SchemaNotFound));
    assert_eq!(client.latest("nobody").await.unwrap_err().code(), Some(ErrorCode::SubjectNotFound));
    client.register("s", &schema()).await.unwrap();
    let error = client.version("s", 9).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.is_retriable()), (ErrorKind::NotFound, Some(404), false));
    assert!(error.to_string().contains(&server.url()) && error.to_string().contains("40402"), "{error}");
    assert_eq!(get(&server, "/subjects/s/versions/0").await.1["error_code"], 42202);
    assert_eq!(get(&server, "/schemas/ids/x").await.1["error_code"], 40403);
    assert_eq!(get(&server, "/schemas/guids/x").await.1["error_code"], 40403);
}

#[tokio::test]
async fn levels_modes_and_deletion_go_through_the_client() {
    let (_server, client) = start().await;
    client.register("s", &schema()).await.unwrap();
    client.set_level(Some("s"), Level::FullTransitive).await.unwrap();
    assert_eq!(client.level(Some("s")).await.unwrap(), Level::FullTransitive);
    assert_eq!(client.level(Some("t")).await.unwrap(), Level::Backward);
    client.set_level(None, Level::None).await.unwrap();
    assert_eq!(client.level(None).await.unwrap(), Level::None);
    client.set_mode(None, Mode::Readonly).await.unwrap();
    assert_eq!(client.mode(Some("s")).await.unwrap(), Mode::Readonly);
    assert_eq!(client.register("t", &schema()).await.unwrap_err().kind(), ErrorKind::Refused);
    client.set_mode(None, Mode::Readwrite).await.unwrap();
    assert_eq!(client.delete_version("s", 1, false).await.unwrap(), 1);
    assert_eq!(client.delete_subject("s", true).await.unwrap(), [1]);
    assert_eq!(client.lookup("s", &schema()).await.unwrap_err().code(), Some(ErrorCode::SubjectNotFound));
}

#[tokio::test]
async fn that_something_is_not_there_is_forgotten_once_it_is_registered() {
    let (_server, client) = start().await;
    assert_eq!(client.lookup("s", &schema()).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(client.schema(1).await.unwrap_err().kind(), ErrorKind::NotFound);
    client.register("s", &schema()).await.unwrap();
    assert_eq!(client.lookup("s", &schema()).await.unwrap().id, 1);
    assert_eq!(client.schema(1).await.unwrap().schema, schema().schema);
}

#[tokio::test]
async fn every_listing_route_answers() {
    let (server, client) = start().await;
    client.register("a", &schema()).await.unwrap();
    client.register("b", &schema()).await.unwrap();
    client.delete_subject("b", false).await.unwrap();
    assert_eq!(get(&server, "/").await, (200, json!({})));
    assert_eq!(get(&server, "/schemas/types").await.1, json!(["JSON", "PROTOBUF", "AVRO"]));
    assert_eq!(get(&server, "/subjects?subjectPrefix=a").await.1, json!(["a"]));
    assert_eq!(get(&server, "/subjects?deleted=true&offset=1&limit=1").await.1, json!(["b"]));
    assert_eq!(get(&server, "/subjects?deletedOnly=true").await.1, json!(["b"]));
    assert_eq!(get(&server, "/subjects/b/versions?deletedOnly=true").await.1, json!([1]));
    assert_eq!(
        get(&server, "/subjects/a/versions/latest/schema").await.1,
        serde_json::from_str::<Value>(&schema().schema).unwrap()
    );
    assert_eq!(get(&server, "/subjects/a/versions/1/referencedby").await.1, json!([]));
    assert_eq!(get(&server, "/schemas/ids/1?fetchMaxId=true").await.1["maxId"], 1);
    assert_eq!(get(&server, "/schemas/ids/1/schema").await.1["name"], "R");
    assert_eq!(get(&server, "/schemas/ids/1/subjects").await.1, json!(["a"]));
    assert_eq!(get(&server, "/schemas/ids/1/versions?deleted=true").await.1[1], json!({"subject": "b", "version": 1}));
    assert_eq!(get(&server, "/schemas").await.1[0]["subject"], "a");
    let guid = client.latest("a").await.unwrap().guid.clone().unwrap();
    assert_eq!(get(&server, &format!("/schemas/guids/{guid}")).await.1["guid"], guid.as_str());
    assert_eq!(get(&server, &format!("/schemas/guids/{guid}/ids")).await.1, json!([{"context": ".", "id": 1}]));
    assert_eq!(get(&server, "/contexts").await.1, json!(["."]));
    assert_eq!(get(&server, "/v1/metadata/id").await.0, 200);
    assert_eq!(get(&server, "/v1/metadata/version").await.1["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn settings_are_reset_and_asked_for_with_the_default() {
    let (server, client) = start().await;
    client.set_level(Some("s"), Level::Full).await.unwrap();
    assert_eq!(get(&server, "/config/s").await.1, json!({"compatibilityLevel": "FULL"}));
    assert_eq!(ask(&server, "DELETE", "/config/s", None, "").await.2, json!({"compatibilityLevel": "FULL"}));
    assert_eq!(
        get(&server, "/config/s").await,
        (404, json!({"error_code": 40408, "message": get(&server, "/config/s").await.1["message"]}))
    );
    assert_eq!(get(&server, "/config/s?defaultToGlobal=true").await.1["compatibilityLevel"], "BACKWARD");
    assert_eq!(ask(&server, "DELETE", "/config", None, "").await.0, 200);
    assert_eq!(ask(&server, "PUT", "/config", None, r#"{"compatibility":"MAYBE"}"#).await.2["error_code"], 42203);
    assert_eq!(get(&server, "/mode/s").await.1["error_code"], 40409);
    assert_eq!(ask(&server, "PUT", "/mode/s", None, r#"{"mode":"READONLY"}"#).await.2, json!({"mode": "READONLY"}));
    assert_eq!(ask(&server, "DELETE", "/mode/s", None, "").await.2, json!({"mode": "READONLY"}));
    assert_eq!(ask(&server, "PUT", "/mode", None, r#"{"mode":"OPEN"}"#).await.2["error_code"], 42204);
    assert_eq!(ask(&server, "DELETE", "/mode", None, "").await.2, json!({"mode": "READWRITE"}));
}

#[tokio::test]
async fn bodies_of_all_three_media_types_are_read_and_others_refused() {
    let (server, _client) = start().await;
    let body = serde_json::to_string(&schema()).unwrap();
    for media in
        [None, Some(CONTENT_TYPE), Some("application/vnd.schemaregistry+json"), Some("application/json; charset=utf-8")]
    {
        assert_eq!(ask(&server, "POST", "/subjects/s/versions", media, &body).await.2["id"], 1, "{media:?}");
    }
    let (status, _, answer) = ask(&server, "POST", "/subjects/s/versions", Some("text/plain"), &body).await;
    assert_eq!((status, &answer["error_code"]), (415, &json!(415)));
    let (status, _, answer) = ask(&server, "POST", "/subjects/s/versions", None, "{").await;
    assert_eq!((status, &answer["error_code"]), (400, &json!(400)));
    let large = format!(r#"{{"schema":"{}"}}"#, " ".repeat(17 * 1024 * 1024));
    let (status, _, answer) = ask(&server, "POST", "/subjects/s/versions", None, &large).await;
    assert_eq!((status, &answer["error_code"]), (413, &json!(413)));
}

#[tokio::test]
async fn a_path_or_method_that_is_not_there_has_an_error_body() {
    let (server, _client) = start().await;
    let (status, body) = get(&server, "/associations/x").await;
    assert_eq!((status, &body["error_code"]), (404, &json!(404)));
    let (status, body) = get(&server, "/subjects/%FF/versions").await;
    assert_eq!((status, &body["error_code"]), (400, &json!(400)));
    let (status, _, body) = ask(&server, "PATCH", "/subjects", None, "").await;
    assert_eq!((status, &body["error_code"]), (405, &json!(405)));
    assert!(body["message"].as_str().unwrap().contains("PATCH"), "{body}");
}

#[tokio::test]
async fn a_taken_port_and_a_bad_address_are_said_with_the_next_step() {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let error = Server::start(&server.addr().to_string()).await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains(&server.addr().to_string()) && said.contains("taken") && said.contains("port 0"), "{said}");
    assert!(std::error::Error::source(&error).is_some());
    let said = Server::start("nonsense").await.unwrap_err().to_string();
    assert!(said.contains("\"nonsense\"") || said.contains("nonsense"), "{said}");
}

#[tokio::test]
async fn a_server_starts_in_milliseconds_over_a_store_that_is_filled() {
    let mut store = Store::new();
    store.register("s", &schema(), false).unwrap();
    let begun = std::time::Instant::now();
    let server = Server::start_with("127.0.0.1:0", StoreHandle::new(store)).await.unwrap();
    assert!(begun.elapsed().as_millis() < 500);
    let client = Client::builder().url(server.url()).build().unwrap();
    assert_eq!(client.latest("s").await.unwrap().id, 1);
    server.store().write(|store| store.delete_subject("s", false)).unwrap();
    assert_eq!(server.store().read(|store| store.subjects("", false).len()), 0);
    server.shutdown().await;
    assert_eq!(client.versions("s").await.unwrap_err().kind(), ErrorKind::Unreachable);
}
