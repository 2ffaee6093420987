//! What each call asks, word for word.

use crate::api::{ConfigUpdate, ErrorCode, Guid, Mode, NewSchema};
use crate::client::script::{Script, say};
use crate::client::{
    Client, Deleted, Error, ErrorKind, IdQuery, MetadataQuery, SchemaQuery, SubjectQuery, VersionQuery,
};

/// Makes every call once; the answers are of no interest.
async fn call_everything(client: &Client) {
    let schema = NewSchema::avro("\"int\"");
    let guid = Guid([0; 16]);
    let (none, some) = (
        IdQuery::default(),
        IdQuery { subject: Some("s".into()), format: Some("resolved".into()), fetch_max_id: true },
    );
    let _ = client.register("s", &schema).await;
    let _ = client.lookup("s", &schema).await;
    let _ = client.lookup_deleted("s", &schema).await;
    let _ = client.schema(1).await;
    let _ = client.schema_with(1, &some).await;
    let _ = client.schema_text(1, &none).await;
    let _ = client.subjects_of_id(1, Deleted::With).await;
    let _ = client.versions_of_id(1).await;
    let _ = client.versions_of_id_where(1, Deleted::With).await;
    let _ = client.schema_by_guid(guid).await;
    let _ = client.schema_by_guid_as(guid, "resolved").await;
    let _ = client.ids_of_guid(guid).await;
    let _ = client
        .schemas(&SchemaQuery {
            prefix: "p".into(),
            deleted: true,
            latest_only: true,
            aliases: true,
            rule_type: Some("CEL".into()),
            offset: 2,
            limit: Some(3),
        })
        .await;
    let _ = client.subjects().await;
    let _ = client
        .subjects_where(&SubjectQuery { prefix: "p".into(), deleted: Deleted::Only, offset: 2, limit: Some(3) })
        .await;
    let _ = client.versions_where("s", &VersionQuery { deleted: Deleted::With, offset: 0, limit: Some(3) }).await;
    let _ = client.version("s", 4).await;
    let _ = client.version_text("s", 4).await;
    let _ = client.latest("s").await;
    let _ = client.latest_with_metadata("s", &[("major", "1"), ("a b", "&")]).await;
    let query = MetadataQuery { properties: vec![], format: Some("resolved".into()), deleted: true };
    let _ = client.version_with_metadata("s", &query).await;
    let _ = client.referenced_by("s", 4).await;
    let _ = client.delete_subject("s", true).await;
    let _ = client.delete_version("s", 4, false).await;
    let _ = client.check("s", &schema).await;
    let _ = client.check_version("s", 4, &schema).await;
    let _ = client.check_latest("s", &schema).await;
    let _ = client.config(None).await;
    let _ = client.effective_config("s").await;
    let _ = client.set_config(Some("s"), &ConfigUpdate::default()).await;
    let _ = client.delete_config(Some("s")).await;
    let _ = client.mode(None).await;
    let _ = client.own_mode(Some("s")).await;
    let _ = client.set_mode(None, Mode::Readonly).await;
    let _ = client.force_mode(Some("s"), Mode::Import).await;
    let _ = client.delete_mode(Some("s"), true).await;
    let _ = client.schema_types().await;
    let _ = client.contexts().await;
    let _ = client.delete_context(".old").await;
    let _ = client.cluster_id().await;
    let _ = client.server_version().await;
    let _ = client.associations_of_topic("lkc-1", "orders").await;
}

const ZERO: &str = "00000000-0000-0000-0000-000000000000";

#[tokio::test(start_paused = true)]
async fn every_call_asks_the_route_of_the_protocol() {
    let script = Script::new(|_, _| say(200, "{}"));
    call_everything(&script.client(Client::builder().url("http://r/base/").normalize(true))).await;
    let expected = [
        "POST subjects/s/versions?normalize=true".to_owned(),
        "POST subjects/s?normalize=true".into(),
        "POST subjects/s?normalize=true&deleted=true".into(),
        "GET schemas/ids/1".into(),
        "GET schemas/ids/1?subject=s&format=resolved&fetchMaxId=true".into(),
        "GET schemas/ids/1/schema".into(),
        "GET schemas/ids/1/subjects?deleted=true".into(),
        "GET schemas/ids/1/versions".into(),
        "GET schemas/ids/1/versions?deleted=true".into(),
        format!("GET schemas/guids/{ZERO}"),
        format!("GET schemas/guids/{ZERO}?format=resolved"),
        format!("GET schemas/guids/{ZERO}/ids"),
        "GET schemas?subjectPrefix=p&deleted=true&latestOnly=true&aliases=true&ruleType=CEL&offset=2&limit=3".into(),
        "GET subjects".into(),
        "GET subjects?subjectPrefix=p&deletedOnly=true&offset=2&limit=3".into(),
        "GET subjects/s/versions?deleted=true&limit=3".into(),
        "GET subjects/s/versions/4?deleted=true".into(),
        "GET subjects/s/versions/4/schema".into(),
        "GET subjects/s/versions/latest".into(),
        "GET subjects/s/metadata?key=major&value=1&key=a+b&value=%26".into(),
        "GET subjects/s/metadata?format=resolved&deleted=true".into(),
        "GET subjects/s/versions/4/referencedby".into(),
        "DELETE subjects/s?permanent=true".into(),
        "DELETE subjects/s/versions/4".into(),
        "POST compatibility/subjects/s/versions?normalize=true&verbose=true".into(),
        "POST compatibility/subjects/s/versions/4?normalize=true&verbose=true".into(),
        "POST compatibility/subjects/s/versions/latest?normalize=true&verbose=true".into(),
        "GET config".into(),
        "GET config/s?defaultToGlobal=true".into(),
        "PUT config/s".into(),
        "DELETE config/s".into(),
        "GET mode".into(),
        "GET mode/s".into(),
        "PUT mode".into(),
        "PUT mode/s?force=true".into(),
        "DELETE mode/s?recursive=true".into(),
        "GET schemas/types".into(),
        "GET contexts".into(),
        "DELETE contexts/.old".into(),
        "GET v1/metadata/id".into(),
        "GET v1/metadata/version".into(),
        "GET associations/resources/lkc-1/orders?resourceType=topic".into(),
    ];
    let asked: Vec<String> = script.asked().iter().map(|asked| asked.replace("http://r/base/", "")).collect();
    assert_eq!(asked, expected);
}

#[tokio::test(start_paused = true)]
async fn in_a_context_every_subject_is_qualified_and_every_id_is_its_own() {
    let script = Script::new(|_, _| say(200, "{}"));
    call_everything(&script.client(Client::builder().url("http://r").context("staging"))).await;
    let context = "%3A.staging%3A";
    for asked in script.asked() {
        // These belong to the registry, whatever the context.
        let of_all = ["guids", "/types", "/contexts", "/v1/", "/associations/"].iter().any(|part| asked.contains(part));
        assert_eq!(asked.contains(context), !of_all, "{asked}");
    }
    let asked = script.asked();
    for line in [
        "GET http://r/subjects/%3A.staging%3As/versions/4?deleted=true",
        "GET http://r/schemas/ids/1?subject=%3A.staging%3A",
        "GET http://r/schemas/ids/1?subject=%3A.staging%3As&format=resolved&fetchMaxId=true",
        "GET http://r/subjects?subjectPrefix=%3A.staging%3A",
        "GET http://r/config/%3A.staging%3A",
        "GET http://r/config/%3A.staging%3As?defaultToGlobal=true",
    ] {
        assert!(asked.iter().any(|asked| asked == line), "{line} is not among {asked:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn in_a_context_answers_hold_its_subjects_without_it() {
    let version = r#"{"subject":":.c:s","id":1,"version":1,"schema":"\"int\""}"#;
    let script = Script::new(move |request, _| match request.url.path() {
        "/subjects" => say(200, r#"[":.c:a",":.d:b"]"#),
        "/schemas" => say(200, format!("[{version}]")),
        path if path.ends_with("/versions") && path.starts_with("/schemas") => {
            say(200, r#"[{"subject":":.c:s","version":1}]"#)
        }
        path if path.ends_with("/subjects") => say(200, r#"[":.c:s"]"#),
        _ => say(200, version),
    });
    let client = script.client(Client::builder().url("http://r").context("c"));
    assert_eq!(client.subjects().await.unwrap(), ["a", ":.d:b"]);
    assert_eq!(client.schemas(&SchemaQuery::default()).await.unwrap()[0].subject, "s");
    assert_eq!(client.versions_of_id(1).await.unwrap()[0].subject, "s");
    assert_eq!(client.subjects_of_id(1, Deleted::Without).await.unwrap(), ["s"]);
    let schema = NewSchema::avro("\"int\"");
    assert_eq!(client.version("s", 1).await.unwrap().subject, "s");
    assert_eq!(client.latest("s").await.unwrap().subject, "s");
    assert_eq!(client.lookup("s", &schema).await.unwrap().subject, "s");
    assert_eq!(client.latest_with_metadata("s", &[]).await.unwrap().subject, "s");
    let before = script.count();
    client.version(":.c:s", 1).await.unwrap();
    assert_eq!(script.count(), before, "one subject in two spellings is one entry of the cache");
}

#[tokio::test(start_paused = true)]
async fn a_registry_without_associations_has_none() {
    let kind = |outcome: Result<Vec<_>, Error>| outcome.map(|found| found.len()).map_err(|error| error.kind());
    for (body, asked) in [
        // No registry's words: the other URL may know more.
        ("", 2),
        ("<html>", 2),
        (r#"{"error_code":404,"message":"HTTP 404 Not Found"}"#, 1),
        (r#"{"error_code":40401,"message":"x"}"#, 1),
    ] {
        let script = Script::new(move |_, _| say(404, body));
        let client = script.client(Client::builder().url("http://a,http://b"));
        assert_eq!(kind(client.associations_of_topic("-", "orders").await), Ok(0));
        assert_eq!(script.count(), asked, "{body}: that is an answer");
    }
    let script = Script::new(|_, _| say(403, ""));
    let client = script.client(Client::builder().url("http://a"));
    assert_eq!(kind(client.associations_of_topic("-", "orders").await), Err(ErrorKind::Unauthorized));
    let script = Script::new(|_, _| say(200, r#"[{"subject":"s","associationType":"value","frozen":true,"new":1}]"#));
    let found = script.client(Client::builder().url("http://a")).associations_of_topic("-", "orders").await.unwrap();
    assert_eq!(
        (found[0].subject.as_str(), found[0].association_type.as_deref(), found[0].frozen),
        ("s", Some("value"), true)
    );
    assert!(found[0].others.contains_key("new"));
}

#[tokio::test(start_paused = true)]
async fn a_registry_without_guids_says_so_and_what_is_no_registry_does_not() {
    let no_route = ["", "<html>", r#"{"error_code":404,"message":"HTTP 404 Not Found"}"#];
    for body in no_route {
        // Every registry says which types it has.
        let script = Script::new(move |request, _| match request.url.path() {
            "/schemas/types" => say(200, r#"["AVRO","JSON"]"#),
            _ => say(404, body),
        });
        let client = script.client(Client::builder().url("http://a"));
        let error = client.schema_by_guid(Guid([1; 16])).await.unwrap_err();
        assert_eq!((error.kind(), error.status(), error.is_retriable()), (ErrorKind::Unsupported, Some(404), false));
        assert!(error.to_string().contains("01010101-0101-0101-0101-010101010101 is one: it is older than"), "{error}");
        // A URL that is wrong, or a proxy that lost its registry, says nothing about GUIDs.
        let script = Script::new(move |_, _| say(404, body));
        let client = script.client(Client::builder().url("http://a"));
        assert_eq!(client.schema_by_guid(Guid([1; 16])).await.unwrap_err().kind(), ErrorKind::Protocol);
    }
    let script = Script::new(|_, _| say(404, r#"{"error_code":40403,"message":"Schema not found"}"#));
    let client = script.client(Client::builder().url("http://a"));
    assert_eq!(client.schema_by_guid(Guid([1; 16])).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_registry_without_modes_takes_everything_and_none_can_be_set() {
    let script = Script::new(|_, _| say(204, ""));
    let client = script.client(Client::builder().url("http://a"));
    assert_eq!(client.mode(Some("s")).await.unwrap(), Mode::Readwrite);
    let error = client.set_mode(Some("s"), Mode::Readonly).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_registration_makes_what_was_believed_before_worthless() {
    let version = r#"{"subject":"s","id":7,"version":1,"schema":"\"int\""}"#;
    let script = Script::new(move |request, n| match (request.method.as_str(), request.url.path()) {
        ("POST", "/subjects/s/versions") => say(200, r#"{"id":7}"#),
        _ if n < 4 => say(404, r#"{"error_code":40401,"message":"no"}"#),
        _ => say(200, version),
    });
    let client = script.client(Client::builder().url("http://r"));
    let schema = NewSchema::avro("\"int\"");
    client.lookup("s", &schema).await.unwrap_err();
    client.latest("s").await.unwrap_err();
    client.schema(7).await.unwrap_err();
    client.version("s", 1).await.unwrap_err();
    client.register("s", &schema).await.unwrap();
    client.lookup("s", &schema).await.unwrap();
    client.latest("s").await.unwrap();
    client.schema(7).await.unwrap();
    client.version("s", 1).await.expect("its own write is seen at once");
    assert_eq!(script.count(), 9);
    client.register("s", &schema).await.unwrap();
    client.latest("s").await.unwrap();
    assert_eq!(script.count(), 9, "and what was said since is believed");
    client.delete_subject("s", false).await.unwrap_err();
    client.register("s", &schema).await.unwrap();
    assert_eq!(script.count(), 11, "until something is deleted");
}

#[tokio::test(start_paused = true)]
async fn an_id_that_no_registry_can_have_is_not_there_and_is_not_asked_for() {
    let script = Script::new(|_, _| say(404, ""));
    let client = script.client(Client::builder().url("http://r"));
    for id in [0x8000_0000, u32::MAX] {
        let error = client.schema(id).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some(ErrorCode::SchemaNotFound)), "{error}");
        assert!(error.to_string().contains(&format!("schema {id}")), "{error}");
        let outcomes = [
            client.schema_with(id, &IdQuery::default()).await.map(drop),
            client.schema_text(id, &IdQuery::default()).await.map(drop),
            client.subjects_of_id(id, Deleted::Without).await.map(drop),
            client.versions_of_id(id).await.map(drop),
        ];
        for outcome in outcomes {
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::NotFound);
        }
    }
    assert_eq!(script.count(), 0);
    client.schema(0x7FFF_FFFF).await.unwrap_err();
    assert!(script.asked()[0].ends_with("/schemas/ids/2147483647"), "the largest that there can be");
}

#[tokio::test(start_paused = true)]
async fn in_a_context_its_mode_holds_and_a_schema_has_its_subject_without_it() {
    let script = Script::new(|request, _| match request.url.path() {
        "/mode/%3A.cx%3A" if request.url.query() == Some("defaultToGlobal=true") => say(200, r#"{"mode":"READONLY"}"#),
        "/mode/%3A.cx%3A" => say(404, r#"{"error_code":40409,"message":"none of its own"}"#),
        _ => say(200, r#"{"schema":"\"int\"","subject":":.cx:cs"}"#),
    });
    let client = script.client(Client::builder().url("http://r").context("cx"));
    assert_eq!(client.mode(None).await.unwrap(), Mode::Readonly);
    assert_eq!(client.own_mode(None).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(client.schema(1).await.unwrap().subject.as_deref(), Some("cs"));
    assert_eq!(client.schema_with(1, &IdQuery::default()).await.unwrap().subject.as_deref(), Some("cs"));
    assert_eq!(client.schema_by_guid(Guid([1; 16])).await.unwrap().subject.as_deref(), Some("cs"));
}
