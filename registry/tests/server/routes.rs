//! The routes, by the crate's own client and by bare requests.

use serde_json::{Value, json};
use topika_contract::compat::Level;
use topika_registry::api::{CONTENT_TYPE, ErrorCode, Guid, Mode, NewSchema};
use topika_registry::client::{Client, ErrorKind};
use topika_registry::server::{Server, StoreHandle};
use topika_registry::store::{Deleted, Store};

use super::{ask, get, schema, start};

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
    assert_eq!(get(&server, "/schemas/ids/7").await.1, json!({"error_code": 40403, "message": "Schema 7 not found"}));
    assert_eq!(
        get(&server, "/schemas/ids/x").await,
        (404, json!({"error_code": 404, "message": "HTTP 404 Not Found"}))
    );
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
    assert_eq!(get(&server, "/subjects/b/versions?deletedAsNegative=true").await.1, json!([-1]));
    assert_eq!(get(&server, "/subjects/a/versions?deletedAsNegative=true").await.1, json!([1]));
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
    assert_eq!(
        get(&server, "/v1/metadata/id").await.1["scope"]["clusters"]["schema-registry-cluster"],
        "schema-registry"
    );
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
    assert_eq!(get(&server, "/mode/s?defaultToGlobal=true").await.1, json!({"mode": "READWRITE"}));
    assert_eq!(ask(&server, "PUT", "/mode/s", None, r#"{"mode":"READONLY"}"#).await.2, json!({"mode": "READONLY"}));
    assert_eq!(ask(&server, "DELETE", "/mode/s", None, "").await.2, json!({"mode": "READONLY"}));
    assert_eq!(ask(&server, "PUT", "/mode", None, r#"{"mode":"OPEN"}"#).await.2["error_code"], 42204);
    assert_eq!(ask(&server, "DELETE", "/mode", None, "").await.2, json!({"mode": "READWRITE"}));
}

#[tokio::test]
async fn bodies_of_the_protocols_media_types_are_read_and_others_refused() {
    let (server, _client) = start().await;
    let body = serde_json::to_string(&schema()).unwrap();
    for media in [
        None,
        Some(CONTENT_TYPE),
        Some("application/vnd.schemaregistry+json"),
        Some("application/json; charset=utf-8"),
        Some("application/octet-stream"),
    ] {
        assert_eq!(ask(&server, "POST", "/subjects/s/versions", media, &body).await.2["id"], 1, "{media:?}");
    }
    let (status, _, answer) = ask(&server, "POST", "/subjects/s/versions", Some("text/plain"), &body).await;
    assert_eq!((status, answer), (415, json!({"error_code": 415, "message": "HTTP 415 Unsupported Media Type"})));
}

#[tokio::test]
async fn bodies_that_cannot_be_taken_have_their_codes() {
    let (server, _client) = start().await;
    let large = format!(r#"{{"schema":"{}"}}"#, " ".repeat(17 * 1024 * 1024));
    for (body, status, code) in [
        ("{", 400, 400),
        (r#"{"schema": {}}"#, 400, 400),
        (r#"{"schema": "\"int\"", "metadata": {"tags": []}}"#, 400, 400),
        ("", 422, 422),
        ("null", 422, 422),
        ("{}", 422, 42201),
        (r#"["\"long\""]"#, 400, 400),
        (r#""\"long\"""#, 400, 400),
        (r#"{"schema": "\"int\"", "references": [["a", "b", 1]]}"#, 400, 400),
        (r#"{"schema": "\"int\"", "id": "x"}"#, 400, 400),
        (r#"{"schema": null}"#, 422, 42201),
        (r#"{"schema": 5}"#, 422, 42201),
        (r#"{"schema": "x", "schemaType": "XML"}"#, 422, 42201),
        (large.as_str(), 422, 42209),
    ] {
        let (got, _, answer) = ask(&server, "POST", "/subjects/s/versions", None, body).await;
        let shown: String = body.chars().take(40).collect();
        assert_eq!((got, &answer["error_code"]), (status, &json!(code)), "{shown}");
        assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    let (_, _, answer) =
        ask(&server, "POST", "/subjects/s/versions", None, r#"{"schema": "x", "schemaType": "XML"}"#).await;
    assert_eq!(answer["message"], "Invalid schema type XML");
    let (_, _, answer) = ask(&server, "POST", "/subjects/s/versions", None, r#"{"schema": null}"#).await;
    assert_eq!(answer["message"], "Empty schema");
    for path in ["/config", "/mode"] {
        assert_eq!(ask(&server, "PUT", path, None, r#"["FULL"]"#).await.2["error_code"], 400, "{path}");
    }
}

#[tokio::test]
async fn a_scalar_in_a_body_may_say_itself_otherwise() {
    let (server, _client) = start().await;
    let (status, _, said) =
        ask(&server, "PUT", "/config/s", None, r#"{"normalize": "true", "validateFields": "False"}"#).await;
    assert_eq!((status, said), (200, json!({"normalize": true, "validateFields": false})));
    assert_eq!(ask(&server, "PUT", "/config/s", None, r#"{"normalize": "yes"}"#).await.2["error_code"], 400);
    let body = r#"{"schema": "\"int\"", "version": "1"}"#;
    assert_eq!(ask(&server, "POST", "/subjects/s/versions", None, body).await.2["version"], 1);
}

#[tokio::test]
async fn a_path_or_method_that_is_not_there_has_an_error_body() {
    let (server, _client) = start().await;
    let not_found = json!({"error_code": 404, "message": "HTTP 404 Not Found"});
    assert_eq!(get(&server, "/associations/x").await, (404, not_found.clone()));
    assert_eq!(get(&server, "/subjects?limit=x").await, (404, not_found));
    for path in ["/subjects/%FF/versions", "/config/%C3", "/schemas/ids/%FF", "/contexts/%FF/subjects"] {
        let (status, body) = get(&server, path).await;
        assert_eq!((status, &body["error_code"]), (400, &json!(400)), "{path}");
        assert!(body["message"].as_str().unwrap().contains("UTF-8"), "{body}");
    }
    let (status, _, body) = ask(&server, "PATCH", "/subjects", None, "").await;
    assert_eq!((status, body), (405, json!({"error_code": 405, "message": "HTTP 405 Method Not Allowed"})));
}

#[tokio::test]
async fn an_answer_has_the_type_that_the_request_accepts_best() {
    let (server, _client) = start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let accepting =
        |accept: &'static str, path: &str| http.get(format!("{}{path}", server.url())).header("accept", accept).send();
    let media = |response: &reqwest::Response| response.headers()["content-type"].to_str().unwrap().to_owned();
    let response = accepting("application/json", "/subjects").await.unwrap();
    assert_eq!((response.status().as_u16(), media(&response)), (200, "application/json".to_owned()));
    let response = accepting("application/json", "/subjects/nobody/versions").await.unwrap();
    assert_eq!((response.status().as_u16(), media(&response)), (404, "application/json".to_owned()));
    let response = accepting("text/html", "/subjects").await.unwrap();
    assert_eq!(response.status().as_u16(), 406);
    assert_eq!(
        serde_json::from_str::<Value>(&response.text().await.unwrap()).unwrap(),
        json!({"error_code": 406, "message": "HTTP 406 Not Acceptable"})
    );
}

#[tokio::test]
async fn what_is_asked_with_head_has_no_body() {
    let (server, client) = start().await;
    client.register("s", &schema()).await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = http.head(format!("{}/subjects/s/versions/1", server.url())).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &CONTENT_TYPE.parse().unwrap())
    );
    assert_eq!(response.text().await.unwrap(), "");
    let response = http.head(format!("{}/subjects/t/versions/1", server.url())).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 404);
}

#[tokio::test]
async fn answers_hold_what_the_newest_registries_say() {
    let (server, _client) = start().await;
    let body = serde_json::to_string(&schema()).unwrap();
    let (_, _, registered) = ask(&server, "POST", "/subjects/s/versions", None, &body).await;
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&registered), ["id", "version", "guid", "schemaType", "schema"]);
    assert_eq!(registered["schemaType"], "AVRO");
    let version = get(&server, "/subjects/s/versions/1").await.1;
    assert_eq!(names(&version), ["subject", "version", "id", "guid", "schemaType", "schema", "ts", "deleted"]);
    assert!(version["ts"].as_i64().unwrap() > 1_700_000_000_000 && version["deleted"] == false);
    assert_eq!(names(&get(&server, "/schemas/ids/1").await.1), ["guid", "schemaType", "schema", "ts", "deleted"]);
    let under = get(&server, "/schemas/ids/1?subject=s").await.1;
    assert_eq!(names(&under), ["subject", "version", "guid", "schemaType", "schema", "ts", "deleted"]);
}

#[tokio::test]
async fn reasons_are_said_to_who_asks_for_them() {
    let (server, client) = start().await;
    client.register("s", &schema()).await.unwrap();
    let path = "/compatibility/subjects/s/versions/latest";
    let check = async |query: &str, body: &Value| {
        ask(&server, "POST", &format!("{path}{query}"), None, &body.to_string()).await
    };
    let same = json!({"schema": schema().schema});
    assert_eq!(check("", &same).await.2, json!({"is_compatible": true}));
    assert_eq!(check("?verbose=true", &same).await.2, json!({"is_compatible": true, "messages": []}));
    let other = json!({"schema": "\"int\""});
    assert_eq!(check("", &other).await.2, json!({"is_compatible": false}));
    let said = check("?verbose=true", &other).await.2;
    assert!(said["messages"][0].as_str().unwrap().starts_with("{errorType:'TYPE_MISMATCH'"), "{said}");
    let broken = json!({"schema": "{"});
    assert_eq!(check("", &broken).await.2["error_code"], 42201);
    let said = check("?verbose=true", &broken).await;
    assert!(said.0 == 200 && said.2["is_compatible"] == false && said.2["messages"].as_array().unwrap().len() == 1);
}

#[tokio::test]
async fn settings_answer_with_all_that_holds_afterwards() {
    let (server, _client) = start().await;
    let put = async |body: &str| ask(&server, "PUT", "/config/s", None, body).await.2;
    assert_eq!(put(r#"{"compatibility": "full", "alias": "t"}"#).await, json!({"compatibility": "FULL", "alias": "t"}));
    assert_eq!(put(r#"{"normalize": true}"#).await, json!({"compatibility": "FULL", "alias": "t", "normalize": true}));
    assert_eq!(put(r#"{"alias": null}"#).await, json!({"compatibility": "FULL", "normalize": true}));
    assert_eq!(get(&server, "/config/s").await.1, json!({"compatibilityLevel": "FULL", "normalize": true}));
}

#[tokio::test]
async fn contexts_and_aliases_are_part_of_the_path() {
    let (server, client) = start().await;
    let body = serde_json::to_string(&schema()).unwrap();
    assert_eq!(ask(&server, "POST", "/contexts/.a/subjects/s/versions", None, &body).await.2["id"], 1);
    assert_eq!(get(&server, "/contexts").await.1, json!([".", ".a"]));
    assert_eq!(get(&server, "/contexts/.a/subjects").await.1, json!([":.a:s"]));
    assert_eq!(get(&server, "/contexts/:.a:/subjects/s/versions/1").await.1["subject"], ":.a:s");
    assert_eq!(get(&server, "/contexts/.a/schemas/ids/1").await.1["subject"], ":.a:s");
    assert_eq!(get(&server, "/contexts/.b/schemas/ids/1").await.0, 404);
    assert_eq!(client.versions(":.a:s").await.unwrap(), [1]);
    assert_eq!(ask(&server, "PUT", "/contexts/.a/mode", None, r#"{"mode":"READONLY"}"#).await.0, 200);
    assert_eq!(get(&server, "/mode/:.a:").await.1, json!({"mode": "READONLY"}));
    assert_eq!(ask(&server, "DELETE", "/contexts/.a", None, "").await.2["error_code"], 42211);
    let nothing = (204, String::new(), json!(""));
    assert_eq!(ask(&server, "DELETE", "/contexts/.c", None, "").await, nothing, "what is not there is of no type");
    assert_eq!(get(&server, "/contexts/a%3Ab/subjects").await.1["message"], "Context name cannot contain a colon");

    client.register("long/name", &schema()).await.unwrap();
    ask(&server, "PUT", "/config/short", None, r#"{"alias":"long/name"}"#).await;
    assert_eq!(get(&server, "/subjects/short/versions/latest").await.1["subject"], "long/name");
    assert_eq!(get(&server, "/subjects/short/versions/").await.1, json!([1]));
    let listed = get(&server, "/schemas?subjectPrefix=sh&aliases=true").await.1;
    assert_eq!((&listed[0]["subject"], &listed[0]["aliases"]), (&json!("long/name"), &json!(["short"])));
}

#[tokio::test]
async fn the_default_context_is_listed_by_itself() {
    let (server, client) = start().await;
    for subject in ["x", ":.ctx:a/b"] {
        client.register(subject, &schema()).await.unwrap();
    }
    for path in ["/subjects?subjectPrefix=", "/subjects?subjectPrefix=:.:", "/contexts/:.:/subjects"] {
        assert_eq!(get(&server, path).await.1, json!(["x"]), "{path}");
    }
    for path in ["/schemas", "/schemas?subjectPrefix=:.:", "/contexts/:.:/schemas"] {
        let listed = get(&server, path).await.1;
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["subject"]), (1, &json!("x")), "{path}");
    }
    assert_eq!(get(&server, "/subjects").await.1, json!([":.ctx:a/b", "x"]));
    assert_eq!(get(&server, "/schemas?subjectPrefix=:*:").await.1.as_array().unwrap().len(), 2);
    assert_eq!(get(&server, "/contexts/.ctx/subjects").await.1, json!([":.ctx:a/b"]));
}

#[tokio::test]
async fn a_null_is_no_mode() {
    let (server, client) = start().await;
    let put = async |path: &str, body: &str| ask(&server, "PUT", path, None, body).await;
    for path in ["/mode", "/mode/s"] {
        assert_eq!(put(path, r#"{"mode":"READONLY"}"#).await.0, 200);
        let (status, _, said) = put(path, r#"{"mode":null}"#).await;
        assert_eq!((status, said), (200, json!({"mode": null})), "{path}");
        assert_eq!(put(path, r#"{"mode":"FORWARD"}"#).await.2["error_code"], 42204);
    }
    assert_eq!(get(&server, "/mode").await.1, json!({"mode": "READWRITE"}));
    assert_eq!(get(&server, "/mode/s").await.1["error_code"], 40409);
    client.set_mode(Some(":.mc:s"), Mode::Readonly).await.unwrap();
    let (status, _, said) = ask(&server, "DELETE", "/mode/:.mc:?recursive=true", None, "").await;
    assert_eq!((status, said), (200, json!({"mode": null})));
    assert_eq!(client.delete_mode(Some(":.mc:"), true).await.unwrap(), None);
    assert_eq!(get(&server, "/mode/:.mc:s").await.1["error_code"], 40409);
}

#[tokio::test]
async fn references_are_named_with_their_context_and_listed_by_part() {
    let (server, client) = start().await;
    let id = NewSchema::avro(r#"{"type":"fixed","name":"t.Id","size":16}"#);
    client.register(":.ctx:id", &id).await.unwrap();
    for number in 1..=2 {
        let text = format!(r#"{{"type":"record","name":"R{number}","fields":[{{"name":"i","type":"t.Id"}}]}}"#);
        let root = NewSchema::avro(text).reference("t.Id", "id", 1);
        client.register(&format!(":.ctx:r{number}"), &root).await.unwrap();
    }
    for path in ["/subjects/:.ctx:r1/versions/1", "/schemas/ids/2?subject=:.ctx:r1"] {
        let subject = async |path: String| get(&server, &path).await.1["references"][0]["subject"].clone();
        assert_eq!(subject(path.to_owned()).await, "id");
        let sign = if path.contains('?') { '&' } else { '?' };
        assert_eq!(subject(format!("{path}{sign}referenceFormat=qualified")).await, ":.ctx:id");
    }
    let path = "/subjects/:.ctx:id/versions/1/referencedby";
    assert_eq!(get(&server, path).await.1, json!([2, 3]));
    assert_eq!(get(&server, &format!("{path}?limit=1")).await.1, json!([2]));
    assert_eq!(get(&server, &format!("{path}?offset=1&limit=1")).await.1, json!([3]));
}

#[tokio::test]
async fn a_schema_is_found_by_its_metadata() {
    let (server, client) = start().await;
    let owned = NewSchema { metadata: Some(json!({"properties": {"owner": "me", "team": "x"}})), ..schema() };
    client.register("s", &owned).await.unwrap();
    let found = get(&server, "/subjects/s/metadata?key=owner&value=me&key=team&value=x").await;
    assert_eq!((found.0, &found.1["version"]), (200, &json!(1)));
    let missed = get(&server, "/subjects/s/metadata?key=owner&value=you").await;
    assert_eq!(missed, (404, json!({"error_code": 40403, "message": "Schema not found"})));
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
    server.store().write(|store| store.delete_subject("s", false)).unwrap().unwrap();
    assert_eq!(server.store().read(|store| store.subjects("", Deleted::Hidden).len()), 0);
    server.shutdown().await;
    assert_eq!(client.versions("s").await.unwrap_err().kind(), ErrorKind::Unreachable);
}

/// `oneOf` of objects that differ by one property each: to compare two of these is work for seconds.
fn heavy(from: usize) -> NewSchema {
    let object = |n| {
        let name = format!("property{n}");
        json!({"type": "object", "properties": {name.as_str(): {"type": "string"}}, "required": [name], "additionalProperties": false})
    };
    let objects: Vec<Value> = (from..from + 250).map(object).collect();
    NewSchema::json(json!({ "oneOf": objects }).to_string())
}

// On one thread: whatever were judged on it would stop everything.
#[tokio::test]
async fn everyone_else_is_answered_while_a_heavy_schema_is_judged() {
    let (server, client) = start().await;
    client.register("heavy", &heavy(0)).await.unwrap();
    for route in ["/subjects/heavy/versions", "/compatibility/subjects/heavy/versions"] {
        let (url, body) = (format!("{}{route}", server.url()), serde_json::to_vec(&heavy(1)).unwrap());
        let judged = tokio::spawn(async move {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            http.post(url).body(body).send().await.unwrap().status().as_u16()
        });
        let mut answered = 0;
        while !judged.is_finished() {
            client.subjects().await.unwrap();
            let name = format!("{}{answered}", route.len());
            let other = NewSchema::avro(format!(r#"{{"type":"fixed","name":"F{name}","size":4}}"#));
            client.register(&name, &other).await.unwrap();
            answered += 1;
        }
        assert_eq!(judged.await.unwrap(), if route.starts_with("/comp") { 200 } else { 409 });
        assert!(answered > 30, "{route}: {answered}");
    }
}

#[tokio::test]
async fn a_compressed_body_is_refused_with_its_coding() {
    let (server, _client) = start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let post = |coding: &str| {
        let url = format!("{}/subjects/s/versions", server.url());
        http.post(url).header("content-encoding", coding).body(r#"{"schema":"\"int\""}"#).send()
    };
    let refused = post("gzip").await.unwrap();
    assert_eq!(refused.status().as_u16(), 415);
    let said: Value = serde_json::from_str(&refused.text().await.unwrap()).unwrap();
    let message = "the body has the Content-Encoding gzip, and this registry reads none; send it as it is";
    assert_eq!(said, json!({"error_code": 415, "message": message}));
    assert_eq!(post("identity").await.unwrap().status().as_u16(), 200);
}
